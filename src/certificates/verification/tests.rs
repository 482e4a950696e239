//! Verification of rows and files, as issued and tampered with.

use chrono::Duration;
use proptest::prelude::*;

use super::*;
use crate::blobs::Sha256;
use crate::certificates::credential::{Achievement, Format, Holder, Identity, Issuer, Met, SignedBy, Urn};
use crate::certificates::envelope::Envelope;
use crate::certificates::key_document::KeyDocument;
use crate::certificates::keys::Keys;
use crate::certificates::status::StatusList;
use crate::ids::{CertificateId, PersonId};
use crate::messages::Bilingual;

mod certification;
mod signatory;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn both(en: &str, zh: &str) -> Bilingual {
    Bilingual { en: en.to_owned(), zh: zh.to_owned() }
}

fn keys() -> Keys {
    Keys::from_seed(&[7; 32])
}

fn issuer() -> Issuer {
    Issuer { name: "Assay".to_owned(), url: "http://localhost:8080".parse().unwrap() }
}

fn person() -> PersonId {
    PersonId("01926b5e-7c00-7000-8000-000000000001".parse().unwrap())
}

fn credential() -> Credential {
    let id = CertificateId("4f0c1f7e-6a53-4d2b-9d8e-0a1b2c3d4e5f".parse().unwrap());
    Credential {
        format: Format::V1,
        id: Urn(id),
        code: "AS-0123-4567-89AM".parse().unwrap(),
        issuer: SignedBy::new(&issuer(), &keys()),
        holder: Holder {
            name: "李小龙 \u{20bb7} “Ada” €".to_owned(),
            name_confirmed_at: at("2026-11-20T08:00:00Z"),
            identity: Identity::EmailConfirmed { confirmed_at: at("2026-11-19T08:00:00Z") },
            account: account_commitment(id, person()),
        },
        achievement: Achievement::CourseCompletion {
            course: "ai-foundation-models".parse().unwrap(),
            course_title: both("AI foundation models", "人工智能基础模型"),
            version: Sha256::of(b"course").to_string(),
            edition: "1.0".to_owned(),
            title: both("AI foundation models: course completion", "人工智能基础模型：结业证书"),
            statement: both("Can train a network.", "能训练网络。"),
            requirements: vec![
                Met::Quiz {
                    module: "digits".parse().unwrap(),
                    title: both("Digits", "数字"),
                    points: 4.5,
                    max_points: 5.0,
                    passed_at: at("2026-11-21T08:00:00Z"),
                },
                Met::Exercise {
                    exercise: "mnist-digits".parse().unwrap(),
                    title: both("Handwritten digits", "手写数字"),
                    version: Sha256::of(b"exercise").to_string(),
                    metric: Some("accuracy".to_owned()),
                    score: 0.9859,
                    pass_mark: Some(0.975),
                    distinction: false,
                    grader: "1+onnxruntime-1.31.1".to_owned(),
                    model_sha256: Sha256::of(b"model"),
                    passed_at: at("2026-11-22T08:00:00Z"),
                },
            ],
            signatory: None,
        },
        issued_at: at("2026-11-23T09:00:00Z"),
        expires_at: at("2028-11-23T09:00:00Z"),
    }
}

fn row() -> Stored {
    let credential = credential();
    let payload = credential.canonical().unwrap();
    Stored {
        id: credential.id(),
        code: credential.code.to_string(),
        person: person(),
        course_slug: "ai-foundation-models".to_owned(),
        course_version: Sha256::of(b"course").to_string(),
        attempt: None,
        holder_name: credential.holder.name.clone(),
        issued_at: credential.issued_at,
        expires_at: credential.expires_at,
        key_id: keys().public().to_string(),
        signature: keys().sign(&payload).to_vec(),
        payload,
        revocation: None,
    }
}

fn now() -> DateTime<Utc> {
    at("2026-12-01T00:00:00Z")
}

fn check(stored: &Stored) -> Verification {
    verify(stored, &[keys().public()], now())
}

