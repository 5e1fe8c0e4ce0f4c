//! The sign-in in a real Chromium: the program waits, a person clicks.

use exact_preauth_tests::{Browser, Program, Simulator, browser};

#[tokio::test]
async fn a_person_signs_in_and_the_code_leaves_the_address_bar() {
    let simulator = Simulator::start("").await;
    let notes = tempfile::tempdir().unwrap();
    let running = Program::new("login --name acme")
        .and(&simulator.app())
        .env("EXACT_CLIENT_SECRET", simulator.get("client_secret"))
        .env("BROWSER", browser::note_taker(notes.path()))
        .start();
    let address = exact_preauth_tests::until("an opened browser", async || {
        std::fs::read_to_string(notes.path().join("address")).ok()
    })
    .await;

    let browser = Browser::start(false).await;
    browser.client.goto(&address).await.unwrap();
    browser.see("This is a simulator, not Exact Online").await;
    for (scheme, width) in [("light", 1_000), ("dark", 1_000), ("light", 360), ("dark", 360)] {
        browser.look(width, 800, scheme).await;
        browser.picture(&format!("sign-in-{scheme}-{width}")).await;
    }
    browser.fill("#password", "wrong").await;
    browser.press("button[type=submit]").await;
    browser.see("do not belong together").await;
    browser.picture("sign-in-wrong").await;
    browser.fill("#password", simulator.get("password")).await;
    browser.press("button[type=submit]").await;
    browser.see("Allow access?").await;
    browser.picture("consent").await;
    browser.press("button[value=allow]").await;
    browser.see("You can close this tab").await;
    browser.picture("answered").await;
    assert_eq!(browser.client.current_url().await.unwrap().as_str(), simulator.get("redirect_uri"));
    browser.close().await;

    let (output, home) = running.end().await;
    assert_eq!(output.code, 0, "{}", output.words);
    assert!(home.unwrap().path().join("invantive/settings-acme.xml").is_file());
}

#[tokio::test]
async fn a_person_denies() {
    let simulator = Simulator::start("").await;
    let mut running = Program::new("login --no-browser --name acme")
        .and(&simulator.app())
        .env("EXACT_CLIENT_SECRET", simulator.get("client_secret"))
        .start();
    let address = running.hear_address().await;
    let browser = Browser::start(false).await;
    browser.client.goto(&address).await.unwrap();
    browser.fill("#password", simulator.get("password")).await;
    browser.press("button[type=submit]").await;
    browser.press("button[value=deny]").await;
    browser.see("Access was not given").await;
    browser.picture("denied").await;
    browser.close().await;
    let (output, _home) = running.end().await;
    assert_eq!(output.code, 3, "{}", output.words);
}

#[tokio::test]
async fn a_person_reads_what_they_did_wrong_on_the_simulators_page() {
    let simulator = Simulator::start("").await;
    let address = Program::new("url --state s1").and(&simulator.app()).run().await.data.trim().to_owned();
    let browser = Browser::start(false).await;
    browser.client.goto(&address.replace("/api/oauth2/auth", "/uk/api/oauth2/auth")).await.unwrap();
    browser.see("not found.").await;
    browser.picture("wrong-country").await;
    browser.client.goto(simulator.get("base_url")).await.unwrap();
    browser.see(simulator.get("client_id")).await;
    browser.picture("front").await;
    browser.close().await;
}
