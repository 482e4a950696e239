//! A source file as text, and finding words in its code.

use std::fmt;

#[derive(Debug)]
pub struct Fault {
    file: String,
    line: usize,
    message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

/// One file: its path from the root of the repository, its text, and its code with comments and literals blanked.
pub struct Source {
    pub file: String,
    pub text: String,
    pub code: Vec<char>,
}

impl Source {
    pub fn new(file: &str, text: &str) -> Self {
        Self { file: file.to_owned(), text: text.to_owned(), code: code_of(text) }
    }

    pub fn fault(&self, position: usize, message: impl Into<String>) -> Fault {
        let line = 1 + self.code.iter().take(position).filter(|c| **c == '\n').count();
        Fault { file: self.file.clone(), line, message: message.into() }
    }

    pub fn is_library(&self) -> bool {
        self.file.starts_with("src/")
    }

    /// The room a library file belongs to; `None` for `lib.rs` and the executables, which stand above all rooms.
    pub fn room(&self) -> Option<&str> {
        let below = self.file.strip_prefix("src/")?;
        let first = below.split('/').next()?;
        if below.starts_with("bin/") || ["lib.rs", "main.rs"].contains(&below) {
            return None;
        }
        Some(first.strip_suffix(".rs").unwrap_or(first))
    }

    /// Positions where `word` stands as whole words; `::` inside it may be surrounded by spaces.
    pub fn find(&self, word: &str) -> Vec<usize> {
        let parts: Vec<&str> = word.split("::").collect();
        (0..self.code.len()).filter(|at| self.path_at(*at, &parts).is_some()).collect()
    }

    /// If the path `parts` begins at `at`, where it ends.
    fn path_at(&self, mut at: usize, parts: &[&str]) -> Option<usize> {
        if at > 0 && is_word(self.code[at - 1]) {
            return None;
        }
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                at = self.expect(self.skip_spaces(at), "::")?;
                at = self.skip_spaces(at);
            }
            at = self.expect(at, part)?;
            if self.code.get(at).is_some_and(|c| is_word(*c)) {
                return None;
            }
        }
        Some(at)
    }

    fn expect(&self, at: usize, text: &str) -> Option<usize> {
        let end = at + text.chars().count();
        (self.code.get(at..end)?.iter().copied().eq(text.chars())).then_some(end)
    }

    pub fn skip_spaces(&self, at: usize) -> usize {
        at + self.code.iter().skip(at).take_while(|c| c.is_whitespace()).count()
    }

    pub fn word_at(&self, at: usize) -> String {
        self.code.iter().skip(at).take_while(|c| is_word(**c)).collect()
    }

    /// First names behind `root::` wherever it is written: `root::a`, `root::{a, b::c}`.
    pub fn names_below(&self, root: &str) -> Vec<(usize, String)> {
        let mut names = Vec::new();
        for start in self.find(root) {
            let Some(after) = self.expect(self.skip_spaces(start + root.len()), "::") else { continue };
            let at = self.skip_spaces(after);
            if self.code.get(at) == Some(&'{') {
                names.extend(self.group(at));
            } else {
                names.push((start, self.word_at(at)));
            }
        }
        names.retain(|(_, name)| !name.is_empty());
        names
    }

    /// The first name of each member of the group that opens at `open`.
    fn group(&self, open: usize) -> Vec<(usize, String)> {
        let (mut depth, mut names, mut expecting) = (0, Vec::new(), false);
        for at in open..self.code.len() {
            match self.code[at] {
                '{' => {
                    depth += 1;
                    expecting = depth == 1;
                }
                '}' if depth == 1 => break,
                '}' => depth -= 1,
                ',' if depth == 1 => expecting = true,
                c if expecting && is_word(c) => {
                    names.push((at, self.word_at(at)));
                    expecting = false;
                }
                _ => {}
            }
        }
        names
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// `text` with comments, strings and characters blanked; lines stay where they are.
fn code_of(text: &str) -> Vec<char> {
    let chars: Vec<char> = text.chars().collect();
    let mut code = chars.clone();
    let mut at = 0;
    while at < chars.len() {
        let end = literal_end(&chars, at);
        for c in &mut code[at..end] {
            if *c != '\n' {
                *c = ' ';
            }
        }
        at = end.max(at + 1);
    }
    code
}

/// Where the comment or literal that begins at `at` ends; `at` itself where none begins.
fn literal_end(chars: &[char], at: usize) -> usize {
    let next = |offset: usize| chars.get(at + offset).copied().unwrap_or(' ');
    let find = |from: usize, pattern: &str| {
        let pattern: Vec<char> = pattern.chars().collect();
        (from..chars.len()).find(|i| chars[*i..].starts_with(&pattern)).map_or(chars.len(), |i| i + pattern.len())
    };
    match (chars[at], next(1)) {
        ('/', '/') => find(at, "\n") - usize::from(find(at, "\n") < chars.len()),
        ('/', '*') => find(at + 2, "*/"),
        ('"', _) => quoted_end(chars, at, '"'),
        ('\'', '\\') => quoted_end(chars, at, '\''),
        ('\'', _) if next(2) == '\'' => at + 3,
        ('r', '"' | '#') if at == 0 || !is_word(chars[at - 1]) || chars[at - 1] == 'b' => {
            let hashes = chars[at + 1..].iter().take_while(|c| **c == '#').count();
            if next(1 + hashes) != '"' {
                return at;
            }
            find(at + 2 + hashes, &format!("\"{}", "#".repeat(hashes)))
        }
        _ => at,
    }
}

fn quoted_end(chars: &[char], at: usize, quote: char) -> usize {
    let mut i = at + 1;
    while i < chars.len() && chars[i] != quote {
        i += if chars[i] == '\\' { 2 } else { 1 };
    }
    (i + 1).min(chars.len())
}
