//! What blob storage holds and what of it may go: files that nothing refers to, and old ones whose results never counted.
//!
//! A file is never removed within a day of being brought, because uploads are stored before a row refers to them. What
//! may go is set aside first and looked at once more: bytes that were brought meanwhile, or that something refers to
//! by now, go back to their place.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{PgConnection, PgPool};

use crate::blobs::{Blobs, Sha256, StorageError, Stored};
use crate::exercises::catalogue;
use crate::queue::{self, QueueError};

mod store;

pub use store::last;

/// Youngest file that is ever removed.
pub const YOUNGEST: TimeDelta = TimeDelta::hours(24);
/// After how much time the files of a submission without a published result go; its row and their hashes stay.
pub const KEPT: TimeDelta = TimeDelta::days(90);
/// How often storage is cleaned by itself.
const EVERY: TimeDelta = TimeDelta::days(1);

/// What a stored file is. One that is several things counts as the first of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Data of an exercise, private samples included.
    Data,
    /// A file that learners start from.
    Starter,
    /// A submitted model.
    Model,
    /// The second file of a submitted model.
    Weights,
    /// A submitted script.
    Script,
    /// A model that a script trained here.
    Trained,
    /// What a model predicted.
    Predictions,
    /// Nothing refers to it.
    Orphan,
}

impl Kind {
    /// Every kind, in order.
    pub const ALL: [Self; 8] = [
        Self::Data,
        Self::Starter,
        Self::Model,
        Self::Weights,
        Self::Script,
        Self::Trained,
        Self::Predictions,
        Self::Orphan,
    ];

    /// Its name in the database's answers and in message keys.
    pub fn name(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::Starter => "starter",
            Self::Model => "model",
            Self::Weights => "weights",
            Self::Script => "script",
            Self::Trained => "trained",
            Self::Predictions => "predictions",
            Self::Orphan => "orphan",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// Something in the database that refers to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference {
    /// The file.
    pub sha256: Sha256,
    /// What it is there.
    pub kind: Kind,
    /// Whether it may go for all that this cares.
    pub may_go: bool,
}

/// Some files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Amount {
    /// How many.
    pub files: u64,
    /// Their size in bytes.
    pub bytes: u64,
}

impl Amount {
    fn add(&mut self, bytes: u64) {
        self.files += 1;
        self.bytes += bytes;
    }

    /// These files.
    pub fn of<'a>(files: impl IntoIterator<Item = &'a Stored>) -> Self {
        let mut amount = Self::default();
        files.into_iter().for_each(|file| amount.add(file.bytes));
        amount
    }

    /// All of these together.
    pub fn sum(amounts: impl IntoIterator<Item = Self>) -> Self {
        let add = |all: Self, one: Self| Self { files: all.files + one.files, bytes: all.bytes + one.bytes };
        amounts.into_iter().fold(Self::default(), add)
    }
}

/// What is stored, and what of it may go now.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Survey {
    /// Files by what they are.
    pub kinds: BTreeMap<Kind, Amount>,
    /// Old files of submissions without a published result.
    pub models: Vec<Stored>,
    /// Files that nothing refers to.
    pub orphans: Vec<Stored>,
    /// Files that nothing refers to yet, and that are too young to tell.
    pub young: Amount,
}

impl Survey {
    /// Everything that may go now.
    pub fn may_go(&self) -> Amount {
        Amount::of(self.models.iter().chain(&self.orphans))
    }
}

/// Tells for each stored file what it is, and whether it may go: only if nothing refers to it, or all that does would let
/// it go, and it was brought at least [`YOUNGEST`] ago.
pub fn survey(stored: &[Stored], references: &[Reference], now: DateTime<Utc>) -> Survey {
    let mut known: HashMap<Sha256, (Kind, bool)> = HashMap::new();
    for reference in references {
        let found = known.entry(reference.sha256).or_insert((reference.kind, true));
        *found = (found.0.min(reference.kind), found.1 && reference.may_go);
    }
    let mut survey = Survey::default();
    for file in stored {
        let (kind, may_go) = known.get(&file.sha256).copied().unwrap_or((Kind::Orphan, true));
        survey.kinds.entry(kind).or_default().add(file.bytes);
        let is_old = file.written_at <= now - YOUNGEST;
        match (kind, may_go) {
            (Kind::Orphan, _) if is_old => survey.orphans.push(*file),
            (Kind::Orphan, _) => survey.young.add(file.bytes),
            (_, true) if is_old => survey.models.push(*file),
            (_, _) => {}
        }
    }
    survey
}

