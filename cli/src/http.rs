//! The two calls that go out: the token request and `current/Me`. No redirect is followed; sizes and times are capped;
//! company proxies and the system's certificates are honoured.

use std::time::Duration;

use exact_preauth_core::{
    AccessToken, BaseUrl, ClientSecret, Endpoint, HttpReply, Me, REPLY_LIMIT, TokenReply, TokenRequestParts,
};
use reqwest::{Client, Response, header};
use url::Url;

use crate::failure::Failure;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);
const TIMEOUT: Duration = Duration::from_mins(1);

/// A client for one call. `is_loopback`: it goes to this computer.
pub fn client(is_loopback: bool) -> Result<Client, Failure> {
    // The first one wins; a second attempt changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(TIMEOUT)
        .user_agent(concat!("exact-preauth/", env!("CARGO_PKG_VERSION")));
    // A company's proxy cannot reach a server on this computer.
    let builder = if is_loopback { builder.no_proxy() } else { builder.https_only(true) };
    builder.build().map_err(|error| {
        Failure::failed("tls", "expected to prepare a secure connection, found that it cannot be prepared")
            .because(causes(&error))
    })
}

/// Sends a token request. Where the server repeats the secret in its words, they are shown without it.
pub async fn token(
    endpoint: &Endpoint,
    parts: &TokenRequestParts,
    client_secret: &ClientSecret,
) -> Result<TokenReply, Failure> {
    let mut request = client(endpoint.is_loopback())?
        .post(endpoint.url().clone())
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ACCEPT, "application/json")
        .body(parts.body.expose().to_owned());
    if let Some(authorization) = &parts.authorization {
        let mut value = header::HeaderValue::from_str(authorization.expose()).map_err(|_| {
            Failure::failed("request", "expected a client secret that can stand in a header, found one that cannot")
        })?;
        value.set_sensitive(true);
        request = request.header(header::AUTHORIZATION, value);
    }
    let response = request.send().await.map_err(|error| unreachable(endpoint.url(), &error))?;
    let reason = reason(&response);
    let status = response.status().as_u16();
    let body = body(response, endpoint.url()).await?;
    let reply = TokenReply::parse(HttpReply { status, reason: reason.as_deref(), body: &body });
    Ok(reply.map_err(|error| error.without(client_secret.expose()))?)
}

/// Asks whose an access token is.
pub async fn me(base_url: &BaseUrl, access_token: &AccessToken) -> Result<Me, Failure> {
    let response = client(base_url.is_loopback())?
        .get(Me::url(base_url))
        .header(header::ACCEPT, "application/json")
        .bearer_auth(access_token.expose())
        .send()
        .await
        .map_err(|error| unreachable(base_url.url(), &error))?;
    let reason = reason(&response);
    let status = response.status().as_u16();
    let body = body(response, base_url.url()).await?;
    Ok(Me::parse(HttpReply { status, reason: reason.as_deref(), body: &body })?)
}

/// The header in which Exact says what its body hides.
fn reason(response: &Response) -> Option<String> {
    Some(response.headers().get("reason")?.to_str().ok()?.to_owned())
}

/// The body, up to one byte more than is read.
async fn body(mut response: Response, url: &Url) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| unreachable(url, &error))? {
        body.extend_from_slice(&chunk);
        if body.len() > REPLY_LIMIT {
            break;
        }
    }
    Ok(body)
}

/// No answer: which host, and why, without the address that was asked.
fn unreachable(url: &Url, error: &reqwest::Error) -> Failure {
    let host = url.host_str().unwrap_or_default();
    let (code, found) = if error.is_timeout() { ("network-timeout", "none in time") } else { ("network", "none") };
    Failure::failed(code, format!("expected an answer from {host}, found {found}"))
        .because(causes(error))
        .hint("Check the network, the proxy (HTTPS_PROXY, NO_PROXY) and the computer's clock, then try again. A code may be spent: sign in again if it is refused.")
}

/// The causes below an error, innermost last, without the address in its outermost message.
fn causes(error: &(dyn std::error::Error + 'static)) -> String {
    let mut texts: Vec<String> = Vec::new();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if texts.last().is_none_or(|last| !last.contains(&text)) {
            texts.push(text);
        }
        cause = error.source();
    }
    if texts.is_empty() { "no further cause is known".into() } else { texts.join(": ") }
}
