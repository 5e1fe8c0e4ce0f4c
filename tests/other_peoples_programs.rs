//! Clients and servers that others wrote, unchanged: what holds the simulator and the program to the real world.

use std::process::Stdio;

use exact_preauth_core::Country;
use exact_preauth_tests::{Browser, Group, Person, Program, Simulator, free_port, here, set_up, tls::Front, until};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    process::Command,
};

/// Python's `exactonline`, which speaks https only, gets its tokens from the simulator by a code, reads `current/Me`
/// through them, and refreshes when the clock has moved on.
#[tokio::test]
async fn the_python_client_exactonline_signs_in_and_reads_me() {
    let simulator = Simulator::start("--redirect-uri https://app.example.com/return").await;
    let front = Front::of(simulator.get("base_url")).await;
    let folder = tempfile::tempdir().unwrap();
    let storage = folder.path().join("exactonline.ini");
    let base = &front.base_url;
    std::fs::write(
        &storage,
        format!(
            "[server]\nauth_url = {base}/api/oauth2/auth\nrest_url = {base}/api\ntoken_url = {base}/api/oauth2/token\n\n\
             [application]\nbase_url = {}\nclient_id = {{{}}}\nclient_secret = {}\n",
            simulator.get("redirect_uri"),
            simulator.get("client_id"),
            simulator.get("client_secret")
        ),
    )
    .unwrap();
    let mut client = Command::new(set_up("EXACT_PREAUTH_PYTHON"))
        .arg(here("python/exactonline_client.py"))
        .arg(&storage)
        .env("SSL_CERT_FILE", &front.authority)
        .env_remove("SSL_CERT_DIR")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut input = client.stdin.take().unwrap();
    let mut output = BufReader::new(client.stdout.take().unwrap()).lines();
    let mut line = async || {
        tokio::time::timeout(exact_preauth_tests::PATIENCE, output.next_line()).await.unwrap().unwrap().expect("a line")
    };

    let address = line().await;
    // The person's browser goes to the same pages without https.
    let back = Person::of(&simulator).allow(&address.replace(base.as_str(), simulator.get("base_url"))).await;
    let parsed = Program::new("parse").run_with(&back).await;
    assert_eq!(parsed.code, 0, "{}", parsed.words);
    input.write_all(parsed.data.as_bytes()).await.unwrap();
    assert_eq!(line().await, "division 123456");
    simulator.advance(580).await;
    input.write_all(b"refresh\n").await.unwrap();
    assert_eq!(line().await, "division 123456");
    assert!(client.wait().await.unwrap().success());
    assert_eq!((simulator.count("exchanges").await, simulator.count("refreshes").await), (1, 1));
    assert_eq!(simulator.count("token_errors").await, 0);
}

/// A server of `oidc-provider`'s, with one confidential client.
struct OidcProvider {
    _server: Group,
    /// Kept open: the server ends if it cannot print.
    _output: tokio::io::Lines<BufReader<tokio::process::ChildStdout>>,
    base_url: String,
}

impl OidcProvider {
    async fn start(redirect_uri: &str, authentication: &str, issuer: Option<&str>, port: u16) -> Self {
        let base_url = format!("http://127.0.0.1:{port}");
        let mut server = Group::start(
            Command::new("node")
                .arg(here("node/oidc_provider.mjs"))
                .args([issuer.unwrap_or(&base_url), &port.to_string(), redirect_uri, authentication])
                .env("MODULES", set_up("EXACT_PREAUTH_NODE_MODULES"))
                .stdout(Stdio::piped())
                .stderr(Stdio::null()),
        );
        let mut output = BufReader::new(server.leader().stdout.take().unwrap()).lines();
        let ready = tokio::time::timeout(exact_preauth_tests::PATIENCE, output.next_line()).await.unwrap().unwrap();
        assert_eq!(ready.as_deref(), Some("ready"));
        Self { _server: server, _output: output, base_url }
    }
}

/// Signs in and consents on the server's own development pages.
async fn consent_at_oidc_provider(browser: &Browser, address: &str) {
    browser.client.goto(address).await.unwrap();
    browser.fill("input[name=login]", "ann").await;
    browser.fill("input[name=password]", "any").await;
    browser.press("button[type=submit]").await;
    browser.see("Authorize").await;
    browser.press("button[type=submit]").await;
}

