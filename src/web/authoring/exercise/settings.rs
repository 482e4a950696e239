//! The form of an exercise's settings: filled from the draft, kept as typed where something in it is wrong.

use serde::Deserialize;

use crate::authoring::exercise::{Draft, Sealing, Settings};
use crate::exercises::manifest::Script;
use crate::grading::metrics::Metric;
use crate::messages::{Bilingual, Tr};
use crate::web::page::{FieldErrors, typed};

/// The form, as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct SettingsForm {
    pub title_en: String,
    pub title_zh: String,
    pub summary_en: String,
    pub summary_zh: String,
    pub earns: Option<String>,
    pub show_images: Option<String>,
    pub attempts_per_day: String,
    pub metric: String,
    pub pass: String,
    pub distinction: String,
    pub sealing: String,
    pub sealed_mark: String,
    pub model_mb: String,
    pub wall_seconds: String,
    pub cpu_seconds: String,
    pub memory_mb: String,
    /// Whether scripts are accepted.
    pub scripts: Option<String>,
    /// Whether models are accepted beside them.
    pub models: Option<String>,
    pub environments: String,
    pub script_kb: String,
    pub script_wall: String,
    pub script_cpu: String,
    pub script_memory: String,
    pub retrain: String,
}

/// Ticked.
fn on(is_on: bool) -> Option<String> {
    is_on.then(|| "on".to_owned())
}

fn scaled(draft: &Draft, path: &[&str], by: u64) -> String {
    draft.text(path).parse::<u64>().map(|bytes| (bytes / by).to_string()).unwrap_or_default()
}

impl SettingsForm {
    /// The form for a draft.
    pub fn of(draft: &Draft) -> Self {
        let text = |path: &[&str]| draft.text(path);
        let or = |text: String, default: &str| if text.is_empty() { default.to_owned() } else { text };
        Self {
            title_en: text(&["title", "en"]),
            title_zh: text(&["title", "zh"]),
            summary_en: text(&["summary", "en"]),
            summary_zh: text(&["summary", "zh"]),
            earns: on(text(&["earns"]) == "true"),
            show_images: on(text(&["show_images"]) == "true"),
            attempts_per_day: text(&["attempts_per_day"]),
            metric: text(&["metric"]),
            pass: text(&["marks", "pass"]),
            distinction: text(&["marks", "distinction"]),
            sealing: draft.sealing().name().to_owned(),
            sealed_mark: text(&["sealed", "mark"]),
            model_mb: or(scaled(draft, &["limits", "max_model_bytes"], 1_000_000), "100"),
            wall_seconds: text(&["limits", "wall_seconds"]),
            cpu_seconds: text(&["limits", "cpu_seconds"]),
            memory_mb: text(&["limits", "memory_mb"]),
            scripts: on(draft.has(&["script"])),
            models: on(!draft.has(&["script"]) || text(&["script", "models"]) == "true"),
            environments: or(text(&["script", "environments"]).replace('\n', " "), "sklearn"),
            script_kb: or(scaled(draft, &["script", "max_bytes"], 1024), "16"),
            script_wall: or(text(&["script", "wall_seconds"]), "600"),
            script_cpu: or(text(&["script", "cpu_seconds"]), "300"),
            script_memory: or(text(&["script", "memory_mb"]), "3072"),
            retrain: or(text(&["script", "retrain"]), "0"),
        }
    }

    /// What it says, or a sentence for each field that is wrong.
    pub fn parse(&self, t: Tr, before: &Draft) -> Result<Settings, FieldErrors> {
        let mut reader = Reader { t, errors: FieldErrors::default() };
        let sealing = Sealing::parse(&self.sealing).unwrap_or(Sealing::None);
        let scripts = self.scripts.is_some();
        let settings = Settings {
            title: reader.both("title_en", &self.title_en, &self.title_zh),
            summary: reader.both("summary_en", &self.summary_en, &self.summary_zh),
            earns: self.earns.is_some(),
            show_images: self.show_images.is_some(),
            attempts_per_day: reader.whole("attempts_per_day", &self.attempts_per_day, (1, 1000)),
            metric: self.metric.clone(),
            pass: reader.number("pass", &self.pass),
            distinction: match self.distinction.trim() {
                "" => None,
                typed => Some(reader.number("distinction", typed)),
            },
            sealing,
            sealed_mark: if sealing == Sealing::None { 0.0 } else { reader.number("sealed_mark", &self.sealed_mark) },
            model_mb: reader.whole("model_mb", &self.model_mb, (1, 1000)).into(),
            wall_seconds: reader.whole("wall_seconds", &self.wall_seconds, (1, 3600)),
            cpu_seconds: reader.whole("cpu_seconds", &self.cpu_seconds, (1, 3600)),
            memory_mb: reader.whole("memory_mb", &self.memory_mb, (256, 65_536)),
            script: scripts.then(|| self.script(&mut reader, before)),
        };
        if Metric::from_name(&self.metric).is_none() {
            reader.errors.add("metric", t.s("exercise-edit-bad-metric"));
        }
        if reader.errors.is_empty() { Ok(settings) } else { Err(reader.errors) }
    }

    fn script(&self, reader: &mut Reader, before: &Draft) -> Script {
        let kept = |key: &str, default: u32| before.text(&["script", key]).parse().unwrap_or(default);
        let environments: Vec<String> = self.environments.split_whitespace().map(str::to_owned).collect();
        if environments.is_empty() {
            reader.errors.add("environments", reader.t.s("exercise-edit-no-environment"));
        }
        Script {
            environments,
            models: self.models.is_some(),
            max_bytes: u64::from(reader.whole("script_kb", &self.script_kb, (1, 9_000))) * 1024,
            wall_seconds: reader.whole("script_wall", &self.script_wall, (1, 86_400)),
            cpu_seconds: reader.whole("script_cpu", &self.script_cpu, (1, 86_400)),
            memory_mb: reader.whole("script_memory", &self.script_memory, (256, 65_536)),
            disk_mb: kept("disk_mb", 256),
            processes: kept("processes", 64),
            seed: kept("seed", 1),
            retrain: reader.whole("retrain", &self.retrain, (0, 10)),
        }
    }
}

/// Reads fields and notes what is wrong with them.
struct Reader {
    t: Tr,
    errors: FieldErrors,
}

impl Reader {
    fn both(&mut self, field: &'static str, en: &str, zh: &str) -> Bilingual {
        let text = Bilingual { en: typed(en), zh: typed(zh) };
        if text.en.is_empty() || text.zh.is_empty() {
            self.errors.add(field, self.t.s("exercise-edit-both-languages"));
        }
        text
    }

    fn whole(&mut self, field: &'static str, text: &str, (least, most): (u32, u32)) -> u32 {
        let number = text.trim().parse().ok().filter(|number| (least..=most).contains(number));
        if number.is_none() {
            self.errors.add(field, self.t.s2("exercise-edit-whole", "least", least, "most", most));
        }
        number.unwrap_or(least)
    }

    fn number(&mut self, field: &'static str, text: &str) -> f64 {
        let number = text.trim().parse().ok().filter(|number: &f64| number.is_finite());
        if number.is_none() {
            self.errors.add(field, self.t.s("exercise-edit-number"));
        }
        number.unwrap_or(0.0)
    }
}
