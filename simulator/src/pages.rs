//! The pages a person sees: plain, friendly, and plainly labelled as not Exact's.

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use exact_preauth_core::Country;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::{App, Asked, User};

const STYLE: &str = include_str!("pages.css");

/// A page, with the headers that keep it by itself.
pub(crate) struct Page(Markup);

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";
        (
            [
                (header::CONTENT_TYPE, "text/html; charset=utf-8"),
                (header::CONTENT_SECURITY_POLICY, policy),
                (header::REFERRER_POLICY, "no-referrer"),
            ],
            self.0.into_string(),
        )
            .into_response()
    }
}

fn page(title: &str, country: Option<Country>, content: &Markup) -> Page {
    Page(html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " – practice" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                p.banner role="note" { strong { "Practice." } " This is a simulator, not Exact Online. Type no real password here." }
                main {
                    @if let Some(country) = country { p.country { "Simulated Exact Online, " (country.name()) } }
                    h1 { (title) }
                    (content)
                }
            }
        }
    })
}

/// The sign-in page. `query` is the authorisation request, carried along.
pub(crate) fn sign_in(asked: &Asked, app: &App, user: &User, query: &str, failed: bool) -> Page {
    page(
        "Sign in",
        Some(asked.country),
        &html! {
            p { strong { (app.name) } " asks to use your administration. Sign in to continue." }
            @if failed {
                p.error role="alert" { "That name and password do not belong together. They are printed below." }
            }
            form method="post" action={ (asked.prefix) "/api/oauth2/auth/sign-in" } {
                input type="hidden" name="request" value=(query);
                label for="username" { "User name" }
                input #username name="username" type="text" autocomplete="off" value=(user.username) required;
                label for="password" { "Password" }
                input #password name="password" type="password" autocomplete="off" required autofocus;
                button type="submit" { "Sign in" }
            }
            dl.hint {
                dt { "User name to practise with" } dd { code #practice-username { (user.username) } }
                dt { "Password" } dd { code #practice-password { (user.password) } }
            }
        },
    )
}

/// The consent page.
pub(crate) fn consent(asked: &Asked, app: &App, user: &User, ticket: &str) -> Page {
    page(
        "Allow access?",
        Some(asked.country),
        &html! {
            p { "You are signed in as " strong { (user.full_name) } " (" (user.username) ")." }
            p { strong { (app.name) } " asks to read and change data of division " strong { (user.division) } " on your behalf, until you withdraw it." }
            p { "The answer goes to " code { (app.redirect_uri) } "." }
            form method="post" action={ (asked.prefix) "/api/oauth2/auth/consent" } {
                input type="hidden" name="ticket" value=(ticket);
                div.buttons {
                    button type="submit" name="decision" value="allow" { "Allow" }
                    button.quiet type="submit" name="decision" value="deny" { "Deny" }
                }
            }
        },
    )
}

/// What Exact shows on its own page instead of redirecting.
pub(crate) fn error(country: Country, message: &str) -> Page {
    page(
        "Sign in",
        Some(country),
        &html! {
            p.error role="alert" { (message) }
            p { "Exact Online answers such a request here, on its own page. The program that sent you hears nothing of it." }
        },
    )
}

/// Nothing is here.
pub(crate) async fn not_found() -> Response {
    (StatusCode::NOT_FOUND, page("Nothing here", None, &html! { p { "The simulator has no such page." } }))
        .into_response()
}

/// The front page: what is registered, and how to begin.
pub(crate) fn front(app: &App, user: &User) -> Page {
    page(
        "An Exact Online to practise on",
        Some(app.country),
        &html! {
            p { "Use these with any program that speaks to Exact Online. They are worth nothing anywhere else." }
            dl.hint {
                dt { "Client ID" } dd { code { (app.client_id) } }
                dt { "Client secret" } dd { code { (app.client_secret) } }
                dt { "Redirect URI" } dd { code { (app.redirect_uri) } }
                dt { "User name" } dd { code { (user.username) } }
                dt { "Password" } dd { code { (user.password) } }
            }
            p { a href="/simulator/statistics" { "What was asked so far" } }
        },
    )
}
