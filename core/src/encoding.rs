//! Percent-encoding as forms and queries need it
//! ([RFC 6749, appendix B](https://www.rfc-editor.org/rfc/rfc6749#appendix-B)).

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but RFC 3986's unreserved characters. A blank becomes `%20`, which every decoder reads, and not `+`.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// `name=value&…`, each part percent-encoded.
pub(crate) fn form<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut text = String::new();
    for (name, value) in pairs {
        if !text.is_empty() {
            text.push('&');
        }
        text.extend(utf8_percent_encode(name, RESERVED));
        text.push('=');
        text.extend(utf8_percent_encode(value, RESERVED));
    }
    text
}

/// `text` percent-encoded.
pub(crate) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodes_all_but_unreserved_characters() {
        assert_eq!(
            form([("redirect_uri", "https://a.example/b c"), ("code", "x.y-z_~!+é")]),
            "redirect_uri=https%3A%2F%2Fa.example%2Fb%20c&code=x.y-z_~%21%2B%C3%A9"
        );
    }
}
