//! The result page: the sentence, the bar with the mark, the tables, the gallery, the facts to reproduce it.

use std::collections::BTreeMap;

use askama::Template;
use serde::Deserialize;

use super::gallery::{self, Gallery};
use super::inspector::panel::Panel;
use super::page::Page;
use super::sealed::{ConditionRow, SealedPart, conditions, metrics};
use super::submissions::Asked;
use super::training::TrainingPart;
use super::{State, WebError};
use crate::exercises::catalogue;
use crate::exercises::manifest::Manifest;
use crate::grading::metrics::{ClassScore, Metric};
use crate::grading::report::{Report, Scored};
use crate::grading::verdict::Verdict;
use crate::messages::Tr;
use crate::results::{Origin, Published};
use crate::submissions::Submission;

/// Width of the score bar's drawing, in its own units.
const BAR: f64 = 600.0;

/// The page of a graded submission.
#[derive(Template)]
#[template(path = "submissions/result.html")]
pub(super) struct View {
    page: Page,
    panel: Panel,
    submission: Submission,
    exercise: String,
    published: Published,
    verdict: String,
    reason: String,
    adapted: Vec<String>,
    score: Option<Score>,
    sealed: Option<SealedPart>,
    conditions: Vec<ConditionRow>,
    metrics: Vec<(String, String)>,
    is_weaker: bool,
    training: Option<TrainingPart>,
    gallery: Option<Gallery>,
    classes: Vec<String>,
    version_text: String,
    times: String,
}

/// What is shown of a scored run.
struct Score {
    sentence: String,
    interval: Option<String>,
    is_close: bool,
    bar: Option<Bar>,
    per_class: Vec<PerClass>,
    matrix: Option<Matrix>,
    confused: Vec<Confused>,
}

/// Positions on the score bar, from 0 to [`BAR`].
struct Bar {
    from: String,
    to: String,
    mark: f64,
    mark_label: String,
    low: f64,
    high: f64,
    score: f64,
}

/// What the cells of the confusion matrix show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum MatrixKind {
    /// Numbers of images.
    #[default]
    Counts,
    /// Shares of each true class.
    Rows,
    /// Shares of each predicted class.
    Columns,
}

/// Scores of one class, as text.
struct PerClass {
    class: String,
    precision: String,
    recall: String,
    f1: String,
    support: u32,
}

fn per_class(tr: Tr, scored: &Scored, classes: &[String]) -> Vec<PerClass> {
    let row = |(class, scores): (&String, &ClassScore)| PerClass {
        class: class.clone(),
        precision: tr.percent(scores.precision),
        recall: tr.percent(scores.recall),
        f1: tr.percent(scores.f1),
        support: scores.support,
    };
    classes.iter().zip(&scored.per_class).map(row).collect()
}

struct Matrix {
    kind: MatrixKind,
    rows: Vec<MatrixRow>,
    n: u32,
}

struct MatrixRow {
    class: String,
    cells: Vec<Cell>,
    total: u32,
    recall: String,
}

struct Cell {
    text: String,
    /// CSS class: `right` on the diagonal, `heat-1` to `heat-6` for errors, empty for none.
    heat: String,
    /// Query of the gallery with just these images, where there are any.
    link: Option<String>,
}

struct Confused {
    actual: String,
    predicted: String,
    count: u32,
    link: String,
}

impl View {
    /// Puts the page together; reads predictions and samples where images may be shown.
    pub(super) async fn new(
        state: &State,
        (page, panel): (Page, Panel),
        (submission, exercise): (Submission, String),
        published: Published,
        asked: &Asked,
    ) -> Result<Self, WebError> {
        let tr = page.t;
        let manifest = catalogue::version(&state.pool, &published.version).await?;
        let manifest = manifest.ok_or_else(|| WebError::internal("a submission's exercise version is not known"))?;
        let report = &published.report;
        let classes = manifest.classes().to_vec();
        let score = report.evaluation.as_ref().map(|scored| Score::new(tr, report, scored, &manifest, asked.matrix));
        let training = TrainingPart::of(state, tr, submission.id, report).await?;
        let gallery = gallery::of(state, &published, tr, &manifest, asked).await?;
        Ok(Self {
            verdict: tr.with(&format!("verdict-{}", report.verdict.as_str()), &[]),
            reason: reason(tr, report),
            adapted: adapted(tr, report),
            times: times(tr, report),
            sealed: SealedPart::new(tr, report),
            conditions: conditions(tr, report),
            metrics: metrics(tr, report),
            is_weaker: report.grader.isolation.iter().any(|wall| wall.starts_with("weaker")),
            version_text: published.version.chars().take(12).collect(),
            page,
            panel,
            submission,
            exercise,
            published,
            score,
            training,
            gallery,
            classes,
        })
    }

