//! `assay verify`: checks a downloaded certificate with the issuer's key alone, without a connection.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

use crate::certificates::code::Code;
use crate::certificates::credential::{Achievement, Credential, Urn};
use crate::certificates::envelope::Envelope;
use crate::certificates::key_document::KeyDocument;
use crate::certificates::public_key::PublicKey;
use crate::certificates::status::StatusList;
use crate::certificates::verification::Mismatch;
use crate::ids::CertificateId;
use crate::messages::{Lang, Tr};

/// What to verify, and whom to trust. The trusted issuer is never read from the certificate itself.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The signed file of a certificate
    pub file: PathBuf,
    /// The issuer's did.json, or its key (z6Mk…)
    #[arg(long)]
    pub issuer: String,
    /// The issuer's status.json, or a list of revoked certificate ids or numbers, one a line
    #[arg(long)]
    pub status: Option<PathBuf>,
    /// Language of the sentences, en or zh; default: that of the environment
    #[arg(long)]
    pub lang: Option<String>,
}

/// What verification came to: sentences for people, one line of JSON for programs, and the exit code.
#[derive(Debug)]
pub struct Report {
    /// For standard error.
    pub sentences: Vec<String>,
    /// For standard output, unless the command could not be carried out.
    pub result: Option<Value>,
    /// 0 valid, 1 not valid, 2 not carried out.
    pub code: u8,
}

/// Verifies and prints; the exit code is 0 for a valid certificate, 1 for one that is not, 2 for wrong usage.
pub fn run(args: &Args, now: DateTime<Utc>) -> ExitCode {
    let report = check(args, now);
    for sentence in &report.sentences {
        eprintln!("{sentence}");
    }
    if let Some(result) = &report.result {
        println!("{result}");
    }
    ExitCode::from(report.code)
}

/// Verifies the file that `args` name, as of `now`.
pub fn check(args: &Args, now: DateTime<Utc>) -> Report {
    let tr = Tr::new(language(args));
    match read(args, tr) {
        Ok((envelope, issuer, status)) => verdict(&envelope, &issuer, &status, Asked { now, tr }),
        Err(sentence) => Report { sentences: vec![sentence], result: None, code: 2 },
    }
}

fn language(args: &Args) -> Lang {
    let environment = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(|name| std::env::var(name).ok());
    args.lang.clone().into_iter().chain(environment).find_map(|tag| Lang::parse(&tag)).unwrap_or_default()
}

/// Whom the caller trusts: keys, and the issuer's id where a key document names it.
struct Trusted {
    id: Option<String>,
    keys: Vec<PublicKey>,
}

/// Which certificates were withdrawn, as far as the caller knows.
enum Status {
    Unknown,
    Signed(StatusList),
    Plain(Vec<String>),
}

/// What a status list says of one certificate.
#[derive(Clone, Copy)]
enum Withdrawal {
    /// It is not in the list, or there is none.
    No,
    /// It was withdrawn; the list does not tell when.
    Yes,
    /// It was withdrawn at this time.
    At(DateTime<Utc>),
}

impl Status {
    fn of(&self, credential: &Credential) -> Withdrawal {
        match self {
            Self::Unknown => Withdrawal::No,
            Self::Signed(list) => list.revoked_at(credential.id()).map_or(Withdrawal::No, Withdrawal::At),
            Self::Plain(list) => {
                let names = [String::from(credential.id), credential.id().to_string(), credential.code.to_string()];
                if list.iter().any(|line| names.contains(line)) { Withdrawal::Yes } else { Withdrawal::No }
            }
        }
    }

    fn as_json(&self, withdrawal: Withdrawal) -> Value {
        let (is_signed, as_of) = match self {
            Self::Unknown => return json!({ "checked": false }),
            Self::Signed(list) => (true, Some(list.as_of)),
            Self::Plain(_) => (false, None),
        };
        let (is_revoked, at) = match withdrawal {
            Withdrawal::No => (false, None),
            Withdrawal::Yes => (true, None),
            Withdrawal::At(at) => (true, Some(at)),
        };
        json!({ "checked": true, "signed": is_signed, "as_of": as_of, "revoked": is_revoked, "revoked_at": at })
    }
}

fn read(args: &Args, tr: Tr) -> Result<(Envelope, Trusted, Status), String> {
    let about = |key: &str, path: &str| tr.s1(key, "path", path);
    let name = args.file.display().to_string();
    let envelope = Envelope::read(&bytes(&args.file, tr)?).map_err(|_| about("verify-cli-not-envelope", &name))?;
    let trusted = issuer(&args.issuer, tr)?;
    let status = match &args.status {
        None => Status::Unknown,
        Some(path) => {
            let text = bytes(path, tr)?;
            let fault = || about("verify-cli-no-status", &path.display().to_string());
            status_list(&text, &trusted.keys).ok_or_else(fault)?
        }
    };
    Ok((envelope, trusted, status))
}

fn bytes(path: &Path, tr: Tr) -> Result<Vec<u8>, String> {
    fs::read(path)
        .map_err(|error| tr.s2("verify-cli-no-file", "path", path.display().to_string(), "why", error.to_string()))
}

/// The issuer as given: a key itself, or a file with a key or a key document.
fn issuer(given: &str, tr: Tr) -> Result<Trusted, String> {
    if let Ok(key) = given.parse() {
        return Ok(Trusted { id: None, keys: vec![key] });
    }
    let text = bytes(Path::new(given), tr)?;
    let none = || tr.s1("verify-cli-no-issuer", "path", given);
    let text = String::from_utf8(text).map_err(|_| none())?;
    if let Ok(key) = text.trim().parse() {
        return Ok(Trusted { id: None, keys: vec![key] });
    }
    let document: KeyDocument = serde_json::from_str(&text).map_err(|_| none())?;
    let keys = document.keys();
    if keys.is_empty() { Err(none()) } else { Ok(Trusted { id: Some(document.id), keys }) }
}

