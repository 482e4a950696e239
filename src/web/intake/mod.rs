//! Receiving a submitted file, from the page and from the API: streamed, limited, hashed, then one transaction.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix_web::web::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::{Stream, StreamExt as _};
use sqlx::PgConnection;
use tokio::time::timeout;

use super::{State, WebError};
use crate::accounts::limits::{self, Admission, Limit};
use crate::blobs::{Sha256, Upload};
use crate::cohorts::{ItemKey, due};
use crate::exams::{self, clock::PartKind};
use crate::exercises::catalogue::Offer;
use crate::grading::scale::Scale;
use crate::ids::{ExamAttemptId, PersonId, SubmissionId};
use crate::results::attempts;
use crate::submissions::{self, Context, New, Source, SubmitError, Turn};

mod model;

pub use model::ReceivedModel;

/// An upload that sends nothing for this long is cut off.
const IDLE: Duration = Duration::from_secs(30);
/// Uploads that one person may have under way.
const AT_ONCE: usize = 2;
/// Bytes of a refused body that are still read, so that the sender sees the answer and not a broken connection.
const DRAIN: u64 = 400_000_000;

/// Uploads of one person, refused files included.
const UPLOADS: Limit = Limit { bucket: "upload", most: 60, window: TimeDelta::hours(1) };

/// Uploads under way, by person.
#[derive(Default)]
pub struct Uploads(Arc<Mutex<HashMap<PersonId, usize>>>);

/// The right to upload; given back when dropped.
pub struct Slot {
    uploads: Arc<Mutex<HashMap<PersonId, usize>>>,
    person: PersonId,
}

impl Uploads {
    /// A slot for one more upload of `person`.
    pub fn begin(&self, person: PersonId) -> Result<Slot, WebError> {
        let mut under_way = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = under_way.entry(person).or_default();
        if *count >= AT_ONCE {
            return Err(WebError::TooMany("submit-two-at-once", Vec::new(), 30));
        }
        *count += 1;
        Ok(Slot { uploads: Arc::clone(&self.0), person })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut under_way = self.uploads.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = under_way.get_mut(&self.person) {
            *count -= 1;
            if *count == 0 {
                under_way.remove(&self.person);
            }
        }
    }
}

/// Counts an upload towards the person's hourly limit, or says when the next one may come.
pub async fn admit(state: &State, person: PersonId) -> Result<(), WebError> {
    let now = state.clock.now();
    let mut tx = state.pool.begin().await?;
    let admission = limits::take(&mut tx, &UPLOADS, &person.to_string(), now).await?;
    tx.commit().await?;
    match admission {
        Admission::Granted => Ok(()),
        Admission::Refused { until } => {
            let time = until.format("%H:%M UTC").to_string();
            Err(WebError::TooMany("submit-uploads-limit", vec![("time", time)], (until - now).num_seconds().max(1)))
        }
    }
}

/// A file in blob storage that is not submitted yet.
#[derive(Debug, Clone)]
pub struct Received {
    /// Its digest.
    pub sha256: Sha256,
    /// Its size in bytes.
    pub bytes: u64,
}

/// Streams `body` into blob storage; over `limit` bytes it is refused and nothing is kept.
pub async fn receive<E: std::fmt::Display>(
    state: &State,
    body: &mut (impl Stream<Item = Result<Bytes, E>> + Unpin),
    limit: u64,
) -> Result<Received, WebError> {
    let mut upload = state.blobs.receive().await?;
    match fill(&mut upload, body, limit).await {
        Ok(()) if upload.size() == 0 => {
            upload.abandon().await;
            Err(WebError::Invalid("submit-empty", Vec::new()))
        }
        Ok(()) => {
            let (sha256, bytes) = upload.finish().await?;
            Ok(Received { sha256, bytes })
        }
        Err(error) => {
            upload.abandon().await;
            Err(error)
        }
    }
}

async fn fill<E: std::fmt::Display>(
    upload: &mut Upload,
    body: &mut (impl Stream<Item = Result<Bytes, E>> + Unpin),
    limit: u64,
) -> Result<(), WebError> {
    while let Some(chunk) = next(body).await? {
        if upload.size() + chunk.len() as u64 > limit {
            drain(body).await;
            return Err(too_large(limit));
        }
        upload.write(&chunk).await?;
    }
    Ok(())
}

