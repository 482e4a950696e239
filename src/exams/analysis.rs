//! What the answers to an exam say of its questions.

use std::collections::BTreeMap;

use sqlx::PgConnection;

use super::Offer;
use super::attempts::{self, Settings};
use super::results::{self, Marked};
use crate::blobs::Sha256;
use crate::items::Item;
use crate::items::analysis::{Column, ItemStatistics, PaperStatistics, Response, items, paper};

/// Most attempts that are looked at.
const MOST: i64 = 20_000;

/// A question at one version, with what the answers say of it.
#[derive(Debug, Clone)]
pub struct Analysed {
    /// The version.
    pub version: Sha256,
    /// The question.
    pub item: Item,
    /// The statistics.
    pub statistics: ItemStatistics,
}

/// The statistics of every question that was on a counted paper, and those of the whole.
///
/// Counted are first attempts of candidates that have a result; others would weigh a question by who takes it often.
pub async fn analyse(conn: &mut PgConnection, offer: &Offer) -> Result<(Vec<Analysed>, PaperStatistics), sqlx::Error> {
    let settings = Settings { only_open: false, limit: MOST };
    let listed = attempts::of_exam(&mut *conn, &offer.exam.slug, settings).await?;
    let first = listed.into_iter().map(|listed| listed.attempt).filter(|attempt| attempt.number == 1);
    let (mut known, mut rows) = (BTreeMap::<Sha256, Item>::new(), Vec::<BTreeMap<Sha256, Response>>::new());
    for attempt in first {
        if results::latest(&mut *conn, attempt.id).await?.is_none() {
            continue;
        }
        let marked = Marked::of(conn, &attempt).await?;
        let mut row = BTreeMap::new();
        for (place, drawn, item) in marked.frozen.paper.with_items(&marked.frozen.items) {
            known.entry(drawn.item).or_insert_with(|| item.clone());
            row.insert(drawn.item, Response::of(item, drawn, marked.answers.get(&place)));
        }
        rows.push(row);
    }
    let column = |(version, item): (&Sha256, &Item)| {
        let response = |row: &BTreeMap<Sha256, Response>| row.get(version).cloned().unwrap_or(Response::NotPresented);
        Column::of(item, rows.iter().map(response).collect())
    };
    let columns: Vec<Column> = known.iter().map(column).collect();
    let (whole, each) = (paper(&columns), items(&columns));
    let analysed = known.into_iter().zip(each);
    Ok((analysed.map(|((version, item), statistics)| Analysed { version, item, statistics }).collect(), whole))
}
