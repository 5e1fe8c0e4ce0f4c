//! One line of text, edited key by key.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// The longest text that is taken, in bytes: one more than any reader takes, so that it can say what is wrong.
const LIMIT: usize = exact_preauth_core::RETURN_URL_LIMIT + 1;

/// What a key does beside editing.
pub(super) enum Key {
    /// The text or the place in it may have changed.
    Edited,
    /// The answer is given.
    Enter,
    /// The person wants to stop.
    Interrupt,
}

/// The text and the place in it, in characters.
#[derive(Default)]
pub(super) struct Line {
    pub(super) text: String,
    cursor: usize,
}

impl Line {
    pub(super) fn set(&mut self, text: String) {
        self.cursor = text.chars().count();
        self.text = text;
    }

    fn byte(&self, at: usize) -> usize {
        self.text.char_indices().nth(at).map_or(self.text.len(), |(byte, _)| byte)
    }

    pub(super) fn insert(&mut self, text: &str) {
        let room = LIMIT.saturating_sub(self.text.len());
        let text: String = text
            .chars()
            .scan(0, |bytes, c| {
                *bytes += c.len_utf8();
                (*bytes <= room).then_some(c)
            })
            .collect();
        self.text.insert_str(self.byte(self.cursor), &text);
        self.cursor += text.chars().count();
    }

    fn remove(&mut self, from: usize, to: usize) {
        self.text.replace_range(self.byte(from)..self.byte(to), "");
        self.cursor = from;
    }

    /// `None`: the text or the place in it may have changed.
    pub(super) fn apply(&mut self, key: KeyEvent) -> Option<Key> {
        let end = self.text.chars().count();
        if key.modifiers.contains(KeyModifiers::CONTROL) {
            match key.code {
                KeyCode::Char('c') => return Some(Key::Interrupt),
                KeyCode::Char('d') if self.text.is_empty() => return Some(Key::Interrupt),
                KeyCode::Char('a') => self.cursor = 0,
                KeyCode::Char('e') => self.cursor = end,
                KeyCode::Char('u') => self.remove(0, self.cursor),
                KeyCode::Char('k') => {
                    let from = self.cursor;
                    self.remove(from, end);
                }
                KeyCode::Char('w') => {
                    let before: Vec<char> = self.text.chars().take(self.cursor).collect();
                    let kept = before
                        .iter()
                        .rposition(|c| !c.is_whitespace())
                        .and_then(|last| before.get(..last)?.iter().rposition(|c| c.is_whitespace()).map(|at| at + 1))
                        .unwrap_or(0);
                    self.remove(kept, self.cursor);
                }
                KeyCode::Char('j' | 'm') => return Some(Key::Enter),
                _ => {}
            }
            return None;
        }
        match key.code {
            KeyCode::Enter => return Some(Key::Enter),
            KeyCode::Char(c) => self.insert(c.encode_utf8(&mut [0; 4])),
            KeyCode::Backspace if self.cursor > 0 => self.remove(self.cursor - 1, self.cursor),
            KeyCode::Delete if self.cursor < end => self.remove(self.cursor, self.cursor + 1),
            KeyCode::Left => self.cursor = self.cursor.saturating_sub(1),
            KeyCode::Right => self.cursor = (self.cursor + 1).min(end),
            KeyCode::Home => self.cursor = 0,
            KeyCode::End => self.cursor = end,
            _ => {}
        }
        None
    }

    /// The part around the cursor that fits into `room` columns, and the cursor's column in it.
    pub(super) fn visible(&self, room: usize, hidden: bool) -> (String, usize) {
        let start = self.cursor.saturating_sub(room);
        let shown = self.text.chars().skip(start).take(room).map(|c| match c {
            _ if hidden => '•',
            c if c.is_control() => '␤',
            c => c,
        });
        (shown.collect(), self.cursor - start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &[(KeyCode, KeyModifiers)]) -> (String, usize) {
        let mut line = Line::default();
        for (code, modifiers) in keys {
            line.apply(KeyEvent::new(*code, *modifiers));
        }
        (line.text, line.cursor)
    }

    #[test]
    fn edits_in_the_middle_of_the_line() {
        let plain = |code| (code, KeyModifiers::NONE);
        let control = |c| (KeyCode::Char(c), KeyModifiers::CONTROL);
        let word = [plain(KeyCode::Char('a')), plain(KeyCode::Char('é')), plain(KeyCode::Char('c'))];
        assert_eq!(typed(&[&word[..], &[plain(KeyCode::Left), plain(KeyCode::Backspace)]].concat()), ("ac".into(), 1));
        assert_eq!(typed(&[&word[..], &[plain(KeyCode::Home), plain(KeyCode::Delete)]].concat()), ("éc".into(), 0));
        assert_eq!(typed(&[&word[..], &[plain(KeyCode::Left), control('u')]].concat()), ("c".into(), 0));
        assert_eq!(
            typed(&[&word[..], &[plain(KeyCode::Char(' ')), plain(KeyCode::Char('x')), control('w')]].concat()),
            ("aéc ".into(), 4)
        );
        assert_eq!(typed(&[&word[..], &[plain(KeyCode::Home), control('k')]].concat()), (String::new(), 0));
    }

    #[test]
    fn takes_no_more_than_any_reader_does() {
        let mut line = Line::default();
        line.insert(&"é".repeat(LIMIT));
        assert!(line.text.len() <= LIMIT);
        line.insert("x");
        assert!(line.text.len() <= LIMIT);
    }

    #[test]
    fn a_long_line_shows_its_part_around_the_cursor() {
        let mut line = Line::default();
        line.insert("abcdefghij");
        assert_eq!(line.visible(4, false), ("ghij".into(), 4));
        assert_eq!(line.visible(4, true).0, "••••");
        line.cursor = 0;
        assert_eq!(line.visible(4, false), ("abcd".into(), 0));
    }
}
