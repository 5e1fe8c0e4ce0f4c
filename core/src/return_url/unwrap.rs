//! Takes off what mail, chat, terminals and encoders put around and into an address.

use crate::words::is_invisible;

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

/// Takes the wrapping off.
pub(super) fn unwrap(text: &str) -> String {
    let mut text = one_line(in_angle_brackets(text));
    for _ in 0..PASSES {
        let before = text.len();
        text = behind_scanner(link_target(without_entities(text)));
        let inner = within_marks(&text).to_owned();
        text = inner;
        if is_encoded_whole(&text) {
            text = one_line(&decoded(&text));
        } else if text.len() == before {
            break;
        }
    }
    from_the_scheme_on(&text).to_owned()
}

/// Percent-decoded once.
pub(super) fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// The parts of a paste that may be an answer with prose around it: paragraphs, and words that begin an address. At
/// most eight of each.
pub(super) fn parts(text: &str) -> impl Iterator<Item = &str> {
    let may_answer = |part: &&str| part.contains("code=") || part.contains("error=");
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
    let words = text.split_whitespace().filter(may_answer).filter(|word| word.starts_with('/') || word.contains("://"));
    paragraphs.into_iter().filter(|part| part.len() < text.len()).filter(may_answer).take(8).chain(words.take(8))
}

/// What stands between `<http` and the last `>`, as mail shows the target of a link behind its text. A chat adds `|`
/// and the text.
fn in_angle_brackets(text: &str) -> &str {
    let Some(start) = text.to_ascii_lowercase().rfind("<http") else { return text };
    let Some(end) = text.rfind('>').filter(|end| *end > start) else { return text };
    let inner = text.get(start + 1..end).unwrap_or(text);
    inner.split('|').next().unwrap_or(inner)
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

/// The target of a Markdown link `[text](target)`.
fn link_target(text: String) -> String {
    match text.rsplit_once("](") {
        Some((_, target)) => target.rsplit_once(')').map_or(target, |(target, _)| target).to_owned(),
        None => text,
    }
}

/// The address that a mail's link scanner has put into one of its own.
fn behind_scanner(text: String) -> String {
    let host = text.split('/').nth(2).unwrap_or_default().to_ascii_lowercase();
    if !host.ends_with(".safelinks.protection.outlook.com") {
        return text;
    }
    let target = text.split(['?', '&']).find_map(|pair| pair.strip_prefix("url=")).map(decoded);
    target.unwrap_or(text)
}

/// Drops quotes and brackets around, and the mark that ends a sentence. Dots that stand for something left out stay.
fn within_marks(text: &str) -> &str {
    const OPENING: &[char] = &['\'', '`', '(', '‘', '’', '‚', '“', '”', '„', '«', '»', '‹', '›', '*'];
    const CLOSING: &[char] = &['\'', '`', ')', '‘', '’', '“', '”', '«', '»', '‹', '›', '*', ',', ';'];
    let text = text.trim_start_matches(OPENING).trim_end_matches(CLOSING);
    let text = text.strip_suffix('.').filter(|text| !text.ends_with('.')).unwrap_or(text).trim_end_matches(CLOSING);
    // Not those of `[::1]`.
    text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text)
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
