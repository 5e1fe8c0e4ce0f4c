//! How the page looks: one component that owns the model, and small ones that own nothing.

use exact_preauth_core::Country;
use web_sys::{HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};
use yew::prelude::*;

use crate::{
    browser,
    model::{Copied, Effect, Model, Msg, Verdict},
};

/// The whole page.
pub struct Page {
    model: Model,
}

impl Component for Page {
    type Message = Msg;
    type Properties = ();

    fn create(context: &Context<Self>) -> Self {
        let (model, effect) = Model::start();
        carry_out(effect, context);
        Self { model }
    }

    fn update(&mut self, context: &Context<Self>, msg: Msg) -> bool {
        if let Some(effect) = self.model.update(msg) {
            carry_out(effect, context);
        }
        true
    }

    fn view(&self, context: &Context<Self>) -> Html {
        html! {
            <>
                <header>
                    <h1>{ "Exact Preauth" }</h1>
                    <p>{ "From an app registered with Exact Online to the tokens that your programs need. Nothing that you type leaves this page." }</p>
                </header>
                <main>
                    { self.app(context) }
                    { self.sign_in(context) }
                    { self.returned(context) }
                </main>
            </>
        }
    }
}

fn carry_out(effect: Effect, context: &Context<Page>) {
    match effect {
        Effect::Draw => context
            .link()
            .send_future_batch(async { browser::entropy().map(Msg::Fresh).into_iter().collect::<Vec<_>>() }),
        Effect::Copy(what, text) => {
            context.link().send_future(async move { Msg::CopyEnded(what, browser::copy(&text).await) });
        }
    }
}

impl Page {
    fn app(&self, context: &Context<Self>) -> Html {
        let link = context.link();
        let choose =
            link.callback(|event: Event| Msg::Country(event.target_unchecked_into::<HtmlSelectElement>().value()));
        let (client_id, client_id_verdict) = self.model.client_id();
        let (redirect_uri, redirect_uri_verdict) = self.model.redirect_uri();
        html! {
            <section aria-labelledby="app">
                <h2 id="app">{ "1. Your app" }</h2>
                <label for="country">{ "Country" }</label>
                <select id="country" onchange={choose}>
                    for country in Country::ALL {
                        <option value={country.key()} selected={self.model.country() == Some(country)}>{ country.name() }</option>
                    }
                </select>
                <Field id="client-id" label="Client ID" value={client_id.to_owned()} verdict={client_id_verdict} oninput={link.callback(Msg::ClientId)} />
                <Field id="redirect-uri" label="Redirect URI, to the letter as registered" value={redirect_uri.to_owned()} verdict={redirect_uri_verdict} oninput={link.callback(Msg::RedirectUri)} />
            </section>
        }
    }

    fn sign_in(&self, context: &Context<Self>) -> Html {
        let Some(address) = self.model.address() else {
            return html! {
                <section aria-labelledby="sign-in">
                    <h2 id="sign-in">{ "2. Sign in" }</h2>
                    <p class="soft">{ "Here the address appears once the app is filled in." }</p>
                </section>
            };
        };
        html! {
            <section aria-labelledby="sign-in">
                <h2 id="sign-in">{ "2. Sign in" }</h2>
                <p class="note">{ "Signing in as the same user with the same app ends the access of an earlier installation that uses it." }</p>
                <a class="button" href={address.clone()} target="_blank" rel="noopener noreferrer">{ "Sign in at Exact Online" }</a>
                <CopyButton what={Copied::Address} copied={self.model.copied == Some(Copied::Address)} onclick={context.link().callback(Msg::Copy)} />
                <pre id="address">{ address }</pre>
                <dl>
                    for parameter in self.model.parameters() {
                        <dt>{ format!("{} = {}", parameter.name, parameter.value) }</dt>
                        <dd>{ parameter.meaning }</dd>
                    }
                </dl>
            </section>
        }
    }

    fn returned(&self, context: &Context<Self>) -> Html {
        if self.model.address().is_none() {
            return Html::default();
        }
        let (answer, verdict) = self.model.answer();
        let oninput = context
            .link()
            .callback(|event: InputEvent| Msg::Answer(event.target_unchecked_into::<HtmlTextAreaElement>().value()));
        let command = self.model.command();
        html! {
            <section aria-labelledby="returned">
                <h2 id="returned">{ "3. Code Return URL" }</h2>
                <p>{ "After consenting, copy the whole address from the browser's address bar, even if that page shows an error. Only if you started this yourself." }</p>
                <label for="answer">{ "Address that the browser shows" }</label>
                <textarea id="answer" value={answer.to_owned()} {oninput} spellcheck="false" autocomplete="off" aria-describedby="answer-verdict" />
                <VerdictLine id="answer-verdict" {verdict} />
                if let Some(command) = command {
                    <p>{ "Within three minutes, run this. It asks for the return URL and, hidden, for the client secret:" }</p>
                    <pre id="command">{ command }</pre>
                    <CopyButton what={Copied::Command} copied={self.model.copied == Some(Copied::Command)} onclick={context.link().callback(Msg::Copy)} />
                }
            </section>
        }
    }
}

#[derive(PartialEq, Properties)]
struct FieldProperties {
    id: AttrValue,
    label: AttrValue,
    value: AttrValue,
    verdict: Verdict,
    oninput: Callback<String>,
}

#[component]
fn Field(properties: &FieldProperties) -> Html {
    let FieldProperties { id, label, value, verdict, oninput } = properties;
    let oninput = oninput.reform(|event: InputEvent| event.target_unchecked_into::<HtmlInputElement>().value());
    let described = format!("{id}-verdict");
    let is_wrong = matches!(verdict, Some(Err(_)));
    html! {
        <>
            <label for={id}>{ label }</label>
            <input {id} {value} {oninput} type="text" spellcheck="false" autocomplete="off" aria-describedby={described.clone()} aria-invalid={is_wrong.to_string()} />
            <VerdictLine id={described} verdict={verdict.clone()} />
        </>
    }
}

#[derive(PartialEq, Properties)]
struct VerdictProperties {
    id: AttrValue,
    verdict: Verdict,
}

#[component]
fn VerdictLine(properties: &VerdictProperties) -> Html {
    let VerdictProperties { id, verdict } = properties;
    match verdict {
        Some(Err(reason)) => html! { <p {id} class="bad" role="alert">{ reason }</p> },
        Some(Ok(found)) if !found.is_empty() => html! { <p {id} class="good" role="status">{ found }</p> },
        _ => html! { <p {id} hidden=true></p> },
    }
}

#[derive(PartialEq, Properties)]
struct CopyProperties {
    what: Copied,
    copied: bool,
    onclick: Callback<Copied>,
}

#[component]
fn CopyButton(properties: &CopyProperties) -> Html {
    let CopyProperties { what, copied, onclick } = properties;
    let what = *what;
    let onclick = onclick.reform(move |_: MouseEvent| what);
    html! {
        <button type="button" class="quiet" {onclick} aria-live="polite">{ if *copied { "Copied" } else { "Copy" } }</button>
    }
}
