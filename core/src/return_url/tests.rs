use super::*;
use crate::{Country, Entropy, Explained as _, Provider, Registration};
use proptest::prelude::*;

type Outcome = Result<(), Box<dyn std::error::Error>>;

const CODE: &str = "stampNL001.aB3-!IAAAAEt3_x9Yw-Zq";
const URL: &str = "https://app.example.com/return?code=stampNL001.aB3-%21IAAAAEt3_x9Yw-Zq&state=st4te-_";

fn registration(redirect_uri: &str) -> Result<Registration, Box<dyn std::error::Error>> {
    Ok(Registration {
        provider: Provider::country(Country::Netherlands),
        client_id: ClientId::parse("0f9a5d7e-6c3b-4a21-9e57-8b1d2c3f4a5b")?,
        redirect_uri: RedirectUri::parse(redirect_uri)?,
    })
}

/// The code that is read from `text`, or the code of the error.
fn read_with(text: &str, state: Option<&str>, redirect_uri: &str) -> Result<String, &'static str> {
    let Ok(registration) = registration(redirect_uri) else { return Err("test: registration") };
    let state = state.and_then(|state| State::parse(state).ok());
    let secret = ClientSecret::new("aB3dE5fG7hJ9");
    let expected = Expected {
        redirect_uri: Some(&registration.redirect_uri),
        state: state.as_ref(),
        authorization_endpoint: Some(registration.provider.authorization_endpoint()),
        client_id: Some(&registration.client_id),
        client_secret: Some(&secret),
        issuer: None,
        opaque_code: false,
    };
    ReturnUrl::parse(text, &expected).map(|answer| answer.code.expose().to_owned()).map_err(|error| error.code())
}

fn read(text: &str) -> Result<String, &'static str> {
    read_with(text, Some("st4te-_"), "https://app.example.com/return")
}

#[test]
fn reads_every_form_in_which_an_answer_is_pasted() {
    let encoded = |text: &str| crate::encoding::encoded(text);
    let (start, end) = URL.split_at(60);
    for text in [
        URL.to_owned(),
        format!("  {URL}\r\n"),
        "code=stampNL001.aB3-%21IAAAAEt3_x9Yw-Zq&state=st4te-_".into(),
        "?code=stampNL001.aB3-!IAAAAEt3_x9Yw-Zq&state=st4te-_".into(),
        "&state=st4te-_&code=stampNL001.aB3-!IAAAAEt3_x9Yw-Zq".into(),
        "stampNL001.aB3-%21IAAAAEt3_x9Yw-Zq&state=st4te-_".into(),
        URL.replace("%21", "%2521"),
        URL.replace("%21", "%252521"),
        encoded(URL),
        encoded(&encoded(URL)),
        encoded("code=stampNL001.aB3-%21IAAAAEt3_x9Yw-Zq&state=st4te-_"),
        URL.replace('&', "&amp;"),
        URL.replace('&', "&amp;amp;"),
        format!("> {start}\n> {end}"),
        format!("> > {start}\r\n> > {end}\r\n"),
        format!(">{start}\n>{end}\n>\n> with kind regards"),
        format!("{start} {end}"),
        format!("{start}\n    {end}"),
        format!("\"{URL}\""),
        format!("'{URL}'"),
        format!("“{URL}”"),
        format!("»{URL}«,"),
        format!("`{URL}`"),
        format!("<{URL}>"),
        format!("({URL})."),
        format!("[sign-in]({URL})"),
        format!("[{URL}]({URL})"),
        format!("<{URL}|app.example.com>"),
        format!("It says: {URL}"),
        format!("Dear all, {URL} is what I got."),
        URL.replace("https://", ""),
        URL.replace("https:", ""),
        URL.replace("https://app.example.com", "HTTPS://APP.Example.COM"),
        URL.replace("example.com/", "example.com:443/"),
        format!("\u{feff}\u{200b}{URL}\u{200e}\u{2060}"),
        URL.replace("/return", "/ret\u{ad}urn"),
        format!("{URL}&session_state=1&utm_source=mail"),
        format!("{URL}&error="),
        URL.replace("https://app.example.com", ""),
        format!("GET {} HTTP/1.1", URL.replace("https://app.example.com", "")),
        URL.replace('?', "\\?").replace('&', "\\&").replace('=', "\\="),
        format!("https://eur01.safelinks.protection.outlook.com/?url={}&data=05%7C02", encoded(URL)),
        format!("{URL}<{URL}>"),
        encoded(&format!("\"{URL}\"")),
        encoded(&format!(" <{URL}>\n")),
        format!("{URL}%E2%80%8B"),
        URL.replace("&state=", "%26state%3D"),
        URL.replace("&state=", "&amp%3Bstate="),
        "stampNL001.aB3-%2521IAAAAEt3_x9Yw-Zq&state=st4te-_".into(),
        format!("{}&iss=https://start.exactonline.nl&x=a?b", URL.split_once('?').map_or("", |(_, query)| query)),
        URL.replace("&state", "&x=a|b*&state"),
        format!("{URL}#_=_"),
        format!("{URL}#"),
    ] {
        assert_eq!(read(&text).as_deref(), Ok(CODE), "{text}");
    }
}

