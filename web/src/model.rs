//! What the page knows, and how each thing that happens changes it. No framework, no browser: tested natively.

use exact_preauth_core::{
    AuthorizationRequest, ClientId, Country, Entropy, Expected, Explained, Form, Parameter, Provider, RedirectUri,
    Registration, ReturnUrl,
};

/// What a person typed, and the one request that follows from it.
#[derive(Default)]
pub struct Model {
    country: Option<Country>,
    client_id: String,
    redirect_uri: String,
    answer: String,
    request: Option<AuthorizationRequest>,
    /// What was copied last, to say so.
    pub copied: Option<Copied>,
}

/// Something with a copy button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copied {
    /// The address to sign in at.
    Address,
    /// The command that exchanges the answer.
    Command,
}

/// What happens.
pub enum Msg {
    /// A country was chosen, by its key.
    Country(String),
    /// The client ID was typed.
    ClientId(String),
    /// The redirect URI was typed.
    RedirectUri(String),
    /// The return URL was pasted.
    Answer(String),
    /// Fresh random bytes, for the next request.
    Fresh([u8; 64]),
    /// A copy button was pressed.
    Copy(Copied),
    /// The clipboard has it, or refused.
    CopyEnded(Copied, bool),
}

/// What the browser is to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Effect {
    /// Draw 64 random bytes and send [`Msg::Fresh`].
    Draw,
    /// Put a text on the clipboard.
    Copy(Copied, String),
}

/// A field's verdict: nothing typed yet, good, or a reason.
pub type Verdict = Option<Result<String, String>>;

impl Model {
    /// What happens first.
    pub fn start() -> (Self, Effect) {
        (Self { country: Some(Country::Netherlands), ..Self::default() }, Effect::Draw)
    }

    /// Applies what happened.
    pub fn update(&mut self, msg: Msg) -> Option<Effect> {
        self.copied = None;
        match msg {
            Msg::Country(key) => self.country = key.parse().ok(),
            Msg::ClientId(text) => self.client_id = text,
            Msg::RedirectUri(text) => self.redirect_uri = text,
            Msg::Answer(text) => {
                self.answer = text;
                return None;
            }
            Msg::Fresh(bytes) => {
                self.request = self
                    .registration()
                    .map(|registration| AuthorizationRequest::new(registration, Entropy::from_bytes(bytes)));
                return None;
            }
            Msg::Copy(what) => {
                let text = match what {
                    Copied::Address => self.address(),
                    Copied::Command => self.command(),
                };
                return text.map(|text| Effect::Copy(what, text));
            }
            Msg::CopyEnded(what, is_there) => {
                self.copied = is_there.then_some(what);
                return None;
            }
        }
        // Another app is another request, with a state of its own: an answer to the one before is none to it.
        self.request = None;
        self.registration().map(|_| Effect::Draw)
    }

    fn registration(&self) -> Option<Registration> {
        Some(Registration {
            provider: Provider::country(self.country?),
            client_id: ClientId::parse(&self.client_id).ok()?,
            redirect_uri: RedirectUri::parse(&self.redirect_uri).ok()?,
        })
    }

    /// The chosen country.
    pub fn country(&self) -> Option<Country> {
        self.country
    }

    /// The client ID as typed.
    pub fn client_id(&self) -> (&str, Verdict) {
        (&self.client_id, verdict(&self.client_id, |text| ClientId::parse(text).map(drop)))
    }

    /// The redirect URI as typed.
    pub fn redirect_uri(&self) -> (&str, Verdict) {
        (&self.redirect_uri, verdict(&self.redirect_uri, |text| RedirectUri::parse(text).map(drop)))
    }

    /// The address to sign in at, once the app is known.
    pub fn address(&self) -> Option<String> {
        self.request.as_ref().map(AuthorizationRequest::url)
    }

    /// Its parameters, each explained.
    pub fn parameters(&self) -> Vec<Parameter> {
        self.request.as_ref().map(AuthorizationRequest::parameters).unwrap_or_default()
    }

    /// The return URL as pasted, and what was found in it.
    pub fn answer(&self) -> (&str, Verdict) {
        let Some(request) = &self.request else { return (&self.answer, None) };
        let read = |text: &str| ReturnUrl::parse(text, &Expected::answer_to(request));
        let verdict = (!self.answer.trim().is_empty()).then(|| match read(&self.answer) {
            Ok(found) => Ok(format!(
                "Found {} with a code of {} characters; the state is right.",
                match found.form {
                    Form::Url => "an address",
                    Form::Query => "a query",
                    Form::BareCode => "a bare code",
                },
                found.code.expose().len()
            )),
            Err(error) => Err(said(&error)),
        });
        (&self.answer, verdict)
    }

