//! Trials: submissions graded again against another version, who would move across the mark, publish or discard.

use std::collections::BTreeMap;

use actix_web::web;
use askama::Template;
use serde::Deserialize;
use serde_json::json;

use super::checked;
use super::list::{named, version_name};
use super::picked::Picked;
use crate::audit;
use crate::authoring::publishing;
use crate::certificates::credential::Issuer;
use crate::certificates::regraded;
use crate::courses::staff::StaffRole;
use crate::exercises::catalogue::{self, Offer};
use crate::grading::verdict::Verdict;
use crate::ids::{PersonId, ShadowId};
use crate::messages::Tr;
use crate::results::regrading::Worse;
use crate::results::shadow::comparison::{Brief, Compared, Kept, Move, compare};
use crate::results::shadow::{self, Counts, MOST, Shadow, ShadowError, Wish};
use crate::submissions::Context;
use crate::web::page::{self, Page};
use crate::web::staff::on_exercise;
use crate::web::visit::{Instructor, Require};
use crate::web::{Answer, AppState, State, WebError, exercises};

/// Rows of the table before and after; those that matter most come first.
const SHOWN: usize = 500;
/// Seconds between reloads while a trial works, where there is no JavaScript.
const REFRESH: u32 = 5;

#[derive(Template)]
#[template(path = "inspector/new.html")]
struct NewPage {
    page: Page,
    slug: String,
    exercise: String,
    chosen: usize,
    carried: Vec<(String, String)>,
    versions: Vec<(String, String)>,
    version: String,
}

/// The form that makes a trial, of what was picked.
pub(super) async fn new(state: AppState, who: Require<Instructor>, slug: web::Path<String>) -> Answer {
    let offer = exercises::offer(&state, &slug).await?;
    on_exercise(&state, &who, &offer.slug, StaffRole::Grader).await?;
    let (t, picked) = (who.tr, Picked::of_path(&who.path));
    let chosen = picked.submissions(&state, t, &offer).await?.len();
    let versions = shadow::versions(&state.pool, &offer.slug).await?;
    let wanted = picked.one("version");
    let version = if wanted.is_empty() { offer.version.clone() } else { wanted.to_owned() };
    if !versions.iter().any(|(known, _)| *known == version) {
        return Err(WebError::NotFound);
    }
    let title = exercises::title(&offer, t).to_owned();
    page::show(&NewPage {
        page: Page::new(&state, &who, t.s1("trial-new", "exercise", &title)),
        slug: offer.slug.to_string(),
        exercise: title,
        chosen,
        carried: picked.carried(),
        versions: versions
            .into_iter()
            .map(|(version, at)| {
                let name = version_name(t, &offer, &version, &at);
                (version, name)
            })
            .collect(),
        version,
    })
}

/// The manifest of a version of this exercise.
async fn target(state: &State, offer: &Offer, version: &str) -> Result<catalogue::Target, WebError> {
    let found = catalogue::target(&state.pool, version).await?;
    found.filter(|found| found.slug == offer.slug).ok_or(WebError::NotFound)
}

fn refused(error: ShadowError) -> WebError {
    match error {
        ShadowError::Nothing => WebError::Invalid("trial-nothing", Vec::new()),
        ShadowError::TooMany => WebError::Invalid("trial-too-many", vec![("most", MOST.to_string())]),
        ShadowError::Over => WebError::Conflict("trial-over", Vec::new()),
        ShadowError::Incomplete => WebError::Conflict("trial-incomplete", Vec::new()),
        ShadowError::Result(error) => error.into(),
    }
}

/// Makes a trial of what was picked, against a version of this exercise.
pub(super) async fn begin(
    state: &State,
    who: &Require<Instructor>,
    offer: &Offer,
    (version, picked, rerun): (&str, &Picked, bool),
) -> Result<ShadowId, WebError> {
    let target = target(state, offer, version).await?;
    let submissions = picked.submissions(state, who.tr, offer).await?;
    let now = state.clock.now();
    let (exercise, manifest) = (&offer.slug, &target.manifest);
    let wish = Wish { exercise, version, manifest, submissions: &submissions, rerun };
    let mut tx = state.pool.begin().await?;
    let id = shadow::make(&mut tx, &wish, who.person.id, now).await.map_err(refused)?;
    let counts = shadow::counts(&mut *tx, id).await?;
    let detail = json!({ "shadow": id, "version": version, "submissions": counts.rescored + counts.rerun });
    note(&mut tx, who.person.id, "shadow.make", offer, detail, now).await?;
    tx.commit().await?;
    Ok(id)
}