/// Why storage could not be looked at or cleaned.
#[derive(Debug, thiserror::Error)]
pub enum RetentionError {
    /// PostgreSQL refused.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// Blob storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The queue refused.
    #[error(transparent)]
    Queue(#[from] QueueError),
}

/// What is stored now, and what of it may go.
pub async fn look(pool: &PgPool, blobs: &Blobs, now: DateTime<Utc>) -> Result<Survey, RetentionError> {
    // Files first: what is brought meanwhile is then not among them.
    let stored = blobs.stored().await?;
    let mut conn = pool.acquire().await?;
    Ok(survey(&stored, &store::references(&mut conn, now - KEPT).await?, now))
}

/// Queues the cleaning of storage unless that was done within a day.
pub async fn queue_if_due(pool: &PgPool, now: DateTime<Utc>) -> Result<(), RetentionError> {
    let mut tx = pool.begin().await?;
    if last(&mut *tx).await?.is_none_or(|last| last.finished_at <= now - EVERY) {
        queue::enqueue_sweep(&mut tx).await?;
    }
    Ok(tx.commit().await?)
}

/// What a cleaning removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Swept {
    /// When it ended.
    pub finished_at: DateTime<Utc>,
    /// Old files of submissions without a published result.
    pub models: Amount,
    /// Files that nothing referred to.
    pub orphans: Amount,
}

/// Removes from storage what may go, and writes down what that was; `None` where another is at it.
pub async fn sweep(pool: &PgPool, blobs: &Blobs, now: DateTime<Utc>) -> Result<Option<Swept>, RetentionError> {
    let mut tx = pool.begin().await?;
    if !store::lock(&mut tx).await? {
        return Ok(None);
    }
    catalogue::hold(&mut tx).await?;
    for left in blobs.left_aside().await? {
        blobs.put_back(&left.sha256).await?;
    }
    let found = removable(&mut tx, &blobs.stored().await?, now).await?;
    let mut aside = Vec::new();
    for file in found.models.iter().chain(&found.orphans) {
        aside.extend(blobs.set_aside(&file.sha256).await?);
    }
    // Nobody finds these files now. What was brought, or referred to, since they were looked at, shows here.
    let found = removable(&mut tx, &aside, now).await?;
    let mut swept = Swept { finished_at: now, models: Amount::default(), orphans: Amount::default() };
    let mut gone = HashSet::new();
    let both = [(&found.models, &mut swept.models), (&found.orphans, &mut swept.orphans)];
    for (files, amount) in both {
        for file in files {
            blobs.drop_aside(&file.sha256).await?;
            gone.insert(file.sha256);
            amount.add(file.bytes);
        }
    }
    for file in aside.iter().filter(|file| !gone.contains(&file.sha256)) {
        blobs.put_back(&file.sha256).await?;
    }
    store::write(&mut tx, &swept).await?;
    tx.commit().await?;
    Ok(Some(swept))
}

/// What of `stored` may go. Here every table is searched, so that a file stays even if this version of the program does
/// not know what refers to it.
async fn removable(conn: &mut PgConnection, stored: &[Stored], now: DateTime<Utc>) -> Result<Survey, RetentionError> {
    let mut found = survey(stored, &store::references(conn, now - KEPT).await?, now);
    let mentioned = store::mentioned(conn, &found.orphans, &[]).await?;
    found.orphans.retain(|file| !mentioned.contains(&file.sha256));
    let mentioned = store::mentioned(conn, &found.models, &store::KEEPS_HASHES).await?;
    found.models.retain(|file| !mentioned.contains(&file.sha256));
    Ok(found)
}

#[cfg(test)]
mod tests;
