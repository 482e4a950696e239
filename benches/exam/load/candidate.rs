//! One candidate: starts, reads, saves an answer every few seconds as the room's script does, and hands in.

use std::collections::BTreeMap;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep, sleep_until};

use super::http::{Body, Browser, Response};
use super::questions::{Question, questions};
use super::record::{Kind, Record, Sent};

/// The exam that everybody takes.
pub const EXAM: &str = "mnist-practitioner";
/// How often the room asks for the clock.
const CLOCK: Duration = Duration::from_secs(30);
/// How often the room sends again what was not acknowledged.
const AGAIN: Duration = Duration::from_secs(5);
/// How often somebody reloads a page that did not come.
const RELOAD: Duration = Duration::from_secs(2);
/// How often somebody reloads before giving up.
const RELOADS: usize = 30;

/// When a candidate does what.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// When the whole load begins.
    pub begin: Instant,
    /// All have started so long after that.
    pub starts_within: Duration,
    /// How long each saves answers.
    pub saves_for: Duration,
    /// How often each changes an answer.
    pub change: Duration,
}

/// A candidate in the middle of it.
struct Candidate {
    browser: Browser,
    record: Record,
    rng: StdRng,
    base: String,
    questions: Vec<Question>,
    revisions: BTreeMap<usize, i64>,
    /// What was changed and not acknowledged, by number, with when it was changed first.
    unsent: BTreeMap<usize, (Sent, Instant)>,
}

/// Takes the exam; what the record says is all that is known afterwards.
pub async fn take(browser: Browser, record: Record, plan: Plan, seed: u64) -> Record {
    let (rng, base) = (StdRng::seed_from_u64(seed), String::new());
    let (questions, revisions, unsent) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
    let mut candidate = Candidate { browser, record, rng, base, questions, revisions, unsent };
    let starts = plan.begin + plan.starts_within.mul_f64(candidate.rng.random());
    sleep_until(starts).await;
    if candidate.begin(starts).await.is_some() {
        candidate.work(plan, Instant::now() + plan.saves_for).await;
        candidate.end().await;
    }
    candidate.record
}

impl Candidate {
    /// Starts the attempt and opens the room; `None` when that cannot be done.
    async fn begin(&mut self, due: Instant) -> Option<()> {
        let start = format!("/exams/{EXAM}/attempts");
        let door = self.insist(Kind::Start, &start, Body::Form(""), due).await?.location?;
        self.record.attempt = door.strip_prefix("/attempts/")?.parse().ok();
        self.base = door;
        let base = self.base.clone();
        self.insist(Kind::Enter, &base, Body::None, Instant::now()).await?;
        self.insist(Kind::Room, &format!("{base}/q/1"), Body::None, Instant::now()).await?;
        let page = self.insist(Kind::Questions, &format!("{base}/questions"), Body::None, Instant::now()).await?;
        self.questions = questions(&String::from_utf8(page.body).ok()?);
        (!self.questions.is_empty()).then_some(())
    }

    /// Changes answers, sends them, looks at the clock.
    async fn work(&mut self, plan: Plan, until: Instant) {
        let now = Instant::now();
        let mut change = now + plan.change.mul_f64(self.rng.random());
        let mut clock = now + CLOCK.mul_f64(self.rng.random());
        let mut again = now + AGAIN.mul_f64(self.rng.random());
        loop {
            let next = change.min(clock).min(again);
            if next >= until {
                return;
            }
            sleep_until(next).await;
            if next == change {
                self.record.late.push(next.elapsed());
                self.change(next);
                self.send(next).await;
                change += plan.change;
            } else if next == clock {
                let path = format!("{}/clock", self.base);
                self.ask(Kind::Clock, &path, Body::None, next).await;
                clock += CLOCK;
            } else {
                if !self.unsent.is_empty() {
                    self.send(Instant::now()).await;
                }
                again += AGAIN;
            }
        }
    }

    /// Answers some question anew.
    fn change(&mut self, now: Instant) {
        let place = self.rng.random_range(0..self.questions.len());
        let Some(question) = self.questions.get(place) else { return };
        let number = question.number;
        let revision = self.revisions.entry(number).or_insert(0);
        *revision += 1;
        let (fields, flagged) = (question.answer(&mut self.rng), self.rng.random_bool(0.1));
        let changed = Sent { number, revision: *revision, fields, flagged };
        let since = self.unsent.get(&number).map_or(now, |(_, since)| *since);
        self.unsent.insert(number, (changed, since));
    }

