//! What staff change about grades, and the log of it: weights, grades set by hand, the release.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sqlx::PgConnection;

use super::{Item, Missing, store};
use crate::audit::{self, Entry};
use crate::cohorts::ItemKey;
use crate::cohorts::due::Grade;
use crate::ids::{AdjustmentId, PersonId, Slug};

/// Largest weight of one item.
pub(super) const MOST_WEIGHT: u32 = 1_000;

/// How the items of a course count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weighing {
    /// Weights, in the order of the items.
    pub weights: Vec<u32>,
    /// What an item does that was not done.
    pub missing: Missing,
}

impl Weighing {
    /// Whether every weight is allowed and something counts.
    pub fn is_possible(&self) -> bool {
        self.weights.iter().all(|weight| *weight <= MOST_WEIGHT) && self.sum() > 0
    }

    /// The sum of the weights.
    pub fn sum(&self) -> u64 {
        self.weights.iter().copied().map(u64::from).sum()
    }
}

/// Who does something, and when.
type Doing = (PersonId, DateTime<Utc>);

/// Sets how the items of a course count.
pub async fn set_weighing(
    conn: &mut PgConnection,
    course: &Slug,
    items: &[Item],
    (before, wanted): (&Weighing, &Weighing),
    doing: Doing,
) -> Result<(), sqlx::Error> {
    let mut changes = Vec::new();
    for ((item, old), new) in items.iter().zip(&before.weights).zip(&wanted.weights) {
        if old != new {
            store::put_weight(conn, course, &item.key, *new).await?;
            changes.push(json!({ "item": item.key.to_string(), "before": old, "after": new }));
        }
    }
    if before.missing != wanted.missing {
        store::put_missing(conn, course, wanted.missing).await?;
        changes.push(json!({ "item": "missing", "before": before.missing.name(), "after": wanted.missing.name() }));
    }
    if changes.is_empty() {
        return Ok(());
    }
    record(conn, course, "gradebook.weights", json!({ "changes": changes }), doing).await
}

/// Sets somebody's grade in one item by hand, or takes that back (`after` is `None`).
pub async fn adjust(
    conn: &mut PgConnection,
    course: &Slug,
    (person, item): (PersonId, &ItemKey),
    (before, after): (Option<Grade>, Option<Grade>),
    reason: &str,
    (by, now): Doing,
) -> Result<(), sqlx::Error> {
    let id = AdjustmentId::new(now);
    store::insert_adjustment(conn, id, course, (person, item), (after, reason), (by, now)).await?;
    let facts =
        json!({ "person": person, "item": item.to_string(), "before": before, "after": after, "reason": reason });
    record(conn, course, "gradebook.adjust", facts, (by, now)).await
}

/// Shows learners their totals, or hides them again.
pub async fn release(
    conn: &mut PgConnection,
    course: &Slug,
    is_released: bool,
    (by, now): Doing,
) -> Result<(), sqlx::Error> {
    let (_, before) = store::settings(conn, course).await?;
    if before.is_some() == is_released {
        return Ok(());
    }
    store::put_released(conn, course, is_released.then_some(now)).await?;
    let facts = json!({ "before": before.is_some(), "after": is_released });
    record(conn, course, "gradebook.release", facts, (by, now)).await
}

async fn record(
    conn: &mut PgConnection,
    course: &Slug,
    action: &str,
    detail: Value,
    (by, now): Doing,
) -> Result<(), sqlx::Error> {
    audit::record(conn, Entry { actor: Some(by), action, object: course.as_str(), detail }, now).await
}

/// One change in the log of a course.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// When.
    pub at: DateTime<Utc>,
    /// Who made it.
    pub by: String,
    /// What was done, such as `gradebook.release`.
    pub action: String,
    /// What was changed: item (or class), before, after. One change of weights or dates may hold several.
    pub parts: Vec<(String, Value, Value)>,
    /// Of which learner.
    pub person: Option<PersonId>,
    /// The reason that was given; empty where none is asked for.
    pub reason: String,
}

/// The log of a course, the newest first.
pub async fn changes(conn: &mut PgConnection, course: &Slug, limit: i64) -> Result<Vec<Change>, sqlx::Error> {
    Ok(store::log(conn, course, limit).await?.into_iter().map(change).collect())
}

fn change(line: store::Line) -> Change {
    let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let part = |value: &Value| {
        let side = |name: &str| value.get(name).cloned().unwrap_or_default();
        (text(value, "item"), side("before"), side("after"))
    };
    let parts = match line.detail.get("changes").and_then(Value::as_array) {
        Some(changes) => changes.iter().map(part).collect(),
        None => vec![part(&line.detail)],
    };
    Change {
        at: line.at,
        by: line.by,
        action: line.action,
        parts,
        person: text(&line.detail, "person").parse().ok(),
        reason: text(&line.detail, "reason"),
    }
}
