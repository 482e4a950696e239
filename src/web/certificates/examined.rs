//! A passed exam in the reader's words: its parts with their scores against their marks.

use chrono::{DateTime, Utc};

use super::sheet::metric_name;
use crate::certificates::examination::{Examination, Part, Section};
use crate::grading::metrics::Metric;
use crate::messages::Tr;
use crate::web::courses::percent;
use crate::web::questions::points;

/// A passed exam.
pub struct ExamSheet {
    pub exam: String,
    pub version: String,
    pub attempt: String,
    pub started_at: DateTime<Utc>,
    pub finished_at: DateTime<Utc>,
    pub is_supervised: bool,
    pub lines: Vec<Line>,
}

/// One score of a part against its mark.
#[derive(Default)]
pub struct Line {
    pub name: String,
    pub result: String,
    pub mark: String,
    /// Sections with their points.
    pub sections: Vec<String>,
    /// How the model came to be, where one was graded.
    pub origin: Option<String>,
    pub facts: Vec<(String, String)>,
}

impl ExamSheet {
    pub(super) fn new(examination: &Examination, tr: Tr) -> Self {
        Self {
            exam: examination.exam.to_string(),
            version: examination.exam_version.clone(),
            attempt: examination.attempt.clone(),
            started_at: examination.started_at,
            finished_at: examination.finished_at,
            is_supervised: examination.supervised,
            lines: examination.parts.iter().flat_map(|part| lines(part, tr)).collect(),
        }
    }
}

fn lines(part: &Part, tr: Tr) -> Vec<Line> {
    match part {
        Part::Theory { title, points, max_points, pass_mark, sections } => vec![Line {
            name: tr.pick(title).to_owned(),
            result: points_of(*points, *max_points, tr),
            mark: percent(tr, *pass_mark),
            sections: sections.iter().map(|section| section_line(section, tr)).collect(),
            ..Line::default()
        }],
        Part::Practice { title, metric, score, pass_mark, sealed_score, sealed_mark, .. } => {
            let title = tr.pick(title);
            let open = Line {
                name: title.to_owned(),
                result: score_of(metric, *score, tr),
                mark: value(tr, metric, *pass_mark),
                origin: Some(origin(part, tr)),
                facts: facts(part, tr),
                ..Line::default()
            };
            let sealed = sealed_score.map(|score| Line {
                name: tr.s1("certificate-practice-sealed", "title", title),
                result: score_of(metric, score, tr),
                mark: sealed_mark.map(|mark| value(tr, metric, mark)).unwrap_or_default(),
                ..Line::default()
            });
            [open].into_iter().chain(sealed).collect()
        }
    }
}

fn section_line(section: &Section, tr: Tr) -> String {
    let result = points_of(section.points, section.max_points, tr);
    tr.s2("certificate-section", "title", tr.pick(&section.title), "result", result)
}

/// Points with their share, where there is one: `41 of 50 points (82 %)`.
fn points_of(reached: f64, possible: f64, tr: Tr) -> String {
    if possible <= 0.0 {
        return tr.s2("certificate-points", "points", points(reached), "max", points(possible));
    }
    let share = percent(tr, reached / possible);
    tr.with("certificate-points-share", &[("points", points(reached)), ("max", points(possible)), ("share", share)])
}

/// A value of a metric; of one that this version does not know, the number itself.
fn value(tr: Tr, metric: &str, value: f64) -> String {
    Metric::from_name(metric).map_or_else(|| value.to_string(), |known| tr.score(known.is_proportion(), value))
}

fn score_of(metric: &str, score: f64, tr: Tr) -> String {
    tr.s2("certificate-score", "metric", metric_name(metric, tr), "score", value(tr, metric, score))
}

/// Whether the model was trained here, and what that tells.
fn origin(part: &Part, tr: Tr) -> String {
    match part {
        Part::Practice { trained_here: true, environment: Some(environment), .. } => {
            tr.s1("certificate-trained-here-in", "environment", environment)
        }
        Part::Practice { trained_here: true, environment: None, .. } => tr.s("certificate-trained-here"),
        Part::Practice { trained_here: false, .. } => tr.s("certificate-trained-elsewhere"),
        Part::Theory { .. } => String::new(),
    }
}

fn facts(part: &Part, tr: Tr) -> Vec<(String, String)> {
    let Part::Practice { exercise, exercise_version, grader, model_sha256, script_sha256, .. } = part else {
        return Vec::new();
    };
    let mut facts = vec![
        (tr.s("certificate-exercise-slug"), exercise.to_string()),
        (tr.s("certificate-exercise-version"), exercise_version.clone()),
        (tr.s("certificate-grader"), grader.clone()),
        (tr.s("certificate-model"), model_sha256.to_string()),
    ];
    facts.extend(script_sha256.map(|script| (tr.s("certificate-script"), script.to_string())));
    facts
}
