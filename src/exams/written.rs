//! A section as `exam.toml` has it: what papers need and what results need in one table, in which no key is unknown.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::TheorySection;
use crate::ids::Slug;
use crate::messages::Bilingual;

/// `[[parts.sections]]`. Serde checks no keys of a struct that is flattened into another, so those of the drawing are
/// gathered first and read by themselves.
#[derive(Debug, Deserialize)]
pub struct Section {
    title: Bilingual,
    module: Option<Slug>,
    #[serde(default)]
    pass: f64,
    #[serde(flatten)]
    draw: Map<String, Value>,
}

impl TryFrom<Section> for TheorySection {
    type Error = serde_json::Error;

    fn try_from(written: Section) -> Result<Self, serde_json::Error> {
        let Section { title, module, pass, draw } = written;
        Ok(Self { title, module, pass, draw: serde_json::from_value(draw.into())? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_nobody_knows_is_refused() {
        let section = "name = \"s\"\nbanks = [\"b\"]\ndraw = 2\ntitle = { en = \"S\", zh = \"节\" }\n";
        let read: TheorySection = toml::from_str(section).unwrap();
        assert_eq!((read.draw.draw, read.draw.points, read.pass), (2, 1.0, 0.0));
        let error = toml::from_str::<TheorySection>(&format!("{section}dificulties = {{ hard = 1 }}\n")).unwrap_err();
        assert!(error.message().contains("unknown field `dificulties`"), "{error}");
        let kept = serde_json::to_value(&read).unwrap();
        assert_eq!(serde_json::from_value::<TheorySection>(kept).unwrap(), read, "as the database keeps it");
    }
}
