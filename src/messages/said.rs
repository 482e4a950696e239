//! Sentences that are in no language yet: the key of a message, with what fills it.

use std::borrow::Cow;
use std::fmt;

use fluent_templates::fluent_bundle::FluentValue;
use serde::{Deserialize, Serialize};

use super::{Lang, Tr, lookup};

/// Stand around words that are English in every language, until the sentence is shown; no file holds them.
const MARKS: [char; 2] = ['\u{2}', '\u{3}'];

/// Most characters of one text that a sentence quotes.
const LONGEST: usize = 500;

/// A sentence, or a part of one, that whoever reads it gets in their own language. As JSON it keeps the key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Said {
    key: Cow<'static, str>,
    args: Vec<(Cow<'static, str>, Word)>,
}

/// What fills a message.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Word {
    /// Text that is the same in every language: names, numbers, what an author wrote.
    Text(String),
    /// Names from files, listed.
    Names(Vec<String>),
    /// A message of its own.
    Said(Box<Said>),
    /// Words of a program that speaks only English, such as a parser.
    English(String),
}

/// A stretch of a sentence in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The words.
    pub words: String,
    /// Whether they are English on a page in another language.
    pub is_english: bool,
}

/// `said!(key, name = value, …)`: the message of this key with these arguments.
macro_rules! said {
    ($key:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::messages::Said::new($key)$(.and(stringify!($name), $value))*
    };
}
pub(crate) use said;

impl Said {
    /// The message of this key, which takes no arguments.
    pub fn new(key: &'static str) -> Self {
        Self { key: Cow::Borrowed(key), args: Vec::new() }
    }

    /// The same with one more argument.
    #[must_use]
    pub fn and(mut self, name: &'static str, word: impl Into<Word>) -> Self {
        self.args.push((Cow::Borrowed(name), word.into().cut()));
        self
    }

    /// Words of a program that speaks only English, by themselves.
    pub fn english(words: impl Into<String>) -> Self {
        said!("fault-words", words = Word::English(words.into()))
    }

    /// The same, told as something within `outer`, such as a line within a question.
    #[must_use]
    pub fn within(self, outer: Self) -> Self {
        said!("fault-place-within", outer = outer, inner = self)
    }

    /// The key of the message.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The sentence for a reader.
    pub fn words(&self, t: Tr) -> String {
        self.marked(t.lang).replace(MARKS, "")
    }

    /// The sentence for a page, so that words which stay English can be marked.
    pub fn pieces(&self, t: Tr) -> Vec<Piece> {
        let marked = self.marked(t.lang);
        let pieces = marked.split(MARKS).enumerate().map(|(place, words)| Piece {
            words: words.to_owned(),
            // Marks come in pairs that never nest: every second stretch stands between two.
            is_english: place % 2 == 1,
        });
        pieces.filter(|piece| !piece.words.is_empty()).collect()
    }

    fn marked(&self, lang: Lang) -> String {
        let args = self.args.iter().map(|(name, word)| (name.clone(), FluentValue::from(word.marked(lang))));
        lookup(lang, &self.key, &args.collect())
    }
}

/// In English, for logs and errors; pages and the command line ask for the reader's language.
impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words(Tr::new(Lang::En)))
    }
}

impl Word {
    /// Names from files, listed.
    pub fn names<T: ToString>(names: impl IntoIterator<Item = T>) -> Self {
        Self::Names(names.into_iter().map(|name| name.to_string()).collect())
    }

    /// The same no longer than a sentence can show, without characters that pages and the database cannot hold.
    fn cut(self) -> Self {
        let cut = |text: String| {
            let is_shown = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
            let mut shown: String = text.chars().filter(is_shown).take(LONGEST).collect();
            if text.chars().filter(is_shown).nth(LONGEST).is_some() {
                shown.push('…');
            }
            shown
        };
        match self {
            Self::Text(text) => Self::Text(cut(text)),
            Self::Names(names) => Self::Names(names.into_iter().map(cut).collect()),
            Self::Said(said) => Self::Said(said),
            Self::English(words) => Self::English(cut(words)),
        }
    }

    fn marked(&self, lang: Lang) -> String {
        match self {
            Self::Text(text) => text.replace(MARKS, ""),
            Self::Names(names) => {
                let names: Vec<String> = names.iter().map(|name| format!("`{}`", name.replace(MARKS, ""))).collect();
                names.join(&lookup(lang, "fault-list-comma", &std::collections::HashMap::new()))
            }
            Self::Said(said) => said.marked(lang),
            Self::English(words) => {
                let words = words.replace(MARKS, "");
                match lang {
                    Lang::En => words,
                    Lang::ZhCn => format!("{}{words}{}", MARKS[0], MARKS[1]),
                }
            }
        }
    }
}

impl From<Said> for Word {
    fn from(said: Said) -> Self {
        Self::Said(Box::new(said))
    }
}

impl From<&Said> for Word {
    fn from(said: &Said) -> Self {
        said.clone().into()
    }
}

macro_rules! texts { ($($kind:ty),*) => { $(impl From<$kind> for Word {
    fn from(text: $kind) -> Self { Self::Text(text.to_string()) }
})* } }
texts!(&str, String, &String, &crate::ids::Slug, u8, u32, u64, usize, f64);

#[cfg(test)]
mod tests {
    use super::*;

    const ZH: Tr = Tr { lang: Lang::ZhCn, zone: chrono_tz::Tz::UTC };

    #[test]
    fn a_sentence_is_in_the_readers_language_with_everything_in_it() {
        let said = said!("fault-empty-text", part = said!("fault-part-option-why", number = 2_usize), lang = "zh");
        assert_eq!(said.to_string(), "option 2, why is empty in `zh`");
        assert_eq!(said.words(ZH), "选项 2 的理由缺少 `zh` 文本");
        let names = Word::names(["a", "b"]);
        let said = said!("fault-numbers-circular", names = names);
        assert!(said.to_string().starts_with("values `a`, `b` cannot be computed"));
        assert!(said.words(ZH).contains("`a`、`b`"), "{}", said.words(ZH));
        let kept = serde_json::to_string(&said).unwrap();
        assert_eq!(serde_json::from_str::<Said>(&kept).unwrap(), said);
    }

    #[test]
    fn what_is_quoted_is_cut_and_holds_no_control_characters() {
        let long = "字".repeat(3_000_000);
        let said = said!("fault-slug-folder", slug = &long, folder = "a\u{0}b");
        let kept = serde_json::to_string(&said).unwrap();
        assert!(kept.len() < 2_000 && !kept.contains("u0000") && kept.contains("ab"), "{kept}");
        let said = said!("fault-unreadable", words = Word::English(long));
        assert!(said.to_string().len() < 2_000 && said.to_string().ends_with('…'));
    }

    #[test]
    fn what_stays_english_is_marked_on_pages_in_other_languages() {
        let said = said!("fault-unreadable", words = Word::English("no such\u{2} file".to_owned()));
        let english = Piece { words: "no such file".to_owned(), is_english: true };
        assert_eq!(said.pieces(ZH), [Piece { words: "无法读取：".to_owned(), is_english: false }, english]);
        assert_eq!(said.words(ZH), "无法读取：no such file");
        let whole = Piece { words: "cannot be read: no such file".to_owned(), is_english: false };
        assert_eq!(said.pieces(Tr::new(Lang::En)), [whole]);
    }
}
