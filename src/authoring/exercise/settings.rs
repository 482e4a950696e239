//! The settings of an exercise that one form holds: texts, metric, marks, limits, scripts.

use toml_edit::{Item, Value};

use super::{Draft, inline, strings};
use crate::exercises::manifest::Script;
use crate::messages::Bilingual;

/// The evaluation beside the open one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sealing {
    /// None.
    None,
    /// Variants of the hidden images, drawn for each learner.
    ImageVariants,
    /// Variants of the hidden texts.
    TextVariants,
    /// Samples that stay on this server.
    Private,
}

impl Sealing {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::None, Self::ImageVariants, Self::TextVariants, Self::Private];

    /// Its name in forms.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::ImageVariants => "image",
            Self::TextVariants => "text",
            Self::Private => "private",
        }
    }

    /// The kind called `name`.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// What the form for settings holds; marks are in the metric's own units, sizes in megabytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The title.
    pub title: Bilingual,
    /// One sentence for lists.
    pub summary: Bilingual,
    /// Whether passing counts towards anything.
    pub earns: bool,
    /// Whether samples may be shown to learners as images.
    pub show_images: bool,
    /// Counted attempts in any 24 hours.
    pub attempts_per_day: u32,
    /// Name of the metric.
    pub metric: String,
    /// The mark that passes.
    pub pass: f64,
    /// The mark that passes with distinction.
    pub distinction: Option<f64>,
    /// The evaluation beside the open one.
    pub sealing: Sealing,
    /// Its mark.
    pub sealed_mark: f64,
    /// Largest model file, in megabytes.
    pub model_mb: u64,
    /// Time of a run, in seconds.
    pub wall_seconds: u32,
    /// Processor time of a run, in seconds.
    pub cpu_seconds: u32,
    /// Memory of a run, in mebibytes.
    pub memory_mb: u32,
    /// What training scripts may use, where they are accepted.
    pub script: Option<Script>,
}

impl Draft {
    /// Writes the settings of a form.
    pub fn apply(&mut self, settings: &Settings) {
        for (key, text) in [("title", &settings.title), ("summary", &settings.summary)] {
            self.set(&[key, "en"], text.en.as_str().into());
            self.set(&[key, "zh"], text.zh.as_str().into());
        }
        self.set(&["earns"], settings.earns.into());
        self.set(&["show_images"], settings.show_images.into());
        self.set(&["attempts_per_day"], i64::from(settings.attempts_per_day).into());
        self.set(&["metric"], settings.metric.as_str().into());
        self.set(&["marks", "pass"], settings.pass.into());
        match settings.distinction {
            Some(mark) => self.set(&["marks", "distinction"], mark.into()),
            None => self.unset(&["marks", "distinction"]),
        }
        let bytes = settings.model_mb.saturating_mul(1_000_000);
        self.set(&["limits", "max_model_bytes"], i64::try_from(bytes).unwrap_or(i64::MAX).into());
        self.set(&["limits", "wall_seconds"], i64::from(settings.wall_seconds).into());
        self.set(&["limits", "cpu_seconds"], i64::from(settings.cpu_seconds).into());
        self.set(&["limits", "memory_mb"], i64::from(settings.memory_mb).into());
        self.seal(settings.sealing, settings.sealed_mark);
        self.set_script(settings.script.as_ref());
    }

    /// The evaluation beside the open one.
    pub fn sealing(&self) -> Sealing {
        match (self.text(&["sealed", "kind"]).as_str(), self.text(&["sealed", "family"]).as_str()) {
            ("private", _) => Sealing::Private,
            ("variants", "text") => Sealing::TextVariants,
            ("variants", _) => Sealing::ImageVariants,
            _ => Sealing::None,
        }
    }

    /// Makes private samples the sealed evaluation, unless there is another; the open mark is its first mark.
    pub fn seal_privately(&mut self) {
        if self.sealing() == Sealing::None {
            let mark = self.text(&["marks", "pass"]).parse().unwrap_or(0.0);
            self.seal(Sealing::Private, mark);
        }
    }

    fn seal(&mut self, sealing: Sealing, mark: f64) {
        if sealing == self.sealing() {
            // The ranges of variants, which the form does not have, stay.
            if sealing != Sealing::None {
                self.set(&["sealed", "mark"], mark.into());
            }
            return;
        }
        let variants = |family: &str| {
            vec![("kind", Value::from("variants")), ("mark", mark.into()), ("family", Value::from(family))]
        };
        let pairs = match sealing {
            Sealing::None => return self.remove("sealed"),
            Sealing::Private => vec![("kind", Value::from("private")), ("mark", mark.into())],
            Sealing::TextVariants => {
                let all = ["case", "spacing", "punctuation"].map(|change| (change, Value::from(true)));
                [variants("text"), all.to_vec()].concat()
            }
            // Ranges that leave digits and clothes what they are; measured on the exercises that ship with Assay.
            Sealing::ImageVariants => {
                [variants("image"), vec![("scale", 0.1.into()), ("rotation", 8.into()), ("shift", 2.into())]].concat()
            }
        };
        self.0.insert("sealed", Item::Table(inline(&pairs)));
    }

    fn set_script(&mut self, script: Option<&Script>) {
        let Some(script) = script else { return self.remove("script") };
        self.set(&["script", "environments"], strings(&script.environments));
        self.set(&["script", "models"], script.models.into());
        self.set(&["script", "max_bytes"], i64::try_from(script.max_bytes).unwrap_or(i64::MAX).into());
        let numbers = [
            ("wall_seconds", script.wall_seconds),
            ("cpu_seconds", script.cpu_seconds),
            ("memory_mb", script.memory_mb),
            ("disk_mb", script.disk_mb),
            ("processes", script.processes),
            ("seed", script.seed),
            ("retrain", script.retrain),
        ];
        for (key, number) in numbers {
            self.set(&["script", key], i64::from(number).into());
        }
    }

    fn unset(&mut self, path: &[&str; 2]) {
        let [table, key] = path;
        if let Some(table) = self.0.get_mut(table).and_then(Item::as_table_like_mut) {
            table.remove(key);
        }
    }
}
