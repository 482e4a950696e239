//! Whether everything that was acknowledged is in the database: in the log, and where the highest revision counts.

use std::collections::HashMap;

use assay::exams::answers::{self, Change, KeptAnswers};
use assay::exams::attempts;
use assay::items::{Answer, Drawn};
use chrono::{DateTime, Utc};
use sqlx::PgPool;

use super::questions::Fields;
use super::record::{Record, Sent};

/// What the database says about the load's own records.
#[derive(Debug, Default)]
pub struct Comparison {
    /// Answers that were acknowledged.
    pub acknowledged: usize,
    /// Rows of the log.
    pub logged: usize,
    /// What is not there as it was acknowledged, in words.
    pub lost: Vec<String>,
    /// Attempts that are there beyond one for each candidate who began, or are missing.
    pub attempts_off: i64,
    /// Candidates who could not hand in.
    pub not_handed_in: usize,
}

/// Compares every record with what the tables hold.
pub async fn compare(pool: &PgPool, records: &[Record]) -> anyhow::Result<Comparison> {
    let mut found = Comparison::default();
    for record in records {
        found.acknowledged += record.acknowledged.len();
        found.not_handed_in += usize::from(!record.handed_in);
        let Some(id) = record.attempt else {
            found.lost.extend(record.acknowledged.iter().map(|_| format!("{}: no attempt", record.person)));
            continue;
        };
        let Some(paper) = attempts::paper(pool, id).await? else {
            found.lost.extend(record.acknowledged.iter().map(|_| format!("{id}: no paper")));
            continue;
        };
        let (log, kept) = (answers::log(pool, id).await?, answers::answers(pool, id).await?);
        found.logged += log.len();
        let by_name: HashMap<(usize, i64), &Sent> =
            record.sent.iter().map(|sent| ((sent.number, sent.revision), sent)).collect();
        for one in &record.acknowledged {
            let fault = paper
                .questions
                .get(one.number - 1)
                .map_or(Some("no question"), |drawn| fault((one, drawn), &log, &kept, &by_name));
            found.lost.extend(fault.map(|words| format!("{id}, question {}, {}: {words}", one.number, one.revision)));
        }
    }
    let people: Vec<_> = records.iter().map(|record| record.person.0).collect();
    let attempts: i64 = sqlx::query_scalar("SELECT count(*) FROM exam_attempts WHERE person_id = ANY ($1)")
        .bind(people)
        .fetch_one(pool)
        .await?;
    found.attempts_off = attempts - i64::try_from(records.len())?;
    Ok(found)
}

/// What is wrong with one acknowledged answer.
fn fault(
    (one, drawn): (&Sent, &Drawn),
    log: &[(Change, DateTime<Utc>)],
    kept: &KeptAnswers,
    by_name: &HashMap<(usize, i64), &Sent>,
) -> Option<&'static str> {
    let place = one.number - 1;
    let is_it = |answer: &Option<Answer>, flagged: bool, sent: &Sent| {
        *answer == read(drawn, sent.number, &sent.fields) && flagged == sent.flagged
    };
    let is_logged = log.iter().any(|(change, _)| {
        change.place == place && change.revision == one.revision && is_it(&change.answer, change.flagged, one)
    });
    match kept.get(&place) {
        _ if !is_logged => Some("not in the log"),
        None => Some("not kept"),
        Some(kept) if kept.revision < one.revision => Some("an older revision is kept"),
        Some(kept) => match by_name.get(&(one.number, kept.revision)) {
            None => Some("what is kept was never sent"),
            Some(sent) if !is_it(&kept.answer, kept.flagged, sent) => Some("another answer is kept"),
            Some(_) => None,
        },
    }
}

/// The answer that fields give to a question.
fn read(drawn: &Drawn, number: usize, fields: &Fields) -> Option<Answer> {
    let name = format!("q{number}");
    let whole: Vec<&str> = fields.iter().filter(|(own, _)| *own == name).map(|(_, value)| value.as_str()).collect();
    let part = |part: usize| {
        let name = format!("{name}-{part}");
        fields.iter().find(|(own, _)| *own == name).map(|(_, value)| value.as_str())
    };
    drawn.read(&whole, part)
}
