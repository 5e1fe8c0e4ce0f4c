//! What a person reads before they do anything, and when they did it wrongly: every help page and message.

use exact_preauth_tests::Program;

const APP: &str =
    "--country nl --client-id 0f9a5d7e-6c3b-4a21-9e57-8b1d2c3f4a5b --redirect-uri https://app.example.com/return";

#[tokio::test]
async fn every_command_has_a_help_page() {
    let overview = Program::new("--help").run().await.data;
    for command in [
        "",
        "login",
        "url",
        "parse",
        "exchange",
        "settings",
        "whoami",
        "countries",
        "simulate",
        "demo",
        "completions",
        "man",
    ] {
        let output = Program::new(command).arg("--help").run().await;
        assert_eq!((output.code, output.words.as_str()), (0, ""), "{command}");
        insta::assert_snapshot!(format!("help_{command}"), output.data);
        if !command.is_empty() {
            let first = output.data.lines().next().unwrap();
            assert!(overview.contains(first), "{command} begins with what the overview says of it: {first}");
        }
    }
}

#[tokio::test]
async fn short_help_fits_on_a_page() {
    let output = Program::new("login -h").run().await;
    insta::assert_snapshot!(output.data);
}

#[tokio::test]
async fn every_mistake_is_answered_with_what_was_expected_found_and_to_be_done() {
    let mut messages = String::new();
    for (arguments, code) in [
        ("url", 2),
        ("url --country at", 2),
        ("url --base-url start.exactonline.nl", 2),
        ("url --base-url http://start.exactonline.nl", 2),
        ("url --base-url https://start.exactonline.nl/api/oauth2/auth", 2),
        ("url --country nl --base-url https://start.exactonline.nl", 2),
        ("url --auth-url https://login.example.com/auth", 2),
        ("url --client-id aB3dE5fG7hJ9", 2),
        ("url --client-id 0f9a5d7e-6c3b-4a21-9e57-8b1d2c3f4a5b --redirect-uri app.example.com/return", 2),
        ("url --client-id 0f9a5d7e-6c3b-4a21-9e57-8b1d2c3f4a5b --redirect-uri http://app.example.com/return", 2),
        ("url --client-id 0f9a5d7e-6c3b-4a21-9e57-8b1d2c3f4a5b --redirect-uri https://app.example.com/#x", 2),
        ("login --name ../x", 2),
        (
            "login --client-secret-file /nowhere/at/all --client-id 0f9a5d7e-6c3b-4a21-9e57-8b1d2c3f4a5b --redirect-uri https://app.example.com/return",
            2,
        ),
        ("login --timeout 0", 2),
        ("settings yaml", 2),
        ("settings invantive", 2),
        ("settings invantive --name nul", 2),
        ("settings invantive --name a --client-secret-file -", 2),
        ("simulate --clock-speed -1", 2),
        ("simulate --listen nowhere", 2),
        ("logn", 2),
    ] {
        let output = Program::new(arguments).run().await;
        assert_eq!((output.code, output.data.as_str()), (code, ""), "{arguments}: {}", output.words);
        messages.push_str(&format!("$ exact-preauth {arguments}\n{}\n", output.words));
    }
    insta::assert_snapshot!(messages);
}

#[tokio::test]
async fn a_wrong_return_url_is_answered_with_its_reason() {
    let mut messages = String::new();
    for text in [
        "",
        "hello",
        "https://app.example.com/return?code=stampNL001.aB3-%21IAAAAEt3&state=other",
        "https://app.example.com/return?code=stampNL001.aB3-%21IAAAAEt3",
        "https://app.example.com/return/?code=stampNL001.aB3-%21IAAAAEt3&state=s1",
        "https://app.example.org/return?code=stampNL001.aB3-%21IAAAAEt3&state=s1",
        "https://app.example.com:8443/return?code=stampNL001.aB3-%21IAAAAEt3&state=s1",
        "http://app.example.com/return?code=stampNL001.aB3-%21IAAAAEt3&state=s1",
        "https://app.example.com/return?code=a&code=b&state=s1",
        "https://app.example.com/return?error=access_denied&error_description=Not+today&state=s1",
        "https://app.example.com/return?error=unauthorized_client&state=s1",
        "https://app.example.com/return#access_token=x&state=s1",
        "https://app.example.com/return?code=stampNL001.gAAAA&state=s1",
        "https://app.example.com/return?state=s1",
        "https://app.example.com/return?code=aB3-%21IAAAA%2F&state=s1",
        "https://start.exactonline.nl/api/oauth2/auth?client_id=x&redirect_uri=y&response_type=code",
        "https://start.exactonline.nl/docs/Login.aspx",
        "0f9a5d7e-6c3b-4a21-9e57-8b1d2c3f4a5b",
        "aB3dE5fG7hJ9",
    ] {
        let output = Program::new("parse --state s1").and(APP).run_with(text).await;
        assert!(output.code == 1 || output.code == 3, "{text}: {output:?}");
        assert_eq!(output.data, "", "{text}");
        messages.push_str(&format!(
            "$ echo '{text}' | exact-preauth parse --state s1 …\n{}exit code {}\n\n",
            output.words, output.code
        ));
    }
    insta::assert_snapshot!(messages);
}

#[tokio::test]
async fn errors_are_json_where_that_was_asked_for() {
    let output = Program::new("url --json --country at").run().await;
    let error: serde_json::Value = serde_json::from_str(&output.words).unwrap();
    assert_eq!(error["error"]["code"], "country-unknown");
    assert_eq!(output.code, 2);
    for arguments in ["url --json --bogus", "parse --json"] {
        let output = Program::new(arguments).run().await;
        assert!(
            output.words.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()),
            "{}",
            output.words
        );
    }
}

#[tokio::test]
async fn the_address_is_explained_parameter_by_parameter() {
    let output = Program::new("url --explain --state s1").and(APP).run().await;
    assert_eq!(output.code, 0);
    insta::assert_snapshot!(output.data);
}

#[tokio::test]
async fn the_countries_are_listed() {
    insta::assert_snapshot!(Program::new("countries").run().await.data);
    let json: serde_json::Value = serde_json::from_str(&Program::new("countries --json").run().await.data).unwrap();
    assert_eq!(json["countries"].as_array().unwrap().len(), 7);
}

#[tokio::test]
async fn completions_and_manual_pages_are_made() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = Program::new("completions").arg(shell).run().await;
        assert!(output.code == 0 && output.data.contains("client-secret-file"), "{shell}");
    }
    assert!(Program::new("man").run().await.data.contains(".TH exact-preauth 1"));
    let program = Program::new("man --out pages");
    let home = program.home();
    let running = program.start();
    let (output, _home) = running.end().await;
    assert_eq!(output.code, 0, "{}", output.words);
    assert!(home.join("pages/exact-preauth-login.1").is_file());
}

#[tokio::test]
async fn the_environment_answers_where_no_option_does() {
    let output = Program::new("url --state s1")
        .env("EXACT_COUNTRY", "be")
        .env("EXACT_CLIENT_ID", "{0f9a5d7e-6c3b-4a21-9e57-8b1d2c3f4a5b}")
        .env("EXACT_REDIRECT_URI", "https://app.example.com/")
        .run()
        .await;
    assert!(output.data.starts_with("https://start.exactonline.be/api/oauth2/auth?client_id=%7B0f9a"), "{output:?}");
    let output = Program::new("url").and(APP).env("EXACT_BASE_URL", "not an address").run().await;
    assert!(
        output.data.starts_with("https://start.exactonline.nl/"),
        "an option comes before the environment: {output:?}"
    );
}