/// Streams `body` into a scratch file; over `limit` bytes it is refused, and so is one without any.
pub async fn fill_file<E: std::fmt::Display>(
    file: &mut impl std::io::Write,
    body: &mut (impl Stream<Item = Result<Bytes, E>> + Unpin),
    limit: u64,
) -> Result<(), WebError> {
    let mut size = 0;
    while let Some(chunk) = next(body).await? {
        size += chunk.len() as u64;
        if size > limit {
            drain(body).await;
            return Err(too_large(limit));
        }
        file.write_all(&chunk).map_err(WebError::internal)?;
    }
    if size == 0 { Err(WebError::Invalid("submit-empty", Vec::new())) } else { Ok(()) }
}

/// The next piece of a body; silence and broken connections are the sender's, not ours.
pub async fn next<E: std::fmt::Display>(
    body: &mut (impl Stream<Item = Result<Bytes, E>> + Unpin),
) -> Result<Option<Bytes>, WebError> {
    match timeout(IDLE, body.next()).await {
        Ok(Some(Ok(chunk))) => Ok(Some(chunk)),
        Ok(None) => Ok(None),
        Ok(Some(Err(_))) | Err(_) => Err(WebError::Invalid("submit-cut-off", Vec::new())),
    }
}

/// Reads and forgets what is left of a refused body.
pub async fn drain<E: std::fmt::Display>(body: &mut (impl Stream<Item = Result<Bytes, E>> + Unpin)) {
    let mut left = DRAIN;
    while let Ok(Some(chunk)) = next(body).await {
        left = left.saturating_sub(chunk.len() as u64);
        if left == 0 {
            return;
        }
    }
}

/// The refusal of a file over `limit` bytes.
pub fn too_large(limit: u64) -> WebError {
    WebError::TooLarge("submit-too-large", vec![("limit", (limit / 1_000_000).to_string())])
}

/// The last part of a name, without control characters.
pub fn file_name(name: &str) -> String {
    tidy(name.rsplit(['/', '\\']).next().unwrap_or_default(), 120)
}

fn tidy(text: &str, most: usize) -> String {
    text.chars().filter(|c| !c.is_control()).take(most).collect::<String>().trim().to_owned()
}

/// What came with the file.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Declared scale, or empty for the exercise's default.
    pub scale: String,
    /// The learner's note.
    pub note: String,
    /// `Idempotency-Key` of an API request.
    pub key: Option<String>,
}

impl Options {
    /// Trims and checks what the learner typed.
    pub fn checked(mut self) -> Result<Self, WebError> {
        self.note = tidy(&self.note, 200);
        if !self.scale.trim().is_empty() {
            let scale: Scale = self.scale.parse().map_err(|_| WebError::Invalid("submit-bad-scale", Vec::new()))?;
            self.scale = scale.to_string();
        }
        Ok(self)
    }
}

/// What a file is submitted for.
#[derive(Debug, Clone, Copy)]
pub enum Purpose {
    /// Practice, with the exercise's own allowance.
    Practice,
    /// A practice part of an exam, with that part's allowance.
    Exam {
        /// The attempt.
        attempt: ExamAttemptId,
        /// The part, from 0.
        part: usize,
        /// Submissions that the part allows.
        allowed: usize,
        /// When the upload began.
        began: DateTime<Utc>,
    },
}

impl Purpose {
    fn context(self) -> Context {
        match self {
            Self::Practice => Context::Practice,
            Self::Exam { attempt, part, .. } => Context::Exam { attempt, part },
        }
    }
}

