//! What a script prints: made fit to be shown, kept up to a limit, and searched for points of a learning curve.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Most bytes that a script may print.
pub const MAX_BYTES: usize = 1 << 20;
/// Longest line that is kept whole, in characters.
const MAX_LINE: usize = 2000;
/// Most points of a learning curve.
const MAX_POINTS: usize = 1000;
/// Most numbers in one point.
const MAX_NUMBERS: usize = 8;
/// Numbers of a point are smaller; larger ones are no measurement of anything.
const MAX_NUMBER: f64 = 1e15;
/// What a line with a point begins with.
const MARK: &str = "assay:";

/// One point of a learning curve: what a line `assay: epoch=3 loss=0.12` named.
pub type Point = BTreeMap<String, f64>;

/// The text so far: no terminal codes, no invalid UTF-8, no line above the limit.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Log {
    text: String,
    line: String,
    points: Vec<Point>,
    #[serde(skip)]
    state: State,
    #[serde(skip)]
    rest: Vec<u8>,
}

/// Where in a terminal's control sequence the text is.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
enum State {
    #[default]
    Plain,
    /// After ESC.
    Escape,
    /// After ESC [ until its last byte.
    Control,
    /// After ESC ] and the like, until BEL or ESC \.
    Text,
    /// After ESC within such a text.
    TextEscape,
    /// After a carriage return.
    Return,
}

impl Log {
    /// Takes in what was printed next, cut anywhere.
    pub fn add(&mut self, bytes: &[u8]) {
        self.rest.extend_from_slice(bytes);
        let bytes = std::mem::take(&mut self.rest);
        let mut chunks = bytes.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            chunk.valid().chars().for_each(|c| self.take(c));
            let invalid = chunk.invalid();
            if invalid.is_empty() {
                continue;
            }
            // The end of a piece may be the beginning of a character.
            if chunks.peek().is_none() && invalid.len() < 4 && is_beginning(invalid) {
                self.rest = invalid.to_vec();
            } else {
                self.take(char::REPLACEMENT_CHARACTER);
            }
        }
    }

    /// Ends the last line.
    pub fn finish(&mut self) {
        if !std::mem::take(&mut self.rest).is_empty() {
            self.take(char::REPLACEMENT_CHARACTER);
        }
        if !self.line.is_empty() {
            self.end_line();
        }
    }

    /// Everything printed so far, the line that is being printed included.
    pub fn text(&self) -> String {
        format!("{}{}", self.text, self.line)
    }

    /// The whole lines that were printed after the first so many bytes of text.
    pub fn since(&self, bytes: usize) -> &str {
        self.text.get(bytes..).unwrap_or_default()
    }

    /// The last lines, at most so many.
    pub fn tail(&self, lines: usize) -> String {
        let text = self.text();
        let start = text.trim_end_matches('\n').rmatch_indices('\n').nth(lines.saturating_sub(1));
        start.map_or(text.clone(), |(at, _)| text.get(at + 1..).unwrap_or_default().to_owned())
    }

    /// The points of the learning curve.
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    fn take(&mut self, c: char) {
        self.state = match (self.state, c) {
            // ESC ( B and the like have one more.
            (State::Plain | State::Return, '\u{1b}') | (State::Escape, ' '..='/') => State::Escape,
            (State::Escape, '[') => State::Control,
            (State::Escape, ']' | 'P' | 'X' | '^' | '_') => State::Text,
            (State::Escape, _) | (State::Control, '@'..='~') | (State::Text, '\u{7}') | (State::TextEscape, '\\') => {
                State::Plain
            }
            (State::Text, '\u{1b}') => State::TextEscape,
            // A sequence that was never ended ends with its line.
            (State::Return | State::Control | State::Text, '\n') | (State::Plain, ..='\u{c}' | '\u{e}'..) => {
                return self.take_plain(c);
            }
            (State::Control, _) => State::Control,
            (State::Text | State::TextEscape, _) => State::Text,
            (State::Plain | State::Return, '\r') => State::Return,
            (State::Return, _) => {
                // As on a terminal, the line is written over.
                self.line.clear();
                return self.take_plain(c);
            }
        };
    }

    fn take_plain(&mut self, c: char) {
        self.state = State::Plain;
        match c {
            '\n' => self.end_line(),
            '\t' => self.line.push('\t'),
            c if c.is_control() => {}
            c if is_invisible(c) => self.line.push(char::REPLACEMENT_CHARACTER),
            c if self.line.len() < 4 * MAX_LINE => self.line.push(c),
            _ => {}
        }
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        if let Some(point) = point(&line).filter(|_| self.points.len() < MAX_POINTS) {
            self.points.push(point);
        }
        let short: String = line.chars().take(MAX_LINE).collect();
        self.text.push_str(&short);
        if short.len() < line.len() {
            self.text.push('…');
        }
        self.text.push('\n');
    }
}

