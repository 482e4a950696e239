//! Certificates of exams, the second format: as issued and tampered with, member by member.

use serde_json::{Value, json};

use super::*;
use crate::certificates::examination::{Examination, Part, Section};

fn theory() -> Part {
    Part::Theory {
        title: both("Theory", "理论"),
        points: 41.5,
        max_points: 50.0,
        pass_mark: 0.8,
        sections: vec![
            Section { title: both("Data", "数据"), points: 20.0, max_points: 25.0 },
            Section { title: both("Networks", "网络"), points: 21.5, max_points: 25.0 },
        ],
    }
}

fn practice() -> Part {
    Part::Practice {
        title: both("Practice", "实践"),
        exercise: "mnist-train".parse().unwrap(),
        exercise_version: Sha256::of(b"exercise").to_string(),
        metric: "accuracy".to_owned(),
        score: 0.9859,
        pass_mark: 0.975,
        sealed_score: Some(0.9412),
        sealed_mark: Some(0.92),
        grader: "1+onnxruntime-1.31.1".to_owned(),
        model_sha256: Sha256::of(b"model"),
        script_sha256: Some(Sha256::of(b"script")),
        environment: Some("keras".to_owned()),
        trained_here: true,
    }
}

fn examination() -> Examination {
    Examination {
        exam: "digits".parse().unwrap(),
        title: both("Digits: certification", "数字：认证"),
        statement: both("Examined: training. Not examined: new images.", "考查：训练。未考查：新图像。"),
        exam_version: Sha256::of(b"exam").to_string(),
        attempt: "A-7K3M".to_owned(),
        started_at: at("2026-11-23T07:00:00Z"),
        finished_at: at("2026-11-23T08:30:00Z"),
        parts: vec![theory(), practice()],
        supervised: false,
    }
}

fn certification() -> Credential {
    let achievement = Achievement::Certification(examination());
    let expires_at = at("2028-11-23T08:30:00Z");
    Credential { format: Format::V2, achievement, expires_at, ..credential() }
}

/// The row of `payload`, signed by us, with the columns of an untouched certificate.
fn signed(payload: Vec<u8>) -> Stored {
    Stored {
        course_slug: "exam/digits".to_owned(),
        course_version: Sha256::of(b"exam").to_string(),
        attempt: Some("A-7K3M".to_owned()),
        expires_at: certification().expires_at,
        signature: keys().sign(&payload).to_vec(),
        payload,
        ..row()
    }
}

fn certified() -> Stored {
    signed(certification().canonical().unwrap())
}

