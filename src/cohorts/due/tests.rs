//! The late rule at its edges.

use super::*;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn due(rule: LateRule) -> Due {
    Due { at: at("2026-12-01T10:00:00Z"), rule }
}

#[test]
fn a_day_late_begins_with_the_first_moment() {
    let due = due(LateRule::Free);
    for (done, days) in [
        ("2026-11-30T10:00:00Z", 0),
        ("2026-12-01T10:00:00Z", 0),
        ("2026-12-01T10:00:00.000001Z", 1),
        ("2026-12-02T10:00:00Z", 1),
        ("2026-12-02T10:00:01Z", 2),
        ("2026-12-11T09:00:00Z", 10),
    ] {
        assert_eq!(due.days_late(at(done)), days, "{done}");
    }
    assert!(due.days_late(DateTime::<Utc>::MAX_UTC) > 1_000_000, "no overflow at the end of time");
}

#[test]
fn late_work_counts_in_full_where_lateness_is_free() {
    assert_eq!(due(LateRule::Free).effective(8_750, at("2027-12-01T00:00:00Z")), 8_750);
    assert_eq!(due(LateRule::Free).closes(), None);
}

#[test]
fn percent_come_off_for_each_begun_day_and_never_go_below_nothing() {
    let due = due(LateRule::PerDay(15));
    for (done, grade) in [
        ("2026-12-01T10:00:00Z", 9_999),
        ("2026-12-01T10:00:01Z", 8_499),
        ("2026-12-02T10:00:00Z", 8_499),
        ("2026-12-02T10:00:01Z", 6_999),
        ("2026-12-07T10:00:00Z", 1_000),
        ("2026-12-07T10:00:01Z", 0),
        ("2036-12-07T10:00:01Z", 0),
    ] {
        assert_eq!(due.effective(9_999, at(done)), grade, "{done}");
    }
    assert_eq!(due.effective(1, at("2026-12-01T11:00:00Z")), 1, "0.85 is rounded up");
    assert_eq!(Due { rule: LateRule::PerDay(50), ..due }.effective(1, at("2026-12-01T11:00:00Z")), 1);
    assert_eq!(Due { rule: LateRule::PerDay(100), ..due }.effective(FULL, at("2026-12-01T11:00:00Z")), 0);
}

#[test]
fn what_closes_takes_all_until_then_and_nothing_afterwards() {
    let closed = due(LateRule::Closed(2));
    let (last, after) = (at("2026-12-03T10:00:00Z"), at("2026-12-03T10:00:00.000001Z"));
    assert_eq!((closed.closes(), closed.is_closed(last), closed.is_closed(after)), (Some(last), false, true));
    assert_eq!((closed.effective(7_000, last), closed.effective(7_000, after)), (7_000, 0));
    assert!(due(LateRule::Closed(0)).is_closed(at("2026-12-01T10:00:01Z")));
}

#[test]
fn an_extension_moves_the_date_and_what_follows_from_it_but_never_forward() {
    let late = at("2026-12-05T10:00:00Z");
    let closed = due(LateRule::Closed(1));
    assert!(closed.is_closed(late) && !closed.extended(Some(late)).is_closed(late));
    assert_eq!(closed.extended(Some(at("2026-11-01T00:00:00Z"))), closed);
    assert_eq!(closed.extended(None), closed);
    assert_eq!(due(LateRule::PerDay(10)).extended(Some(late)).effective(FULL, late), FULL);
}

#[test]
fn rules_are_read_from_forms() {
    assert_eq!(LateRule::parse("free", 7), Some(LateRule::Free));
    assert_eq!(LateRule::parse("per_day", 10), Some(LateRule::PerDay(10)));
    assert_eq!(LateRule::parse("closed", 0), Some(LateRule::Closed(0)));
    for (name, number) in [("per_day", 0), ("per_day", 101), ("closed", 366), ("never", 1)] {
        assert_eq!(LateRule::parse(name, number), None, "{name} {number}");
    }
}
