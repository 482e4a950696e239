//! Nothing that is referred to goes, nothing young goes, and what is old and of no use does.

use super::*;

fn now() -> DateTime<Utc> {
    "2026-11-26T12:00:00Z".parse().unwrap()
}

fn file(name: &str, hours: i64) -> Stored {
    Stored { sha256: Sha256::of(name.as_bytes()), bytes: 10, written_at: now() - TimeDelta::hours(hours) }
}

fn reference(name: &str, kind: Kind, may_go: bool) -> Reference {
    Reference { sha256: Sha256::of(name.as_bytes()), kind, may_go }
}

#[test]
fn what_nothing_refers_to_goes_once_it_is_a_day_old() {
    let survey = survey(&[file("old", 24), file("young", 23)], &[], now());
    assert_eq!(survey.orphans, [file("old", 24)]);
    assert_eq!(survey.young, Amount { files: 1, bytes: 10 });
    assert_eq!(survey.may_go(), Amount { files: 1, bytes: 10 });
    assert_eq!(survey.kinds[&Kind::Orphan], Amount { files: 2, bytes: 20 });
}

#[test]
fn a_file_goes_only_if_everything_that_refers_to_it_lets_it() {
    let references = [
        reference("of one", Kind::Model, true),
        reference("of two", Kind::Model, true),
        reference("of two", Kind::Weights, false),
        reference("also data", Kind::Model, true),
        reference("also data", Kind::Data, false),
        reference("again", Kind::Model, true),
    ];
    let stored = [file("of one", 99), file("of two", 99), file("also data", 99), file("again", 1)];
    let survey = survey(&stored, &references, now());
    assert_eq!(survey.models, [file("of one", 99)], "bytes that came again a moment ago stay as well");
    assert!(survey.orphans.is_empty());
    assert_eq!(survey.kinds[&Kind::Data], Amount { files: 1, bytes: 10 }, "what is two things counts once");
    assert_eq!(survey.kinds[&Kind::Model].files, 3);
}

#[test]
fn kinds_are_named_apart() {
    for kind in Kind::ALL {
        assert_eq!(Kind::parse(kind.name()), Some(kind));
    }
}
