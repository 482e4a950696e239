//! Totals and cells: weights, what is missing, lateness, and grades set by hand.

use chrono::TimeDelta;

use super::*;
use crate::cohorts::due::LateRule;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn with(grade: Option<Grade>) -> Cell {
    Cell { effective: grade, ..Cell::default() }
}

#[test]
fn totals_are_weighted_and_say_what_missing_means() {
    let cells = [with(Some(10_000)), with(None), with(Some(5_000))];
    assert_eq!(total(&cells, &[1, 1, 1], Missing::Excluded), Some(7_500));
    assert_eq!(total(&cells, &[1, 1, 1], Missing::Zero), Some(5_000));
    assert_eq!(total(&cells, &[3, 9, 1], Missing::Excluded), Some(8_750));
    assert_eq!(total(&cells, &[0, 1, 0], Missing::Excluded), None, "nothing counts");
    assert_eq!(total(&cells, &[0, 1, 0], Missing::Zero), Some(0));
    assert_eq!(total(&[], &[], Missing::Zero), None);
    assert_eq!(total(&[with(Some(3_333)), with(Some(3_334))], &[1, 1], Missing::Zero), Some(3_334), "halves go up");
    assert_eq!(total(&[with(Some(FULL))], &[1000], Missing::Zero), Some(FULL));
}

#[test]
fn of_several_tries_the_one_counts_that_is_worth_most() {
    let due = Due { at: at("2026-12-01T10:00:00Z"), rule: LateRule::PerDay(30) };
    let one = |days: i64, share: f64| Try { done: due.at + TimeDelta::days(days), share, passed: share >= 0.8 };
    let cell = Cell::of(&[one(-1, 0.7), one(1, 0.95)], Some(due), None);
    assert_eq!((cell.raw, cell.effective, cell.days_late, cell.passed), (Some(9_500), Some(7_000), 0, true));
    let cell = Cell::of(&[one(-1, 0.5), one(1, 0.95)], Some(due), None);
    assert_eq!((cell.effective, cell.days_late), (Some(6_650), 1));
    assert!(!cell.is_late(due.at + TimeDelta::days(9)), "something was handed in on time");
    let hand = Adjustment { grade: 9_000, reason: "Heard in person".to_owned(), by: "Ivy".to_owned(), at: due.at };
    assert_eq!(Cell::of(&[], Some(due), Some(hand)).counted(), Some(9_000));
}

#[test]
fn late_is_what_was_not_there_when_it_was_due() {
    let due = Due { at: at("2026-12-01T10:00:00Z"), rule: LateRule::Free };
    let none = Cell::of(&[], Some(due), None);
    assert!(!none.is_late(due.at) && none.is_late(due.at + TimeDelta::seconds(1)));
    let late = Cell::of(&[Try { done: due.at + TimeDelta::seconds(1), share: 1.0, passed: true }], Some(due), None);
    assert!(late.is_late(due.at + TimeDelta::days(30)));
    assert!(!Cell::of(&[], None, None).is_late(due.at));
}

#[test]
fn shares_become_grades_without_surprises() {
    assert_eq!([0.975, 0.99995, 1.0, 1.5, -0.2, f64::NAN].map(grade), [9_750, 10_000, 10_000, 10_000, 0, 0]);
}
