//! No sequence of events takes an answer too late, gives more time than was granted, or depends on who looked when.

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;

use super::*;

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

fn plan() -> Plan {
    let part = |kind| PartTime { kind, seconds: 3600 };
    Plan {
        parts: vec![part(PartKind::Theory), part(PartKind::Practice)],
        rest_seconds: 900,
        break_seconds: 600,
        closes: Some(start() + TimeDelta::hours(3)),
    }
}

fn after(minutes: i64) -> DateTime<Utc> {
    start() + TimeDelta::minutes(minutes)
}

fn running(part: usize, since: i64, deadline: i64) -> State {
    State::Running { part, since: after(since), deadline: after(deadline), paused: None }
}

#[test]
fn parts_follow_one_another_by_themselves() {
    let attempt = Clocked::start(plan(), start()).unwrap();
    assert_eq!(attempt.state, running(0, 0, 60));
    let grace = after(60) + GRACE;
    assert!(attempt.clone().at(grace).open(PartKind::Theory, grace).is_ok());
    let over = attempt.clone().at(grace + TimeDelta::milliseconds(1));
    assert_eq!(over.state, State::Resting { next: 1, until: after(75) });
    assert_eq!(attempt.clone().at(after(75)).state, running(1, 75, 135));
    let finished = State::Finished { at: after(135), by: EndedBy::Clock };
    assert_eq!(attempt.at(after(141)).state, finished, "as of its deadline, whenever somebody looks");
}

#[test]
fn an_upload_that_began_in_time_may_arrive() {
    let attempt = Clocked::start(plan(), start()).unwrap().at(after(76));
    let late = attempt.clone().at(after(139));
    assert!(late.open(PartKind::Practice, after(135)).is_ok());
    assert_eq!(late.open(PartKind::Practice, after(136)), Err(Refusal::PartOver));
    assert_eq!(attempt.open(PartKind::Theory, after(76)), Err(Refusal::PartOver));
    assert_eq!(attempt.at(after(141)).open(PartKind::Practice, after(135)), Err(Refusal::Finished));
}

#[test]
fn the_window_cuts_a_late_start_short() {
    let mut short = plan();
    short.closes = Some(after(90));
    let mut attempt = Clocked::start(short.clone(), after(45)).unwrap();
    assert_eq!(attempt.state, running(0, 45, 90));
    attempt.hand_in(after(80)).unwrap();
    attempt.begin_next(after(85)).unwrap();
    assert_eq!(attempt.state, running(1, 85, 90));
    assert_eq!(Clocked::start(short, after(90)), Err(Refusal::Closed));
}

#[test]
fn a_break_moves_the_deadline_and_hides_the_questions() {
    let mut attempt = Clocked::start(plan(), start()).unwrap();
    attempt.pause(after(10)).unwrap();
    assert_eq!(attempt.left(after(14)), Some(TimeDelta::minutes(50)), "the clock stands");
    assert_eq!(attempt.open(PartKind::Theory, after(11)), Err(Refusal::Paused));
    attempt.resume(after(14)).unwrap();
    assert_eq!(attempt.state, running(0, 0, 64));
    attempt.pause(after(20)).unwrap();
    let mut attempt = attempt.at(after(30));
    assert_eq!(attempt.state, running(0, 0, 70), "six minutes were left, and end by themselves");
    assert_eq!(attempt.pause(after(31)), Err(Refusal::NoBreak));
}

#[test]
fn an_examiner_gives_time_and_opens_again() {
    let mut attempt = Clocked::start(plan(), start()).unwrap();
    attempt.extend(TimeDelta::minutes(10)).unwrap();
    assert_eq!(attempt.state, running(0, 0, 70));
    assert_eq!(attempt.reopen(TimeDelta::minutes(5), after(1)), Err(Refusal::StillOpen));
    let mut over = attempt.at(after(400));
    assert!(over.is_finished());
    assert_eq!(over.extend(TimeDelta::minutes(5)), Err(Refusal::Finished));
    over.reopen(TimeDelta::minutes(5), after(400)).unwrap();
    assert_eq!(over.state, running(1, 400, 405));
}

