//! The page in a real Chromium, as static files from a server that others wrote, under its real policy.

use std::process::Stdio;

use exact_preauth_tests::{Browser, Group, Program, free_port, set_up, until};
use fantoccini::Locator;
use tokio::process::Command;

/// The built page, served below a folder, as a person who hosts it somewhere does.
async fn serve() -> (Group, tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let below = folder.path().join("somewhere");
    std::fs::create_dir(&below).unwrap();
    for file in std::fs::read_dir(set_up("EXACT_PREAUTH_PAGE")).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), below.join(file.file_name())).unwrap();
    }
    let port = free_port();
    let server = Group::start(
        Command::new(set_up("EXACT_PREAUTH_PYTHON"))
            .args(["-m", "http.server", "--bind", "127.0.0.1", &port.to_string(), "--directory"])
            .arg(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null()),
    );
    until("a server", async || tokio::net::TcpStream::connect(("127.0.0.1", port)).await.ok()).await;
    (server, folder, format!("http://127.0.0.1:{port}/somewhere/"))
}

#[tokio::test]
async fn from_the_app_to_the_command_that_exchanges_the_answer() {
    let (_server, _folder, address) = serve().await;
    let browser = Browser::start(false).await;
    browser.client.goto(&address).await.unwrap();
    browser.see("1. Your app").await;
    for (scheme, width) in [("light", 1_000), ("dark", 1_000), ("light", 360), ("dark", 360)] {
        browser.look(width, 900, scheme).await;
        browser.picture(&format!("page-empty-{scheme}-{width}")).await;
    }
    browser.look(1_000, 1_400, "light").await;
    browser.fill("#client-id", "aB3dE5fG7hJ9").await;
    browser.see("found 12 other characters").await;
    browser.fill("#redirect-uri", "app.example.com").await;
    browser.see("Expected an address that starts with https://").await;
    browser.picture("page-wrong").await;
    browser.fill("#client-id", "0f9a5d7e-6c3b-4a21-9e57-8b1d2c3f4a5b").await;
    browser.fill("#redirect-uri", "https://app.example.com/return").await;
    browser.see("Compared with the registered one character for character").await;
    let shown = browser.client.find(Locator::Css("#address")).await.unwrap().text().await.unwrap();
    let link = browser.client.find(Locator::Css("a.button")).await.unwrap().attr("href").await.unwrap();
    assert_eq!(link.as_deref(), Some(shown.as_str()));
    let state = shown.split("state=").nth(1).unwrap().split('&').next().unwrap();

    // The program builds the same address from the same state.
    let options = "--client-id 0f9a5d7e-6c3b-4a21-9e57-8b1d2c3f4a5b --redirect-uri https://app.example.com/return";
    let ours = Program::new("url --country nl --state").arg(state).and(options).run().await;
    assert_eq!(ours.data.trim(), shown);

    browser.fill("#answer", "https://app.example.com/return?code=aB3-%21IAAAA&state=other").await;
    browser.see("found another one").await;
    browser.picture("page-wrong-state").await;
    let back = format!("https://app.example.com/return?code=stampNL001.aB3-%21IAAAAEt3&state={state}");
    browser.fill("#answer", &back).await;
    browser.see("the state is right").await;
    browser.see(&format!("--state {state}")).await;
    browser.picture("page-right").await;
    browser.look(360, 900, "dark").await;
    browser.picture("page-right-dark-360").await;
    assert_eq!(browser.complaints().await, Vec::<String>::new(), "under its own policy nothing is refused");
    browser.close().await;
}
