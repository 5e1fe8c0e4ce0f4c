//! The flow in its single steps, as a script does it: url, parse, exchange, whoami, settings.

use exact_preauth_tests::{Person, Program, Simulator};
use serde_json::Value;

/// A grant from the simulator, by `url`, the pages, and `exchange`.
async fn grant(simulator: &Simulator) -> (Value, String) {
    let url = Program::new("url --json").and(&simulator.app()).run().await;
    let url: Value = serde_json::from_str(&url.data).unwrap();
    let back = Person::of(simulator).allow(url["url"].as_str().unwrap()).await;
    let output = Program::new("exchange --whoami --state")
        .arg(url["state"].as_str().unwrap())
        .and(&simulator.app())
        .env("EXACT_CLIENT_SECRET", simulator.get("client_secret"))
        .run_with(&back)
        .await;
    assert_eq!((output.code, output.words.as_str()), (0, ""));
    (serde_json::from_str(&output.data).unwrap(), output.data)
}

#[tokio::test]
async fn a_script_gets_from_the_address_to_the_settings_file() {
    let simulator = Simulator::start("").await;
    let (grant, text) = grant(&simulator).await;
    assert!(grant["refresh_token"].as_str().unwrap().starts_with("stampSIM001."));
    assert_eq!(grant["expires_in"], 600);
    assert_eq!(grant["division"], 123_456);
    assert_eq!(grant["user"]["email"], "practice@example.com");
    assert!(!text.contains(simulator.get("client_secret")));

    let output = Program::new("whoami").run_with(&text).await;
    assert_eq!(output.data, "Robin Practice <practice@example.com>, division 123456\n");
    let output = Program::new("whoami --json").run_with(&text).await;
    assert_eq!(serde_json::from_str::<Value>(&output.data).unwrap()["division"], 123_456);

    let settings = |arguments: &str| {
        Program::new("settings invantive --name acme")
            .and(arguments)
            .env("EXACT_CLIENT_SECRET", simulator.get("client_secret"))
    };
    let output = settings("--out -").run_with(&text).await;
    let token = grant["refresh_token"].as_str().unwrap();
    assert!(output.data.contains(&format!(";api-refresh-token={token}\"")), "{output:?}");
    assert_eq!(simulator.count("refreshes").await, 0, "no refresh token is spent to see whether it works");
}

#[tokio::test]
async fn a_settings_file_is_not_replaced_by_surprise() {
    let simulator = Simulator::start("").await;
    let (_, text) = grant(&simulator).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("settings-acme.xml");
    let settings = |arguments: &str| {
        Program::new("settings invantive --name acme --out")
            .arg(folder.path().to_str().unwrap())
            .and(arguments)
            .env("EXACT_CLIENT_SECRET", "s")
    };
    assert_eq!(settings("").run_with(&text).await.code, 0);
    std::fs::write(&path, "older").unwrap();
    let output = settings("").run_with(&text).await;
    assert_eq!(output.code, 1);
    assert!(output.words.contains("[file-exists]"), "{}", output.words);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "older");
    assert_eq!(settings("--force").run_with(&text).await.code, 0);
    assert_eq!(std::fs::read_to_string(folder.path().join("settings-acme.xml.bak")).unwrap(), "older");
    let output = settings("--force --alias a;b").run_with(&text).await;
    assert!(output.code == 2 && output.words.contains("Nothing was written"), "{}", output.words);
}

#[tokio::test]
async fn a_code_is_good_once_and_for_three_minutes() {
    let simulator = Simulator::start("--consent auto").await;
    let person = Person::of(&simulator);
    let code = async || {
        let url = Program::new("url --json --state s1").and(&simulator.app()).run().await;
        let url: Value = serde_json::from_str(&url.data).unwrap();
        let answer = exact_preauth_tests::person::client().get(url["url"].as_str().unwrap()).send().await.unwrap();
        answer.headers()["location"].to_str().unwrap().to_owned()
    };
    let exchange = async |back: &str| {
        let program = Program::new("exchange --state s1").and(&simulator.app());
        program.env("EXACT_CLIENT_SECRET", simulator.get("client_secret")).run_with(back).await
    };
    let back = code().await;
    assert_eq!(exchange(&back).await.code, 0);
    let again = exchange(&back).await;
    assert_eq!(again.code, 3);
    assert!(again.words.contains("[token-redirect-uri-or-code]"), "{}", again.words);

    let back = code().await;
    simulator.advance(181).await;
    assert_eq!(exchange(&back).await.code, 3);
    assert_eq!(simulator.count("exchanges").await, 1);

    let back = code().await;
    let wrong = Program::new("exchange --state s1")
        .and(&simulator.app())
        .env("EXACT_CLIENT_SECRET", "wrong")
        .run_with(&back)
        .await;
    assert_eq!(wrong.code, 3);
    assert!(wrong.words.contains("[token-client]"), "{}", wrong.words);
    drop(person);
}

