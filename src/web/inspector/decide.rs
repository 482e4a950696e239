//! Decisions of people: a result set by hand with its reason, taken back, and answers to requests for a review.

use actix_web::web;
use serde::Deserialize;
use serde_json::json;
use sqlx::PgConnection;

use super::picked::Picked;
use super::trial::begin;
use super::{checked, taught};
use crate::audit;
use crate::certificates::credential::Issuer;
use crate::certificates::regraded;
use crate::courses::staff::StaffRole;
use crate::exercises::catalogue;
use crate::ids::PersonId;
use crate::results::regrading::{self, Changed, Decision, RegradeError, Worse};
use crate::results::{self, reviews};
use crate::submissions::{Context, Submission};
use crate::web::page;
use crate::web::submissions::mine;
use crate::web::visit::{Instructor, Require, SignedIn};
use crate::web::{Answer, AppState, State, WebError, exercises};

/// What is decided, as the form sends it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Form {
    /// `pass`, `fail`, or nothing.
    decision: String,
    /// In percent for shares, empty for none.
    score: String,
    /// The reason or answer that the learner reads.
    text: String,
    /// Whether it is also graded again in a trial.
    again: Option<String>,
}

fn refused(error: RegradeError) -> WebError {
    match error {
        RegradeError::Own => WebError::Conflict("inspector-own", Vec::new()),
        RegradeError::Ungraded => WebError::Conflict("inspector-ungraded", Vec::new()),
        RegradeError::ScoreNeeded => WebError::Invalid("inspector-score-needed", Vec::new()),
        RegradeError::BadScore => WebError::Invalid("inspector-bad-score", Vec::new()),
        RegradeError::Undecided => WebError::Conflict("inspector-undecided", Vec::new()),
        RegradeError::Changed => WebError::Conflict("inspector-changed", Vec::new()),
        RegradeError::Database(error) => error.into(),
        RegradeError::Report(error) => WebError::internal(error),
    }
}

/// The decision of a form; `None` where none was made.
fn decision(form: &Form, is_share: bool) -> Result<Option<Decision>, WebError> {
    let passes = match form.decision.as_str() {
        "pass" => true,
        "fail" => false,
        _ => return Ok(None),
    };
    let score = match form.score.trim().trim_end_matches('%').trim() {
        "" => None,
        text => Some(text.parse::<f64>().map_err(|_| WebError::Invalid("inspector-bad-score", Vec::new()))?),
    };
    Ok(Some(Decision { passes, score: score.map(|score| if is_share { score / 100.0 } else { score }) }))
}

/// Makes the decision of a form, with what follows from it; false where the form holds none.
async fn carry_out(
    state: &State,
    conn: &mut PgConnection,
    (submission, form): (&Submission, &Form),
    (by, reason): (PersonId, &str),
) -> Result<bool, WebError> {
    let version = results::published(&mut *conn, submission.id).await?;
    let version = version.map_or_else(|| submission.version.clone(), |published| published.version);
    let manifest = catalogue::version(&mut *conn, &version).await?;
    let manifest = manifest.ok_or_else(|| WebError::internal("a submission's exercise version is not known"))?;
    let Some(decision) = decision(form, manifest.metric.is_proportion())? else { return Ok(false) };
    let (now, marks) = (state.clock.now(), (manifest.metric, manifest.marks.pass));
    let changed = regrading::decide(conn, submission, (decision, marks), (by, reason), now).await.map_err(refused)?;
    follow(state, conn, submission, (by, reason)).await?;
    note(state, conn, submission, ("submission.override", by, reason), changed).await?;
    Ok(true)
}

/// A person decided about this one result, so what follows holds for worse ones too.
async fn follow(
    state: &State,
    conn: &mut PgConnection,
    submission: &Submission,
    (by, reason): (PersonId, &str),
) -> Result<(), WebError> {
    let issuer = Issuer::from_config(&state.config);
    let whose = (submission.person, submission.context);
    regraded::follow(conn, (&state.keys, &issuer), whose, (Worse::Lowered, by, reason), state.clock.now())
        .await
        .map_err(WebError::internal)
}

