//! Item analysis: what the answers say of each question, worst first, with the rules beside the numbers.

use actix_web::web;
use askama::Template;

use crate::courses::staff::StaffRole;
use crate::exams::analysis::{Analysed, analyse};
use crate::items::analysis::{PaperStatistics, Verdict};
use crate::messages::Tr;
use crate::web::page::{self, Page};
use crate::web::staff::on_exam;
use crate::web::visit::{Instructor, Require};
use crate::web::{Answer, AppState};

#[derive(Template)]
#[template(path = "examiner/items.html")]
struct ItemsPage {
    page: Page,
    slug: String,
    whole: Vec<(String, String)>,
    reliability: String,
    rows: Vec<Row>,
}

struct Row {
    name: String,
    version: String,
    stem: String,
    n: usize,
    facility: String,
    facility_percent: f64,
    discrimination: String,
    blank: String,
    options: Vec<OptionRow>,
    verdicts: Vec<String>,
    /// Smaller is worse.
    rank: (usize, i64),
}

struct OptionRow {
    place: usize,
    is_right: bool,
    all: String,
    upper: String,
    lower: String,
}

pub(super) async fn show(state: AppState, who: Require<Instructor>, slug: web::Path<String>) -> Answer {
    let offer = on_exam(&state, &who, &slug, StaffRole::Viewer).await?;
    let t = who.tr;
    let mut conn = state.pool.acquire().await?;
    let (analysed, whole) = analyse(&mut conn, &offer).await?;
    let mut rows: Vec<Row> = analysed.iter().map(|found| row(t, found)).collect();
    rows.sort_by_key(|row| row.rank);
    page::show(&ItemsPage {
        page: Page::new(&state, &who, t.s1("examiner-items", "exam", t.pick(&offer.exam.title))),
        slug: offer.exam.slug.to_string(),
        whole: whole_rows(t, &whole),
        reliability: t.s(reliability(&whole)),
        rows,
    })
}

fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.2}"))
}

fn whole_rows(t: Tr, whole: &PaperStatistics) -> Vec<(String, String)> {
    vec![
        (t.s("items-candidates"), whole.n.to_string()),
        (t.s("items-mean"), number(whole.mean)),
        (t.s("items-deviation"), number(whole.deviation)),
        (t.s("items-alpha"), number(whole.alpha)),
        (t.s("items-error"), number(whole.error)),
    ]
}

/// What a reliability is good for, in words.
fn reliability(whole: &PaperStatistics) -> &'static str {
    match whole.alpha {
        _ if whole.n < crate::items::analysis::FEW => "items-reliability-few",
        Some(alpha) if alpha >= 0.8 => "items-reliability-good",
        Some(alpha) if alpha >= 0.7 => "items-reliability-fair",
        Some(_) | None => "items-reliability-low",
    }
}

fn row(t: Tr, found: &Analysed) -> Row {
    let statistics = &found.statistics;
    let key = found.item.question.options();
    let facility = statistics.facility.unwrap_or(0.0);
    let stem: String = t.pick(&found.item.stem).chars().take(140).collect();
    Row {
        name: found.item.name.to_string(),
        version: found.version.to_string().chars().take(8).collect(),
        stem,
        n: statistics.n,
        facility: statistics.facility.map_or_else(|| "–".to_owned(), |share| t.percent(share)),
        facility_percent: facility * 100.0,
        discrimination: number(statistics.discrimination),
        blank: statistics.blank.map_or_else(|| "–".to_owned(), |share| t.percent(share)),
        options: statistics
            .options
            .iter()
            .enumerate()
            .map(|(place, option)| OptionRow {
                place: place + 1,
                is_right: key.get(place).is_some_and(|choice| choice.correct),
                all: t.percent(option.all),
                upper: t.percent(option.upper),
                lower: t.percent(option.lower),
            })
            .collect(),
        verdicts: statistics.verdicts.iter().map(|verdict| sentence(t, *verdict)).collect(),
        rank: (rank(&statistics.verdicts), order(statistics.discrimination)),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a correlation times a thousand")]
fn order(discrimination: Option<f64>) -> i64 {
    (discrimination.unwrap_or(1.0) * 1000.0) as i64
}

fn rank(verdicts: &[Verdict]) -> usize {
    let of = |verdict: &Verdict| match verdict {
        Verdict::CheckKey { .. } => 0,
        Verdict::Review => 1,
        Verdict::WeakDistractor { .. } => 2,
        Verdict::TooFewAnswers => 4,
    };
    verdicts.iter().map(of).min().unwrap_or(3)
}

fn sentence(t: Tr, verdict: Verdict) -> String {
    match verdict {
        Verdict::TooFewAnswers => t.s1("items-too-few", "n", crate::items::analysis::FEW),
        Verdict::CheckKey { rival: Some(option) } => t.s1("items-check-key-rival", "option", option + 1),
        Verdict::CheckKey { rival: None } => t.s("items-check-key"),
        Verdict::Review => t.s("items-review"),
        Verdict::WeakDistractor { option } => t.s1("items-weak-distractor", "option", option + 1),
    }
}