#[test]
fn refuses_each_mistake_with_a_reason_of_its_own() {
    for (text, reason) in [
        ("", "return-empty"),
        ("  \u{200b}\n> \n\"\" ", "return-empty"),
        ("hello world", "return-not-an-address"),
        ("https://app.example.com/return?code=stampNL001.aB3-!IAAAAEt3_x9Yw-Zq", "return-state-missing"),
        ("https://app.example.com/return?code=stampNL001.aB3-!IAAAAEt3_x9Yw-Zq&state=other", "return-state-mismatch"),
        ("https://app.example.com/return?code=stampNL001.aB3-!IAAAAEt3_x9Yw-Zq&state=ST4TE-_", "return-state-mismatch"),
        ("https://app.example.com/return?code=stampNL001.aB3-!IAAAAEt3_x9Yw-Zq&state=", "return-state-mismatch"),
        (CODE, "return-state-missing"),
        ("https://app.example.com/return?code=a&code=b&state=st4te-_", "return-repeated-parameter"),
        ("https://app.example.com/return?code=a&state=st4te-_&state=st4te-_", "return-repeated-parameter"),
        ("http://app.example.com/return?code=a&state=st4te-_", "return-other-scheme"),
        ("https://app.example.org/return?code=a&state=st4te-_", "return-other-host"),
        ("https://app.example.com@evil.example/return?code=a&state=st4te-_", "return-other-host"),
        ("https://user@app.example.com/return?code=a&state=st4te-_", "return-other-host"),
        ("https://app.example.com:8443/return?code=a&state=st4te-_", "return-other-port"),
        ("https://app.example.com/return/?code=a&state=st4te-_", "return-other-path"),
        ("https://app.example.com/Return?code=a&state=st4te-_", "return-other-path"),
        ("/other?code=a&state=st4te-_", "return-other-path"),
        ("https://app.example.com/return?access_token=stampNL001.gAAAAB&state=st4te-_", "return-access-token"),
        ("https://app.example.com/return?code=stampNL001.gAAAAB&state=st4te-_", "return-access-token"),
        ("stampNL001.gAAAABkz", "return-access-token"),
        ("{\"access_token\":\"stampNL001.gAAAAB\",\"expires_in\":\"600\"}", "return-access-token"),
        (
            "https://app.example.com/return#access_token=stampNL001.gAAAAB&token_type=bearer&state=st4te-_",
            "return-implicit-fragment",
        ),
        ("#access_token=stampNL001.gAAAAB&state=st4te-_", "return-implicit-fragment"),
        (
            "https://start.exactonline.nl/api/oauth2/auth?client_id=0f9a5d7e-6c3b-4a21-9e57-8b1d2c3f4a5b&redirect_uri=x&response_type=code&state=st4te-_",
            "return-authorization-url",
        ),
        ("https://start.exactonline.nl/docs/Login.aspx?ReturnUrl=%2fapi%2foauth2%2fauth", "return-sign-in-page"),
        ("https://start.exactonline.be/docs/MenuPortal.aspx", "return-sign-in-page"),
        ("https://app.example.com/return?error=access_denied&state=st4te-_", "return-refused"),
        ("https://app.example.com/return?error=unauthorized_client", "return-refused"),
        ("https://app.example.com/return?error=access_denied&state=other", "return-state-mismatch"),
        ("https://app.example.com/return?state=st4te-_", "return-code-missing"),
        ("https://app.example.com/return", "return-state-missing"),
        ("https://app.example.com/return?code=&state=st4te-_", "return-code-damaged"),
        ("https://app.example.com/return?code=stampNL001.aB3-!IAA%2FAA&state=st4te-_", "return-code-damaged"),
        ("https://app.example.com/return?code=stampNL001.aB3-!IAA+AA&state=st4te-_", "return-code-damaged"),
        ("https://app.example.com/return?code=stampNL001.aB3-!IAA%3DAA&state=st4te-_", "return-code-damaged"),
        ("https://app.example.com/return?code=stampNL001.aB3-!IAA%zzAA&state=st4te-_", "return-code-damaged"),
        ("https://app.example.com/return?code=stampNL001.aB3-!IAAAA...&state=st4te-_", "return-code-damaged"),
        ("0f9a5d7e-6c3b-4a21-9e57-8b1d2c3f4a5b", "return-client-id"),
        ("{0F9A5D7E-6c3b-4a21-9e57-8b1d2c3f4a5b}", "return-client-id"),
        ("aB3dE5fG7hJ9", "return-client-secret"),
        ("zY8xW6vU4tS2", "return-client-secret"),
        // A part of a wrapped paste is not its answer.
        ("https://evil.example/cb?\ncode=stampNL001.aB3-!IAAAAEt3_x9Yw-Zq&state=st4te-_", "return-other-host"),
        ("https://evil.example/cb?x code=stampNL001.aB3-!IAAAAEt3_x9Yw-Zq&state=st4te-_", "return-other-host"),
        (
            "http://app.example.com/return?x=1 &code=stampNL001.aB3-!IAAAAEt3_x9Yw-Zq&state=st4te-_",
            "return-other-scheme",
        ),
        (
            "https://evil.example/?next=https%3A%2F%2Fapp.example.com%2Freturn%3Fcode%3Dx%26state%3Dst4te-_",
            "return-other-host",
        ),
        (
            "https://app.example.com/return?code=aB3-!IAAAAone&state=st4te-_ &code=aB3-!IAAAAtwo",
            "return-repeated-parameter",
        ),
        ("https://app.example.com/return?state=st4te-_&code=stampNL001.aB3-!IAAAAEt3 x/9Y", "return-code-damaged"),
        // Dots for what was left out, an access token encoded once more, a lost question mark.
        ("https://app.example.com/return?state=st4te-_&code=stampNL001.aB3-!IAAAAEt3...", "return-code-damaged"),
        ("https://app.example.com/return?code=stampNL001%252EgAAAAB&state=st4te-_", "return-access-token"),
        ("https://app.example.com/return&code=stampNL001.aB3-!IAAAA&state=st4te-_", "return-other-path"),
        ("It says: https://app.example.com/return?error=access_denied&state=st4te-_ - sorry", "return-refused"),
        ("https://app.example.com/return#error=access_denied&state=st4te-_", "return-refused"),
    ] {
        assert_eq!(read(text), Err(reason), "{text}");
    }
}