async fn note(
    state: &State,
    conn: &mut PgConnection,
    submission: &Submission,
    (action, by, reason): (&str, PersonId, &str),
    changed: Changed,
) -> Result<(), WebError> {
    let detail = json!({ "before": changed.before, "after": changed.after, "reason": reason });
    let entry = audit::Entry { actor: Some(by), action, object: &submission.id.to_string(), detail };
    Ok(audit::record(conn, entry, state.clock.now()).await?)
}

/// Sets a result by hand.
pub(super) async fn decide(
    state: AppState,
    who: Require<Instructor>,
    id: web::Path<String>,
    form: web::Form<Form>,
) -> Answer {
    let submission = taught(&state, &who, &id, StaffRole::Grader).await?;
    let reason = checked(&form.text)?;
    let mut tx = state.pool.begin().await?;
    if !carry_out(&state, &mut tx, (&submission, &form), (who.person.id, &reason)).await? {
        return Err(WebError::Invalid("inspector-no-decision", Vec::new()));
    }
    tx.commit().await?;
    Ok(page::see_other(&format!("/submissions/{}?notice=saved", submission.id)))
}

/// Takes a decision back.
pub(super) async fn withdraw(
    state: AppState,
    who: Require<Instructor>,
    id: web::Path<String>,
    form: web::Form<Form>,
) -> Answer {
    let submission = taught(&state, &who, &id, StaffRole::Grader).await?;
    let (by, reason) = (who.person.id, checked(&form.text)?);
    let now = state.clock.now();
    let mut tx = state.pool.begin().await?;
    let changed = regrading::withdraw(&mut tx, &submission, (by, &reason), now).await.map_err(refused)?;
    follow(&state, &mut tx, &submission, (by, &reason)).await?;
    note(&state, &mut tx, &submission, ("submission.withdraw", by, &reason), changed).await?;
    tx.commit().await?;
    Ok(page::see_other(&format!("/submissions/{}?notice=saved", submission.id)))
}

/// Answers a request for a review, together with a decision or a trial where the instructor wants one.
pub(super) async fn answer(
    state: AppState,
    who: Require<Instructor>,
    id: web::Path<String>,
    form: web::Form<Form>,
) -> Answer {
    let submission = taught(&state, &who, &id, StaffRole::Grader).await?;
    let (by, text) = (who.person.id, checked(&form.text)?);
    if submission.person == by {
        return Err(WebError::Conflict("inspector-own", Vec::new()));
    }
    let now = state.clock.now();
    let mut tx = state.pool.begin().await?;
    if !reviews::answer(&mut tx, submission.id, &text, (by, now)).await? {
        return Err(WebError::Conflict("inspector-no-request", Vec::new()));
    }
    let is_decided = carry_out(&state, &mut tx, (&submission, &form), (by, &text)).await?;
    let detail = json!({ "before": null, "after": text, "decided": is_decided });
    let object = submission.id.to_string();
    audit::record(&mut tx, audit::Entry { actor: Some(by), action: "submission.review", object: &object, detail }, now)
        .await?;
    tx.commit().await?;
    if form.again.is_none() {
        return Ok(page::see_other(&format!("/submissions/{object}?notice=saved")));
    }
    let offer = exercises::offer(&state, submission.exercise.as_str()).await?;
    let one = Picked::read(&format!("scope=picked&id={object}"));
    let trial = begin(&state, &who, &offer, (&offer.version, &one, true)).await?;
    Ok(page::see_other(&format!("/teach/exercises/{}/shadows/{trial}", offer.slug)))
}

/// A learner's request.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Request {
    request: String,
}

/// Asks that an instructor look at one's own result again. What belongs to an exam is asked about with the exam's result.
pub(super) async fn ask(state: AppState, who: SignedIn, id: web::Path<String>, form: web::Form<Request>) -> Answer {
    let submission = mine(&state, &who, &id).await?;
    if matches!(submission.context, Context::Exam { .. }) {
        return Err(WebError::NotFound);
    }
    let text = checked(&form.request)?;
    if results::published(&state.pool, submission.id).await?.is_none() {
        return Err(WebError::Conflict("inspector-ungraded", Vec::new()));
    }
    let mut conn = state.pool.acquire().await?;
    if !reviews::ask(&mut conn, submission.id, &text, state.clock.now()).await? {
        return Err(WebError::Conflict("review-open", Vec::new()));
    }
    Ok(page::see_other(&format!("/submissions/{}?notice=review-sent#review", submission.id)))
}