/// What may happen to an attempt.
#[derive(Debug, Clone)]
enum Event {
    Answer,
    Upload { began_seconds_ago: i64 },
    HandIn,
    BeginNext,
    Pause,
    Resume,
    Extend { minutes: i64 },
    Reopen { minutes: i64 },
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        6 => Just(Event::Answer),
        3 => (0..400_i64).prop_map(|began_seconds_ago| Event::Upload { began_seconds_ago }),
        1 => Just(Event::HandIn),
        2 => Just(Event::BeginNext),
        1 => Just(Event::Pause),
        1 => Just(Event::Resume),
        1 => (1..20_i64).prop_map(|minutes| Event::Extend { minutes }),
        1 => (1..20_i64).prop_map(|minutes| Event::Reopen { minutes }),
    ]
}

/// Time granted to the open part so far, kept apart from the machine.
#[derive(Debug, Default)]
struct Ledger {
    granted: TimeDelta,
    paused_at: Option<DateTime<Utc>>,
    stood: TimeDelta,
}

proptest! {
    #[test]
    fn nothing_is_taken_beyond_the_granted_time(
        events in proptest::collection::vec((0..1200_i64, event()), 1..60),
        closes in proptest::option::of(30..240_i64),
    ) {
        let mut plan = plan();
        plan.closes = closes.map(after);
        let mut now = start();
        let mut attempt = Clocked::start(plan.clone(), now).unwrap();
        let mut ledger = Ledger { granted: TimeDelta::hours(1), ..Ledger::default() };
        let (mut open_part, mut since) = (Some(0), now);
        let mut finished_by_candidate = false;
        for (seconds, event) in events {
            now += TimeDelta::seconds(seconds);
            // Whoever looks in between changes nothing.
            let halfway = now - TimeDelta::seconds(seconds / 2);
            prop_assert_eq!(attempt.clone().at(now), attempt.clone().at(halfway).at(now));
            attempt = attempt.at(now);
            prop_assert_eq!(attempt.clone(), attempt.clone().at(now), "looking twice is looking once");
            if let State::Running { part, since: began, .. } = attempt.state && open_part != Some(part) {
                open_part = Some(part);
                since = began;
                ledger = Ledger { granted: TimeDelta::seconds(attempt.plan.parts[part].seconds), ..Ledger::default() };
            }
            match event {
                Event::Answer => {
                    if let Ok(open) = attempt.open(PartKind::Theory, now) {
                        prop_assert_eq!(Some(open.part()), open_part);
                        prop_assert!(now <= since + ledger.granted + ledger.stood + TimeDelta::minutes(10) + GRACE);
                        prop_assert!(!finished_by_candidate, "nothing is taken after it was handed in");
                        prop_assert!(ledger.paused_at.is_none_or(|at| now >= at + TimeDelta::minutes(10)));
                    }
                }
                Event::Upload { began_seconds_ago } => {
                    let began = now - TimeDelta::seconds(began_seconds_ago);
                    if attempt.open(PartKind::Practice, began).is_ok() {
                        prop_assert!(began <= since + ledger.granted + ledger.stood + TimeDelta::minutes(10));
                        prop_assert!(now <= began + TimeDelta::seconds(began_seconds_ago));
                    }
                }
                Event::HandIn => {
                    if attempt.hand_in(now).is_ok() {
                        finished_by_candidate = attempt.is_finished();
                        prop_assert!(attempt.open(PartKind::Theory, now).is_err());
                    }
                }
                Event::BeginNext => { let _ = attempt.begin_next(now); }
                Event::Pause => if attempt.pause(now).is_ok() { ledger.paused_at = Some(now); },
                Event::Resume => if attempt.resume(now).is_ok() {
                    let at = ledger.paused_at.take();
                    ledger.stood += at.map_or(TimeDelta::zero(), |at| now - at);
                },
                Event::Extend { minutes } => if attempt.extend(TimeDelta::minutes(minutes)).is_ok() {
                    ledger.granted += TimeDelta::minutes(minutes);
                },
                Event::Reopen { minutes } => if attempt.reopen(TimeDelta::minutes(minutes), now).is_ok() {
                    finished_by_candidate = false;
                    open_part = None;
                },
            }
            if let State::Running { part, since: began, .. } = attempt.state && open_part.is_none() {
                open_part = Some(part);
                since = began;
                ledger = Ledger { granted: attempt.left(now).unwrap_or_default(), ..Ledger::default() };
            }
            prop_assert!(attempt.plan.break_seconds >= 0);
        }
        // Left alone, every attempt ends.
        prop_assert!(attempt.at(now + TimeDelta::days(30)).is_finished());
    }
}
