//! A real Chromium, driven through its own driver.

use std::{path::Path, process::Stdio};

use fantoccini::{Client, ClientBuilder, Locator, wd::Capabilities};
use serde_json::json;
use tempfile::TempDir;
use tokio::process::Command;

/// A browser with a fresh profile.
pub struct Browser {
    /// What is asked of it.
    pub client: Client,
    _driver: super::Group,
    _profile: TempDir,
}

impl Browser {
    /// Starts one. It trusts any certificate only where `trusting` says so.
    pub async fn start(trusting: bool) -> Self {
        let port = super::free_port();
        let driver = super::Group::start(
            Command::new("chromedriver").arg(format!("--port={port}")).stdout(Stdio::null()).stderr(Stdio::null()),
        );
        let profile = tempfile::tempdir().unwrap();
        let mut arguments = vec![
            "--headless=new".to_owned(),
            "--no-sandbox".into(),
            "--disable-gpu".into(),
            "--disable-quic".into(),
            "--no-first-run".into(),
            "--disable-background-networking".into(),
            "--disable-component-update".into(),
            "--disable-sync".into(),
            "--disable-dev-shm-usage".into(),
            format!("--user-data-dir={}", profile.path().display()),
        ];
        if trusting {
            arguments.push("--ignore-certificate-errors".into());
        }
        let capabilities: Capabilities = [
            ("goog:chromeOptions".to_owned(), json!({ "args": arguments })),
            ("goog:loggingPrefs".to_owned(), json!({ "browser": "ALL" })),
        ]
        .into_iter()
        .collect();
        let address = format!("http://127.0.0.1:{port}");
        let client = super::until("a browser", async || {
            ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new())
                .capabilities(capabilities.clone())
                .connect(&address)
                .await
                .ok()
        })
        .await;
        Self { client, _driver: driver, _profile: profile }
    }

    /// Waits for an element and types into it.
    pub async fn fill(&self, selector: &str, text: &str) {
        let element = self.client.wait().at_most(super::PATIENCE).for_element(Locator::Css(selector)).await.unwrap();
        element.clear().await.unwrap();
        element.send_keys(text).await.unwrap();
    }

    /// Waits for an element and presses it.
    pub async fn press(&self, selector: &str) {
        let element = self.client.wait().at_most(super::PATIENCE).for_element(Locator::Css(selector)).await.unwrap();
        element.click().await.unwrap();
    }

    /// Waits for a text on the page.
    pub async fn see(&self, text: &str) {
        let mut shown = String::new();
        let started = std::time::Instant::now();
        while !shown.contains(text) {
            assert!(
                started.elapsed() < super::PATIENCE,
                "expected {text:?} on the page, found:
{shown}"
            );
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            if let Ok(body) = self.client.find(Locator::Css("body")).await {
                shown = body.text().await.unwrap_or_default();
            }
        }
    }

    /// Keeps a picture of the page where a person who looks at them wants it: below `EXACT_PREAUTH_PICTURES`.
    pub async fn picture(&self, name: &str) {
        if let Some(folder) = std::env::var_os("EXACT_PREAUTH_PICTURES") {
            let picture = self.client.screenshot().await.unwrap();
            std::fs::write(Path::new(&folder).join(format!("{name}.png")), picture).unwrap();
        }
    }

    /// Makes the window that wide and high, in pixels, and prefers a colour scheme: `light` or `dark`.
    pub async fn look(&self, width: u32, height: u32, scheme: &str) {
        self.client.set_window_size(width, height).await.unwrap();
        let command = json!({ "cmd": "Emulation.setEmulatedMedia", "params": { "features": [{ "name": "prefers-color-scheme", "value": scheme }] } });
        self.client.issue_cmd(Chromium("goog/cdp/execute", command)).await.unwrap();
    }

    /// What the browser's console complained about: refused by a policy, not found, failed.
    pub async fn complaints(&self) -> Vec<String> {
        let log = self.client.issue_cmd(Chromium("se/log", json!({ "type": "browser" }))).await.unwrap();
        let entries = log.as_array().cloned().unwrap_or_default();
        // Browsers ask for an icon that no page has promised.
        entries.iter().map(|entry| entry["message"].to_string()).filter(|text| !text.contains("favicon.ico")).collect()
    }

    /// Closes it.
    pub async fn close(self) {
        self.client.clone().close().await.unwrap();
    }
}

/// A command of Chromium's driver alone: its path below the session, and its body.
#[derive(Debug)]
struct Chromium(&'static str, serde_json::Value);

impl fantoccini::wd::WebDriverCompatibleCommand for Chromium {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.0))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.1.to_string()))
    }
}

/// A "browser" for the program that writes the address down for the real one, which the test drives.
#[must_use]
pub fn note_taker(folder: &Path) -> String {
    let script = folder.join("browser.sh");
    std::fs::write(
        &script,
        format!(
            "#!/bin/sh\nprintf %s \"$1\" > '{0}/address.part' && mv '{0}/address.part' '{0}/address'\n",
            folder.display()
        ),
    )
    .unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    script.to_str().unwrap().to_owned()
}
