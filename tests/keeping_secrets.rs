//! Canaries: secrets in every place where one can be, searched for in every place where none may be.

use exact_preauth_tests::{Person, Program, Simulator};
use serde_json::Value;

#[tokio::test]
async fn neither_words_nor_arguments_hold_a_secret() {
    let simulator = Simulator::start("").await;
    let secret = simulator.get("client_secret");
    let program =
        Program::new("login --no-browser --name acme --client-secret-file").and("secret.txt").and(&simulator.app());
    std::fs::write(program.home().join("secret.txt"), format!("{secret}\r\n")).unwrap();
    let mut running = program.start();
    let address = running.hear_address().await;
    assert!(!address.contains(secret));
    #[cfg(target_os = "linux")]
    {
        let id = running.child.id().unwrap();
        let arguments = std::fs::read_to_string(format!("/proc/{id}/cmdline")).unwrap();
        let environment = std::fs::read_to_string(format!("/proc/{id}/environ")).unwrap();
        assert!(!arguments.contains(secret) && !environment.contains(secret));
    }
    let back = Person::of(&simulator).allow(&address).await;
    let code = back.split_once("code=").unwrap().1.split('&').next().unwrap().to_owned();
    let (_, page) = Person::of(&simulator).open(&back).await;
    assert!(!page.contains(&code));
    let (output, home) = running.end().await;
    assert_eq!(output.code, 0, "{}", output.words);
    let file = std::fs::read_to_string(home.unwrap().path().join("invantive/settings-acme.xml")).unwrap();
    let token = file.split_once("api-refresh-token=").unwrap().1.split('"').next().unwrap();
    for canary in [secret, &code, &code.replace("%21", "!"), token, "gAAAA"] {
        assert!(!output.words.contains(canary) && !output.data.contains(canary), "{canary}");
    }
}

#[tokio::test]
async fn no_failure_shows_a_secret() {
    const SECRET: &str = "cAnArY7secret";
    const CODE: &str = "aB3-%21IAAAAcanarycode";
    let simulator = Simulator::start("").await;
    let app = simulator.app();
    let back = format!("{}?code={CODE}&state=s1", simulator.get("redirect_uri"));
    let grant = "{\"access_token\":\"cAnArY7secret\",\"refresh_token\":\"cAnArY7secret\",\"expires_in\":\"x\"}";
    for (arguments, input) in [
        (format!("exchange --state s1 {app}"), back.clone()),
        (format!("exchange --state s2 {app}"), back.clone()),
        (format!("exchange --json --state s1 {app}"), back.clone()),
        (format!("exchange --state s1 {app}"), format!("{back}&code=x")),
        (format!("parse --state s2 {app}"), back.clone()),
        (format!("parse --state s1 {app}"), SECRET.to_owned()),
        (format!("parse --state s1 {app}"), format!("{back}%2F")),
        ("whoami".to_owned(), grant.to_owned()),
        ("settings invantive --name a --out -".to_owned(), grant.to_owned()),
        (format!("url --client-id {SECRET}"), String::new()),
        (format!("login --name a --via paste {app}"), SECRET.to_owned()),
        (format!("login --name a --via paste --alias a;{SECRET} {app}").replace(SECRET, "x"), String::new()),
    ] {
        let output = Program::new(&arguments)
            .env("EXACT_CLIENT_SECRET", SECRET)
            .env("RUST_BACKTRACE", "full")
            .run_with(&input)
            .await;
        assert_ne!(output.code, 0, "{arguments}");
        assert_ne!(output.code, 101, "{arguments}: {}", output.words);
        let shown = format!("{}{}", output.words, output.data);
        assert!(!shown.contains(SECRET) && !shown.contains("canarycode"), "{arguments}: {shown}");
    }
}

#[tokio::test]
async fn a_secret_that_the_file_cannot_carry_is_refused_before_the_sign_in() {
    let simulator = Simulator::start("").await;
    for secret in ["canary;7", "canary\"7", "canary'7"] {
        let output = Program::new("login --no-browser --name acme")
            .and(&simulator.app())
            .env("EXACT_CLIENT_SECRET", secret)
            .run()
            .await;
        assert_eq!(output.code, 2);
        assert!(output.words.contains("client secret") && !output.words.contains("canary"), "{}", output.words);
    }
    assert_eq!(simulator.count("authorizations").await, 0);
}

#[tokio::test]
async fn the_grant_never_holds_the_client_secret() {
    let simulator = Simulator::start("--consent auto").await;
    let url = Program::new("url --state s1").and(&simulator.app()).run().await;
    let answer = exact_preauth_tests::person::client().get(url.data.trim()).send().await.unwrap();
    let back = answer.headers()["location"].to_str().unwrap();
    let secret = simulator.get("client_secret");
    let output = Program::new("exchange --state s1")
        .and(&simulator.app())
        .env("EXACT_CLIENT_SECRET", secret)
        .run_with(back)
        .await;
    assert_eq!(output.code, 0, "{}", output.words);
    assert!(!output.data.contains(secret));
    let grant: Value = serde_json::from_str(&output.data).unwrap();
    assert!(grant.get("client_secret").is_none());
}