async fn note(
    conn: &mut sqlx::PgConnection,
    by: PersonId,
    action: &str,
    offer: &Offer,
    detail: serde_json::Value,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<(), sqlx::Error> {
    audit::record(conn, audit::Entry { actor: Some(by), action, object: offer.slug.as_str(), detail }, now).await
}

pub(super) async fn make(state: AppState, who: Require<Instructor>, slug: web::Path<String>, form: String) -> Answer {
    let offer = exercises::offer(&state, &slug).await?;
    on_exercise(&state, &who, &offer.slug, StaffRole::Grader).await?;
    let form = Picked::read(&form);
    let wish = (form.one("version"), &form, !form.one("rerun").is_empty());
    let id = begin(&state, &who, &offer, wish).await?;
    Ok(page::see_other(&format!("/teach/exercises/{}/shadows/{id}", offer.slug)))
}

#[derive(Template)]
#[template(path = "inspector/trial.html")]
struct TrialPage {
    page: Page,
    slug: String,
    exercise: String,
    shadow: Shadow,
    version: String,
    mark: String,
    counts: Counts,
    /// How many move in which way, in words.
    moves: Vec<(String, usize)>,
    rows: Vec<Row>,
    hidden: usize,
    worse: usize,
    /// How many results would be replaced, without those that get worse.
    better: usize,
    is_working: bool,
    is_complete: bool,
    role: StaffRole,
}

impl TrialPage {
    fn can_grade(&self) -> bool {
        self.role >= StaffRole::Grader
    }

    fn can_publish(&self) -> bool {
        self.role >= StaffRole::Author
    }
}

struct Row {
    link: String,
    name: String,
    before: String,
    after: String,
    change: String,
    /// CSS class of the change.
    tone: &'static str,
    note: Option<String>,
}

/// The trial of a path, if it is one of this exercise, for somebody who may do this much.
async fn find(
    state: &State,
    who: &Require<Instructor>,
    (slug, id): &(String, String),
    least: StaffRole,
) -> Result<(Offer, Shadow, StaffRole), WebError> {
    let offer = exercises::offer(state, slug).await?;
    let role = on_exercise(state, who, &offer.slug, least).await?;
    let id: ShadowId = id.parse().map_err(|_| WebError::NotFound)?;
    let shadow = shadow::find(&state.pool, id).await?.filter(|shadow| shadow.exercise == offer.slug);
    Ok((offer, shadow.ok_or(WebError::NotFound)?, role))
}

pub(super) async fn show(state: AppState, who: Require<Instructor>, path: web::Path<(String, String)>) -> Answer {
    let (offer, shadow, role) = find(&state, &who, &path, StaffRole::Viewer).await?;
    let t = who.tr;
    let target = target(&state, &offer, &shadow.version).await?;
    let counts = shadow::counts(&state.pool, shadow.id).await?;
    let mut compared = compare(&state.pool, shadow.id).await?;
    let count = |movement: Move| compared.iter().filter(|found| found.movement() == movement).count();
    let moves = MOVES.iter().map(|(movement, key)| (t.s(key), count(*movement))).filter(|(_, n)| *n > 0).collect();
    let worse = compared.iter().filter(|found| found.is_worse() && found.kept.is_none()).count();
    let better = compared.iter().filter(|found| found.is_published(Worse::Spared)).count();
    compared.retain(|found| !matches!(found.movement(), Move::Same | Move::Waiting));
    compared.sort_by_key(Compared::movement);
    let title = exercises::title(&offer, t).to_owned();
    let is_complete = counts.done == counts.rescored + counts.rerun;
    let is_working = !is_complete && !shadow.is_stopped();
    let mut page = Page::new(&state, &who, t.s1("trial-title", "exercise", &title));
    page.refresh = is_working.then_some(REFRESH);
    page::show(&TrialPage {
        page,
        slug: offer.slug.to_string(),
        exercise: title,
        version: version_name(t, &offer, &shadow.version, &target.loaded_at),
        mark: t.s2(
            "trial-mark",
            "metric",
            t.s(&format!("metric-{}", target.manifest.metric.as_str())),
            "mark",
            t.score(target.manifest.metric.is_proportion(), target.manifest.marks.pass),
        ),
        counts,
        moves,
        hidden: compared.len().saturating_sub(SHOWN),
        rows: compared.iter().take(SHOWN).map(|found| row(t, found)).collect(),
        worse,
        better,
        is_working,
        is_complete,
        role,
        shadow,
    })
}

/// What can happen to a result, with its key, in the order of the page.
const MOVES: [(Move, &str); 7] = [
    (Move::ToFail, "trial-to-fail"),
    (Move::ToPass, "trial-to-pass"),
    (Move::Worse, "trial-worse"),
    (Move::Other, "trial-other"),
    (Move::Fault, "trial-fault"),
    (Move::Waiting, "trial-waiting"),
    (Move::Same, "trial-same"),
];

fn row(t: Tr, found: &Compared) -> Row {
    let (key, tone) = match found.movement() {
        Move::ToFail => ("trial-to-fail", "bad"),
        Move::ToPass => ("trial-to-pass", "good"),
        Move::Worse => ("trial-worse", "bad"),
        Move::Other => ("trial-other", "quiet"),
        Move::Fault => ("trial-fault", "wait"),
        Move::Waiting => ("trial-waiting", "wait"),
        Move::Same => ("trial-same", "quiet"),
    };
    let note = match found.kept {
        Some(Kept::Decided) => Some("trial-kept-decided"),
        Some(Kept::Changed) => Some("trial-kept-changed"),
        Some(Kept::Exam) => Some("trial-kept-exam"),
        None if found.published => Some("trial-published-one"),
        None => None,
    };
    let name = named(t, found.name.clone());
    let name = match found.context {
        Context::Practice => t.s2("trial-submission", "name", name, "number", found.number),
        Context::Exam { .. } => t.s2("trial-submission-exam", "name", name, "number", found.number),
    };
    Row {
        link: format!("/submissions/{}", found.submission),
        name,
        before: brief(t, found.before),
        after: found.after.map_or_else(|| "–".to_owned(), |after| brief(t, after)),
        change: t.s(key),
        tone,
        note: note.map(|key| t.s(key)),
    }
}

/// Verdict and scores in one line.
fn brief(t: Tr, brief: Brief) -> String {
    let metric = brief.metric.filter(|_| brief.verdict.is_scored());
    let score = |score: f64| t.score(metric.is_none_or(crate::grading::metrics::Metric::is_proportion), score);
    let scores = [brief.score, brief.sealed].into_iter().flatten().map(score);
    let named = metric.map(|metric| t.s(&format!("metric-{}", metric.as_str())));
    let parts = std::iter::once(t.with(&brief.verdict.message_key(), &[])).chain(named).chain(scores);
    parts.collect::<Vec<_>>().join(" · ")
}

pub(super) async fn cancel(state: AppState, who: Require<Instructor>, path: web::Path<(String, String)>) -> Answer {
    let (offer, shadow, _) = find(&state, &who, &path, StaffRole::Grader).await?;
    let now = state.clock.now();
    let mut tx = state.pool.begin().await?;
    shadow::cancel(&mut tx, shadow.id, now).await.map_err(refused)?;
    note(&mut tx, who.person.id, "shadow.cancel", &offer, json!({ "shadow": shadow.id }), now).await?;
    tx.commit().await?;
    Ok(page::see_other(&format!("/teach/exercises/{}/shadows/{}?notice=trial-cancelled", offer.slug, shadow.id)))
}

pub(super) async fn discard(state: AppState, who: Require<Instructor>, path: web::Path<(String, String)>) -> Answer {
    let (offer, shadow, _) = find(&state, &who, &path, StaffRole::Grader).await?;
    let now = state.clock.now();
    let mut tx = state.pool.begin().await?;
    shadow::discard(&mut tx, shadow.id, now).await.map_err(refused)?;
    note(&mut tx, who.person.id, "shadow.discard", &offer, json!({ "shadow": shadow.id }), now).await?;
    tx.commit().await?;
    Ok(page::see_other(&format!("/teach/exercises/{}/shadows/{}?notice=trial-discarded", offer.slug, shadow.id)))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Publish {
    reason: String,
    lower: Option<String>,
}

/// Makes the results real, with exam results and certificates that follow from them, in one transaction.
pub(super) async fn publish(
    state: AppState,
    who: Require<Instructor>,
    path: web::Path<(String, String)>,
    form: web::Form<Publish>,
) -> Answer {
    let (offer, shadow, _) = find(&state, &who, &path, StaffRole::Author).await?;
    let reason = checked(&form.reason)?;
    let worse = if form.lower.is_some() { Worse::Lowered } else { Worse::Spared };
    let (by, now) = (who.person.id, state.clock.now());
    let mut tx = state.pool.begin().await?;
    if !publishing::is_trusted(&mut tx, &state.blobs, (&offer.slug, &shadow.version)).await? {
        return Err(WebError::Conflict("trial-unproven", Vec::new()));
    }
    let published = shadow::publish(&mut tx, &shadow, worse, (by, &reason), now).await.map_err(refused)?;
    let issuer = Issuer::from_config(&state.config);
    for (person, context) in affected(&published) {
        regraded::follow(&mut tx, (&state.keys, &issuer), (person, context), (worse, by, &reason), now)
            .await
            .map_err(WebError::internal)?;
    }
    let detail = json!({
        "shadow": shadow.id, "version": shadow.version, "reason": reason, "lowered": form.lower.is_some(),
        "results": published.iter().map(moved).collect::<Vec<_>>(),
    });
    note(&mut tx, by, "shadow.publish", &offer, detail, now).await?;
    tx.commit().await?;
    Ok(page::see_other(&format!("/teach/exercises/{}/shadows/{}?notice=trial-published", offer.slug, shadow.id)))
}

/// Whom a changed result can bring something: each person once, and each exam attempt, always in the same order.
fn affected(published: &[Compared]) -> Vec<(PersonId, Context)> {
    let mut once = BTreeMap::new();
    for found in published {
        let passes = found.after.is_some_and(|after| after.verdict == Verdict::Passed);
        match found.context {
            Context::Exam { attempt, .. } => once.insert((found.person, Some(attempt)), found.context),
            Context::Practice if passes => once.insert((found.person, None), found.context),
            Context::Practice => None,
        };
    }
    once.into_iter().map(|((person, _), context)| (person, context)).collect()
}

fn moved(found: &Compared) -> serde_json::Value {
    let facts = |brief: Brief| json!([brief.verdict, brief.score]);
    json!({ "submission": found.submission, "before": facts(found.before), "after": found.after.map(facts) })
}