#[test]
fn a_bare_code_is_accepted_where_no_state_was_sent() {
    let read = |text| read_with(text, None, "https://app.example.com/return");
    assert_eq!(read(CODE).as_deref(), Ok(CODE));
    assert_eq!(read("  stampNL001.aB3-%21IAAAAEt3_x9Yw-Zq ").as_deref(), Ok(CODE));
    assert_eq!(read("> stampNL001.aB3-!IAAAA\n> Et3_x9Yw-Zq").as_deref(), Ok(CODE));
    assert_eq!(read("stampNL001.aB3-!IAAAA/Et3"), Err("return-code-damaged"));
    assert_eq!(read("stampNL001.aB3-!IAAAAEt3=="), Err("return-code-damaged"));
    assert_eq!(read("stampNL001.aB3-!IAAAAEt3#_=_").as_deref(), Ok("stampNL001.aB3-!IAAAAEt3"));
    assert_eq!(read("stampNL001.aB3-!IAAAAEt3..."), Err("return-code-damaged"));
    assert_eq!(read("unusual"), Err("return-not-an-address"));
    assert_eq!(read("https://app.example.com/return?code=unusual"), Err("return-not-an-address"));
    assert_eq!(read("code=aB3dE5fG7hJ9"), Err("return-client-secret"));
    assert_eq!(read("code=0f9a5d7e-6c3b-4a21-9e57-8b1d2c3f4a5b"), Err("return-client-id"));
}