#[tokio::test]
async fn login_works_against_oidc_provider_with_pkce_and_both_kinds_of_authentication() {
    for authentication in ["client_secret_post", "client_secret_basic"] {
        let redirect_uri = format!("http://127.0.0.1:{}/exact-preauth/return", free_port());
        let server = OidcProvider::start(&redirect_uri, authentication, None, free_port()).await;
        let mut running = Program::new("login --no-browser --name other --json --pkce --scope")
            .arg("openid offline_access")
            .and(&format!("--auth-url {0}/auth --token-url {0}/token --client-id other", server.base_url))
            .and(&format!(
                "--client-auth {} --redirect-uri {redirect_uri}",
                authentication.trim_start_matches("client_secret_")
            ))
            .and(&format!("--issuer {}", server.base_url))
            .env("EXACT_CLIENT_SECRET", "a secret: with/blanks+and%signs")
            .start();
        let address = running.hear_address().await;
        let browser = Browser::start(false).await;
        consent_at_oidc_provider(&browser, &address).await;
        browser.see("You can close this tab").await;
        browser.close().await;
        let (output, home) = running.end().await;
        assert_eq!(output.code, 0, "{}", output.words);
        let grant: serde_json::Value = serde_json::from_str(&output.data).unwrap();
        assert_eq!(grant["refresh_not_before"], serde_json::Value::Null, "Exact's rules are Exact's");
        let file = std::fs::read_to_string(home.unwrap().path().join("invantive/settings-other.xml")).unwrap();
        assert!(file.contains(&format!("api-url={};", server.base_url)), "{file}");
        assert!(file.split_once("api-refresh-token=").unwrap().1.find('"').unwrap() > 20, "{file}");
    }
}

/// A company's proxy, `proxy.py`, that leads every connection to one server of ours and notes what was asked for.
struct CompanyProxy {
    _proxy: Group,
    folder: tempfile::TempDir,
    address: String,
}

impl CompanyProxy {
    async fn start(front: &Front) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let proxy = Group::start(
            Command::new(set_up("EXACT_PREAUTH_PYTHON"))
                .args(["-m", "proxy", "--hostname", "127.0.0.1", "--num-workers", "1", "--num-acceptors", "1"])
                .args(["--plugins", "company_proxy.ToTheTestServer", "--port", &port.to_string()])
                .env("PYTHONPATH", here("python"))
                .env("PYTHONDONTWRITEBYTECODE", "1")
                .env("TEST_SERVER_PORT", front.base_url.rsplit(':').next().unwrap())
                .env("ASKED_FOR", folder.path().join("asked"))
                .current_dir(folder.path())
                .stdout(Stdio::null())
                .stderr(Stdio::null()),
        );
        until("a proxy", async || tokio::net::TcpStream::connect(("127.0.0.1", port)).await.ok()).await;
        Self { _proxy: proxy, folder, address: format!("http://127.0.0.1:{port}") }
    }

    fn asked_for(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("asked")).unwrap_or_default()
    }
}

/// All seven countries under their real names, through a company's proxy, behind a company's own certificate.
#[tokio::test]
async fn every_country_is_reached_through_a_companys_proxy_and_certificate() {
    for country in Country::ALL {
        let simulator =
            Simulator::start(&format!("--country {country} --redirect-uri https://app.example.com/return")).await;
        let host = country.base_url().trim_start_matches("https://");
        let front = Front::named(host, simulator.get("base_url")).await;
        let proxy = CompanyProxy::start(&front).await;
        let login = || {
            Program::new("login --no-browser --name acme --json --country")
                .arg(country.key())
                .and(&format!(
                    "--client-id {} --redirect-uri https://app.example.com/return",
                    simulator.get("client_id")
                ))
                .env("EXACT_CLIENT_SECRET", simulator.get("client_secret"))
                .env("HTTPS_PROXY", &proxy.address)
        };
        let mut running = login().env("SSL_CERT_FILE", &front.authority).start();
        let address = running.hear_address().await;
        assert!(address.starts_with(&format!("https://{host}/api/oauth2/auth?")), "{address}");
        let back = Person::of(&simulator).allow(&address.replace(country.base_url(), simulator.get("base_url"))).await;
        running.tell(&format!("{back}\n")).await;
        let (output, _home) = running.end().await;
        assert_eq!(output.code, 0, "{}", output.words);
        assert!(output.data.contains("Robin Practice"), "{}", output.data);
        assert_eq!(proxy.asked_for().lines().collect::<Vec<_>>(), [format!("{host}:443"), format!("{host}:443")]);

        // A certificate that this computer does not trust: nothing is sent.
        let mut running = login().start();
        let address = running.hear_address().await;
        let back = Person::of(&simulator).allow(&address.replace(country.base_url(), simulator.get("base_url"))).await;
        running.tell(&format!("{back}\n")).await;
        let (output, _home) = running.end().await;
        assert_eq!(output.code, 1);
        assert!(
            output.words.contains(&format!("expected an answer from {host}")) && output.words.contains("certificate"),
            "{}",
            output.words
        );
        assert_eq!(simulator.count("token_requests").await, 1);
    }
}
