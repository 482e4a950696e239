//! A section as `exam.toml` has it: what papers need and what results need in one table, in which no key is unknown.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::TheorySection;
use crate::ids::Slug;
use crate::items::{Difficulty, sections};
use crate::messages::Bilingual;

/// Every key of `[[parts.sections]]`. Serde checks no keys of a struct that is flattened into another.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    title: Bilingual,
    module: Option<Slug>,
    #[serde(default)]
    pass: f64,
    name: Slug,
    banks: Vec<String>,
    #[serde(default)]
    only: Vec<String>,
    draw: usize,
    #[serde(default)]
    tags: BTreeMap<String, usize>,
    #[serde(default)]
    difficulties: BTreeMap<Difficulty, usize>,
    points: Option<f64>,
    #[serde(default)]
    item_points: BTreeMap<Slug, f64>,
}

impl From<Section> for TheorySection {
    fn from(written: Section) -> Self {
        let Section { title, module, pass, name, banks, only, draw, tags, difficulties, points, item_points } = written;
        let points = points.unwrap_or(1.0);
        let draw = sections::Section { name, banks, only, draw, tags, difficulties, points, item_points };
        Self { title, module, pass, draw }
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
