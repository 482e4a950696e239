//! The practice part of an exam: a file is submitted inside the window, and graded while the exam goes on.

use actix_web::{HttpRequest, web};
use askama::Template;

use super::asking::told;
use super::face::Face;
use super::result::practice_score;
use super::{Own, back, device, room};
use crate::exams::clock::PartKind;
use crate::exams::results::{self, Graded};
use crate::exams::score::judged;
use crate::exams::{Counts, Part};
use crate::grading::verdict::Verdict;
use crate::ids::Slug;
use crate::messages::Tr;
use crate::submissions::Source;
use crate::web::intake::{self, Purpose};
use crate::web::page::{self, Page};
use crate::web::upload::UploadedForm;
use crate::web::visit::SignedIn;
use crate::web::{Answer, AppState, WebError, exercises};

#[derive(Template)]
#[template(path = "exams/practice.html")]
struct PracticePage {
    page: Page,
    face: Face,
    exam: String,
    exercise: Slug,
    exercise_title: String,
    counts: &'static str,
    used: usize,
    allowed: usize,
    takes_scripts: bool,
    takes_models: bool,
    rows: Vec<Row>,
    is_waiting: bool,
    announcements: Vec<(String, String)>,
    waiting: Vec<String>,
    /// Of no question.
    number: &'static str,
}

struct Row {
    file: String,
    at: String,
    outcome: String,
    page: String,
}

pub(super) async fn show(state: AppState, who: SignedIn, id: web::Path<String>, request: HttpRequest) -> Answer {
    let own = Own::find(&state, &who, &id).await?;
    let part = match own.room(&state, PartKind::Practice, &request).await? {
        Ok(part) => part,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let Some(Part::Practice { title, exercise, counts, mark, sealed_mark, .. }) = own.frozen.exam.parts.get(part)
    else {
        return back(&state, &own).await;
    };
    let t = who.tr;
    let offer = exercises::offer(&state, exercise.as_str()).await?;
    let submissions = results::submissions(&state.pool, own.id).await?;
    let told = told(&state, t, &own).await?;
    let script = offer.manifest.script.as_ref();
    page::show(&PracticePage {
        page: Page::new(&state, &who, t.pick(title)),
        face: Face::new(&own, t),
        exam: t.pick(&own.frozen.exam.title).to_owned(),
        exercise: exercise.clone(),
        exercise_title: t.pick(&offer.texts.title).to_owned(),
        counts: match counts {
            Counts::Best => "exam-counts-best",
            Counts::Last => "exam-counts-last",
        },
        used: results::used(&submissions, part),
        allowed: results::allowed(&own.frozen.exam, part),
        takes_scripts: script.is_some(),
        takes_models: script.is_none_or(|rules| rules.models),
        is_waiting: submissions.iter().any(|graded| graded.report.is_none()),
        rows: submissions
            .iter()
            .filter(|graded| graded.part == part)
            .map(|graded| row(t, graded, (*mark, *sealed_mark)))
            .collect(),
        announcements: told.announcements,
        waiting: told.waiting,
        number: "",
    })
}

fn row(t: Tr, graded: &Graded, marks: (Option<f64>, Option<f64>)) -> Row {
    let outcome = match &graded.report {
        None => t.s("exam-submission-waits"),
        Some(report) => match results::counted(graded, report) {
            // By the marks of the exam: those of the exercise, by which its own page speaks, may be lower.
            Some(counted) if matches!(report.verdict, Verdict::Passed | Verdict::BelowMark) => {
                let (passed, counted) = judged(&counted, marks);
                let verdict = t.s(if passed { "exam-part-passed" } else { "exam-part-failed" });
                format!("{verdict} {}", practice_score(t, &counted))
            }
            Some(_) | None => t.s(&format!("verdict-{}", report.verdict.as_str())),
        },
    };
    Row {
        file: graded.file_name.clone(),
        at: room::clock_time(t, graded.created_at),
        outcome,
        page: format!("/submissions/{}", graded.id),
    }
}

/// Takes a file. Whether it is in time is judged by when it began to arrive.
pub(super) async fn submit(state: AppState, who: SignedIn, id: web::Path<String>, upload: UploadedForm) -> Answer {
    let own = Own::find(&state, &who, &id).await?;
    let part = own.open_part(PartKind::Practice).ok_or(WebError::Conflict("exam-refused", Vec::new()))?;
    if device(upload.request()) != Some(own.attempt.device) {
        return Err(WebError::Conflict("exam-other-device", Vec::new()));
    }
    let Some(Part::Practice { exercise, .. }) = own.frozen.exam.parts.get(part) else { return Err(WebError::NotFound) };
    let offer = exercises::offer(&state, exercise.as_str()).await?;
    intake::admit(&state, who.person.id).await?;
    let _slot = state.uploads.begin(who.person.id)?;
    let (received, options) = upload.receive(&state, offer.manifest.limits.max_model_bytes).await?;
    let allowed = results::allowed(&own.frozen.exam, part);
    let purpose = Purpose::Exam { attempt: own.id, part, allowed, began: own.now };
    intake::submit(&state, (who.person.id, purpose), &offer, (received, Source::Web), options).await?;
    Ok(page::see_other(&format!("/attempts/{}/practice", own.id)))
}
