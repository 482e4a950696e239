//! The result of an attempt: the score against the mark by part, section and skill, what to study, and a request to look
//! at it again.

use actix_web::web;
use askama::Template;
use serde::Deserialize;

use super::Own;
use super::check::{Row, rows};
use super::face::Face;
use super::summary::Piece;
use crate::exams::answers;
use crate::exams::attempts;
use crate::exams::results::{self, Recorded, Review};
use crate::exams::score::{Counted, PartScore};
use crate::exams::{self, Exam, Part, When};
use crate::ids::Slug;
use crate::messages::Tr;
use crate::web::page::{self, Page};
use crate::web::questions::{Marked, marked, points};
use crate::web::visit::SignedIn;
use crate::web::{Answer, AppState, WebError};

/// Longest request, in characters.
const LONGEST_REQUEST: usize = 2000;
/// Share of a section's points below which it is named as something to study.
const WEAK: f64 = 0.7;

#[derive(Template)]
#[template(path = "exams/result.html")]
struct ResultPage {
    page: Page,
    face: Face,
    exam: Exam,
    number: i32,
    finished: String,
    outcome: Outcome,
    /// What was answered, with the keys.
    questions: Vec<Marked>,
    /// What was answered, where keys are not shown.
    rows: Vec<Row>,
    can_change: bool,
    events: Vec<(String, String)>,
    reviews: Vec<Review>,
    can_ask: bool,
    next: Option<String>,
}

enum Outcome {
    /// Gradings of this attempt are still under way.
    Pending { answered: usize, all: usize },
    /// Scores are shown later, or never.
    Withheld { answered: usize, all: usize, is_final: bool },
    /// Everything is known.
    Known(Box<Known>),
}

struct Known {
    passed: bool,
    parts: Vec<PartRow>,
    skills: Vec<Bar>,
    study: Vec<Study>,
    /// Why the result was made anew, where it was.
    reason: String,
}

struct PartRow {
    title: String,
    passed: bool,
    score: String,
    bars: Vec<Bar>,
}

struct Bar {
    label: String,
    text: String,
    percent: f64,
    mark: Option<f64>,
}

struct Study {
    title: String,
    place: Option<String>,
}

pub(super) async fn show(state: AppState, who: SignedIn, id: web::Path<String>) -> Answer {
    let own = Own::find(&state, &who, &id).await?;
    if !own.attempt.clocked.is_finished() {
        return Ok(page::see_other(&format!("/attempts/{}", own.id)));
    }
    let t = who.tr;
    let kept = answers::answers(&state.pool, own.id).await?;
    let (answered, all) =
        (kept.values().filter(|kept| kept.answer.is_some()).count(), own.frozen.paper.questions.len());
    let exam = &own.frozen.exam;
    let latest = results::latest(&state.pool, own.id).await?;
    let shown = exams::shown(&mut *state.pool.acquire().await?, exam, own.now).await?;
    let outcome = match &latest {
        None => Outcome::Pending { answered, all },
        Some(_) if !shown.scores => Outcome::Withheld { answered, all, is_final: exam.show.scores == When::Never },
        Some(recorded) => Outcome::Known(Box::new(known(&state, t, &own, recorded).await?)),
    };
    let (questions, rows) = match (shown.answers, shown.keys) {
        (true, true) => {
            let answers = kept.into_iter().filter_map(|(place, kept)| Some((place, kept.answer?))).collect();
            (marked(&own.frozen.paper, &own.frozen.items, &answers, t), Vec::new())
        }
        (true, false) => (Vec::new(), rows(t, &own, 0..all, &kept)),
        (false, _) => (Vec::new(), Vec::new()),
    };
    let reviews = results::reviews(&state.pool, own.id).await?;
    let is_pending = latest.is_none();
    page::show(&ResultPage {
        page: Page {
            refresh: is_pending.then_some(10),
            ..Page::new(&state, &who, t.s1("exam-result-title", "exam", t.pick(&exam.title)))
        },
        face: Face::new(&own, t),
        number: own.attempt.number,
        finished: match own.attempt.clocked.state {
            exams::clock::State::Finished { at, .. } => t.time(&at),
            exams::clock::State::Running { .. } | exams::clock::State::Resting { .. } => String::new(),
        },
        can_ask: latest.is_some() && reviews.iter().all(|review| review.answered_at.is_some()),
        next: next_attempt(&state, &who, &own).await?,
        exam: exam.clone(),
        outcome,
        questions,
        rows,
        can_change: false,
        events: super::check::event_rows(&state, t, own.id).await?,
        reviews,
    })
}

async fn next_attempt(state: &AppState, who: &SignedIn, own: &Own) -> Result<Option<String>, WebError> {
    let Some(offer) = exams::find(&state.pool, &own.attempt.exam).await? else { return Ok(None) };
    let mut conn = state.pool.acquire().await?;
    let t = who.tr;
    Ok(Some(match attempts::standing(&mut conn, who.person.id, &offer, own.now).await? {
        attempts::Standing::May { used, allowed } => t.s2("exam-next-may", "left", allowed - used, "allowed", allowed),
        attempts::Standing::CoolDown { until } => t.s1("exam-next-from", "time", t.time(&until)),
        attempts::Standing::NoneLeft { allowed } => t.s1("exam-next-none", "allowed", allowed),
        attempts::Standing::Open(_) | attempts::Standing::NotYet { .. } | attempts::Standing::Over { .. } => {
            return Ok(None);
        }
    }))
}

