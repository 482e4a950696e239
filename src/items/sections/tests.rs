//! Sections are drawn if they can be, by their rules, and otherwise say what is missing.

use std::collections::BTreeSet;

use proptest::prelude::*;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::*;
use crate::items::paper::Kin;
use crate::items::tests::item;
use crate::items::{Drawn, Item, ItemVersion, Paper};

/// A question: its name, its tags, its difficulty, its family.
fn entry(name: &str, tags: &[&str], difficulty: Difficulty, family: Option<&str>) -> ItemVersion {
    ItemVersion::from(Item {
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        difficulty,
        family: family.map(|family| family.parse().unwrap()),
        ..item(name).item
    })
}

fn banks(entries: Vec<ItemVersion>) -> Banks {
    [("bank".to_owned(), entries)].into()
}

fn section(toml: &str) -> Section {
    toml::from_str(toml).unwrap()
}

fn seeded(banks: &Banks, sections: &[Section], seed: u64) -> Result<Paper, SectionError> {
    draw(banks, sections, &mut StdRng::seed_from_u64(seed))
}

fn names(banks: &Banks, paper: &Paper) -> Vec<String> {
    let all: Vec<&ItemVersion> = banks.values().flatten().collect();
    let name = |drawn: &Drawn| all.iter().find(|found| found.version == drawn.item).unwrap().item.name.to_string();
    paper.questions.iter().map(name).collect()
}

#[test]
fn sections_draw_by_their_rules() {
    let mut entries: Vec<ItemVersion> = (0..12)
        .map(|n| {
            entry(&format!("g-{n}"), &["gradients"], if n < 3 { Difficulty::Hard } else { Difficulty::Easy }, None)
        })
        .collect();
    entries.extend((0..4).map(|n| entry(&format!("c-{n}"), &["convolution"], Difficulty::Medium, Some("conv"))));
    let banks = banks(entries);
    let sections = [
        section(
            "name = 'one'\nbanks = ['bank']\nonly = ['gradients']\ndraw = 5\ndifficulties = { hard = 2 }\npoints = 2",
        ),
        section(
            "name = 'two'\nbanks = ['bank']\ndraw = 4\ntags = { convolution = 1 }\nitem_points = { c-0 = 3, c-1 = 3, c-2 = 3, c-3 = 3 }",
        ),
    ];
    for seed in 0..200 {
        let paper = seeded(&banks, &sections, seed).unwrap();
        assert_eq!(paper, seeded(&banks, &sections, seed).unwrap());
        let names = names(&banks, &paper);
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), 9, "{names:?}");
        assert!(names[..5].iter().all(|name| name.starts_with('g')));
        assert!(names[..5].iter().filter(|name| ["g-0", "g-1", "g-2"].contains(&name.as_str())).count() >= 2);
        assert_eq!(names[5..].iter().filter(|name| name.starts_with('c')).count(), 1, "one of the family");
        let parts: Vec<_> = paper.parts().map(|(name, places)| (name.as_str(), places)).collect();
        assert_eq!(parts, [("one", 0..5), ("two", 5..9)]);
        assert!((paper.max_points() - 16.0).abs() < 1e-9);
    }
}

#[test]
fn a_paper_is_found_where_there_is_only_one() {
    // Both sections could take `both`; only the second needs it. In the first only one pair keeps both rules.
    let banks = banks(vec![
        entry("both", &["a", "b"], Difficulty::Easy, None),
        entry("a-hard", &["a"], Difficulty::Hard, Some("family")),
        entry("a-easy", &["a"], Difficulty::Easy, None),
        entry("hard", &["c"], Difficulty::Hard, None),
        entry("near", &["a"], Difficulty::Hard, Some("family")),
    ]);
    let sections = [
        section("name = 'one'\nbanks = ['bank']\ndraw = 2\ntags = { a = 1 }\ndifficulties = { hard = 2 }"),
        section("name = 'two'\nbanks = ['bank']\ndraw = 1\ntags = { b = 1 }"),
        section("name = 'three'\nbanks = ['bank']\ndraw = 1\ntags = { a = 1 }"),
    ];
    for seed in 0..100 {
        let names = names(&banks, &seeded(&banks, &sections, seed).unwrap());
        assert_eq!((names[2].as_str(), names[3].as_str()), ("both", "a-easy"));
        assert!(names[..2].contains(&"hard".to_owned()));
    }
}

