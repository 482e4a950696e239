//! Attempts at exams: begun once, answered, handed in, closed by the clock.
//!
//! Every function that changes an attempt takes its row's lock first and brings its state to the present, so that what
//! it decides holds when it commits.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::accommodations::{self, Accommodation};
use super::answers::{self, Change};
use super::clock::{Clocked, PartKind, Refusal};
use super::facts::{MOST_OF_A_KIND, note, number_of_events};
use super::{Exam, Offer, bank_of};
use crate::blobs::Sha256;
use crate::ids::{ExamAttemptId, PersonId, Slug};
use crate::items;
use crate::items::sections::{Banks, SectionError};
use crate::queue::{self, QueueError};

mod frozen;
mod standing;
pub(super) mod store;

pub use frozen::Frozen;
pub use standing::{Standing, standing};
pub use store::{Listed, Settings, find, is_any_open, of_exam, of_person, paper};

/// One attempt, locked and brought to the present.
#[derive(Debug, Clone, PartialEq)]
pub struct Attempt {
    /// Its id.
    pub id: ExamAttemptId,
    /// Whose it is.
    pub person: PersonId,
    /// The exam.
    pub exam: Slug,
    /// The version it began with.
    pub version: Sha256,
    /// First, second, … of this person at this exam.
    pub number: i32,
    /// Its times and where it stands.
    pub clocked: Clocked,
    /// The device that may write.
    pub device: Uuid,
    /// When it began.
    pub started_at: DateTime<Utc>,
}

