//! What gradings and scripts take here, how long they wait, and what that means for a class at a deadline.

use actix_web::web;
use askama::Template;
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;

use super::forecast::{Class, Forecast, forecast};
use super::store::{self, Measured, Spread, Wait};
use crate::messages::Tr;
use crate::results::operations::{self, WorkerRow};
use crate::web::operations::SILENCE;
use crate::web::page::{self, FieldErrors, Page};
use crate::web::visit::{Admin, Require};
use crate::web::{Answer, AppState, State, WebError};

/// Fewest measurements of which a median is shown.
pub(super) const FEWEST: i64 = 5;

/// Slots of the workers that live.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Slots {
    workers: usize,
    models: u32,
    scripts: u32,
}

impl Slots {
    fn of(workers: &[WorkerRow], now: DateTime<Utc>) -> Self {
        let mut slots = Self::default();
        for worker in workers.iter().filter(|worker| worker.seen_at > now - SILENCE) {
            slots.workers += 1;
            slots.models += worker.slots.unsigned_abs();
            if !worker.environments.is_empty() {
                slots.scripts += worker.script_slots.unsigned_abs();
            }
        }
        slots
    }

    /// The slots for models, or for scripts.
    fn for_scripts(self, scripts: bool) -> u32 {
        if scripts { self.scripts } else { self.models }
    }
}

/// What the calculator was asked.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    people: Option<String>,
    share: Option<String>,
    what: String,
    seconds: String,
    slots: String,
}

/// A measurement that the calculator can take.
struct Choice {
    value: String,
    words: String,
    is_chosen: bool,
    seconds: f64,
    is_script: bool,
}

/// A forecast with what it is of, in words.
struct Answered {
    forecast: Forecast,
    slots: u32,
    seconds: String,
    work: String,
    /// How they come, when the last is graded, and the slots that are needed.
    rows: Vec<(String, String, u32)>,
}

#[derive(Template)]
#[template(path = "admin/capacity.html")]
struct CapacityPage {
    page: Page,
    slots: String,
    measured: Vec<Measured>,
    waits: Vec<Wait>,
    errors: FieldErrors,
    people: String,
    share: String,
    asked: Asked,
    choices: Vec<Choice>,
    answer: Option<Answered>,
}

impl CapacityPage {
    /// Median and 90th percentile in seconds, or why there is none.
    fn spread(&self, spread: &Spread) -> String {
        let (t, n) = (self.page.t, self.page.t.int(spread.n));
        match (spread.median, spread.most) {
            (Some(median), Some(most)) if spread.n >= FEWEST => {
                let args = [("median", seconds(t, median)), ("most", seconds(t, most)), ("n", n)];
                t.with("capacity-spread", &args)
            }
            (_, _) => t.s1("capacity-few", "n", n),
        }
    }
}

/// The measurements, and the calculator with its answer.
pub(super) async fn show(state: AppState, who: Require<Admin>, asked: web::Query<Asked>) -> Answer {
    let (t, now) = (who.tr, state.clock.now());
    let asked = asked.into_inner();
    let slots = slots(&state).await?;
    let since = (now - TimeDelta::days(7), now - TimeDelta::days(30));
    let measured = store::measured(&state.pool, since).await?;
    let choices = choices(t, &measured, &asked.what);
    let people = asked.people.clone().unwrap_or_else(|| "400".to_owned());
    let share = asked.share.clone().unwrap_or_else(|| "60".to_owned());
    let mut errors = FieldErrors::default();
    let class = class(t, (&people, &share, &asked), (&choices, slots), &mut errors);
    page::show(&CapacityPage {
        page: Page::new(&state, &who, t.s("capacity-title")).with_faults(&errors),
        slots: slots.words(t),
        waits: store::waits(&state.pool, since).await?,
        measured,
        errors,
        people,
        share,
        asked,
        choices,
        answer: class.map(|class| answered(t, class)),
    })
}

