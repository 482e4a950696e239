//! The third format: a course completion with a signatory.

use super::*;
use crate::certificates::credential::Signatory;

/// The credential of these tests in the format `format`, with or without a signatory.
fn with(format: Format, named: Option<Signatory>) -> Credential {
    let mut credential = Credential { format, ..credential() };
    if let Achievement::CourseCompletion { signatory, .. } = &mut credential.achievement {
        *signatory = named;
    }
    credential
}

fn signatory() -> Signatory {
    Signatory { name: "Li Ming 李明".to_owned(), role: both("Course lead", "课程负责人") }
}

fn signed(credential: &Credential) -> Stored {
    let payload = credential.canonical().unwrap();
    Stored { signature: keys().sign(&payload).to_vec(), payload, ..row() }
}

/// The expected values were made as those of the first format.
#[test]
fn the_signed_bytes_with_a_signatory_are_those_of_an_independent_program_and_never_change() {
    let stored = signed(&with(Format::V3, Some(signatory())));
    insta::assert_snapshot!(String::from_utf8(stored.payload).unwrap(), @r#"{"achievement":{"course":"ai-foundation-models","course_title":{"en":"AI foundation models","zh":"人工智能基础模型"},"edition":"1.0","kind":"course-completion","requirements":[{"kind":"quiz","max_points":5,"module":"digits","passed_at":"2026-11-21T08:00:00Z","points":4.5,"title":{"en":"Digits","zh":"数字"}},{"distinction":false,"exercise":"mnist-digits","grader":"1+onnxruntime-1.31.1","kind":"exercise","metric":"accuracy","model_sha256":"9372c470eeadd5ecd9c3c74c2b3cb633f8e2f2fad799250a0f70d652b6b825e4","pass_mark":0.975,"passed_at":"2026-11-22T08:00:00Z","score":0.9859,"title":{"en":"Handwritten digits","zh":"手写数字"},"version":"f55101cb5e7453c770d2a062a242f13479743de0c24329462d3cbf3f2d6bc7e1"}],"signatory":{"name":"Li Ming 李明","role":{"en":"Course lead","zh":"课程负责人"}},"statement":{"en":"Can train a network.","zh":"能训练网络。"},"title":{"en":"AI foundation models: course completion","zh":"人工智能基础模型：结业证书"},"version":"a908043ed469f361cd516f3bdd781341912b731a6ea3a5385af8514ec9ec02cc"},"code":"AS-0123-4567-89AM","expires_at":"2028-11-23T09:00:00Z","format":"assay-certificate-3","holder":{"account":"ecff235f2d96d6bf3df9c8dd9e1aea2aeaf6ebc13a617d14e1a8429758fc45d3","identity":{"confirmed_at":"2026-11-19T08:00:00Z","method":"email-confirmed"},"name":"李小龙 𠮷 “Ada” €","name_confirmed_at":"2026-11-20T08:00:00Z"},"id":"urn:uuid:4f0c1f7e-6a53-4d2b-9d8e-0a1b2c3d4e5f","issued_at":"2026-11-23T09:00:00Z","issuer":{"id":"did:web:localhost%3A8080","key":"z6MkvDqGT54cXesYGvABpF1UapVNwjCqRcafi4Px6Thv5T3Z","name":"Assay","url":"http://localhost:8080"}}"#);
    insta::assert_snapshot!(hex::encode(stored.signature), @"ce1eb03bcd22257d8a2bce9fcf7e6a451bafdff0fbcc9c6fea5c05b064d2a2e7d9a7f1250931460dc60551a07603dfec5bd3c7dcca7f811869b1dadfb00ea806");
}

#[test]
fn a_signatory_reads_back_from_row_and_file_and_is_what_makes_the_third_format() {
    let credential = with(Format::V3, Some(signatory()));
    assert_eq!(credential.achievement.format(), Format::V3);
    let stored = signed(&credential);
    assert_eq!(check(&stored), Verification::Valid(credential.clone()));
    let file = serde_json::to_vec(&Envelope::of(&stored).unwrap()).unwrap();
    assert_eq!(Envelope::read(&file).unwrap().certificate(&[keys().public()]), Ok(credential));
    for (format, signatory) in [(Format::V1, Some(signatory())), (Format::V2, Some(signatory())), (Format::V3, None)] {
        assert_eq!(check(&signed(&with(format, signatory))), Verification::DoesNotMatch(Mismatch::Format));
    }
}