#[test]
fn an_empty_path_is_a_slash() {
    for redirect_uri in ["https://app.example.com", "https://app.example.com/"] {
        for address in [
            "https://app.example.com?code=aB3-!IAAAA&state=s1",
            "https://app.example.com/?code=aB3-!IAAAA&state=s1",
            "app.example.com?code=aB3-!IAAAA&state=s1",
        ] {
            assert_eq!(read_with(address, Some("s1"), redirect_uri).as_deref(), Ok("aB3-!IAAAA"), "{address}");
        }
    }
}

#[test]
fn a_loopback_address_may_lack_its_http() {
    for address in ["127.0.0.1:8137/r?code=aB3-!IAAAA&state=s1", "http://127.0.0.1:8137/r?code=aB3-!IAAAA&state=s1"] {
        assert_eq!(read_with(address, Some("s1"), "http://127.0.0.1:8137/r").as_deref(), Ok("aB3-!IAAAA"));
    }
}

#[test]
fn a_missing_scheme_is_the_redirect_uris() {
    for (address, redirect_uri) in [
        ("localhost:8443/cb?code=aB3-!IAAAA&state=s1", "https://localhost:8443/cb"),
        ("localhost.example.com/cb?code=aB3-!IAAAA&state=s1", "https://localhost.example.com/cb"),
        ("//localhost:8137/cb?code=aB3-!IAAAA&state=s1", "http://localhost:8137/cb"),
        ("[::1]:8137/r?code=aB3-!IAAAA&state=s1", "http://[::1]:8137/r"),
        ("[link](https://app.example.com/a(b)?code=aB3-!IAAAA&state=s1)", "https://app.example.com/a(b)"),
    ] {
        assert_eq!(read_with(address, Some("s1"), redirect_uri).as_deref(), Ok("aB3-!IAAAA"), "{address}");
    }
    for state in ["s1*", "a|b", "s.", "(s)", "'s'"] {
        let address = format!("https://app.example.com/return?code=aB3-!IAAAA&state={state}");
        assert_eq!(
            read_with(&address, Some(state), "https://app.example.com/return").as_deref(),
            Ok("aB3-!IAAAA"),
            "{state}"
        );
    }
}

#[test]
fn exacts_own_words_are_shown_and_made_printable() -> Outcome {
    let registration = registration("https://app.example.com/return")?;
    let expected = Expected { redirect_uri: Some(&registration.redirect_uri), ..Expected::default() };
    let error = ReturnUrl::parse(
        "https://app.example.com/return?error=server_error&error_description=No%1b%5b31m+luck%0Atoday",
        &expected,
    )
    .map(|_| ());
    assert_eq!(
        error.map_err(|error| error.to_string()),
        Err("the server refused: server_error (No [31m luck today)".into())
    );
    Ok(())
}

#[test]
fn an_announced_issuer_is_held_against_iss() {
    let expected = Expected { issuer: Some("https://login.example"), opaque_code: true, ..Expected::default() };
    let read = |text| ReturnUrl::parse(text, &expected).map(|_| ()).map_err(|error| error.code());
    assert_eq!(read("https://a.example/?code=x&iss=https://login.example"), Ok(()));
    assert_eq!(read("https://a.example/?code=x&iss=https://login.example/"), Err("return-issuer"));
    assert_eq!(read("https://a.example/?error=access_denied"), Err("return-issuer"));
}

#[test]
fn other_servers_codes_may_have_any_shape() {
    let expected = Expected { opaque_code: true, ..Expected::default() };
    let read = |text| ReturnUrl::parse(text, &expected).map(|answer| answer.code.expose().to_owned());
    assert_eq!(read("https://a.example/?code=a%2Fb%3D%25").as_deref(), Ok("a/b=%"));
    assert_eq!(read("https://a.example/?code=gAAAA").as_deref(), Ok("gAAAA"));
}