/// Slots of the workers that live now.
pub(super) async fn slots(state: &State) -> Result<Slots, WebError> {
    Ok(Slots::of(&operations::workers(&state.pool).await?, state.clock.now()))
}

impl Slots {
    /// In one sentence.
    pub(super) fn words(self, t: Tr) -> String {
        let args = [
            ("workers", self.workers.to_string()),
            ("models", self.models.to_string()),
            ("scripts", self.scripts.to_string()),
        ];
        t.with("capacity-slots", &args)
    }
}

fn choices(t: Tr, measured: &[Measured], wanted: &str) -> Vec<Choice> {
    let enough = measured.iter().filter(|found| found.month.n >= FEWEST);
    let mut choices: Vec<Choice> = enough
        .filter_map(|found| {
            let mean = found.month.mean?;
            let value = format!("{} {}", found.exercise, kind(found.is_script));
            let args = [("exercise", found.exercise.to_string()), ("seconds", seconds(t, mean))];
            let words = t.with(if found.is_script { "capacity-script" } else { "capacity-model" }, &args);
            Some(Choice { is_chosen: value == wanted, value, words, seconds: mean, is_script: found.is_script })
        })
        .collect();
    // Whoever has not chosen is shown the dearest.
    if !choices.iter().any(|choice| choice.is_chosen)
        && let Some(dearest) = choices.iter_mut().max_by(|a, b| a.seconds.total_cmp(&b.seconds))
    {
        dearest.is_chosen = true;
    }
    choices
}

fn kind(is_script: bool) -> &'static str {
    if is_script { "script" } else { "model" }
}

/// The class that was asked about; faults go to `errors`. Without a measurement and without typed seconds there is none.
fn class(
    t: Tr,
    (people, share, asked): (&str, &str, &Asked),
    (choices, slots): (&[Choice], Slots),
    errors: &mut FieldErrors,
) -> Option<Class> {
    let mut number = |field, text: &str, most: f64| {
        let number = text.trim().parse::<f64>().ok().filter(|number| (0.0..=most).contains(number));
        if number.is_none() {
            errors.add(field, t.s1("capacity-bad-number", "most", most.to_string()));
        }
        number
    };
    let people = number("people", people, 100_000.0);
    let share = number("share", share, 100.0);
    let chosen = choices.iter().find(|choice| choice.is_chosen);
    let seconds = match asked.seconds.trim() {
        "" => chosen.map(|choice| choice.seconds),
        text => number("seconds", text, 86_400.0),
    };
    let slots = match asked.slots.trim() {
        "" => Some(f64::from(slots.for_scripts(chosen.is_some_and(|choice| choice.is_script)))),
        text => number("slots", text, 10_000.0),
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "both are between 0 and 100,000")]
    let whole = |number: f64| number as u32;
    Some(Class { people: whole(people?), share: share? / 100.0, seconds: seconds?, slots: whole(slots?) })
}

fn answered(t: Tr, class: Class) -> Answered {
    let forecast = forecast(class);
    let row = |key: &str, outlook: super::forecast::Outlook| {
        let last = outlook.last_graded.map_or_else(|| t.s("capacity-no-slot"), |seconds| duration(t, seconds));
        (t.with(key, &[]), last, outlook.slots)
    };
    Answered {
        forecast,
        slots: class.slots,
        seconds: seconds(t, class.seconds),
        work: duration(t, forecast.work),
        rows: vec![row("capacity-even", forecast.even), row("capacity-burst", forecast.burst)],
    }
}

/// Seconds with one decimal.
fn seconds(t: Tr, seconds: f64) -> String {
    t.s1("capacity-seconds", "n", format!("{seconds:.1}"))
}

/// A time in the unit that suits it: seconds, minutes, or hours.
fn duration(t: Tr, length: f64) -> String {
    if length < 120.0 {
        seconds(t, length)
    } else if length < 7200.0 {
        t.s1("capacity-minutes", "n", format!("{:.0}", length / 60.0))
    } else {
        t.s1("capacity-hours", "n", format!("{:.1}", length / 3600.0))
    }
}