/// The expected values were made as those of the first format.
#[test]
fn the_signed_bytes_of_an_exam_are_those_of_an_independent_program_and_never_change() {
    insta::assert_snapshot!(String::from_utf8(certified().payload).unwrap(), @r#"{"achievement":{"attempt":"A-7K3M","exam":"digits","exam_version":"5e89e9d8544af15b204bcdff94f047b0c1b60ab8e9c70edbbdd42b3c83b4ad83","finished_at":"2026-11-23T08:30:00Z","kind":"certification","parts":[{"kind":"theory","max_points":50,"pass_mark":0.8,"points":41.5,"sections":[{"max_points":25,"points":20,"title":{"en":"Data","zh":"数据"}},{"max_points":25,"points":21.5,"title":{"en":"Networks","zh":"网络"}}],"title":{"en":"Theory","zh":"理论"}},{"environment":"keras","exercise":"mnist-train","exercise_version":"f55101cb5e7453c770d2a062a242f13479743de0c24329462d3cbf3f2d6bc7e1","grader":"1+onnxruntime-1.31.1","kind":"practice","metric":"accuracy","model_sha256":"9372c470eeadd5ecd9c3c74c2b3cb633f8e2f2fad799250a0f70d652b6b825e4","pass_mark":0.975,"score":0.9859,"script_sha256":"21a0270b7f66a1e4c25933f13a1e5a1bbb4757578072930c8189131f9c6aaae1","sealed_mark":0.92,"sealed_score":0.9412,"title":{"en":"Practice","zh":"实践"},"trained_here":true}],"started_at":"2026-11-23T07:00:00Z","statement":{"en":"Examined: training. Not examined: new images.","zh":"考查：训练。未考查：新图像。"},"supervised":false,"title":{"en":"Digits: certification","zh":"数字：认证"}},"code":"AS-0123-4567-89AM","expires_at":"2028-11-23T08:30:00Z","format":"assay-certificate-2","holder":{"account":"ecff235f2d96d6bf3df9c8dd9e1aea2aeaf6ebc13a617d14e1a8429758fc45d3","identity":{"confirmed_at":"2026-11-19T08:00:00Z","method":"email-confirmed"},"name":"李小龙 𠮷 “Ada” €","name_confirmed_at":"2026-11-20T08:00:00Z"},"id":"urn:uuid:4f0c1f7e-6a53-4d2b-9d8e-0a1b2c3d4e5f","issued_at":"2026-11-23T09:00:00Z","issuer":{"id":"did:web:localhost%3A8080","key":"z6MkvDqGT54cXesYGvABpF1UapVNwjCqRcafi4Px6Thv5T3Z","name":"Assay","url":"http://localhost:8080"}}"#);
    insta::assert_snapshot!(hex::encode(certified().signature), @"bfc1bbf1c06ca30b2bc6eec8ff81d9a7c94c7432d2ebe6e41713b39be293a940f62cc146bbb647704decb9e35cabdfbf144391e1534234024c81fa7d9c4d8b05");
}

#[test]
fn a_certification_reads_back_from_row_and_file() {
    assert_eq!(check(&certified()), Verification::Valid(certification()));
    let file = serde_json::to_vec(&Envelope::of(&certified()).unwrap()).unwrap();
    assert_eq!(Envelope::read(&file).unwrap().certificate(&[keys().public()]), Ok(certification()));
    let lean = Part::Practice {
        title: both("Practice", "实践"),
        exercise: "mnist-digits".parse().unwrap(),
        exercise_version: "v".to_owned(),
        metric: "accuracy".to_owned(),
        score: 1.0,
        pass_mark: 0.975,
        sealed_score: None,
        sealed_mark: None,
        grader: "1".to_owned(),
        model_sha256: Sha256::of(b"model"),
        script_sha256: None,
        environment: None,
        trained_here: false,
    };
    let achievement = Achievement::Certification(Examination { parts: vec![lean], supervised: true, ..examination() });
    let credential = Credential { achievement, ..certification() };
    assert_eq!(check(&signed(credential.canonical().unwrap())), Verification::Valid(credential));
}

#[test]
fn each_format_carries_its_own_kind_of_achievement_and_no_other() {
    let course_in_2 = Credential { format: Format::V2, ..credential() };
    let stored = Stored { payload: course_in_2.canonical().unwrap(), ..row() };
    let stored = Stored { signature: keys().sign(&stored.payload).to_vec(), ..stored };
    assert_eq!(check(&stored), Verification::DoesNotMatch(Mismatch::Format));
    let exam_in_1 = Credential { format: Format::V1, ..certification() };
    assert_eq!(check(&signed(exam_in_1.canonical().unwrap())), Verification::DoesNotMatch(Mismatch::Format));
}

/// The places of every value in `document`, as JSON pointers (RFC 6901).
fn places(document: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match document {
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| places(value, &format!("{at}/{name}"), found));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, value)| places(value, &format!("{at}/{index}"), found));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn altered(value: &Value) -> Option<Value> {
    match value {
        Value::Bool(is_so) => Some(json!(!is_so)),
        Value::Number(number) => Some(json!(number.as_f64().unwrap() + 1.0)),
        Value::String(text) => Some(json!(format!("{text}1"))),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn bytes(document: &Value) -> Vec<u8> {
    serde_json_canonicalizer::to_vec(document).unwrap()
}

#[test]
fn every_member_is_held_by_the_signature() {
    let document: Value = serde_json::from_slice(&certified().payload).unwrap();
    let mut found = Vec::new();
    places(&document, "", &mut found);
    let mut members = 0;
    for place in found {
        let mut other = document.clone();
        let value = other.pointer_mut(&place).unwrap();
        let Some(changed) = altered(value) else { continue };
        *value = changed;
        let stored = Stored { payload: bytes(&other), ..certified() };
        assert_eq!(check(&stored), Verification::DoesNotMatch(Mismatch::Signature), "{place}");
        members += 1;
    }
    assert_eq!(members, 54);
}

#[test]
fn an_unknown_member_is_refused_wherever_it_stands_even_if_it_was_signed() {
    for whole in [certified(), row()] {
        let document: Value = serde_json::from_slice(&whole.payload).unwrap();
        let mut found = Vec::new();
        places(&document, "", &mut found);
        for place in found {
            let mut other = document.clone();
            let Value::Object(members) = other.pointer_mut(&place).unwrap() else { continue };
            members.insert("note".to_owned(), json!("passed with honours"));
            let payload = bytes(&other);
            let stored = Stored { signature: keys().sign(&payload).to_vec(), payload, ..whole.clone() };
            assert_eq!(check(&stored), Verification::DoesNotMatch(Mismatch::Format), "{place}");
        }
    }
}

#[test]
fn no_member_may_be_missing_but_those_that_not_every_practice_has() {
    let document: Value = serde_json::from_slice(&certified().payload).unwrap();
    let mut optional = Vec::new();
    let mut found = Vec::new();
    places(&document, "", &mut found);
    for place in found {
        let Some((parent, name)) = place.rsplit_once('/') else { continue };
        let mut other = document.clone();
        let Value::Object(members) = other.pointer_mut(parent).unwrap() else { continue };
        members.remove(name);
        match check(&signed(bytes(&other))) {
            Verification::DoesNotMatch(mismatch) => assert_eq!(mismatch, Mismatch::Format, "{place}"),
            Verification::Valid(_) | Verification::Expired(_) | Verification::Revoked(..) => {
                optional.push(name.to_owned());
            }
        }
    }
    assert_eq!(optional, ["environment", "script_sha256", "sealed_mark", "sealed_score"]);
}

#[test]
fn the_columns_of_an_exam_are_held_against_the_signed_bytes() {
    for (column, stored) in [
        ("course_slug", Stored { course_slug: "digits".to_owned(), ..certified() }),
        ("course_version", Stored { course_version: "another".to_owned(), ..certified() }),
        ("attempt", Stored { attempt: Some("A-7K3N".to_owned()), ..certified() }),
        ("attempt", Stored { attempt: None, ..certified() }),
    ] {
        assert_eq!(check(&stored), Verification::DoesNotMatch(Mismatch::Register(column)));
    }
}

#[test]
fn only_an_exam_whose_parts_reached_their_marks_is_passed() {
    let with = |parts| Examination { parts, ..examination() }.is_passed();
    assert!(examination().is_passed() && with(vec![theory()]) && with(vec![practice()]));
    assert!(!with(Vec::new()), "an exam that asks for nothing");
    let changed = |part: Part, member: &str, to: Value| {
        let mut part = serde_json::to_value(part).unwrap();
        part[member] = to;
        with(vec![serde_json::from_value(part).unwrap()])
    };
    assert!(changed(theory(), "points", json!(40.0)) && !changed(theory(), "points", json!(39.99)));
    assert!(changed(practice(), "score", json!(0.975)) && !changed(practice(), "score", json!(0.9749)));
    assert!(!changed(practice(), "sealed_score", json!(0.9199)));
    assert!(!changed(practice(), "sealed_score", Value::Null), "a sealed mark without a score");
    assert!(!changed(practice(), "metric", json!("log_loss")), "of a loss, less is better");
}