#[tokio::test]
async fn the_simulator_answers_mistakes_on_its_own_page_as_exact_does() {
    let simulator = Simulator::start("").await;
    let person = Person::of(&simulator);
    let address = Program::new("url --state s1").and(&simulator.app()).run().await.data.trim().to_owned();
    let (_, text) = person.open(&address.replace("/api/oauth2/auth", "/be/api/oauth2/auth")).await;
    assert!(text.contains(&format!("Client with identifier '{}' not found.", simulator.get("client_id"))), "{text}");
    let (_, text) = person.open(&address.replace("%2Freturn", "%2Freturn%2F")).await;
    assert!(text.contains(&format!("Callback URI '{}/' is not valid", simulator.get("redirect_uri"))), "{text}");
    let (_, text) = person.open(&address.replace("=code", "=token")).await;
    assert!(text.contains("Invalid authorization request"), "{text}");
    let back = person.decide(&address, "deny").await;
    assert!(back.ends_with("?error=access_denied&state=s1"), "{back}");
}

#[tokio::test]
async fn a_dead_server_is_named_and_the_address_is_not_shown() {
    let output = Program::new("exchange --state s1 --base-url")
        .arg(format!("http://127.0.0.1:{}", exact_preauth_tests::free_port()))
        .and("--client-id 0f9a5d7e-6c3b-4a21-9e57-8b1d2c3f4a5b --redirect-uri https://app.example.com/return")
        .env("EXACT_CLIENT_SECRET", "s")
        .run_with("https://app.example.com/return?code=aB3-%21IAAAACANARY&state=s1")
        .await;
    assert_eq!(output.code, 1);
    assert!(
        output.words.contains("expected an answer from 127.0.0.1, found none") && output.words.contains("[network]"),
        "{}",
        output.words
    );
    assert!(!output.words.contains("CANARY"));
}

#[tokio::test]
async fn input_of_any_size_or_encoding_is_read_or_refused() {
    let parse = || Program::new("parse --state s1");
    let utf16: String = String::from_utf8_lossy(b"\xff\xfe").into_owned();
    assert_eq!(parse().run_with(&utf16).await.code, 1);
    let output = parse().run_with(&"x".repeat(10_000_000)).await;
    assert!(output.code == 1 && output.words.contains("[return-too-long]"), "{}", output.words);
    // Every line may be one more; the program does not read them again and again.
    let output = parse().run_with(&"\n".repeat(65_000)).await;
    assert!(output.code == 1 && output.words.contains("[return-empty]"), "{}", output.words);
    let without_state = Program::new("parse").run_with("> stampNL001.aB3-!IAAAA\n> Et3_x9Yw-Zq\n").await;
    assert_eq!(without_state.data, "stampNL001.aB3-!IAAAAEt3_x9Yw-Zq\n", "no line is lost");
    let wrapped = "> https://app.example.com/return?code=stampNL001.aB3-%21IAAAA\n> Et3&amp;state=s1\n\nKind regards";
    let output = parse().run_with(wrapped).await;
    assert_eq!(output.data, "stampNL001.aB3-!IAAAAEt3\n");
    let output = parse().and("--json").run_with(wrapped).await;
    let json: Value = serde_json::from_str(&output.data).unwrap();
    assert_eq!((json["code"].as_str(), json["state"].as_str()), (Some("stampNL001.aB3-!IAAAAEt3"), Some("s1")));
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_grant_that_cannot_be_printed_is_kept() {
    let simulator = Simulator::start("--consent auto").await;
    let url = Program::new("url --state s1").and(&simulator.app()).run().await;
    let answer = exact_preauth_tests::person::client().get(url.data.trim()).send().await.unwrap();
    let back = answer.headers()["location"].to_str().unwrap();
    let program = Program::new("exchange --state s1").and(&simulator.app()).data_to("/dev/full");
    let mut running = program.env("EXACT_CLIENT_SECRET", simulator.get("client_secret")).start();
    running.tell(&format!("{back}\n")).await;
    let (output, _home) = running.end().await;
    assert_eq!(output.code, 1, "{}", output.words);
    let path = output.words.split("they are in ").nth(1).unwrap().split(',').next().unwrap();
    assert!(std::fs::read_to_string(path).unwrap().contains("\"refresh_token\": \"stampSIM001."));
}

#[tokio::test]
async fn a_state_may_begin_with_a_hyphen() {
    let simulator = Simulator::start("--consent auto").await;
    let url = Program::new("url --state -Uk_3").and(&simulator.app()).run().await;
    assert!(url.data.contains("&state=-Uk_3&"), "{url:?}");
    let answer = exact_preauth_tests::person::client().get(url.data.trim()).send().await.unwrap();
    let back = answer.headers()["location"].to_str().unwrap();
    let output = Program::new("parse --state -Uk_3").and(&simulator.app()).run_with(back).await;
    assert_eq!(output.code, 0, "{}", output.words);
    let exchange = Program::new("exchange --state -Uk_3").and(&simulator.app());
    let output = exchange.env("EXACT_CLIENT_SECRET", simulator.get("client_secret")).run_with(back).await;
    assert_eq!(output.code, 0, "{}", output.words);
}