    /// The command that exchanges the answer, once there is one. It holds neither code nor secret: it asks for both.
    pub fn command(&self) -> Option<String> {
        let request = self.request.as_ref()?;
        self.answer().1?.ok()?;
        let Registration { client_id, redirect_uri, .. } = request.registration();
        Some(format!(
            "exact-preauth exchange --country {} --client-id \"{client_id}\" --redirect-uri \"{redirect_uri}\" --state {}",
            self.country?,
            request.state()
        ))
    }
}

fn verdict<E: Explained>(text: &str, read: impl Fn(&str) -> Result<(), E>) -> Verdict {
    (!text.trim().is_empty()).then(|| read(text).map(|()| String::new()).map_err(|error| said(&error)))
}

/// What was expected and found, and what to do next.
fn said(error: &dyn Explained) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}. {}", letters.as_str(), error.hint())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled() -> Model {
        let (mut model, _) = Model::start();
        model.update(Msg::ClientId("0f9a5d7e-6c3b-4a21-9e57-8b1d2c3f4a5b".into()));
        assert_eq!(model.update(Msg::RedirectUri("https://app.example.com/return".into())), Some(Effect::Draw));
        assert_eq!(model.update(Msg::Fresh([7; 64])), None);
        model
    }

    fn returned(model: &Model, code: &str) -> String {
        let address = model.address().unwrap_or_default();
        let state = address.split("state=").nth(1).and_then(|rest| rest.split('&').next()).unwrap_or_default();
        format!("https://app.example.com/return?code={code}&state={state}")
    }

    #[test]
    fn the_address_appears_once_the_app_is_known() {
        let (model, effect) = Model::start();
        assert_eq!((model.address(), effect), (None, Effect::Draw));
        let model = filled();
        assert!(model.address().is_some_and(|address| {
            address.starts_with("https://start.exactonline.nl/api/oauth2/auth?client_id=0f9a5d7e")
        }));
        assert_eq!(model.parameters().len(), 5);
    }

    #[test]
    fn each_field_says_what_is_wrong_with_it() {
        let (mut model, _) = Model::start();
        assert_eq!(model.client_id().1, None);
        assert_eq!(model.update(Msg::ClientId("aB3dE5fG7hJ9".into())), None);
        assert!(model.client_id().1.is_some_and(|verdict| verdict.is_err_and(|text| !text.contains("aB3d"))));
        model.update(Msg::RedirectUri("http://app.example.com".into()));
        assert!(model.redirect_uri().1.is_some_and(|verdict| verdict.is_err()));
    }

    #[test]
    fn the_command_appears_with_a_right_answer_and_holds_no_code() {
        let mut model = filled();
        model.update(Msg::Answer("https://app.example.com/return?code=aB3-!IAAAA&state=other".into()));
        assert!(model.answer().1.is_some_and(|verdict| verdict.is_err()));
        assert_eq!(model.command(), None);
        model.update(Msg::Answer(returned(&model, "aB3-%21IAAAAEt3")));
        assert!(model.answer().1.is_some_and(|verdict| verdict.is_ok()));
        assert!(model.command().is_some_and(|command| command.contains("--country nl") && !command.contains("IAAAA")));
    }

    #[test]
    fn an_answer_does_not_survive_a_change_of_the_app() {
        let mut model = filled();
        model.update(Msg::Answer(returned(&model, "aB3-!IAAAA")));
        assert_eq!(model.update(Msg::Country("be".into())), Some(Effect::Draw));
        model.update(Msg::Fresh([8; 64]));
        assert_eq!(model.command(), None);
    }

    #[test]
    fn copying_says_what_was_copied() {
        let mut model = filled();
        assert!(
            matches!(model.update(Msg::Copy(Copied::Address)), Some(Effect::Copy(Copied::Address, text)) if text.starts_with("https://"))
        );
        model.update(Msg::CopyEnded(Copied::Address, true));
        assert_eq!(model.copied, Some(Copied::Address));
        assert_eq!(model.update(Msg::Copy(Copied::Command)), None);
    }
}
