//! Something wrong in an authored file: where, what, and what it should be.

use std::fmt;
use std::path::{Path, PathBuf};

use super::{Said, Tr, Word, said};

/// Something wrong in an authored file, in the language of whoever reads it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The file.
    pub file: PathBuf,
    /// Where in the file, such as ``item `hopfield-update` `` or `line 12`; `None` for the whole file.
    pub place: Option<Said>,
    /// What is wrong and what it should be.
    pub said: Said,
}

impl Fault {
    /// A fault of `file` as a whole.
    pub fn new(file: &Path, said: Said) -> Self {
        Self { file: file.to_owned(), place: None, said }
    }

    /// The same at a place within the file.
    #[must_use]
    pub fn at(self, place: impl Into<Option<Said>>) -> Self {
        Self { place: place.into(), ..self }
    }

    /// A fault of a file whose `text` is no TOML of the expected shape, with its line.
    pub fn syntax(file: &Path, text: &str, error: &toml::de::Error) -> Self {
        Self::new(file, shape(error.message())).at(line(line_of(text, error)))
    }

    /// A file or folder that cannot be read.
    pub fn unreadable(file: &Path, error: &std::io::Error) -> Self {
        Self::new(file, said!("fault-unreadable", words = Word::English(error.to_string())))
    }

    /// Where in the file and what, without the file.
    pub fn here(&self) -> Said {
        match &self.place {
            Some(place) => said!("fault-at-place", place = place, fault = &self.said),
            None => self.said.clone(),
        }
    }

    /// Where and what.
    pub fn told(&self) -> Said {
        let file = self.file.display().to_string();
        match &self.place {
            Some(place) => said!("fault-in-file-at-place", file = file, place = place, fault = &self.said),
            None => said!("fault-in-file", file = file, fault = &self.said),
        }
    }

    /// Where and what, for a reader.
    pub fn words(&self, t: Tr) -> String {
        self.told().words(t)
    }
}

/// In English, for logs and errors; pages and the command line ask for the reader's language.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.told().fmt(f)
    }
}

/// Most characters that a fault quotes of what an author wrote, or of what a program says about it.
const LONGEST_QUOTE: usize = 120;

/// The beginning of a text, for a fault that quotes it.
pub fn quoted(text: &str) -> String {
    match text.char_indices().nth(LONGEST_QUOTE) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// A line of a file, as a place.
pub fn line(number: usize) -> Said {
    said!("fault-place-line", line = number)
}

/// A field of a file, as a place.
pub fn field(name: &'static str) -> Said {
    said!("fault-place-field", field = name)
}

/// The line of `text` that a parser's error points to, from 1.
pub fn line_of(text: &str, error: &toml::de::Error) -> usize {
    line_at(text, error.span())
}

/// The line of `text` in which a parser's error begins, from 1.
pub fn line_at(text: &str, span: Option<std::ops::Range<usize>>) -> usize {
    let start = span.map_or(0, |span| span.start);
    text.get(..start).unwrap_or_default().matches('\n').count() + 1
}

/// What a parser says of a text of another shape than expected: what it says most often in the reader's language, the
/// rest in its own words.
pub fn shape(words: &str) -> Said {
    let name = || quoted(words.split('`').nth(1).unwrap_or_default());
    let expected = || {
        let (_, list) = words.split_once(", expected ").unwrap_or_default();
        Word::names(list.split('`').skip(1).step_by(2))
    };
    let lists_names = words.contains("`, expected `") || words.contains("`, expected one of `");
    if words.starts_with("missing field `") {
        said!("fault-missing-field", field = name())
    } else if words.starts_with("unknown field `") && lists_names {
        said!("fault-unknown-field", field = name(), expected = expected())
    } else if words.starts_with("unknown variant `") && lists_names {
        said!("fault-unknown-variant", value = name(), expected = expected())
    } else if words.contains("` is not a slug: ") {
        said!("fault-not-a-slug", name = name())
    } else {
        said!("fault-syntax", words = Word::English(words.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use crate::messages::Lang;

    use super::*;

    const ZH: Tr = Tr { lang: Lang::ZhCn, zone: chrono_tz::Tz::UTC };

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only the errors are looked at")]
    struct Shape {
        title: String,
        slug: Option<crate::ids::Slug>,
        lang: Option<Lang>,
    }

    fn told(text: &str) -> [String; 2] {
        let error = toml::from_str::<Shape>(text).unwrap_err();
        let fault = Fault::syntax(Path::new("a.toml"), text, &error);
        [fault.to_string(), fault.words(ZH)]
    }

    #[test]
    fn a_fault_names_file_and_place_in_both_languages() {
        let fault = Fault::new(Path::new("m/items.toml"), said!("fault-source"));
        assert_eq!(fault.to_string(), "m/items.toml: `source` is empty; say where the facts come from");
        assert_eq!(fault.words(ZH), "m/items.toml：`source` 为空；请注明依据来源");
        let fault = fault.at(line(3).within(said!("fault-place-item", item = "two")));
        assert_eq!(
            fault.to_string(),
            "m/items.toml, item `two`, line 3: `source` is empty; say where the facts come from"
        );
        assert_eq!(fault.words(ZH), "m/items.toml，题目 `two`，第 3 行：`source` 为空；请注明依据来源");
        assert_eq!(fault.here().words(ZH), "题目 `two`，第 3 行：`source` 为空；请注明依据来源");
    }

    #[test]
    fn what_parsers_say_most_often_is_in_the_readers_language() {
        assert_eq!(
            told("slug = \"a\""),
            ["a.toml, line 1: missing field `title`", "a.toml，第 1 行：缺少字段 `title`"]
        );
        assert_eq!(
            told("title = \"a\"\nslgu = 1"),
            [
                "a.toml, line 2: unknown field `slgu`, expected one of `title`, `slug`, `lang`",
                "a.toml，第 2 行：没有名为 `slgu` 的字段；可用字段：`title`、`slug`、`lang`"
            ]
        );
        assert_eq!(told("title = \"a\"\nlang = \"fr\"")[1], "a.toml，第 2 行：不能填写 `fr`；可选值：`en`、`zh`");
        assert!(told("title = \"a\"\nslug = \"A B\"")[1].contains("`A B` 不能用作短名称"));
        let [english, chinese] = told("title = 3");
        assert!(english.starts_with("a.toml, line 1: invalid type: "), "{english}");
        assert!(chinese.starts_with("a.toml，第 1 行：文件格式有误：invalid type: "), "{chinese}");
    }
}
