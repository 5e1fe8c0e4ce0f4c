//! `login` in a real terminal: it asks, says what it understood while a person types, and gives the terminal back.

use exact_preauth_tests::{Person, Simulator, Terminal};

/// The address that is shown on the screen, joined from its lines.
fn address(terminal: &Terminal) -> String {
    let everything = terminal.everything();
    let start = everything.rfind("/api/oauth2/auth?").unwrap();
    let start = everything[..start].rfind("http").unwrap();
    everything[start..].split_whitespace().next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_asks_for_what_is_missing_and_reads_a_wrapped_paste() {
    let simulator = Simulator::start("--redirect-uri https://app.example.com/return").await;
    let mut terminal = Terminal::start(&["login"], &[("EXACT_BASE_URL", simulator.get("base_url"))], 100);
    terminal.see("Client ID:");
    terminal.press("aB3dE5fG7hJ9");
    terminal.see("found 12 other characters");
    terminal.press("\r");
    terminal.see("found 12 other characters");
    terminal.press("\x15");
    terminal.paste(simulator.get("client_id"));
    terminal.press("\r");
    terminal.see("Redirect URI");
    terminal.press("app.example.com");
    terminal.see("expected an address that starts with https://");
    terminal.press("\x15https://app.example.com/returm\x7fn\r");
    terminal.see("Client secret:");
    terminal.paste(simulator.get("client_secret"));
    terminal.see("12 characters");
    assert!(terminal.screen().contains("••••••••••••"));
    terminal.press("\r");
    terminal.see("Name of the connection [exact]:");
    terminal.press("acme\r");
    terminal.see("Paste the address that the browser shows:");

    let back = Person::of(&simulator).allow(&address(&terminal)).await;
    terminal.paste("https://app.example.com/return?code=aB3-%21IAAAA&state=other");
    terminal.see("found another one");
    terminal.press("\x15");
    let (first, second) = back.split_at(100);
    terminal.paste(&format!("> {first}\r\n> {second}"));
    terminal.see("the state is right");
    terminal.press("\r");
    terminal.see("Signed in as Robin Practice");
    assert_eq!(terminal.end(), 0);
    assert!(terminal.home().join("invantive/settings-acme.xml").is_file());
    let everything = terminal.everything();
    assert!(!everything.contains(simulator.get("client_secret")), "the secret was never on the screen");
    assert!(
        everything.ends_with("\x1b[?2004l")
            || !everything.contains("\x1b[?2004h")
            || everything.rfind("\x1b[?2004l") > everything.rfind("\x1b[?2004h"),
        "the terminal is given back"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_comes_by_loopback_while_it_asks() {
    let simulator = Simulator::start("").await;
    let secret = simulator.get("client_secret");
    let app = simulator.app();
    let arguments: Vec<&str> = "login --name acme".split(' ').chain(app.split(' ')).collect();
    let mut terminal = Terminal::start(&arguments, &[("EXACT_CLIENT_SECRET", secret)], 60);
    terminal.see("Or paste the address");
    terminal.press("half typed");
    terminal.see("half typed");
    let back = Person::of(&simulator).allow(&address(&terminal)).await;
    assert_eq!(Person::of(&simulator).open(&back).await.0, 200);
    terminal.see("Written");
    assert_eq!(terminal.end(), 0);
    assert!(!terminal.screen().contains("half typed"), "the question is taken off the screen:\n{}", terminal.screen());
}

#[tokio::test(flavor = "multi_thread")]
async fn control_c_at_any_question_ends_it_and_leaves_nothing() {
    let simulator = Simulator::start("").await;
    let app = simulator.app();
    let arguments: Vec<&str> = std::iter::once("login").chain(app.split(' ')).collect();
    for (question, answers) in
        [("Client secret:", ""), ("Name of the connection", "s\r"), ("Or paste the address", "s\racme\r")]
    {
        let mut terminal = Terminal::start(&arguments, &[], 80);
        terminal.see("Client secret:");
        for answer in answers.split_inclusive('\r') {
            terminal.press(answer);
            terminal.see(if answer.starts_with('s') { "Name of the connection" } else { question });
        }
        terminal.see(question);
        terminal.press("\x03");
        assert_eq!(terminal.end(), 130, "{question}");
        assert!(terminal.screen().contains("stopped; nothing was written"), "{}", terminal.screen());
        assert_eq!(std::fs::read_dir(terminal.home()).unwrap().count(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_replaced_only_when_the_person_says_so() {
    let simulator = Simulator::start("").await;
    let app = simulator.app();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("settings.xml");
    std::fs::write(&path, "older").unwrap();
    let arguments: Vec<&str> =
        "login --name acme --out".split(' ').chain([path.to_str().unwrap()]).chain(app.split(' ')).collect();
    let variables = [("EXACT_CLIENT_SECRET", simulator.get("client_secret"))];
    let mut terminal = Terminal::start(&arguments, &variables, 120);
    terminal.see("exists. Replace it and keep a copy? [no]:");
    terminal.press("\r");
    assert_eq!(terminal.end(), 1);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "older");
    let mut terminal = Terminal::start(&arguments, &variables, 120);
    terminal.see("exists. Replace it and keep a copy? [no]:");
    terminal.press("y\r");
    terminal.see("Or paste the address");
    let back = Person::of(&simulator).allow(&address(&terminal)).await;
    Person::of(&simulator).open(&back).await;
    assert_eq!(terminal.end(), 0);
    assert_eq!(std::fs::read_to_string(folder.path().join("settings.xml.bak")).unwrap(), "older");
    assert!(std::fs::read_to_string(&path).unwrap().starts_with("<?xml"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_opens_a_browser_and_waits_for_the_person() {
    let notes = tempfile::tempdir().unwrap();
    let script = exact_preauth_tests::browser::note_taker(notes.path());
    let mut terminal = Terminal::start(&["demo"], &[("BROWSER", &script)], 120);
    terminal.see("Press Enter to sign in with your browser");
    terminal.press("\r");
    let address_file = notes.path().join("address");
    let address =
        exact_preauth_tests::until("an opened browser", async || std::fs::read_to_string(&address_file).ok()).await;
    let shown = |name: &str| {
        let screen = terminal.everything();
        screen.split(name).nth(1).unwrap().split_whitespace().next().unwrap().to_owned()
    };
    let (user, password) = (shown("User name"), shown("Password"));
    let back = exact_preauth_tests::person::decide(&address, &user, &password, "allow").await;
    assert_eq!(exact_preauth_tests::person::client().get(&back).send().await.unwrap().status(), 200);
    assert_eq!(terminal.end(), 0);
    assert!(terminal.everything().contains("</settings>"));
}

#[tokio::test(flavor = "multi_thread")]
async fn over_ssh_the_address_is_shown() {
    let simulator = Simulator::start("").await;
    let app = simulator.app();
    let arguments: Vec<&str> = "login --name acme".split(' ').chain(app.split(' ')).collect();
    let variables = [("EXACT_CLIENT_SECRET", "s"), ("DISPLAY", ":0"), ("SSH_CONNECTION", "192.0.2.1 1 192.0.2.2 22")];
    let mut terminal = Terminal::start(&arguments, &variables, 100);
    terminal.see("this is a session over ssh");
    terminal.see("Or paste the address");
    terminal.press("\x03");
    assert_eq!(terminal.end(), 130);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistyped_secret_is_asked_for_again_while_the_code_lives() {
    let simulator = Simulator::start("").await;
    let app = simulator.app();
    let arguments: Vec<&str> = "login --name acme".split(' ').chain(app.split(' ')).collect();
    let mut terminal = Terminal::start(&arguments, &[], 120);
    terminal.see("Client secret:");
    terminal.paste(simulator.get("client_id"));
    terminal.see("found the client ID");
    terminal.press("\x15mistyped\r");
    terminal.see("Or paste the address");
    let back = Person::of(&simulator).allow(&address(&terminal)).await;
    Person::of(&simulator).open(&back).await;
    terminal.see("The code is still good. Client secret:");
    terminal.paste(simulator.get("client_secret"));
    terminal.press("\r");
    assert_eq!(terminal.end(), 0);
    let file = std::fs::read_to_string(terminal.home().join("invantive/settings-acme.xml")).unwrap();
    assert!(file.contains(simulator.get("client_secret")), "the file has the right one");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_terminal_ends_it() {
    for question in ["Client ID:", "Or paste the address"] {
        let simulator = Simulator::start("").await;
        let app = simulator.app();
        let all: Vec<&str> = "login --name acme".split(' ').chain(app.split(' ')).collect();
        let arguments = if question == "Client ID:" { vec!["login", "--country", "nl"] } else { all };
        let terminal = Terminal::start(&arguments, &[("EXACT_CLIENT_SECRET", "s")], 80);
        terminal.see(question);
        assert!(terminal.close(), "it ended by itself: {question}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_to_end_ends_it_at_a_question() {
    let mut terminal = Terminal::start(&["login"], &[], 80);
    terminal.see("Country");
    assert!(std::process::Command::new("kill").arg(terminal.id().to_string()).status().unwrap().success());
    assert_eq!(terminal.end(), 130);
}

#[tokio::test(flavor = "multi_thread")]
async fn control_c_ends_a_wait_for_standard_input() {
    let mut terminal = Terminal::start(&["whoami"], &[], 100);
    terminal.see("Paste the grant");
    terminal.press("\x03");
    assert_eq!(terminal.end(), 130);
}