/// Submits a received file: the turn, the allowance, the row and the job in one transaction.
pub async fn submit(
    state: &State,
    (person, purpose): (PersonId, Purpose),
    offer: &Offer,
    (received, source): (ReceivedModel, Source),
    options: Options,
) -> Result<SubmissionId, WebError> {
    let received = received.taken_as(offer.manifest.script.as_ref(), offer.manifest.limits.max_model_bytes)?;
    let now = state.clock.now();
    if matches!(purpose, Purpose::Practice) {
        let item = ItemKey::Exercise(offer.slug.clone());
        if let Some(closed) = due::closed(&state.pool, person, None, &item, now).await? {
            let time = closed.format("%Y-%m-%d %H:%M UTC").to_string();
            return Err(WebError::Conflict("due-closed-exercise", vec![("time", time)]));
        }
    }
    if let Some(until) = attempts::uncounted_until(&state.pool, person, now).await? {
        let args =
            vec![("most", attempts::UNCOUNTED_AN_HOUR.to_string()), ("time", until.format("%H:%M UTC").to_string())];
        return Err(WebError::TooMany("submit-refused-too-often", args, (until - now).num_seconds().max(1)));
    }
    let mut tx = state.pool.begin().await?;
    let turn = submissions::take_turn(&mut tx, person, &offer.slug).await?;
    let request = received.request(&offer.slug, &options.scale);
    if let Some(key) = &options.key {
        let made = submissions::already_made(&mut tx, person, key, &request, now).await.map_err(refused)?;
        if let Some(submission) = made {
            return Ok(submission);
        }
    }
    allow(&mut tx, &turn, offer, purpose, now).await?;
    let new = New {
        person,
        exercise: offer.slug.clone(),
        version: offer.version.clone(),
        kind: received.kind,
        model: received.model.sha256,
        model_bytes: i64::try_from(received.model.bytes).map_err(WebError::internal)?,
        weights: received.weights.map(model::second_file).transpose()?,
        file_name: if received.name.is_empty() { "model.onnx".to_owned() } else { received.name },
        scale: options.scale,
        note: options.note,
        source,
        context: purpose.context(),
    };
    let submission = submissions::submit(&mut tx, turn, new, now).await.map_err(refused)?;
    if let Some(key) = &options.key {
        submissions::remember(&mut tx, person, key, &request, (submission, now)).await?;
    }
    tx.commit().await?;
    Ok(submission)
}

/// Whether one more submission is allowed, under the locks of this turn.
async fn allow(
    tx: &mut PgConnection,
    turn: &Turn,
    offer: &Offer,
    purpose: Purpose,
    now: DateTime<Utc>,
) -> Result<(), WebError> {
    match purpose {
        Purpose::Practice => {
            let allowed = offer.manifest.attempts_per_day;
            let Some(next_at) = attempts::allowance_at_turn(tx, turn, allowed, now).await?.next_at else {
                return Ok(());
            };
            let wait = (next_at - now).num_seconds().max(1);
            let time = next_at.format("%Y-%m-%d %H:%M UTC").to_string();
            Err(WebError::TooMany(
                "submit-no-attempt-left",
                vec![("allowed", allowed.to_string()), ("time", time)],
                wait,
            ))
        }
        Purpose::Exam { attempt, part, allowed, began } => {
            let locked = exams::attempts::lock_own(tx, turn.person(), attempt, now).await?;
            let open = locked.clocked.open(PartKind::Practice, began);
            if !open.is_ok_and(|open| open.part() == part) {
                return Err(WebError::Conflict("exam-refused", Vec::new()));
            }
            let submissions = exams::results::submissions(&mut *tx, attempt).await?;
            if exams::results::used(&submissions, part) >= allowed {
                return Err(WebError::Conflict("exam-no-submission-left", vec![("allowed", allowed.to_string())]));
            }
            Ok(())
        }
    }
}

fn refused(error: SubmitError) -> WebError {
    match error {
        SubmitError::StorageFull => WebError::Conflict("submit-storage-full", Vec::new()),
        SubmitError::KeyReused => WebError::Invalid("submit-key-reused", Vec::new()),
        SubmitError::Queue(error) => error.into(),
    }
}

/// A short text field of a form.
pub async fn text<E: std::fmt::Display>(
    body: &mut (impl Stream<Item = Result<Bytes, E>> + Unpin),
) -> Result<String, WebError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = next(body).await? {
        if bytes.len() + chunk.len() > 4096 {
            return Err(WebError::Invalid("submit-field-too-long", Vec::new()));
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| WebError::Invalid("submit-field-not-text", Vec::new()))
}
