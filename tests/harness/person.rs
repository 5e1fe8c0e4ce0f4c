//! A person at the simulator's pages, without a browser.

use std::sync::OnceLock;

use reqwest::{Client, Response};
use url::form_urlencoded;

use crate::Simulator;

/// A client that follows no redirect.
pub fn client() -> Client {
    static CLIENT: OnceLock<()> = OnceLock::new();
    CLIENT.get_or_init(|| {
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

/// Somebody who signs in.
pub struct Person<'a> {
    simulator: &'a Simulator,
    client: Client,
}

impl<'a> Person<'a> {
    /// The simulator's one user.
    #[must_use]
    pub fn of(simulator: &'a Simulator) -> Self {
        Self { simulator, client: client() }
    }

    /// Opens the address, signs in, and presses `allow` or `deny`. Returns where the browser is sent.
    pub async fn decide(&self, address: &str, decision: &str) -> String {
        decide(address, self.simulator.get("username"), self.simulator.get("password"), decision).await
    }

    /// Allows, and returns where the browser is sent.
    pub async fn allow(&self, address: &str) -> String {
        self.decide(address, "allow").await
    }

    /// Opens an address, and returns its status and text.
    pub async fn open(&self, address: &str) -> (u16, String) {
        let answer = self.client.get(address).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }
}

/// Opens the address, signs in, and presses `allow` or `deny`. Returns where the browser is sent.
pub async fn decide(address: &str, username: &str, password: &str, decision: &str) -> String {
    let page = client().get(address).send().await.unwrap();
    assert!(page.status().is_success(), "{}", page.text().await.unwrap());
    let base = address.split("/api/").next().unwrap();
    let query = address.split_once('?').unwrap().1;
    let sign_in = [("request", query), ("username", username), ("password", password)];
    let page = post(&format!("{base}/api/oauth2/auth/sign-in"), &sign_in).await.text().await.unwrap();
    let ticket = page.split_once("name=\"ticket\" value=\"").and_then(|(_, rest)| rest.split_once('"'));
    let ticket = ticket.unwrap_or_else(|| panic!("expected a consent page, found {page}")).0;
    let answer = post(&format!("{base}/api/oauth2/auth/consent"), &[("ticket", ticket), ("decision", decision)]).await;
    answer.headers().get("location").expect("a redirect").to_str().unwrap().to_owned()
}

/// Sends a form.
async fn post(address: &str, pairs: &[(&str, &str)]) -> Response {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let request = client().post(address).header("content-type", "application/x-www-form-urlencoded");
    request.body(body).send().await.unwrap()
}
