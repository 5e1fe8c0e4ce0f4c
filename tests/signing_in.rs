//! `login`, as a person does it with a browser beside it.

use exact_preauth_tests::{Person, Program, Simulator, person::client, until};
use serde_json::Value;

fn login(simulator: &Simulator, arguments: &str) -> Program {
    Program::new("login --no-browser --name acme")
        .and(&simulator.app())
        .and(arguments)
        .env("EXACT_CLIENT_SECRET", simulator.get("client_secret"))
}

#[tokio::test]
async fn the_answer_comes_by_loopback_and_the_file_is_the_owners_alone() {
    let simulator = Simulator::start("").await;
    let mut running = login(&simulator, "").start();
    let address = running.hear_address().await;
    let back = Person::of(&simulator).allow(&address).await;
    let (status, page) = Person::of(&simulator).open(&back).await;
    assert_eq!(status, 200);
    assert!(page.contains("You can close this tab"), "{page}");
    let (output, home) = running.end().await;
    assert_eq!((output.code, output.data.as_str()), (0, ""), "{}", output.words);
    let path = home.as_ref().unwrap().path().join("invantive/settings-acme.xml");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains("api-refresh-token=stampSIM001."));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let home = home.unwrap().path().to_str().unwrap().to_owned();
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"http://127\.0\.0\.1:\d+/api/\S+", "[address]");
    settings.add_filter(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", "[moment]");
    settings.add_filter(r"\(in \d+ (minutes|seconds)[^)]*\)", "(in [minutes])");
    settings.add_filter(&regex_escape(&home), "[home]");
    settings.bind(|| insta::assert_snapshot!("login_says", output.words));
    assert_eq!(simulator.count("refreshes").await, 0);
}

fn regex_escape(text: &str) -> String {
    text.replace('.', r"\.")
}

#[tokio::test]
async fn a_request_without_path_host_and_state_gets_404_and_ends_nothing() {
    let simulator = Simulator::start("").await;
    let mut running = login(&simulator, "").start();
    let address = running.hear_address().await;
    let back = Person::of(&simulator).allow(&address).await;
    let (before, state) = back.rsplit_once("&state=").unwrap();
    let origin = simulator.get("redirect_uri").trim_end_matches("/exact-preauth/return");
    for wrong in [
        before.to_owned(),
        format!("{before}&state="),
        format!("{before}&state=x{state}"),
        format!("{before}&state={state}&state={state}"),
        back.replace("/return?", "/return/?"),
        back.replace("/exact-preauth/return", "/"),
        format!("{origin}/exact-preauth/return?error=access_denied"),
        format!("{origin}/exact-preauth/return?error=access_denied&state=x"),
        format!("{origin}/favicon.ico"),
    ] {
        assert_eq!(Person::of(&simulator).open(&wrong).await.0, 404, "{wrong}");
    }
    let other_host = client().get(&back).header("host", "evil.example").send().await.unwrap();
    assert_eq!(other_host.status(), 404);
    assert_eq!(client().post(&back).send().await.unwrap().status(), 404);
    assert_eq!(client().head(&back).send().await.unwrap().status(), 404);
    assert_eq!(Person::of(&simulator).open(&back).await.0, 200);
    assert_eq!(running.end().await.0.code, 0);
    until("the port closed", async || client().get(&back).send().await.is_err().then_some(())).await;
}

#[tokio::test]
async fn the_answer_comes_on_standard_input() {
    let simulator = Simulator::start("--redirect-uri https://app.example.com/return").await;
    let mut running = login(&simulator, "--json").start();
    let address = running.hear_address().await;
    let back = Person::of(&simulator).allow(&address).await;
    // Wrapped by mail; the pipe stays open.
    let (first, second) = back.split_at(70);
    running.tell(&format!("> {first}\n> {second}\n")).await;
    let (output, _home) = running.end().await;
    assert_eq!(output.code, 0, "{}", output.words);
    let grant: Value = serde_json::from_str(&output.data).unwrap();
    assert!(grant["settings_file"].as_str().unwrap().ends_with("settings-acme.xml"));
    assert_eq!(grant["user"]["full_name"], "Robin Practice");
    assert!(!output.data.contains("stampSIM001"), "the tokens are in the file alone");
    assert!(!output.data.contains(simulator.get("client_secret")));
}

#[tokio::test]
async fn whoever_denies_is_told_what_to_do() {
    let simulator = Simulator::start("").await;
    let mut running = login(&simulator, "").start();
    let address = running.hear_address().await;
    let back = Person::of(&simulator).decide(&address, "deny").await;
    let (_, page) = Person::of(&simulator).open(&back).await;
    assert!(page.contains("Access was not given"), "{page}");
    let (output, home) = running.end().await;
    assert_eq!(output.code, 3);
    assert!(
        output.words.contains("the server refused: access_denied") && output.words.contains("choose Allow"),
        "{}",
        output.words
    );
    assert_eq!(std::fs::read_dir(home.unwrap().path()).unwrap().count(), 0, "nothing is left behind");
}