/// Why something about an attempt was not done.
#[derive(Debug, thiserror::Error)]
pub enum AttemptError {
    /// There is no such attempt of this person.
    #[error("there is no such attempt")]
    NotFound,
    /// The clock does not allow it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Another device writes now.
    #[error("the attempt was opened on another device")]
    OtherDevice,
    /// Examiners grant nothing to themselves.
    #[error("this is the examiner's own attempt")]
    Own,
    /// No attempt can begin.
    #[error("no attempt can begin now")]
    Standing(Box<Standing>),
    /// No paper can be drawn.
    #[error(transparent)]
    Paper(#[from] SectionError),
    /// PostgreSQL or the queue refused.
    #[error(transparent)]
    Queue(#[from] QueueError),
}

impl From<sqlx::Error> for AttemptError {
    fn from(error: sqlx::Error) -> Self {
        Self::Queue(QueueError::Database(error))
    }
}

/// The open attempt of `person`, or a new one that begins now, on this device at this address, with a paper drawn from
/// `seed`.
///
/// Whoever asks twice at once gets the same attempt twice: the second waits for the first's transaction.
pub async fn start(
    conn: &mut PgConnection,
    person: PersonId,
    offer: &Offer,
    (device, address, seed): (Uuid, &str, u64),
    now: DateTime<Utc>,
) -> Result<ExamAttemptId, AttemptError> {
    store::lock_person(conn, person, &offer.exam.slug).await?;
    end_overdue(conn, person, &offer.exam.slug, now).await?;
    let number = match standing(conn, person, offer, now).await? {
        Standing::Open(id) => return Ok(id),
        Standing::May { used, .. } => i32::try_from(used).unwrap_or(i32::MAX).saturating_add(1),
        other => return Err(AttemptError::Standing(Box::new(other))),
    };
    let accommodation = accommodations::of(&mut *conn, person).await?;
    let paper = super::check::paper(&offer.exam, &banks(conn, offer).await?, seed)?;
    let attempt = Attempt {
        id: ExamAttemptId::new(now),
        person,
        exam: offer.exam.slug.clone(),
        version: offer.version,
        number,
        clocked: Clocked::start(offer.exam.plan(&accommodation), now)?,
        device,
        started_at: now,
    };
    store::insert(conn, &attempt, &paper, seed).await?;
    note(conn, attempt.id, ("started", &format!("{number}")), None, now).await?;
    note(conn, attempt.id, ("address", address), None, now).await?;
    schedule(conn, &attempt).await?;
    Ok(attempt.id)
}

/// Writes down the end of an attempt whose time passed while no worker looked; whether one is still open.
async fn end_overdue(
    conn: &mut PgConnection,
    person: PersonId,
    exam: &Slug,
    now: DateTime<Utc>,
) -> Result<bool, AttemptError> {
    let Some(open) = store::open(conn, person, exam).await? else { return Ok(false) };
    Ok(lock(conn, open.id, now).await?.is_some_and(|attempt| !attempt.clocked.is_finished()))
}

/// The banks that an exam draws from now.
pub async fn banks(conn: &mut PgConnection, offer: &Offer) -> Result<Banks, sqlx::Error> {
    let mut banks = Banks::new();
    for name in offer.exam.sections().flat_map(|section| &section.draw.banks) {
        if !banks.contains_key(name) {
            let found = items::bank_items(&mut *conn, &bank_of(&offer.exam.slug, name)).await?;
            banks.insert(name.clone(), found);
        }
    }
    Ok(banks)
}

/// The attempt under its row's lock, at the present; what passed meanwhile is written down.
pub async fn lock(
    conn: &mut PgConnection,
    id: ExamAttemptId,
    now: DateTime<Utc>,
) -> Result<Option<Attempt>, AttemptError> {
    let Some(mut attempt) = store::lock(conn, id).await? else { return Ok(None) };
    let present = attempt.clocked.clone().at(now);
    if present != attempt.clocked {
        attempt.clocked = present;
        store::write(conn, &attempt, now).await?;
    }
    Ok(Some(attempt))
}

/// As [`lock`], for the person whose attempt it is.
pub async fn lock_own(
    conn: &mut PgConnection,
    person: PersonId,
    id: ExamAttemptId,
    now: DateTime<Utc>,
) -> Result<Attempt, AttemptError> {
    let attempt = lock(conn, id, now).await?.filter(|attempt| attempt.person == person);
    attempt.ok_or(AttemptError::NotFound)
}

/// Takes changes of answers: each is logged, and of each question the highest revision counts. Returns what the server
/// now has of these questions.
///
/// Nothing is taken if one of them is of a question outside of the open part of `exam`.
pub async fn save(
    conn: &mut PgConnection,
    exam: &Exam,
    (person, id, device): (PersonId, ExamAttemptId, Uuid),
    changes: &[Change],
    now: DateTime<Utc>,
) -> Result<(Attempt, Vec<(usize, i64)>), AttemptError> {
    let attempt = lock_own(conn, person, id, now).await?;
    let open = attempt.clocked.open(PartKind::Theory, now)?;
    if attempt.device != device {
        return Err(AttemptError::OtherDevice);
    }
    let places = Attempt::places(exam, open.part());
    if !changes.iter().all(|change| places.contains(&change.place)) {
        return Err(Refusal::PartOver.into());
    }
    let kept = answers::save(conn, id, device, changes, now).await?;
    Ok((attempt, kept))
}

/// Lets `device` write from now on, and no other.
pub async fn take_over(
    conn: &mut PgConnection,
    (person, id, device): (PersonId, ExamAttemptId, Uuid),
    detail: &str,
    now: DateTime<Utc>,
) -> Result<(), AttemptError> {
    let mut attempt = lock_own(conn, person, id, now).await?;
    if attempt.device != device {
        write_on(conn, &mut attempt, device, detail, now).await?;
    }
    Ok(())
}

async fn write_on(
    conn: &mut PgConnection,
    attempt: &mut Attempt,
    device: Uuid,
    detail: &str,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    attempt.device = device;
    store::set_device(conn, attempt.id, device).await?;
    if number_of_events(&mut *conn, attempt.id, "device").await? < MOST_OF_A_KIND {
        note(conn, attempt.id, ("device", detail), None, now).await?;
    }
    Ok(())
}

/// What a candidate can do to the clock of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Hand in the open part; only this one, where it is said which.
    HandIn(Option<usize>),
    /// Begin the next part.
    BeginNext,
    /// Stop the clock.
    Pause,
    /// Let it go on.
    Resume,
}

/// Carries out a step of the candidate's; returns the attempt after it.
///
/// Only the device that writes ends or stops a part: what another has not sent yet would be lost. Between two parts
/// nobody writes, and whichever device begins the next one writes it.
pub async fn step(
    conn: &mut PgConnection,
    (person, id, (device, address)): (PersonId, ExamAttemptId, (Uuid, &str)),
    step: Step,
    now: DateTime<Utc>,
) -> Result<Attempt, AttemptError> {
    let mut attempt = lock_own(conn, person, id, now).await?;
    if attempt.device != device && step == Step::BeginNext && attempt.clocked.is_resting() {
        write_on(conn, &mut attempt, device, address, now).await?;
    }
    if attempt.device != device {
        return Err(AttemptError::OtherDevice);
    }
    let kind = match step {
        Step::HandIn(part) if part.is_some_and(|part| attempt.clocked.part() != Some(part)) => Err(Refusal::PartOver),
        Step::HandIn(_) => attempt.clocked.hand_in(now).map(|()| "handed_in"),
        Step::BeginNext => attempt.clocked.begin_next(now).map(|()| "began"),
        Step::Pause => attempt.clocked.pause(now).map(|()| "paused"),
        Step::Resume => attempt.clocked.resume(now).map(|()| "resumed"),
    }?;
    store::write(conn, &attempt, now).await?;
    note(conn, id, (kind, ""), None, now).await?;
    schedule(conn, &attempt).await?;
    Ok(attempt)
}

/// What an examiner can do to the clock of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grant {
    /// More time for an attempt that is open.
    Extend(TimeDelta),
    /// So much time for the last part of one that is over.
    Reopen(TimeDelta),
}