#[test]
fn junk_of_any_size_is_refused() {
    for unit in [
        "x",
        "%",
        "%25",
        "&amp;",
        "> ",
        "<",
        "](",
        "https://",
        "code=",
        "=",
        "&",
        "?",
        "\u{200b}",
        "\u{feff}é",
        "!IAAAA",
        "{",
        "|",
        "\n",
        "&#38;",
    ] {
        for size in [1_000, 10_000_000] {
            let junk = unit.repeat(size / unit.len());
            assert!(read(&junk).is_err(), "{unit}");
        }
        let junk = unit.repeat(RETURN_URL_LIMIT / unit.len());
        assert!(read(&junk).is_err(), "{unit}");
    }
}

#[test]
fn errors_do_not_repeat_codes_or_secrets() {
    for text in [
        "aB3dE5fG7hJ9",
        "zY8xW6vU4tS2",
        "https://other.example/return?code=stampNL001.aB3-!IAAAACANARY&state=x",
        "stampNL001.aB3-!IAAAACANARY/",
        "{\"access_token\":\"CANARY\"",
    ] {
        let Ok(registration) = registration("https://app.example.com/return") else { continue };
        let expected = Expected { redirect_uri: Some(&registration.redirect_uri), ..Expected::default() };
        if let Err(error) = ReturnUrl::parse(text, &expected) {
            let shown = format!("{error} {error:?} {}", error.hint());
            assert!(
                !shown.to_uppercase().contains("CANARY") && !shown.contains("aB3d") && !shown.contains("zY8x"),
                "{shown}"
            );
        }
    }
}

proptest! {
    #[test]
    fn what_url_builds_parse_reads(
        path in "(/[a-zA-Z0-9._~-]{0,12}){0,4}",
        host in "[a-z]([a-z0-9-]{0,10}[a-z0-9])?(\\.[a-z]{2,8}){1,2}",
        port in proptest::option::of(1_u16..),
        bytes in proptest::array::uniform32(any::<u8>()),
        payload in "IAAAA[A-Za-z0-9_-]{0,800}",
        head in "([A-Za-z0-9]{1,12}\\.)?[A-Za-z0-9_-]{4}",
    ) {
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        let redirect_uri = format!("https://{host}{port}{path}");
        let registration = registration(&redirect_uri).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let mut entropy = [0; 64];
        entropy[..32].copy_from_slice(&bytes);
        let request = AuthorizationRequest::new(registration, Entropy::from_bytes(entropy));

        // What a server does: take redirect URI and state from the query, add the code.
        let built = Url::parse(&request.url()).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let sent = |name: &str| built.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap_or_default();
        prop_assert_eq!(sent("redirect_uri"), redirect_uri);
        let code = format!("{head}!{payload}");
        let back = format!("{}?{}", sent("redirect_uri"), crate::encoding::form([("code", code.as_str()), ("state", &sent("state"))]));

        let answer = ReturnUrl::parse(&back, &Expected::answer_to(&request)).map_err(|error| TestCaseError::fail(format!("{error}: {back}")))?;
        prop_assert_eq!(answer.code.expose(), &code);
        prop_assert_eq!(answer.code.shape(), CodeShape::Exact);
    }

    #[test]
    fn no_input_panics(text in "\\PC{0,200}", state in proptest::option::of("[!-~]{1,20}")) {
        let _ = read_with(&text, state.as_deref(), "https://app.example.com/return");
    }

    #[test]
    fn no_structured_input_panics(pieces in proptest::collection::vec(proptest::sample::select(vec![
        "https://", "app.example.com", "/return", "?", "#", "&", "=", "code", "state", "error", "%", "%25", "%3D", "&amp;", "!IAAAA", "](", ")", "<", ">", "|", "\n", "> ",
        "\u{200b}", "é", "//", ":", "@", "[", "]", "::1", "access_token", "{", "}",
    ]), 0..40)) {
        let _ = read_with(&pieces.concat(), Some("s"), "https://app.example.com/return");
    }

    #[test]
    fn no_state_but_the_one_that_was_sent_is_accepted(sent in "[!-~]{1,40}", found in "[!-~]{1,40}") {
        prop_assume!(sent != found);
        let back = format!("https://app.example.com/return?{}", crate::encoding::form([("code", "aB3-!IAAAA"), ("state", &found)]));
        let outcome = read_with(&back, Some(&sent), "https://app.example.com/return");
        // Decoding once more may make them equal, when the paste was encoded on its way.
        if !found.contains('%') && !sent.contains('%') {
            prop_assert_eq!(outcome, Err("return-state-mismatch"));
        }
    }
}