    /// Sends everything that was not acknowledged; forgets of it what the server says it has.
    async fn send(&mut self, due: Instant) {
        let sent: Vec<Sent> = self.unsent.values().map(|(sent, _)| sent.clone()).collect();
        let changes: Vec<Value> = sent
            .iter()
            .map(|one| json!({ "number": one.number, "revision": one.revision, "fields": one.fields, "flagged": one.flagged }))
            .collect();
        self.record.sent.extend(sent.iter().cloned());
        let (path, body) = (format!("{}/answers", self.base), json!({ "changes": changes }).to_string());
        let Some(answer) = self.ask(Kind::Save, &path, Body::Json(&body), due).await else { return };
        let saved: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let kept = saved.get("kept").cloned().unwrap_or_default();
        let kept: Vec<(u64, i64)> = serde_json::from_value(kept).unwrap_or_default();
        let kept: BTreeMap<u64, i64> = kept.into_iter().collect();
        for one in sent {
            if kept.get(&(one.number as u64)).is_none_or(|kept| *kept < one.revision) {
                self.record.note(Kind::Save, Err(format!("question {} was not kept", one.number)));
                continue;
            }
            if let Some((_, since)) = self.unsent.remove(&one.number) {
                self.record.longest_unsent = self.record.longest_unsent.max(since.elapsed());
            }
            self.record.acknowledged.push(one);
        }
    }

    /// Looks at the answers and hands in, once everything is acknowledged.
    async fn end(&mut self) {
        for _ in 0..RELOADS {
            if self.unsent.is_empty() {
                break;
            }
            self.send(Instant::now()).await;
            if !self.unsent.is_empty() {
                sleep(RELOAD).await;
            }
        }
        let base = self.base.clone();
        self.insist(Kind::Check, &format!("{base}/check"), Body::None, Instant::now()).await;
        let step = Body::Form("step=hand-in");
        let answer = self.insist(Kind::HandIn, &format!("{base}/step"), step, Instant::now()).await;
        self.record.handed_in = answer.is_some();
        self.insist(Kind::Enter, &base, Body::None, Instant::now()).await;
    }

    /// Asks until it is answered, as somebody does who reloads the page.
    async fn insist(&mut self, kind: Kind, path: &str, body: Body<'_>, due: Instant) -> Option<Response> {
        let mut due = due;
        for _ in 0..RELOADS {
            if let Some(answer) = self.ask(kind, path, body, due).await {
                return Some(answer);
            }
            sleep(RELOAD).await;
            due = Instant::now();
        }
        None
    }

    /// Asks once; the time counts from when the request was due.
    async fn ask(&mut self, kind: Kind, path: &str, body: Body<'_>, due: Instant) -> Option<Response> {
        let answer = match self.browser.send(path, body).await {
            Ok(answer) if is_expected(kind, &answer) => answer,
            Ok(answer) => {
                let words = match answer.location {
                    Some(place) => format!("{} to {}", answer.status, place.split('?').next().unwrap_or_default()),
                    None => answer.status.to_string(),
                };
                self.record.sign_ins += usize::from(words.contains("/sign-in"));
                self.record.note(kind, Err(words));
                return None;
            }
            Err(error) => {
                self.record.note(kind, Err(error.kind().to_string()));
                return None;
            }
        };
        self.record.note(kind, Ok(due.elapsed()));
        Some(answer)
    }
}

/// Whether a request was answered as it should be.
fn is_expected(kind: Kind, answer: &Response) -> bool {
    let leads_to = |place: &str| answer.location.as_deref().is_some_and(|location| location.starts_with(place));
    match kind {
        Kind::Start | Kind::HandIn => answer.status == 303 && leads_to("/attempts/"),
        Kind::Enter => answer.status == 200 || answer.status == 303 && leads_to("/attempts/"),
        Kind::Room | Kind::Questions | Kind::Save | Kind::Clock | Kind::Check => answer.status == 200,
    }
}