/// Carries out a grant of an examiner's, with the reason that both sides see.
pub async fn give(
    conn: &mut PgConnection,
    id: ExamAttemptId,
    grant: Grant,
    (examiner, reason): (Option<PersonId>, &str),
    now: DateTime<Utc>,
) -> Result<Attempt, AttemptError> {
    let mut attempt = lock(conn, id, now).await?.ok_or(AttemptError::NotFound)?;
    if examiner == Some(attempt.person) {
        return Err(AttemptError::Own);
    }
    let (kind, by) = match grant {
        Grant::Extend(by) => ("extended", by),
        Grant::Reopen(by) => ("reopened", by),
    };
    match grant {
        Grant::Extend(by) => attempt.clocked.extend(by)?,
        Grant::Reopen(by) => {
            // One attempt at an exam is open at a time.
            store::lock_person(conn, attempt.person, &attempt.exam).await?;
            if end_overdue(conn, attempt.person, &attempt.exam, now).await? {
                return Err(Refusal::StillOpen.into());
            }
            attempt.clocked.reopen(by, now)?;
        }
    }
    store::write(conn, &attempt, now).await?;
    let detail = format!("{} min. {reason}", by.num_minutes());
    note(conn, id, (kind, detail.trim()), examiner, now).await?;
    schedule(conn, &attempt).await?;
    Ok(attempt)
}

/// Grants a person an accommodation in every exam; what it adds reaches the attempts that they are in the middle of.
pub async fn grant(
    conn: &mut PgConnection,
    person: PersonId,
    granted: Accommodation,
    (by, now): (Option<PersonId>, DateTime<Utc>),
) -> Result<(), AttemptError> {
    let mut open = Vec::new();
    for id in store::open_of(conn, person).await? {
        let Some(attempt) = lock(conn, id, now).await? else { continue };
        // Of an attempt, what was granted once stays: a grant that comes back adds nothing.
        let had = accommodations::most_since(&mut *conn, person, attempt.started_at).await?;
        open.push((attempt, had));
    }
    accommodations::grant(conn, person, granted, by, now).await?;
    for (mut attempt, had) in open {
        let id = attempt.id;
        let Some(exam) = super::version(&mut *conn, &attempt.version).await? else { continue };
        if !attempt.clocked.is_finished() {
            let was = attempt.clocked.clone();
            attempt.clocked.accommodate(&exam.plan(&had), &exam.plan(&granted));
            if attempt.clocked == was {
                continue;
            }
            store::write(conn, &attempt, now).await?;
            note(conn, id, ("extended", ""), by, now).await?;
            schedule(conn, &attempt).await?;
        }
    }
    Ok(())
}

/// Has a worker look at the attempt when its clock next does something by itself.
pub async fn schedule(conn: &mut PgConnection, attempt: &Attempt) -> Result<(), QueueError> {
    match attempt.clocked.due() {
        Some(due) => queue::enqueue_exam_clock(conn, attempt.id, due).await,
        None => Ok(()),
    }
}

impl Attempt {
    /// Places of the paper's questions that belong to the theory part `part`; empty for a practice part.
    pub fn places(exam: &Exam, part: usize) -> std::ops::Range<usize> {
        let before: usize = exam.parts.iter().take(part).flat_map(super::Part::sections).map(|s| s.draw.draw).sum();
        let own: usize = exam.parts.get(part).map_or(&[][..], super::Part::sections).iter().map(|s| s.draw.draw).sum();
        before..before + own
    }
}
