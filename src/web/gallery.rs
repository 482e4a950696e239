//! Images of a graded run: a sheet of predictions and the misclassified ones, where the exercise allows it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::submissions::Asked;
use super::{State, WebError};
use crate::exercises::manifest::Manifest;
use crate::grading::contract::InputKind;
use crate::grading::report::Predictions;
use crate::grading::{Evaluation, Truth};
use crate::messages::Tr;
use crate::results::Published;

/// Images on one page of the gallery.
const PER_PAGE: usize = 50;
/// Images on the sheet of predictions.
const SHEET: usize = 25;

/// Images of a run.
pub(super) struct Gallery {
    /// The first images of the hidden set, right or wrong.
    pub sheet: Vec<Picture>,
    /// Misclassified images of this page, most confident mistakes first.
    pub wrong: Vec<Picture>,
    /// Misclassified images that fit what was asked for.
    pub found: usize,
    /// Whether only one kind of confusion was asked for.
    pub is_filtered: bool,
    /// Number of this page, from 1.
    pub number: usize,
    /// Number of pages.
    pub pages: usize,
    /// Query that keeps the filter on other pages.
    pub filter: String,
}

/// One image with what the model made of it.
pub(super) struct Picture {
    /// The image as a data address.
    pub source: String,
    /// What it is, in words.
    pub alt: String,
    /// Name of its true class.
    pub actual: String,
    /// Name of the predicted class.
    pub predicted: String,
    /// Whether they are the same.
    pub is_right: bool,
    /// The score that the model gave its prediction, as a percentage, where it gave probabilities.
    pub confidence: Option<String>,
}

/// The gallery of a run; `None` where nothing was run or images may not be shown.
pub(super) async fn of(
    state: &State,
    published: &Published,
    tr: Tr,
    manifest: &Manifest,
    asked: &Asked,
) -> Result<Option<Gallery>, WebError> {
    let Some(digest) = published.predictions.filter(|_| manifest.show_images) else { return Ok(None) };
    let Some(bytes) = state.blobs.get(&digest).await? else { return Ok(None) };
    let Some(predictions) = Predictions::from_bytes(&bytes) else { return Ok(None) };
    let evaluation = state.evaluations.get(&published.version).await.map_err(WebError::internal)?;
    let Truth::Classes(truth) = &evaluation.open.truth else { return Ok(None) };
    let run = Run::new((&evaluation, truth), &predictions, manifest, tr);
    let sheet = (0..SHEET.min(truth.len())).filter_map(|index| run.picture(index)).collect();
    let wrong = run.mistakes(asked);
    let pages = wrong.len().div_ceil(PER_PAGE).max(1);
    let number = asked.page.unwrap_or(1).clamp(1, pages);
    let shown = wrong.iter().skip((number - 1) * PER_PAGE).take(PER_PAGE);
    let filter = match (asked.actual, asked.predicted) {
        (Some(actual), Some(predicted)) => format!("true={actual}&predicted={predicted}&"),
        (Some(actual), None) => format!("true={actual}&"),
        (None, Some(predicted)) => format!("predicted={predicted}&"),
        (None, None) => String::new(),
    };
    Ok(Some(Gallery {
        sheet,
        wrong: shown.filter_map(|index| run.picture(*index)).collect(),
        found: wrong.len(),
        is_filtered: !filter.is_empty(),
        number,
        pages,
        filter,
    }))
}

struct Run<'a> {
    evaluation: &'a Evaluation,
    truth: &'a [u32],
    predictions: &'a Predictions,
    labels: Vec<u32>,
    classes: &'a [String],
    shape: Option<(usize, usize, usize)>,
    tr: Tr,
}

impl<'a> Run<'a> {
    fn new(
        (evaluation, truth): (&'a Evaluation, &'a [u32]),
        predictions: &'a Predictions,
        manifest: &'a Manifest,
        tr: Tr,
    ) -> Self {
        let shape = evaluation.contract.inputs.first().and_then(|input| match (input.kind, input.shape.as_slice()) {
            (InputKind::Image, [height, width, channels @ (1 | 3)]) => Some((*height, *width, *channels)),
            (_, _) => None,
        });
        Self { evaluation, truth, predictions, labels: predictions.labels(), classes: manifest.classes(), shape, tr }
    }

    /// Indices of misclassified samples that fit what was asked for, the model's surest mistakes first.
    fn mistakes(&self, asked: &Asked) -> Vec<usize> {
        let wanted = |asked: Option<u32>, class: u32| asked.is_none_or(|asked| asked == class);
        let truth = self.truth.iter().zip(&self.labels).enumerate();
        let mut found: Vec<usize> = truth
            .filter(|(_, (actual, predicted))| actual != predicted)
            .filter(|(_, (actual, predicted))| wanted(asked.actual, **actual) && wanted(asked.predicted, **predicted))
            .map(|(index, _)| index)
            .collect();
        found.sort_by(|a, b| self.confidence(*b).total_cmp(&self.confidence(*a)).then(a.cmp(b)));
        found
    }

    /// The largest score of a sample; 0 where the model gave labels only.
    fn confidence(&self, index: usize) -> f32 {
        match self.predictions {
            Predictions::Scores { classes, values } => {
                values.iter().skip(index * classes).take(*classes).copied().fold(0.0, f32::max)
            }
            Predictions::Labels(_) | Predictions::Values(_) => 0.0,
        }
    }

    fn picture(&self, index: usize) -> Option<Picture> {
        let (height, width, channels) = self.shape?;
        let size = height * width * channels;
        let pixels = self.evaluation.open.samples.first()?.read(index * size, size).ok()?;
        let (actual, predicted) = (*self.truth.get(index)?, *self.labels.get(index)?);
        let name = |class: u32| usize::try_from(class).ok().and_then(|class| self.classes.get(class)).cloned();
        let confidence = self.confidence(index);
        let (actual_name, predicted_name) = (name(actual)?, name(predicted)?);
        let words =
            [("index", index.to_string()), ("actual", actual_name.clone()), ("predicted", predicted_name.clone())];
        Some(Picture {
            alt: self.tr.with("result-image-alt", &words),
            source: format!("data:image/png;base64,{}", STANDARD.encode(png(pixels, (width, height, channels))?)),
            actual: actual_name,
            predicted: predicted_name,
            is_right: actual == predicted,
            // Logits are no percentages: only what can be a probability is shown as one.
            confidence: (0.0..=1.0)
                .contains(&confidence)
                .then(|| format!("{:.0} %", confidence * 100.0))
                .filter(|_| confidence > 0.0),
        })
    }
}

/// An image as PNG; a grey one dark on light, as on paper.
fn png(mut pixels: Vec<u8>, (width, height, channels): (usize, usize, usize)) -> Option<Vec<u8>> {
    let is_grey = channels == 1;
    if is_grey {
        for pixel in &mut pixels {
            *pixel = 255 - *pixel;
        }
    }
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, u32::try_from(width).ok()?, u32::try_from(height).ok()?);
    encoder.set_color(if is_grey { png::ColorType::Grayscale } else { png::ColorType::Rgb });
    encoder.write_header().ok()?.write_image_data(&pixels).ok()?;
    Some(file)
}
