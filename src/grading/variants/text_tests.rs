//! Tests of the transform of texts by itself; its outcome is pinned in `reference_tests.rs`.

use std::collections::BTreeSet;

use super::*;

const CASE: Changes = Changes { case: true, spacing: false, punctuation: false };
const SPACING: Changes = Changes { case: false, spacing: true, punctuation: false };
const PUNCTUATION: Changes = Changes { case: false, spacing: false, punctuation: true };
const ALL: Changes = Changes { case: true, spacing: true, punctuation: true };

/// All that 64 seeds make of a text.
fn outcomes(changes: Changes, text: &str) -> BTreeSet<String> {
    (0..64).flat_map(|seed| transform(changes, &[seed; 32], 0, &[text.to_owned()])).collect()
}

fn set<const N: usize>(texts: [&str; N]) -> BTreeSet<String> {
    texts.map(str::to_owned).into()
}

/// What a careful reader of labels would look at: letters without case, spaces or full stops.
fn essence(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '.' | '。')).map(lower).collect()
}

#[test]
fn nothing_allowed_changes_nothing() {
    let none = Changes { case: false, spacing: false, punctuation: false };
    assert_eq!(outcomes(none, " It works.  Well "), set([" It works.  Well "]));
}

#[test]
fn case_has_four_outcomes_where_there_is_case() {
    let found = outcomes(CASE, "It works, says Zoë");
    assert_eq!(found, set(["It works, says Zoë", "it works, says zoë", "IT WORKS, SAYS ZOË", "It Works, Says Zoë"]));
    assert_eq!(outcomes(CASE, "这台机器很好。"), set(["这台机器很好。"]));
    let found = outcomes(CASE, "Straße");
    assert_eq!(found, set(["Straße", "straße", "STRAßE"]), "letters without a single capital stay");
}

#[test]
fn a_full_stop_comes_and_goes_and_other_marks_stay() {
    assert_eq!(outcomes(PUNCTUATION, "It works."), set(["It works.", "It works"]));
    assert_eq!(outcomes(PUNCTUATION, "It works "), set(["It works ", "It works. "]));
    assert_eq!(outcomes(PUNCTUATION, "很好。"), set(["很好。", "很好"]));
    assert_eq!(outcomes(PUNCTUATION, "很好"), set(["很好", "很好。"]));
    assert_eq!(outcomes(PUNCTUATION, "Déjà vu, élevé"), set(["Déjà vu, élevé", "Déjà vu, élevé."]));
    for stays in ["Does it?", "No!", "Well...", "好吗？", "(yes)", ".", "a .", "ขอบคุณ"] {
        assert_eq!(outcomes(PUNCTUATION, stays), set([stays]));
    }
}

#[test]
fn spaces_grow_only_where_there_are_some_and_at_the_ends() {
    let found = outcomes(SPACING, "a b");
    let ends = |middle: &str| [("", ""), (" ", ""), ("", " "), (" ", " ")].map(|(l, r)| format!("{l}a{middle}b{r}"));
    assert!(found.iter().all(|text| ends(" ").contains(text) || ends("  ").contains(text)), "{found:?}");
    assert!(found.len() > 4, "{found:?}");
    let found = outcomes(SPACING, "很好");
    assert_eq!(found, set(["很好", " 很好", "很好 ", " 很好 "]), "nothing between characters that are not spaced");
    assert!(outcomes(SPACING, "a  b").iter().all(|text| text.matches(' ').count() <= 5));
}

#[test]
fn letters_and_marks_that_carry_the_meaning_stay() {
    let texts = [
        "The film was not good, was it?",
        "Ich fühle mich wohl.",
        "他昨天没有来。",
        "Price: 3.50 EUR (net)",
        "ОН НЕ ПРИШЁЛ",
    ];
    for text in texts {
        let found = outcomes(ALL, text);
        assert!(found.len() > 3, "{text}: {found:?}");
        assert!(found.iter().all(|variant| essence(variant) == essence(text)), "{found:?}");
    }
    for empty in ["", " ", "\u{3000}\n"] {
        assert_eq!(outcomes(ALL, empty), set([empty]));
    }
}

#[test]
fn a_text_depends_on_the_seed_and_its_index_alone() {
    let texts: Vec<String> = (0..50).map(|number| format!("This is text number {number}.")).collect();
    let whole = transform(ALL, &[1; 32], 0, &texts);
    assert_eq!(whole, [transform(ALL, &[1; 32], 0, &texts[..20]), transform(ALL, &[1; 32], 20, &texts[20..])].concat());
    assert_ne!(whole, transform(ALL, &[2; 32], 0, &texts));
    let unchanged = whole.iter().zip(&texts).filter(|(one, two)| one == two).count();
    assert!(unchanged <= 5, "{unchanged} of 50 are as they were");
}

#[test]
fn the_draws_of_one_change_do_not_depend_on_the_others() {
    let texts: Vec<String> = (0..40).map(|number| format!("Case {number} is here")).collect();
    let alone = transform(CASE, &[5; 32], 0, &texts);
    let with_others = transform(ALL, &[5; 32], 0, &texts);
    for (one, other) in alone.iter().zip(&with_others) {
        let spaced: Vec<&str> = other.trim_end_matches(['.', ' ']).split_whitespace().collect();
        assert_eq!(one, &spaced.join(" "));
    }
}