/// The expected values were made from the same facts by another program: keys sorted and `JSON.stringify` of
/// ECMAScript, on which RFC 8785 is defined, and the Ed25519 of OpenSSL.
#[test]
fn the_signed_bytes_are_those_of_an_independent_program_and_never_change() {
    insta::assert_snapshot!(String::from_utf8(row().payload).unwrap(), @r#"{"achievement":{"course":"ai-foundation-models","course_title":{"en":"AI foundation models","zh":"人工智能基础模型"},"edition":"1.0","kind":"course-completion","requirements":[{"kind":"quiz","max_points":5,"module":"digits","passed_at":"2026-11-21T08:00:00Z","points":4.5,"title":{"en":"Digits","zh":"数字"}},{"distinction":false,"exercise":"mnist-digits","grader":"1+onnxruntime-1.31.1","kind":"exercise","metric":"accuracy","model_sha256":"9372c470eeadd5ecd9c3c74c2b3cb633f8e2f2fad799250a0f70d652b6b825e4","pass_mark":0.975,"passed_at":"2026-11-22T08:00:00Z","score":0.9859,"title":{"en":"Handwritten digits","zh":"手写数字"},"version":"f55101cb5e7453c770d2a062a242f13479743de0c24329462d3cbf3f2d6bc7e1"}],"statement":{"en":"Can train a network.","zh":"能训练网络。"},"title":{"en":"AI foundation models: course completion","zh":"人工智能基础模型：结业证书"},"version":"a908043ed469f361cd516f3bdd781341912b731a6ea3a5385af8514ec9ec02cc"},"code":"AS-0123-4567-89AM","expires_at":"2028-11-23T09:00:00Z","format":"assay-certificate-1","holder":{"account":"ecff235f2d96d6bf3df9c8dd9e1aea2aeaf6ebc13a617d14e1a8429758fc45d3","identity":{"confirmed_at":"2026-11-19T08:00:00Z","method":"email-confirmed"},"name":"李小龙 𠮷 “Ada” €","name_confirmed_at":"2026-11-20T08:00:00Z"},"id":"urn:uuid:4f0c1f7e-6a53-4d2b-9d8e-0a1b2c3d4e5f","issued_at":"2026-11-23T09:00:00Z","issuer":{"id":"did:web:localhost%3A8080","key":"z6MkvDqGT54cXesYGvABpF1UapVNwjCqRcafi4Px6Thv5T3Z","name":"Assay","url":"http://localhost:8080"}}"#);
    insta::assert_snapshot!(hex::encode(row().signature), @"e2ef01818914c7f3ffd911c38a81a03d84cdb4238b6418a949e6a9ac5a45b16f41ea16f8ae2f420b7c0d14d4efc42457fbd68470bedf805240cf75cede2da408");
    insta::assert_snapshot!(keys().public(), @"z6MkvDqGT54cXesYGvABpF1UapVNwjCqRcafi4Px6Thv5T3Z");
}

#[test]
fn a_certificate_is_valid_until_its_last_second_and_then_expired() {
    assert_eq!(check(&row()), Verification::Valid(credential()));
    let trusted = [keys().public()];
    let last = credential().expires_at - Duration::microseconds(1);
    assert_eq!(verify(&row(), &trusted, last), Verification::Valid(credential()));
    assert_eq!(verify(&row(), &trusted, credential().expires_at), Verification::Expired(credential()));
}

#[test]
fn a_withdrawn_certificate_is_revoked_even_after_its_time() {
    let revocation = Revocation { at: now(), reason: "The model was somebody else's.".to_owned() };
    let stored = Stored { revocation: Some(revocation.clone()), ..row() };
    let later = credential().expires_at + Duration::days(1);
    let expected = Verification::Revoked(credential(), revocation);
    assert_eq!(check(&stored), expected);
    assert_eq!(verify(&stored, &[keys().public()], later), expected);
}

#[test]
fn every_column_is_held_against_the_signed_bytes() {
    let other = Stored {
        id: CertificateId("4f0c1f7e-6a53-4d2b-9d8e-0a1b2c3d4e60".parse().unwrap()),
        code: "AS-0123-4567-89AN".to_owned(),
        person: PersonId("01926b5e-7c00-7000-8000-000000000002".parse().unwrap()),
        course_slug: "another-course".to_owned(),
        course_version: "another".to_owned(),
        attempt: Some("A-1".to_owned()),
        holder_name: "Somebody else".to_owned(),
        issued_at: row().issued_at + Duration::seconds(1),
        expires_at: row().expires_at + Duration::seconds(1),
        ..row()
    };
    let altered: [(&str, Stored); 9] = [
        ("id", Stored { id: other.id, ..row() }),
        ("code", Stored { code: other.code, ..row() }),
        ("person_id", Stored { person: other.person, ..row() }),
        ("course_slug", Stored { course_slug: other.course_slug, ..row() }),
        ("course_version", Stored { course_version: other.course_version, ..row() }),
        ("attempt", Stored { attempt: other.attempt, ..row() }),
        ("holder_name", Stored { holder_name: other.holder_name, ..row() }),
        ("issued_at", Stored { issued_at: other.issued_at, ..row() }),
        ("expires_at", Stored { expires_at: other.expires_at, ..row() }),
    ];
    for (column, stored) in altered {
        assert_eq!(check(&stored), Verification::DoesNotMatch(Mismatch::Register(column)));
    }
}

#[test]
fn only_the_issuers_keys_count_whatever_the_document_says() {
    let stranger = Keys::from_seed(&[8; 32]);
    let mut forged = credential();
    forged.issuer.key = stranger.public().to_string();
    let payload = forged.canonical().unwrap();
    let signature = stranger.sign(&payload).to_vec();
    let with_own_key = Stored { key_id: forged.issuer.key, payload: payload.clone(), signature, ..row() };
    assert_eq!(check(&with_own_key), Verification::DoesNotMatch(Mismatch::Key));
    let under_our_name = Stored { key_id: row().key_id, ..with_own_key };
    assert_eq!(check(&under_our_name), Verification::DoesNotMatch(Mismatch::Signature));
    let signed_by_us = Stored { signature: keys().sign(&payload).to_vec(), payload, ..row() };
    assert_eq!(check(&signed_by_us), Verification::DoesNotMatch(Mismatch::Key));
}

#[test]
fn a_signature_over_another_kind_of_document_makes_no_certificate() {
    let list = StatusList::new(&issuer(), &keys(), &[], now()).sign(&keys()).unwrap();
    assert_eq!(list.certificate(&[keys().public()]), Err(Mismatch::Format));
    let certificate = Envelope::of(&row()).unwrap();
    assert_eq!(StatusList::read(&certificate, &[keys().public()]), Err(Mismatch::Format));
}

#[test]
fn a_file_reads_back_and_a_status_list_tells_what_was_withdrawn() {
    let file = serde_json::to_vec(&Envelope::of(&row()).unwrap()).unwrap();
    let trusted = KeyDocument::new(&issuer(), &[keys().public()]).keys();
    assert_eq!(Envelope::read(&file).unwrap().certificate(&trusted), Ok(credential()));
    let list = StatusList::new(&issuer(), &keys(), &[(credential().id(), now())], now());
    let read = StatusList::read(&list.sign(&keys()).unwrap(), &trusted).unwrap();
    assert_eq!((read.revoked_at(credential().id()), read.as_of), (Some(now()), now()));
    assert_eq!(read.revoked_at(CertificateId::random()), None);
}

#[test]
fn keys_that_a_key_document_does_not_vouch_for_are_ignored() {
    let mut document = KeyDocument::new(&issuer(), &[keys().public()]);
    document.verification_method[0].controller = "did:web:elsewhere.example".to_owned();
    assert!(document.keys().is_empty());
    let mut document = KeyDocument::new(&issuer(), &[keys().public()]);
    document.assertion_method.clear();
    assert!(document.keys().is_empty());
}

proptest! {
    #[test]
    fn any_changed_byte_is_noticed(at in 0..row().payload.len(), change in 1_u8..) {
        let mut stored = row();
        stored.payload[at] ^= change;
        prop_assert_eq!(check(&stored), Verification::DoesNotMatch(Mismatch::Signature));
    }

    #[test]
    fn any_changed_bit_of_the_signature_is_noticed(at in 0..64_usize, bit in 0..8) {
        let mut stored = row();
        stored.signature[at] ^= 1_u8 << bit;
        prop_assert_eq!(check(&stored), Verification::DoesNotMatch(Mismatch::Signature));
    }

    #[test]
    fn a_signed_name_reads_back_whatever_it_is(name in ".{0,30}") {
        let mut credential = credential();
        credential.holder.name.clone_from(&name);
        let payload = credential.canonical().unwrap();
        let signature = keys().sign(&payload).to_vec();
        let stored = Stored { holder_name: name, payload, signature, ..row() };
        prop_assert_eq!(check(&stored), Verification::Valid(credential));
    }

    #[test]
    fn no_file_makes_the_reader_stumble(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let read = Envelope::read(&bytes);
        prop_assert!(read.is_err());
    }
}
