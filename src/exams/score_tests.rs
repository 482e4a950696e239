//! Marks of parts and sections, and which submission counts.

use super::*;

fn section(points: f64, pass: f64) -> SectionScore {
    SectionScore { name: "s".parse().unwrap(), points, max_points: 10.0, pass, passed: reaches(points, 10.0, pass) }
}

fn counted(score: f64, sealed: f64) -> Counted {
    Counted {
        submission: SubmissionId(uuid::Uuid::nil()),
        verdict: "passed".to_owned(),
        metric: Metric::Accuracy,
        score,
        mark: 0.9,
        sealed_score: Some(sealed),
        sealed_mark: Some(0.7),
        exercise_version: "v".to_owned(),
        grader: "g".to_owned(),
        model_sha256: "00".repeat(32),
        script_sha256: None,
        environment: None,
        trained_here: true,
    }
}

#[test]
fn a_part_needs_its_own_mark_and_that_of_every_section() {
    assert!(theory(vec![section(9.0, 0.5), section(5.0, 0.5)], 0.7).is_passed());
    assert!(!theory(vec![section(10.0, 0.5), section(4.0, 0.5)], 0.7).is_passed(), "a weak section");
    assert!(!theory(vec![section(7.0, 0.5), section(6.0, 0.5)], 0.7).is_passed(), "too little altogether");
}

#[test]
fn the_marks_of_an_exam_go_before_those_of_its_exercise() {
    let passed = |graded: &[Counted], marks| practice(graded, Counts::Best, marks).is_passed();
    assert!(passed(&[counted(0.92, 0.72)], (None, None)));
    assert!(!passed(&[counted(0.92, 0.72)], (Some(0.95), None)));
    assert!(!passed(&[counted(0.96, 0.72)], (Some(0.95), Some(0.85))));
    assert!(passed(&[counted(0.96, 0.85)], (Some(0.95), Some(0.85))));
    assert!(!passed(&[Counted { sealed_score: None, ..counted(0.96, 0.9) }], (None, None)), "unknown is not reached");
    assert!(!passed(&[], (None, None)));
}

#[test]
fn the_best_submission_is_one_that_passes() {
    let graded = [counted(0.96, 0.80), counted(0.99, 0.60), counted(0.95, 0.75)];
    let score = |part: PartScore| match part {
        PartScore::Practice { counted: Some(counted), passed } => (counted.score, passed),
        other => panic!("{other:?}"),
    };
    assert_eq!(score(practice(&graded, Counts::Best, (None, None))), (0.96, true));
    assert_eq!(score(practice(&graded, Counts::Last, (None, None))), (0.95, true));
    assert_eq!(score(practice(&graded[1..2], Counts::Best, (None, None))), (0.99, false));
}

#[test]
fn points_stay_numbers_however_large_and_what_is_none_is_read_as_zero() {
    let huge = || SectionScore { points: 1e308, max_points: 1.5e308, ..section(1.0, 0.0) };
    let part = theory(vec![huge(), huge()], 0.6);
    let PartScore::Theory { points, max_points, .. } = &part else { panic!("{part:?}") };
    assert!(points.is_finite() && max_points.is_finite() && points <= max_points, "{part:?}");
    let stored = serde_json::to_value(&part).unwrap();
    assert_eq!(serde_json::from_value::<PartScore>(stored).unwrap(), part);
    let question: Drawn = serde_json::from_value(serde_json::json!({
        "item": "00".repeat(32), "form": { "kind": "truth" }, "points": 1e308,
    }))
    .unwrap();
    assert_eq!(sum([(&question, &1.0), (&question, &0.0), (&question, &1.0)].into_iter()), (f64::MAX, f64::MAX));
    let once = theory(vec![SectionScore { points: f64::INFINITY, ..section(1.0, 0.0) }], 0.6);
    let mut stored = serde_json::to_value(&once).unwrap();
    stored["points"] = serde_json::Value::Null;
    let PartScore::Theory { points, sections, .. } = serde_json::from_value(stored).unwrap() else { panic!() };
    assert_eq!((points, sections[0].points), (0.0, 0.0));
}
