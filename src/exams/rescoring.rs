//! A changed key: first a dry run that says who would move, then new results beside the old ones.
//!
//! An answer stays tied to the version of the question that it met. Where the bank now holds another version under the
//! same name with parts of the same kind in the same order, that version's key can be applied to the frozen paper.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::attempts::{self, Attempt, Listed, Settings};
use super::results::{self, Marked};
use super::score::{PartScore, Scores, Sheet, score};
use super::{Offer, attempts::banks};
use crate::blobs::Sha256;
use crate::ids::{ExamAttemptId, PersonId};
use crate::items::{self, Drawn, Item};
pub use crate::results::regrading::Worse;

/// Most attempts that one rescoring looks at.
const MOST: i64 = 20_000;

/// What a rescoring would do to one attempt.
#[derive(Debug, Clone, PartialEq)]
pub struct Move {
    /// The attempt.
    pub attempt: ExamAttemptId,
    /// The candidate's name.
    pub name: String,
    /// The scores that hold.
    pub before: Scores,
    /// The scores under the keys of today.
    pub after: Scores,
}

impl Move {
    /// Theory points before and after.
    pub fn points(&self) -> (f64, f64) {
        (points(&self.before), points(&self.after))
    }

    /// Whether the candidate would be worse off.
    pub fn is_worse(&self) -> bool {
        let (before, after) = self.points();
        after < before - 1e-9 || (self.before.passed && !self.after.passed)
    }
}

fn points(scores: &Scores) -> f64 {
    scores
        .parts
        .iter()
        .map(|part| match part {
            PartScore::Theory { points, .. } => *points,
            PartScore::Practice { .. } => 0.0,
        })
        .sum()
}

/// The attempts whose scores would change under the keys that the exam's banks have now.
pub async fn dry_run(conn: &mut PgConnection, offer: &Offer) -> Result<Vec<Move>, sqlx::Error> {
    let banks = banks(conn, offer).await?;
    let today: HashMap<&str, (Sha256, &Item)> =
        banks.values().flatten().map(|found| (found.item.name.as_str(), (found.version, &found.item))).collect();
    let settings = Settings { only_open: false, limit: MOST };
    let mut moves = Vec::new();
    for Listed { attempt, name, .. } in attempts::of_exam(&mut *conn, &offer.exam.slug, settings).await? {
        moves.extend(moved(conn, &attempt, name, &today).await?);
    }
    Ok(moves)
}

async fn moved(
    conn: &mut PgConnection,
    attempt: &Attempt,
    name: String,
    today: &HashMap<&str, (Sha256, &Item)>,
) -> Result<Option<Move>, sqlx::Error> {
    let Some(before) = results::latest(&mut *conn, attempt.id).await? else { return Ok(None) };
    let marked = Marked::of(conn, attempt).await?;
    let Some(gradings) = marked.gradings() else { return Ok(None) };
    let items: HashMap<Sha256, Item> = marked
        .frozen
        .paper
        .with_items(&marked.frozen.items)
        .map(|(_, drawn, met)| (drawn.item, in_force(drawn, met, today).clone()))
        .collect();
    let sheet = Sheet { items: &items, ..marked.sheet() };
    let after = score(&marked.frozen.exam, sheet, &gradings);
    let before = before.scores;
    Ok((after != before).then_some(Move { attempt: attempt.id, name, before, after }))
}

/// The version whose key holds for a drawn question: today's, if it has the same shape, else the one that was met.
fn in_force<'a>(drawn: &Drawn, met: &'a Item, today: &HashMap<&str, (Sha256, &'a Item)>) -> &'a Item {
    match today.get(met.name.as_str()) {
        Some((version, item)) if *version != drawn.item => {
            let fits = items::key(item, drawn).is_some_and(|key| key.suits(drawn));
            if fits && !is_reordered(met, item) { item } else { met }
        }
        Some(_) | None => met,
    }
}

/// Whether a text of the question now stands at the place of another: answers name places, and would be taken for others.
fn is_reordered(met: &Item, today: &Item) -> bool {
    let (before, after) = (met.question.texts(), today.question.texts());
    after.iter().enumerate().any(|(place, (_, text))| {
        let stood = before.iter().position(|(_, before)| before == text);
        stood.is_some_and(|stood| stood != place) && before.get(place).is_some_and(|(_, before)| before != text)
    })
}

/// Adds a result under today's keys to every attempt that moves, with the reason that its candidate reads; returns the
/// attempts that were given one.
pub async fn publish(
    conn: &mut PgConnection,
    offer: &Offer,
    worse: Worse,
    (by, reason): (PersonId, &str),
    now: DateTime<Utc>,
) -> Result<Vec<Move>, sqlx::Error> {
    let mut published = Vec::new();
    for found in dry_run(conn, offer).await? {
        if found.is_worse() && worse == Worse::Spared {
            continue;
        }
        results::add(conn, found.attempt, &found.after, (reason, Some(by)), now).await?;
        published.push(found);
    }
    Ok(published)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::items::Question;

    #[test]
    fn a_question_whose_options_changed_places_keeps_the_key_that_was_met() {
        let exams = crate::exams::load(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
        let items = exams[0].banks.iter().flat_map(|(_, items)| items);
        let met = items.map(|found| &found.item).find(|item| matches!(item.question, Question::Single { .. })).unwrap();
        let changed = |change: fn(&mut Vec<items::question::Choice>)| {
            let mut today = met.clone();
            if let Question::Single { options } = &mut today.question {
                change(options);
            }
            is_reordered(met, &today)
        };
        assert!(changed(|options| options.swap(0, 1)));
        assert!(!changed(|options| options[0].text.en.push_str(" (mended)")));
        assert!(!changed(|options| options.push(options[0].clone())));
        assert!(!changed(|_| ()));
    }
}
