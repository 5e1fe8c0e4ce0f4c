//! Takes off what mail, chat, terminals and encoders put around and into an address.
//! None of it can stand in an address itself, so what is left is what was sent.

use std::borrow::Cow;

/// How often an encoding may have been applied.
const PASSES: usize = 4;

/// Turns bytes from a file or a pipe into text: UTF-8, or UTF-16 where a byte order mark says so, as some shells
/// write it. Bytes that are no text become replacement characters, which no code survives.
///
/// ```
/// # use exact_preauth_core::text_from_bytes;
/// assert_eq!(text_from_bytes(b"\xff\xfec\0o\0"), "co");
/// ```
#[must_use]
pub fn text_from_bytes(bytes: &[u8]) -> String {
    let utf16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.as_chunks::<2>().0.iter().map(|pair| unit(*pair)).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// Takes the wrapping off. `keeps_punctuation`: the text may itself end in a mark that otherwise ends a sentence.
pub(super) fn unwrap(text: &str, keeps_punctuation: bool) -> Cow<'_, str> {
    let text = text.trim();
    if is_plain(text) {
        return Cow::Borrowed(text);
    }
    let mut text = one_line(text);
    for _ in 0..PASSES {
        let before = text.len();
        text = link_target(without_entities(text));
        let inner = within_marks(&text, keeps_punctuation).to_owned();
        text = inner;
        if is_encoded_whole(&text) {
            text = percent_encoding::percent_decode_str(&text).decode_utf8_lossy().into_owned();
        } else if text.len() == before {
            break;
        }
    }
    Cow::Owned(from_the_scheme_on(&text).to_owned())
}

/// The paragraphs of a paste that may hold a code, its words, and addresses that a link scanner has put into one of its
/// own (`…?url=https%3A%2F%2F…`): at most eight of each.
pub(super) fn parts(text: &str) -> impl Iterator<Item = &str> {
    let may_answer = |part: &&str| part.contains("code") || part.contains("!IAAAA") || part.contains("%21IAAAA");
    let is_blank = |line: &str| line.chars().all(|c| c == '>' || c == '|' || c.is_whitespace());
    let mut paragraphs = Vec::new();
    let mut start = 0;
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        if is_blank(line) {
            paragraphs.extend(text.get(start..end));
            start = end + line.len();
        }
        end += line.len();
    }
    paragraphs.extend(text.get(start..end));
    let words = text.split_whitespace().filter(may_answer).take(8);
    let within = text.match_indices("=https%3A").chain(text.match_indices("=https%3a")).take(8);
    let within = within.filter_map(|(at, _)| text.get(at + 1..)?.split(['&', ' ', '\n']).next());
    paragraphs.into_iter().filter(|part| part.len() < text.len()).filter(may_answer).take(8).chain(words).chain(within)
}

/// Whether nothing needs taking off: `https://…?…` or `name=…` of characters that stand for themselves.
fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let starts_well =
        matches!(bytes.first(), Some(b'?' | b'&')) || bytes.first().is_some_and(u8::is_ascii_alphanumeric);
    starts_well
        && bytes.last().is_some_and(|last| last.is_ascii_alphanumeric() || matches!(last, b'-' | b'_'))
        && bytes.iter().all(|b| {
            b.is_ascii_alphanumeric()
                || matches!(b, b'-' | b'.' | b'_' | b'~' | b'!' | b':' | b'/' | b'?' | b'=' | b'&' | b'%')
        })
        && text.contains('=')
        && !text.contains("&amp")
        && !text.get(..8).is_some_and(|start| start.contains('%'))
        && text.find("://").is_none_or(|at| at <= 5)
}

/// Drops reply marks at the start of each line, joins the lines, and drops blanks, invisible characters, `<>"` and the
/// backslashes that shells put before marks: an address holds none of them unencoded.
fn one_line(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    for line in text.lines() {
        let line = line.trim_start_matches(|c: char| c == '>' || c == '|' || c.is_whitespace() || is_invisible(c));
        joined.extend(line.chars().filter(|c| {
            !c.is_whitespace() && !c.is_control() && !is_invisible(*c) && !matches!(c, '<' | '>' | '"' | '\\')
        }));
    }
    joined
}

/// Characters that take no room: zero-width, direction and joining marks, the byte order mark, soft hyphens.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// `&amp;` as HTML writes `&`, once or more.
fn without_entities(mut text: String) -> String {
    for _ in 0..PASSES {
        if !text.contains("&amp;") && !text.contains("&AMP;") && !text.contains("&#") {
            break;
        }
        for entity in ["&amp;", "&AMP;", "&#38;", "&#038;", "&#x26;", "&#X26;"] {
            text = text.replace(entity, "&");
        }
    }
    text
}

/// The target of a Markdown link `[text](target)`, or of a chat's `target|text`.
fn link_target(text: String) -> String {
    if let Some((_, target)) = text.rsplit_once("](") {
        return target.split(')').next().unwrap_or_default().to_owned();
    }
    match text.split_once('|') {
        Some((target, _)) if target.contains('?') => target.to_owned(),
        _ => text,
    }
}

/// Drops quotes and brackets around, and the marks that end a sentence.
fn within_marks(text: &str, keeps_punctuation: bool) -> &str {
    const OPENING: &[char] = &['\'', '`', '(', '[', '‘', '’', '‚', '“', '”', '„', '«', '»', '‹', '›', '*'];
    const CLOSING: &[char] = &['\'', '`', ')', ']', '‘', '’', '“', '”', '«', '»', '‹', '›', '*'];
    let text = text.trim_start_matches(OPENING);
    if keeps_punctuation {
        text
    } else {
        text.trim_end_matches(CLOSING).trim_end_matches(['.', ',', ';']).trim_end_matches(CLOSING)
    }
}

/// Whether the whole text, and not only its values, is percent-encoded.
fn is_encoded_whole(text: &str) -> bool {
    let starts_encoded = text.get(..8).is_some_and(|start| {
        let start = start.to_ascii_lowercase();
        start.starts_with("http%") || start.starts_with("https%")
    });
    text.contains('%') && (starts_encoded || !text.contains('='))
}

/// Drops prose in front of the address: everything before `https://` where that holds no part of an answer.
fn from_the_scheme_on(text: &str) -> &str {
    let lower = text.to_ascii_lowercase();
    let start = [lower.find("https://"), lower.find("http://")].into_iter().flatten().min();
    match start.and_then(|at| Some((text.get(..at)?, text.get(at..)?))) {
        Some((before, address)) if !before.contains(['?', '=', '&', '#']) => address,
        _ => text,
    }
}