/// A status list: signed by a trusted key, or plain lines. A signed one that does not verify is none.
fn status_list(bytes: &[u8], trusted: &[PublicKey]) -> Option<Status> {
    if let Ok(envelope) = serde_json::from_slice::<Envelope>(bytes) {
        return StatusList::read(&envelope, trusted).ok().map(Status::Signed);
    }
    let text = std::str::from_utf8(bytes).ok()?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(canonical).collect::<Option<_>>().map(Status::Plain)
}

/// A certificate's id or number as we write it, however it was written.
fn canonical(line: &str) -> Option<String> {
    let id = line.strip_prefix("urn:uuid:").unwrap_or(line).parse().map(|uuid| Urn(CertificateId(uuid)).into());
    id.ok().or_else(|| line.parse::<Code>().ok().map(|code| code.to_string()))
}

/// When and in which language the question was asked.
#[derive(Clone, Copy)]
struct Asked {
    now: DateTime<Utc>,
    tr: Tr,
}

fn verdict(envelope: &Envelope, issuer: &Trusted, status: &Status, asked: Asked) -> Report {
    let Asked { now, tr } = asked;
    let credential = match envelope.certificate(&issuer.keys) {
        Ok(credential) => credential,
        Err(mismatch) => return does_not_match(mismatch_sentence(mismatch, tr), asked),
    };
    if issuer.id.as_ref().is_some_and(|id| *id != credential.issuer.id) {
        return does_not_match(tr.s("verify-cli-mismatch-issuer"), asked);
    }
    let withdrawal = status.of(&credential);
    let until = tr.time(&credential.expires_at);
    let (word, sentence, code) = match withdrawal {
        Withdrawal::At(at) => ("revoked", tr.s1("verify-cli-revoked-at", "at", tr.time(&at)), 1),
        Withdrawal::Yes => ("revoked", tr.s("verify-cli-revoked"), 1),
        Withdrawal::No if now >= credential.expires_at => ("expired", tr.s1("verify-cli-expired", "at", until), 1),
        Withdrawal::No => ("valid", tr.s1("verify-cli-valid", "at", until), 0),
    };
    let mut result = facts(&credential);
    if let Value::Object(members) = &mut result {
        members.insert("result".to_owned(), json!(word));
        members.insert("checked_at".to_owned(), json!(now));
        members.insert("revocation".to_owned(), status.as_json(withdrawal));
    }
    let mut sentences = vec![sentence];
    sentences.extend(status_sentences(status, &credential, asked));
    Report { sentences, result: Some(result), code }
}

fn does_not_match(why: String, asked: Asked) -> Report {
    let sentence = asked.tr.s1("verify-cli-does-not-match", "why", why);
    let result = json!({ "result": "does-not-match", "checked_at": asked.now });
    Report { sentences: vec![sentence], result: Some(result), code: 1 }
}

fn mismatch_sentence(mismatch: Mismatch, tr: Tr) -> String {
    match mismatch {
        Mismatch::Key => tr.s("verify-cli-mismatch-key"),
        Mismatch::Signature => tr.s("verify-cli-mismatch-signature"),
        Mismatch::Format => tr.s("verify-cli-mismatch-format"),
        Mismatch::Register(_) => tr.s("verify-cli-mismatch-register"),
    }
}

fn facts(credential: &Credential) -> Value {
    let mut facts = json!({
        "format": credential.format,
        "id": credential.id,
        "code": credential.code,
        "holder": credential.holder.name,
        "title": credential.achievement.title(),
        "issued_at": credential.issued_at,
        "expires_at": credential.expires_at,
        "issuer": credential.issuer,
    });
    let achieved = match &credential.achievement {
        Achievement::CourseCompletion { course, edition, signatory: None, .. } => {
            json!({ "course": course, "edition": edition })
        }
        Achievement::CourseCompletion { course, edition, signatory: Some(signatory), .. } => {
            json!({ "course": course, "edition": edition, "signatory": signatory })
        }
        Achievement::Certification(examination) => json!({
            "exam": examination.exam,
            "exam_version": examination.exam_version,
            "attempt": examination.attempt,
            "statement": examination.statement,
            "started_at": examination.started_at,
            "finished_at": examination.finished_at,
            "parts": examination.parts,
            "supervised": examination.supervised,
        }),
    };
    if let (Value::Object(facts), Value::Object(achieved)) = (&mut facts, achieved) {
        facts.extend(achieved);
    }
    facts
}

/// How far the answer about revocation can be trusted, and how old it is.
fn status_sentences(status: &Status, credential: &Credential, asked: Asked) -> Vec<String> {
    let Asked { now, tr } = asked;
    match status {
        Status::Unknown => {
            let address = format!("{}/certificates/status.json", credential.issuer.url);
            vec![tr.s1("verify-cli-status-none", "address", address)]
        }
        Status::Plain(_) => vec![tr.s("verify-cli-status-plain")],
        Status::Signed(list) if list.as_of > now + Duration::minutes(5) => {
            vec![tr.s1("verify-cli-status-future", "at", tr.time(&list.as_of))]
        }
        Status::Signed(list) => {
            let days = (now - list.as_of).num_days().max(0);
            vec![tr.s2("verify-cli-status-as-of", "at", tr.time(&list.as_of), "days", days)]
        }
    }
}