    fn is_passed(&self) -> bool {
        self.published.verdict == Verdict::Passed
    }

    /// Whether a person decided: then that is what the page says first.
    fn is_decided(&self) -> bool {
        self.published.origin == Origin::Decision
    }

    /// The bar of the grader's score; a decision has none.
    fn bar(&self) -> Option<&Bar> {
        self.score.as_ref()?.bar.as_ref().filter(|_| !self.is_decided())
    }
}

/// The sentence for the reason code, with its numbers.
pub(super) fn reason(tr: Tr, report: &Report) -> String {
    reason_in_words(tr, report.reason.as_str(), &report.args)
}

/// The sentence for a reason code, with its numbers and names.
pub(super) fn reason_in_words(tr: Tr, code: &str, args: &BTreeMap<String, String>) -> String {
    let key = format!("reason-{code}");
    let mut args = args.clone();
    if let Some(metric) = args.get_mut("metric") {
        *metric = tr.s(&format!("metric-{metric}"));
    }
    crate::messages::filled(tr.lang, &key, &args)
}

fn adapted(tr: Tr, report: &Report) -> Vec<String> {
    report.adapted.iter().map(|adaptation| tr.with(&format!("adapted-{}", adaptation.as_str()), &[])).collect()
}

fn times(tr: Tr, report: &Report) -> String {
    let times = report.timings_ms;
    let whole = |milliseconds: f64| format!("{milliseconds:.0}");
    let args = [
        ("start", whole(times.start)),
        ("load", whole(times.load)),
        ("run", whole(times.run)),
        ("total", whole(times.total)),
        ("cpu", whole(times.cpu)),
    ];
    tr.with("result-times-text", &args)
}

impl Score {
    fn new(tr: Tr, report: &Report, scored: &Scored, manifest: &Manifest, kind: MatrixKind) -> Self {
        let classes = manifest.classes();
        let is_share = scored.metric.is_proportion();
        let key = match (scored.passed, report.verdict == Verdict::Passed, scored.distinction) {
            (true, true, true) => "result-distinction",
            (true, true, false) => "result-passed",
            (true, false, _) => "result-passed-open-only",
            (false, _, _) => "result-below",
        };
        // Shares of images are told as such; any other metric by its name.
        let tells_images = scored.metric == Metric::Accuracy && manifest.contract().has_images();
        let key = format!("{key}{}", if tells_images { "" } else { "-metric" });
        let distinction = scored.distinction_mark.unwrap_or(scored.pass_mark);
        let sentence = tr.with(
            &key,
            &[
                ("metric", tr.s(&format!("metric-{}", scored.metric.as_str()))),
                ("score", tr.score(is_share, scored.score)),
                ("n", tr.int(scored.n)),
                ("mark", tr.score(is_share, scored.pass_mark)),
                ("distinction", tr.score(is_share, distinction)),
            ],
        );
        // The interval is one of the accuracy, so it is shown beside that metric only.
        let interval = scored.interval.filter(|_| scored.metric == Metric::Accuracy);
        let text =
            |[low, high]: [f64; 2]| tr.with("result-interval", &[("low", tr.percent(low)), ("high", tr.percent(high))]);
        Self {
            sentence,
            interval: interval.map(text),
            is_close: interval.is_some_and(|[low, high]| (low..=high).contains(&scored.pass_mark)),
            bar: interval.map(|interval| Bar::new(tr, scored, interval)),
            matrix: (!scored.confusion.is_empty()).then(|| Matrix::new(tr, scored, classes, kind)),
            confused: confused(scored, classes),
            per_class: per_class(tr, scored, classes),
        }
    }
}