#[tokio::test]
async fn an_interrupted_sign_in_leaves_nothing_behind() {
    for signal in ["-INT", "-TERM"] {
        let simulator = Simulator::start("").await;
        let mut running = login(&simulator, "").start();
        running.hear_address().await;
        let id = running.child.id().unwrap().to_string();
        assert!(std::process::Command::new("kill").args([signal, &id]).status().unwrap().success());
        let (output, home) = running.end().await;
        assert_eq!(output.code, 130);
        assert!(output.words.contains("stopped; nothing was written"), "{}", output.words);
        assert_eq!(std::fs::read_dir(home.unwrap().path()).unwrap().count(), 0);
    }
}

#[tokio::test]
async fn what_cannot_be_written_is_refused_before_anybody_consents() {
    let simulator = Simulator::start("").await;
    let output = login(&simulator, "--alias 1;2").run().await;
    assert!(output.code == 2 && output.words.contains("alias"), "{}", output.words);
    let output = login(&simulator, "--out /proc/nowhere/settings.xml").run().await;
    assert!(output.code == 1 && output.words.contains("expected to write"), "{}", output.words);
    let program = login(&simulator, "");
    let folder = program.home().join("invantive");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("settings-acme.xml"), "older").unwrap();
    let running = program.start();
    let (output, _home) = running.end().await;
    assert!(output.code == 1 && output.words.contains("[file-exists]"), "{}", output.words);
    assert_eq!(simulator.count("authorizations").await, 0);
}

#[tokio::test]
async fn a_busy_port_is_named_and_a_paste_still_works() {
    let simulator = Simulator::start("").await;
    let port = simulator.get("redirect_uri").split(':').nth(2).unwrap().split('/').next().unwrap().to_owned();
    let _taken = std::net::TcpListener::bind(format!("127.0.0.1:{port}")).unwrap();
    let output = login(&simulator, "--via loopback").run().await;
    assert!(output.code == 1 && output.words.contains(&format!("port {port}")), "{}", output.words);
    let mut running = login(&simulator, "").start();
    let address = running.hear_address().await;
    let back = Person::of(&simulator).allow(&address).await;
    running.tell(&format!("{back}\n")).await;
    let (output, _home) = running.end().await;
    assert_eq!(output.code, 0, "{}", output.words);
    assert!(output.words.contains("paste the address instead"), "{}", output.words);
}

#[tokio::test]
async fn nobody_waits_for_an_answer_that_cannot_come() {
    let simulator = Simulator::start("--redirect-uri https://app.example.com/return").await;
    let output = login(&simulator, "--via loopback").run().await;
    assert_eq!(output.code, 2, "{}", output.words);
    let output = login(&simulator, "").run().await;
    assert!(output.code == 1 && output.words.contains("[return-empty]"), "an empty standard input: {}", output.words);
    let simulator = Simulator::start("").await;
    let output = login(&simulator, "--timeout 1").run().await;
    assert!(output.code == 1 && output.words.contains("[no-answer]"), "{}", output.words);
}

#[tokio::test]
async fn the_file_goes_to_standard_output_where_asked() {
    let simulator = Simulator::start("").await;
    let mut running = login(&simulator, "--out -").start();
    let address = running.hear_address().await;
    let back = Person::of(&simulator).allow(&address).await;
    Person::of(&simulator).open(&back).await;
    let (output, home) = running.end().await;
    assert!(output.data.starts_with("<?xml") && output.data.ends_with("</settings>\n"), "{}", output.data);
    assert_eq!(std::fs::read_dir(home.unwrap().path()).unwrap().count(), 0);
    let output = login(&simulator, "--out - --json").run().await;
    assert_eq!(output.code, 2, "{}", output.words);
}

#[tokio::test]
async fn the_demo_walks_through_by_itself_without_a_terminal() {
    let output = Program::new("demo").run().await;
    assert_eq!(output.code, 0, "{}", output.words);
    assert!(output.data.starts_with("<?xml") && output.data.contains("stampSIM001."), "{}", output.data);
    for step in [
        "1. Start",
        "2. Sign in",
        "signed in as practice@example.com",
        "✓ Signed in as Robin Practice",
        "3. The settings file",
    ] {
        assert!(output.words.contains(step), "{step} in {}", output.words);
    }
}

#[tokio::test]
async fn tokens_are_kept_when_their_folder_has_gone_away() {
    let simulator = Simulator::start("").await;
    let program = login(&simulator, "--out out/settings.xml");
    let folder = program.home().join("out");
    std::fs::create_dir(&folder).unwrap();
    let mut running = program.start();
    let address = running.hear_address().await;
    std::fs::remove_dir(&folder).unwrap();
    std::fs::write(&folder, "in the way").unwrap();
    let back = Person::of(&simulator).allow(&address).await;
    Person::of(&simulator).open(&back).await;
    let (output, home) = running.end().await;
    assert_eq!(output.code, 1);
    assert!(output.words.contains("The tokens are not lost: they are in "), "{}", output.words);
    let path = output.words.split("they are in ").nth(1).unwrap().split(',').next().unwrap();
    assert!(path.starts_with(home.as_ref().unwrap().path().to_str().unwrap()), "{path}");
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.contains("api-refresh-token=stampSIM001."), "{text}");
}