#[test]
fn an_error_names_the_section_and_the_reason() {
    let banks = banks(vec![
        entry("a", &["a"], Difficulty::Easy, Some("family")),
        entry("b", &["a"], Difficulty::Easy, Some("family")),
        entry("c", &["b"], Difficulty::Hard, None),
    ]);
    let error = |rules: &[&str]| {
        let sections: Vec<Section> = ["one", "two"]
            .iter()
            .zip(rules)
            .map(|(name, rules)| section(&format!("name = '{name}'\nbanks = ['bank']\n{rules}")))
            .collect();
        seeded(&banks, &sections, 1).unwrap_err().to_string()
    };
    assert_eq!(
        error(&["draw = 1", "draw = 3"]),
        "section `two`: needs 3 questions, its banks hold 2, families counted once"
    );
    assert_eq!(
        error(&["draw = 2\ntags = { a = 2 }"]),
        "section `one`: needs 2 questions tagged `a`, its banks hold 1, families counted once"
    );
    assert!(error(&["draw = 2\ndifficulties = { hard = 2 }"]).contains("needs 2 hard questions, its banks hold 1"));
    let together = error(&["draw = 1\ntags = { a = 1 }\ndifficulties = { hard = 1 }"]);
    assert!(together.starts_with("section `one`: no paper was found in 400 tries; "), "{together}");
    assert!(
        error(&["draw = 1\ntags = { b = 1 }", "draw = 1\ntags = { b = 1 }"]).contains("questions tagged `b` ran out")
    );
    let unknown = section("name = 'one'\nbanks = ['other']\ndraw = 1");
    assert_eq!(seeded(&banks, &[unknown], 1).unwrap_err().to_string(), "section `one`: there is no bank `other`");
    assert!(seeded(&banks, &[], 1).unwrap().questions.is_empty());
}

fn difficulty(number: usize) -> Difficulty {
    [Difficulty::Easy, Difficulty::Medium, Difficulty::Hard][number % 3]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Rules are made from a paper that keeps them, so that there is one.
    #[test]
    fn a_paper_that_exists_is_found(
        entries in proptest::collection::vec((0_usize..4, 0_usize..4, 0_usize..3, 0_usize..40), 20..60),
        sizes in proptest::collection::vec(1_usize..7, 1..5),
        seed: u64,
    ) {
        let tags = ["a", "b", "c", "d"];
        let entries: Vec<ItemVersion> = entries.into_iter().enumerate().map(|(n, (one, other, hard, family))| {
            let family = (family < 10).then(|| format!("family-{family}"));
            entry(&format!("n-{n}"), &[tags[one], tags[other]], difficulty(hard), family.as_deref())
        }).collect();
        let (mut used, mut rest) = (BTreeSet::new(), entries.iter());
        let mut sections = Vec::new();
        for (n, size) in sizes.iter().enumerate() {
            let part: Vec<&ItemVersion> = rest.by_ref().filter(|found| used.insert(Kin::of(found))).take(*size).collect();
            let mut new = section(&format!("name = 's-{n}'\nbanks = ['bank']\ndraw = {}", part.len()));
            for found in &part {
                *new.tags.entry(found.item.tags[0].clone()).or_default() += 1;
                *new.difficulties.entry(found.item.difficulty).or_default() += 1;
            }
            sections.push(new);
        }
        let banks = banks(entries.clone());
        let paper = seeded(&banks, &sections, seed);
        prop_assert!(paper.is_ok(), "{:?}", paper);
        let paper = paper.unwrap();
        let drawn: Vec<&ItemVersion> = paper.questions.iter()
            .map(|drawn| entries.iter().find(|found| found.version == drawn.item).unwrap()).collect();
        prop_assert_eq!(drawn.iter().map(|found| Kin::of(found)).collect::<BTreeSet<_>>().len(), drawn.len());
        for ((_, places), section) in paper.parts().zip(&sections) {
            for (rule, least) in section.rules() {
                prop_assert!(drawn[places.clone()].iter().filter(|found| rule.is_kept_by(found)).count() >= least);
            }
        }
    }
}