impl Bar {
    fn new(tr: Tr, scored: &Scored, [low, high]: [f64; 2]) -> Self {
        // The axis shows what matters: from a little below the lower of mark and interval up to 100 %.
        let lowest = low.min(scored.pass_mark).min(scored.score);
        let from = ((lowest - (1.0 - lowest) * 0.25) * 20.0).floor().max(0.0) / 20.0;
        let place = |value: f64| ((value - from) / (1.0 - from) * BAR).clamp(0.0, BAR);
        Self {
            from: tr.percent(from),
            to: tr.percent(1.0),
            mark: place(scored.pass_mark),
            mark_label: tr.s1("result-bar-mark", "mark", tr.percent(scored.pass_mark)),
            low: place(low),
            high: place(high),
            score: place(scored.score),
        }
    }

    fn width(&self) -> f64 {
        (self.high - self.low).max(2.0)
    }
}

impl Matrix {
    fn new(tr: Tr, scored: &Scored, classes: &[String], kind: MatrixKind) -> Self {
        let columns: Vec<u32> =
            (0..classes.len()).map(|column| scored.confusion.iter().filter_map(|row| row.get(column)).sum()).collect();
        let worst = scored.confusion.iter().enumerate().flat_map(|(actual, row)| {
            row.iter().enumerate().filter(move |(predicted, _)| *predicted != actual).map(|(_, count)| *count)
        });
        let worst = worst.max().unwrap_or(0);
        let rows = scored.confusion.iter().enumerate().zip(classes).map(|((actual, row), class)| {
            let total: u32 = row.iter().sum();
            let cells = row.iter().zip(&columns).enumerate().map(|(predicted, (count, column))| {
                let whole = match kind {
                    MatrixKind::Counts => None,
                    MatrixKind::Rows => Some(total),
                    MatrixKind::Columns => Some(*column),
                };
                Cell::new(tr, (actual, predicted), *count, worst, whole)
            });
            let recall = scored.per_class.get(actual).map(|scores| tr.percent(scores.recall)).unwrap_or_default();
            MatrixRow { class: class.clone(), cells: cells.collect(), total, recall }
        });
        Self { kind, rows: rows.collect(), n: scored.n }
    }

    fn is(&self, kind: &str) -> bool {
        match self.kind {
            MatrixKind::Counts => kind == "counts",
            MatrixKind::Rows => kind == "rows",
            MatrixKind::Columns => kind == "columns",
        }
    }
}

impl Cell {
    fn new(tr: Tr, (actual, predicted): (usize, usize), count: u32, worst: u32, whole: Option<u32>) -> Self {
        let heat = if actual == predicted {
            "right".to_owned()
        } else if count == 0 {
            String::new()
        } else {
            // Errors only, on a square-root scale: the diagonal would flatten everything else.
            let share = (f64::from(count) / f64::from(worst.max(1))).sqrt();
            format!("heat-{:.0}", (share * 6.0).ceil().clamp(1.0, 6.0))
        };
        let text = match whole {
            _ if count == 0 => String::new(),
            None => tr.int(count),
            Some(whole) => format!("{:.1}", f64::from(count) * 100.0 / f64::from(whole.max(1))),
        };
        let link = (actual != predicted && count > 0).then(|| format!("?true={actual}&predicted={predicted}#gallery"));
        Self { text, heat, link }
    }
}

/// The ten most frequent confusions, most frequent first.
fn confused(scored: &Scored, classes: &[String]) -> Vec<Confused> {
    let mut pairs: Vec<(u32, usize, usize)> = Vec::new();
    for (actual, row) in scored.confusion.iter().enumerate() {
        for (predicted, count) in row.iter().enumerate() {
            if actual != predicted && *count > 0 {
                pairs.push((*count, actual, predicted));
            }
        }
    }
    pairs.sort_by_key(|(count, actual, predicted)| (std::cmp::Reverse(*count), *actual, *predicted));
    let name = |class: usize| classes.get(class).cloned().unwrap_or_else(|| class.to_string());
    let show = |(count, actual, predicted): (u32, usize, usize)| Confused {
        actual: name(actual),
        predicted: name(predicted),
        count,
        link: format!("?true={actual}&predicted={predicted}#gallery"),
    };
    pairs.into_iter().take(10).map(show).collect()
}
