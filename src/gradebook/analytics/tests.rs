//! The rule of the at-risk list at its edges, and the bars of the histogram.

use super::*;
use crate::cohorts::due::{Due, FULL, LateRule};
use crate::gradebook::{Cell, Item, Learner, Missing, Weighing};
use crate::messages::Bilingual;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A learner with quizzes that are due at these times, nothing done.
fn book(dates: &[DateTime<Utc>]) -> Book {
    let item = |place: usize| Item {
        key: ItemKey::Quiz(format!("m{place}").parse().unwrap()),
        title: Bilingual { en: String::new(), zh: String::new() },
        mark: None,
        is_proportion: true,
    };
    let cell = |at: &DateTime<Utc>| Cell { due: Some(Due { at: *at, rule: LateRule::Free }), ..Cell::default() };
    let learner = Learner {
        person: PersonId::new(at("2026-11-01T00:00:00Z")),
        name: "Ada".to_owned(),
        email: String::new(),
        cohort: None,
        cohort_name: None,
        external_id: String::new(),
        enrolled_at: at("2026-11-01T00:00:00Z"),
    };
    Book {
        items: (0..dates.len()).map(item).collect(),
        weighing: Weighing { weights: vec![1; dates.len()], missing: Missing::Zero },
        released_at: None,
        rows: vec![Row { learner, cells: dates.iter().map(cell).collect(), total: None }],
    }
}

fn seen(book: &Book, worked: &str, now: &str) -> Vec<Sign> {
    signs(book, &book.rows[0], (at(worked), at(now)), std::iter::empty())
}

#[test]
fn idle_is_seven_days_without_work_and_something_due_within_seven() {
    let due = at("2026-11-20T12:00:00Z");
    let mut book = book(&[due]);
    let idle = |days: i64, book: &Book| vec![Sign::Idle { days, item: book.items[0].key.clone() }];
    assert_eq!(seen(&book, "2026-11-06T12:00:00Z", "2026-11-13T12:00:00Z"), idle(7, &book));
    assert_eq!(seen(&book, "2026-11-06T12:00:01Z", "2026-11-13T12:00:00Z"), [], "not yet seven days");
    assert_eq!(seen(&book, "2026-11-01T12:00:00Z", "2026-11-13T11:59:59Z"), [], "not yet due soon");
    assert_eq!(seen(&book, "2026-11-01T12:00:00Z", "2026-11-20T12:00:00Z"), idle(19, &book));
    book.rows[0].cells[0].effective = Some(10);
    assert_eq!(seen(&book, "2026-11-01T12:00:00Z", "2026-11-20T12:00:00Z"), [], "it is done");
}

#[test]
fn two_late_items_are_a_sign_and_one_is_none() {
    let book = book(&[at("2026-11-10T00:00:00Z"), at("2026-11-12T00:00:00Z"), at("2027-01-01T00:00:00Z")]);
    assert_eq!(seen(&book, "2026-11-12T00:00:00Z", "2026-11-12T00:00:00Z"), []);
    assert_eq!(seen(&book, "2026-11-12T00:00:00Z", "2026-11-12T00:00:01Z"), [Sign::Late { items: 2 }]);
}

#[test]
fn every_failing_exercise_is_a_sign() {
    let book = book(&[]);
    let slug: Slug = "digits".parse().unwrap();
    let now = at("2026-11-12T00:00:00Z");
    let found = signs(&book, &book.rows[0], (now, now), [slug.clone()].into_iter());
    assert_eq!(found, [Sign::Failing { exercise: slug }]);
}

#[test]
fn bars_hold_their_lower_end_and_the_last_both() {
    assert_eq!(histogram([0, 999, 1_000, 8_999, 9_000, FULL].into_iter()), [2, 1, 0, 0, 0, 0, 0, 0, 1, 2]);
}