/// Whether bytes are the beginning of one character.
fn is_beginning(bytes: &[u8]) -> bool {
    let length = match bytes.first() {
        Some(0xc2..=0xdf) => 2,
        Some(0xe0..=0xef) => 3,
        Some(0xf0..=0xf4) => 4,
        Some(_) | None => return false,
    };
    bytes.len() < length && bytes.iter().skip(1).all(|byte| byte & 0xc0 == 0x80)
}

/// Characters that turn or hide what stands around them.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// `assay: epoch=3 loss=0.12`: names of letters, digits and `_`, and numbers.
fn point(line: &str) -> Option<Point> {
    let pair = |word: &str| {
        let (name, number) = word.split_once('=')?;
        let is_name = (1..=32).contains(&name.len()) && name.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_');
        let number: f64 = number.trim_end_matches(',').parse().ok()?;
        (is_name && number.abs() < MAX_NUMBER).then(|| (name.to_owned(), number))
    };
    let numbers: Point =
        line.trim().strip_prefix(MARK)?.split_whitespace().filter_map(pair).take(MAX_NUMBERS).collect();
    (!numbers.is_empty()).then_some(numbers)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(pieces: &[&[u8]]) -> String {
        let mut log = Log::default();
        for piece in pieces {
            log.add(piece);
        }
        log.finish();
        log.text()
    }

    #[test]
    fn terminal_codes_go_and_texts_stay() {
        assert_eq!(shown(&[b"\x1b[1;31mred\x1b[0m \x1b]0;title\x07plain\x1b(B\n"]), "red plain\n");
        assert_eq!(shown(&[b"a\x00\x08b\tc"]), "ab\tc\n");
        assert_eq!(shown(&[b"\x1b[31", b"mred"]), "red\n");
        assert_eq!(shown(&["学".as_bytes().split_at(1).0, "学".as_bytes().split_at(1).1]), "学\n");
        assert_eq!(shown(&[b"\xff\xfeok \xe5"]), "\u{fffd}\u{fffd}ok \u{fffd}\n");
        assert_eq!(shown(&["\u{202e}evil".as_bytes()]), "\u{fffd}evil\n");
    }

    #[test]
    fn a_progress_bar_is_the_last_of_its_states() {
        assert_eq!(shown(&[b"10 %\r20 %\r100 %\r\ndone\r\n"]), "100 %\ndone\n");
    }

    #[test]
    fn lines_are_cut_and_the_last_ones_are_found() {
        assert_eq!(shown(&[&[b'x'; 5000]]).chars().count(), MAX_LINE + 2);
        let mut log = Log::default();
        log.add(b"1\n2\n3\n4");
        assert_eq!(log.tail(2), "3\n4");
        assert_eq!(log.tail(9), "1\n2\n3\n4");
    }

    #[test]
    fn points_are_numbers_with_names() {
        let mut log = Log::default();
        log.add(b"assay: epoch=3 loss=0.12, accuracy=0.97\nassay: nothing\nassay: loss=nan <b>=1 x=1e300\n epoch=4\n");
        let point = |pairs: &[(&str, f64)]| pairs.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect();
        assert_eq!(log.points(), [point(&[("accuracy", 0.97), ("epoch", 3.0), ("loss", 0.12)])]);
    }

    proptest! {
        #[test]
        fn no_bytes_are_shown_that_steer_and_pieces_make_no_difference(
            bytes in proptest::collection::vec(any::<u8>(), 0..200), at in any::<prop::sample::Index>(),
        ) {
            let (first, second) = bytes.split_at(at.index(bytes.len() + 1));
            let whole = shown(&[&bytes]);
            prop_assert_eq!(&whole, &shown(&[first, second]));
            prop_assert!(whole.chars().all(|c| c == '\n' || c == '\t' || !c.is_control()));
        }
    }
}
