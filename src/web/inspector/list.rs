//! The submissions to an exercise: looked through by filters, picked for a trial, with what waits for an answer.

use actix_web::web;
use askama::Template;

use super::picked::Picked;
use crate::courses::staff::StaffRole;
use crate::exercises::catalogue::Offer;
use crate::grading::metrics::Metric;
use crate::grading::verdict::Verdict;
use crate::ids::SubmissionId;
use crate::messages::Tr;
use crate::results::inspection::{self, Found, Part};
use crate::results::reviews::{self, Waiting};
use crate::results::shadow::{self, Listed};
use crate::web::page::{self, Page};
use crate::web::staff::on_exercise;
use crate::web::visit::{Instructor, Require};
use crate::web::{Answer, AppState, exercises};

/// Submissions on one page of the list.
const A_PAGE: usize = 100;

#[derive(Template)]
#[template(path = "inspector/list.html")]
struct ListPage {
    page: Page,
    slug: String,
    exercise: String,
    picked: Picked,
    verdicts: Vec<(&'static str, String)>,
    versions: Vec<(String, String)>,
    rows: Vec<Row>,
    /// Query of the next page.
    older: Option<String>,
    reviews: Vec<Waiting>,
    trials: Vec<Listed>,
    can_grade: bool,
}

impl ListPage {
    fn is(&self, field: &str, value: &str) -> bool {
        self.picked.one(field) == value
    }
}

struct Row {
    found: Found,
    verdict: Option<String>,
    is_passed: bool,
    score: String,
    /// Whether a later result took the place of the first.
    is_changed: bool,
}

/// A name, or that there is none any more.
pub(super) fn named(t: Tr, name: String) -> String {
    if name.is_empty() { t.s("inspector-nameless") } else { name }
}

/// How a version is called in lists: twelve digits of its hash, when it was loaded, and whether it is on offer.
pub(super) fn version_name(t: Tr, offer: &Offer, version: &str, at: &chrono::DateTime<chrono::Utc>) -> String {
    let short: String = version.chars().take(12).collect();
    let key = if version == offer.version { "inspector-version-offered" } else { "inspector-version" };
    t.with(key, &[("version", short), ("time", t.time(at))])
}

pub(super) async fn list(state: AppState, who: Require<Instructor>, slug: web::Path<String>) -> Answer {
    let offer = exercises::offer(&state, &slug).await?;
    let role = on_exercise(&state, &who, &offer.slug, StaffRole::Viewer).await?;
    let (t, picked) = (who.tr, Picked::of_path(&who.path));
    let before = picked.one("before").parse::<SubmissionId>().ok();
    let part = Part { before, most: i64::try_from(A_PAGE + 1).unwrap_or(i64::MAX) };
    let mut found = inspection::find(&state.pool, &offer.slug, &picked.filter(t, &offer), part).await?;
    let has_more = found.len() > A_PAGE;
    found.truncate(A_PAGE);
    let older = found.last().filter(|_| has_more).map(|last| picked.query_before(last.id));
    let title = exercises::title(&offer, t).to_owned();
    let versions = shadow::versions(&state.pool, &offer.slug).await?;
    page::show(&ListPage {
        page: Page::new(&state, &who, t.s1("inspector-title", "exercise", &title)),
        slug: offer.slug.to_string(),
        exercise: title,
        picked,
        verdicts: Verdict::ALL.iter().map(|verdict| (verdict.as_str(), t.with(&verdict.message_key(), &[]))).collect(),
        versions: versions
            .into_iter()
            .map(|(version, at)| {
                let name = version_name(t, &offer, &version, &at);
                (version, name)
            })
            .collect(),
        rows: found.into_iter().map(|found| row(t, found)).collect(),
        older,
        reviews: reviews::waiting(&state.pool, &offer.slug).await?,
        trials: shadow::of_exercise(&state.pool, &offer.slug).await?,
        can_grade: role >= StaffRole::Grader,
    })
}

fn row(t: Tr, mut found: Found) -> Row {
    found.name = named(t, found.name);
    let verdict = found.verdict.as_deref().and_then(Verdict::from_name);
    let is_share = found.metric.as_deref().and_then(Metric::from_name).is_none_or(Metric::is_proportion);
    Row {
        verdict: verdict.map(|verdict| t.with(&verdict.message_key(), &[])),
        is_passed: verdict == Some(Verdict::Passed),
        score: found.score.map_or_else(|| "–".to_owned(), |score| t.score(is_share, score)),
        is_changed: found.origin.is_some_and(|origin| origin != crate::results::Origin::Run),
        found,
    }
}
