//! Listens for the answer where the redirect URI is on this computer
//! ([RFC 8252, 7.3](https://www.rfc-editor.org/rfc/rfc8252#section-7.3)): at that exact port, on both address families.
//!
//! A request without the right path, host and `state` gets 404 and ends nothing. The first right one is answered with
//! a page that takes the code out of the address bar, and the port is closed.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    extract::{Request, State},
    http::{Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use exact_preauth_core::{AuthorizationRequest, Expected, ReturnUrl, ReturnUrlError};
use tokio::{net::TcpListener, sync::oneshot};
use url::Host;

use crate::failure::Failure;

const PAGE: &str = include_str!("loopback.html");

/// What a right request said.
pub type Answer = Result<ReturnUrl, ReturnUrlError>;

/// The port, taken.
pub struct Loopback(Vec<TcpListener>);

struct Waiting {
    request: Arc<AuthorizationRequest>,
    answer: Mutex<Option<oneshot::Sender<Answer>>>,
}

impl Loopback {
    /// Takes the redirect URI's port. `None`: the redirect URI is not on this computer, or not in plain http.
    pub async fn bind(request: &AuthorizationRequest) -> Result<Option<Self>, Failure> {
        let redirect_uri = &request.registration().redirect_uri;
        let Some(port) = redirect_uri.loopback_port() else { return Ok(None) };
        let named: Option<IpAddr> = match redirect_uri.url().host() {
            Some(Host::Ipv4(address)) => Some(address.into()),
            Some(Host::Ipv6(address)) => Some(address.into()),
            _ => None,
        };
        let mut addresses = vec![IpAddr::from(Ipv4Addr::LOCALHOST), IpAddr::from(Ipv6Addr::LOCALHOST)];
        addresses.extend(named.filter(|address| !addresses.contains(address)));
        let mut listeners = Vec::new();
        let mut refused = None;
        for address in addresses {
            match TcpListener::bind(SocketAddr::new(address, port)).await {
                Ok(listener) => listeners.push(listener),
                // Another program there would get the answer of a browser that tries it first.
                Err(error) if error.kind() == std::io::ErrorKind::AddrInUse || named == Some(address) => {
                    return Err(Failure::failed("loopback-port", format!("expected to listen on port {port} of the redirect URI, found that it cannot be taken"))
                        .because(error)
                        .hint("Stop the program that uses it, or give --via paste and paste the address that the browser shows."));
                }
                // This computer lacks the other address family, or nobody may have the port.
                Err(error) => refused = Some(error),
            }
        }
        if listeners.is_empty() {
            let error = refused.map_or_else(String::new, |error| error.to_string());
            return Err(Failure::failed(
                "loopback-port",
                format!("expected to listen on port {port} of this computer, found that it cannot be taken"),
            )
            .because(error)
            .hint("Give --via paste and paste the address that the browser shows."));
        }
        Ok(Some(Self(listeners)))
    }

    /// Waits for the answer to `request`.
    pub async fn answer(self, request: Arc<AuthorizationRequest>) -> Answer {
        let (sender, mut receiver) = oneshot::channel();
        let waiting = Arc::new(Waiting { request, answer: Mutex::new(Some(sender)) });
        let router = Router::new().fallback(handle).with_state(waiting);
        let (stop, _) = tokio::sync::watch::channel(());
        let mut servers = tokio::task::JoinSet::new();
        for listener in self.0 {
            let mut stopped = stop.subscribe();
            let server = axum::serve(listener, router.clone()).with_graceful_shutdown(async move {
                let _ = stopped.changed().await;
            });
            servers.spawn(server.into_future());
        }
        let answer = (&mut receiver).await;
        let _ = stop.send(());
        // The page is on its way; a browser that keeps its connection open is not waited for.
        let _ =
            tokio::time::timeout(Duration::from_millis(500), async { while servers.join_next().await.is_some() {} })
                .await;
        answer.unwrap_or(Err(ReturnUrlError::Empty))
    }
}

async fn handle(State(waiting): State<Arc<Waiting>>, request: Request) -> Response {
    let Some(answer) = read(&waiting.request, &request) else { return not_found() };
    let sender = waiting.answer.lock().unwrap_or_else(PoisonError::into_inner).take();
    let Some(sender) = sender else { return not_found() };
    let (title, text) = match &answer {
        Ok(_) => ("Signed in", "The answer has arrived. You can close this tab and go back to the terminal."),
        Err(ReturnUrlError::Refused { .. }) => (
            "Access was not given",
            "The answer has arrived. You can close this tab; the terminal says what to do next.",
        ),
        Err(_) => ("Something is wrong with this answer", "You can close this tab; the terminal says what to do next."),
    };
    let _ = sender.send(answer);
    page(StatusCode::OK, title, text)
}

/// The answer in a request with the right method, host, path and state.
fn read(sent: &AuthorizationRequest, request: &Request) -> Option<Answer> {
    let redirect_uri = &sent.registration().redirect_uri;
    let host = request.headers().get(header::HOST)?.to_str().ok()?;
    let address = format!("http://{host}{}", request.uri().path_and_query()?);
    let states = url::form_urlencoded::parse(request.uri().query()?.as_bytes()).filter(|(name, _)| name == "state");
    let states: Vec<_> = states.map(|(_, value)| value).collect();
    let is_right = request.method() == Method::GET
        && request.uri().path() == redirect_uri.path()
        && states.len() == 1
        && states.first().is_some_and(|state| *state == sent.state().as_str());
    if !is_right {
        return None;
    }
    match ReturnUrl::parse(&address, &Expected::answer_to(sent)) {
        Err(ReturnUrlError::OtherHost { .. } | ReturnUrlError::OtherPort { .. } | ReturnUrlError::NotAReturnUrl) => {
            None
        }
        answer => Some(answer),
    }
}

fn not_found() -> Response {
    page(
        StatusCode::NOT_FOUND,
        "Nothing here",
        "A program is waiting here for the answer of one sign-in. This was not it.",
    )
}

fn page(status: StatusCode, title: &str, text: &str) -> Response {
    let html = PAGE.replace("{title}", title).replace("{text}", text);
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, include_str!("loopback.csp")),
    ];
    (status, headers, html).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    use sha2::{Digest as _, Sha256};

    #[test]
    fn the_policy_allows_the_pages_own_script_and_style() {
        for (element, directive) in [("style", "style-src"), ("script", "script-src")] {
            let text = PAGE
                .split_once(&format!("<{element}>"))
                .and_then(|(_, rest)| rest.split_once(&format!("</{element}>")));
            let hash = STANDARD.encode(Sha256::digest(text.map_or("", |(text, _)| text)));
            assert!(
                include_str!("loopback.csp").contains(&format!("{directive} 'sha256-{hash}'")),
                "{element}: {hash}"
            );
        }
    }
}
