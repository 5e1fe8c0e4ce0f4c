//! Somebody else's words, fit for a message: printable, short, and without what may be a token.

/// The longest run without a blank that is shown whole, in characters.
const RUN: usize = 48;
/// The longest text that is shown, in characters.
const TEXT: usize = 300;

/// Takes out control and invisible characters, cuts long runs, which may be tokens, then the whole.
pub(crate) fn words(text: &str) -> String {
    let printable: String =
        text.chars().filter(|c| !is_invisible(*c)).map(|c| if c.is_control() { ' ' } else { c }).collect();
    let runs = printable.split_whitespace().map(|run| match run.char_indices().nth(RUN) {
        Some(_) => format!("{}…", run.chars().take(8).collect::<String>()),
        None => run.to_owned(),
    });
    let mut short = String::new();
    for run in runs {
        if !short.is_empty() {
            short.push(' ');
        }
        short.push_str(&run);
        if short.chars().count() > TEXT {
            return short.chars().take(TEXT).chain(['…']).collect();
        }
    }
    short
}

/// A host or a path that was found where another was expected: cut where an answer's parameters may begin.
pub(crate) fn place(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let end = ["code", "!", "&", "=", "%3d", "%21", "gaaaa", "aaeaa"].iter().filter_map(|mark| lower.find(mark)).min();
    let shown = words(text.get(..end.unwrap_or(text.len())).unwrap_or_default());
    if end.is_some() { format!("{shown}…") } else { shown }
}

/// Characters that take no room: zero-width, direction and joining marks, the byte order mark, soft hyphens.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_behind_long_prose_is_cut_too() {
        let token = "x".repeat(100);
        let shown = words(&format!("{} {token} end", "prose ".repeat(40)));
        assert!(!shown.contains("xxxxxxxxx"), "{shown}");
        assert_eq!(words("No\u{1b}[31m l\u{202e}uck\u{200b}\n today"), "No [31m luck today");
    }

    #[test]
    fn a_place_shows_no_parameter() {
        assert_eq!(place("/return&code=aB3-!IAAAA"), "/return…");
        assert_eq!(place("ab3-!iaaaa"), "ab3-…");
        assert_eq!(place("/other/path"), "/other/path");
    }
}