async fn known(state: &AppState, t: Tr, own: &Own, recorded: &Recorded) -> Result<Known, WebError> {
    let exam = &own.frozen.exam;
    let scores = &recorded.scores;
    let parts = exam.parts.iter().zip(&scores.parts).map(|(part, score)| part_row(t, part, score)).collect();
    let bar = |label: &str, reached: f64, max: f64, mark: Option<f64>| bar(t, label, (reached, max), mark);
    let skills = exam.skills.iter().filter_map(|skill| {
        let score = scores.skills.iter().find(|score| score.skill == skill.name)?;
        Some(bar(t.pick(&skill.title), score.points, score.max_points, None))
    });
    let skills = skills.collect();
    let offer = exams::find(&state.pool, &own.attempt.exam).await?;
    let course = offer.map(|offer| offer.course);
    let sections = scores.parts.iter().flat_map(|part| match part {
        PartScore::Theory { sections, .. } => sections.as_slice(),
        PartScore::Practice { .. } => &[],
    });
    let weak = sections.filter(|section| section.points < WEAK * section.max_points);
    let study = weak.filter_map(|section| {
        let found = exam.sections().find(|found| found.draw.name == section.name)?;
        let place = module_place(course.as_ref(), found.module.as_ref());
        Some(Study { title: t.pick(&found.title).to_owned(), place })
    });
    let mut study: Vec<Study> = study.collect();
    study.extend(exam.parts.iter().zip(&scores.parts).filter_map(|(part, score)| match (part, score) {
        (Part::Practice { title, exercise, .. }, PartScore::Practice { passed: false, .. }) => {
            Some(Study { title: t.pick(title).to_owned(), place: Some(format!("/exercises/{exercise}")) })
        }
        (Part::Practice { .. } | Part::Theory { .. }, _) => None,
    }));
    Ok(Known { passed: scores.passed, parts, skills, study, reason: result_reason(t, recorded) })
}

/// Why a result was made anew: what an examiner wrote, or that the attempt was opened again.
pub(in crate::web) fn result_reason(t: Tr, recorded: &Recorded) -> String {
    if recorded.reason == results::REOPENED { t.s("exam-result-reopened") } else { recorded.reason.clone() }
}

fn module_place(course: Option<&Slug>, module: Option<&Slug>) -> Option<String> {
    course.zip(module).map(|(course, module)| format!("/courses/{course}/{module}"))
}

fn part_row(t: Tr, part: &Part, score: &PartScore) -> PartRow {
    let title = t.pick(part.title()).to_owned();
    match score {
        PartScore::Theory { points: reached, max_points, pass, passed, sections } => {
            let bars = sections.iter().map(|section| {
                let found = part.sections().iter().find(|found| found.draw.name == section.name);
                let label = found.map_or_else(|| section.name.to_string(), |found| t.pick(&found.title).to_owned());
                bar(t, &label, (section.points, section.max_points), (section.pass > 0.0).then_some(section.pass))
            });
            let args = [
                ("points", points(*reached)),
                ("max", points(*max_points)),
                ("percent", t.percent(reached / max_points.max(f64::MIN_POSITIVE))),
                ("mark", t.percent(*pass)),
            ];
            PartRow { title, passed: *passed, score: t.with("exam-theory-score", &args), bars: bars.collect() }
        }
        PartScore::Practice { counted: None, passed } => {
            PartRow { title, passed: *passed, score: t.s("exam-practice-none"), bars: Vec::new() }
        }
        PartScore::Practice { counted: Some(counted), passed } => {
            PartRow { title, passed: *passed, score: practice_score(t, counted), bars: Vec::new() }
        }
    }
}

/// The scores of a submission against its marks, in words.
pub(super) fn practice_score(t: Tr, counted: &Counted) -> String {
    let show = |value: f64| t.score(counted.metric.is_proportion(), value);
    match (counted.sealed_score, counted.sealed_mark) {
        (Some(sealed), Some(mark)) => t.with(
            "exam-practice-score-sealed",
            &[
                ("score", show(counted.score)),
                ("mark", show(counted.mark)),
                ("sealed", show(sealed)),
                ("sealedmark", show(mark)),
            ],
        ),
        (_, _) => t.with("exam-practice-score", &[("score", show(counted.score)), ("mark", show(counted.mark))]),
    }
}

fn bar(t: Tr, label: &str, (reached, max): (f64, f64), mark: Option<f64>) -> Bar {
    let share = reached / max.max(f64::MIN_POSITIVE);
    Bar {
        label: label.to_owned(),
        text: t.with("exam-bar", &[("points", points(reached)), ("max", points(max)), ("percent", t.percent(share))]),
        percent: (share * 100.0).clamp(0.0, 100.0),
        mark: mark.map(|mark| mark * 100.0),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Ask {
    request: String,
}

/// Asks that an instructor look at the result again.
pub(super) async fn ask(state: AppState, who: SignedIn, id: web::Path<String>, form: web::Form<Ask>) -> Answer {
    let own = Own::find(&state, &who, &id).await?;
    let request = page::typed(&form.request);
    if request.is_empty() || request.chars().count() > LONGEST_REQUEST {
        return Err(WebError::Invalid("exam-review-length", vec![("most", LONGEST_REQUEST.to_string())]));
    }
    if results::latest(&state.pool, own.id).await?.is_none() {
        return Err(WebError::Conflict("exam-refused", Vec::new()));
    }
    let mut conn = state.pool.acquire().await?;
    results::ask_review(&mut conn, own.id, &request, own.now).await?;
    Ok(page::see_other(&format!("/attempts/{}/result#review", own.id)))
}
