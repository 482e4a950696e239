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
    assert_eq!(over.state, State::Resting { next: 1, until: after(75), by: EndedBy::Clock });
    assert_eq!(attempt.clone().at(after(75)).state, running(1, 75, 135));
    let finished = State::Finished { at: after(135), by: EndedBy::Clock };
    assert_eq!(attempt.at(after(141)).state, finished, "as of its deadline, whenever somebody looks");
}

#[test]
fn no_stored_number_is_too_large_for_the_clock() {
    for seconds in [i64::from(u32::MAX) * 600, i64::MAX] {
        let part = |kind| PartTime { kind, seconds };
        let parts = vec![part(PartKind::Theory), part(PartKind::Practice)];
        let plan =
            Plan { parts, rest_seconds: seconds, break_seconds: seconds, closes: Some(DateTime::<Utc>::MAX_UTC) };
        let mut attempt = Clocked::start(plan.clone(), start()).unwrap();
        attempt.pause(after(1)).unwrap();
        assert!(attempt.due().is_some());
        attempt.resume(after(2)).unwrap();
        attempt.extend(TimeDelta::hours(1)).unwrap();
        attempt.accommodate(&Plan { break_seconds: 0, ..plan.clone() }, &plan);
        assert!(attempt.open(PartKind::Theory, after(3)).is_ok() && attempt.due().is_some());
        attempt.hand_in(after(3)).unwrap();
        attempt.extend(TimeDelta::hours(1)).unwrap();
        attempt = attempt.at(after(4));
        attempt.begin_next(after(5)).unwrap();
        attempt.hand_in(after(6)).unwrap();
        attempt.reopen(TimeDelta::MAX, after(7)).unwrap();
        assert!(attempt.at(after(8)).left(after(8)).is_some());
    }
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

#[test]
fn more_time_that_is_granted_during_an_attempt_reaches_it() {
    let mut attempt = Clocked::start(plan(), start()).unwrap();
    let part = |kind| PartTime { kind, seconds: 4500 };
    let new = Plan {
        parts: vec![part(PartKind::Theory), part(PartKind::Practice)],
        break_seconds: 900,
        closes: Some(after(210)),
        ..plan()
    };
    attempt.accommodate(&plan(), &new);
    assert_eq!(attempt.state, running(0, 0, 75));
    assert_eq!((attempt.plan.break_seconds, attempt.plan.closes), (900, Some(after(210))));
    assert_eq!(attempt.clone().at(after(91)).state, running(1, 90, 165));
    let before = attempt.clone();
    attempt.accommodate(&new, &plan());
    assert_eq!(attempt, before, "and nothing is taken away");
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

/// An attempt beside a ledger of the time that was granted for its open part, kept apart from the machine.
#[derive(Debug)]
struct Room {
    attempt: Clocked,
    open: Option<usize>,
    since: DateTime<Utc>,
    granted: TimeDelta,
    paused_at: Option<DateTime<Utc>>,
    /// When that break ends by itself: what is left of all breaks is over.
    paused_until: Option<DateTime<Utc>>,
    stood: TimeDelta,
    is_handed_in: bool,
}

/// All breaks together, as the plan has them.
const BREAKS: TimeDelta = TimeDelta::minutes(10);

impl Room {
    /// Notices that another part is open.
    fn look(&mut self, now: DateTime<Utc>) {
        if let State::Running { part, since, .. } = self.attempt.state
            && (self.open, self.since) != (Some(part), since)
        {
            let granted = self.attempt.left(now).unwrap_or_default() + (now - since);
            (self.open, self.since, self.granted, self.stood) = (Some(part), since, granted, TimeDelta::zero());
        }
    }

    /// The last moment at which the open part may take something.
    fn end(&self) -> DateTime<Utc> {
        self.since + self.granted + self.stood + BREAKS
    }

    fn happens(&mut self, event: &Event, now: DateTime<Utc>) -> Result<(), TestCaseError> {
        let attempt = &mut self.attempt;
        match event {
            Event::Answer => {
                if let Ok(open) = attempt.open(PartKind::Theory, now) {
                    prop_assert_eq!(Some(open.part()), self.open);
                    prop_assert!(now <= self.end() + GRACE);
                    prop_assert!(!self.is_handed_in, "nothing is taken after it was handed in");
                    prop_assert!(
                        self.paused_at.is_none() || self.paused_until <= Some(now),
                        "nor while the clock stands"
                    );
                }
            }
            Event::Upload { began_seconds_ago } => {
                let began = now - TimeDelta::seconds(*began_seconds_ago);
                if attempt.open(PartKind::Practice, began).is_ok() {
                    prop_assert!(began <= self.end() && now <= self.end() + UPLOAD_GRACE);
                }
            }
            Event::HandIn => {
                if attempt.hand_in(now).is_ok() {
                    prop_assert!(attempt.open(PartKind::Theory, now).is_err());
                    self.is_handed_in = attempt.is_finished();
                }
            }
            Event::BeginNext => drop(attempt.begin_next(now)),
            Event::Pause => {
                let left = TimeDelta::seconds(attempt.plan.break_seconds);
                if attempt.pause(now).is_ok() {
                    (self.paused_at, self.paused_until) = (Some(now), Some(now + left));
                }
            }
            Event::Resume => {
                if attempt.resume(now).is_ok() {
                    self.stood += self.paused_at.take().map_or(TimeDelta::zero(), |at| now - at);
                }
            }
            Event::Extend { minutes } => {
                if attempt.extend(TimeDelta::minutes(*minutes)).is_ok() {
                    self.granted += TimeDelta::minutes(*minutes);
                }
            }
            Event::Reopen { minutes } => {
                self.is_handed_in &= attempt.reopen(TimeDelta::minutes(*minutes), now).is_err();
            }
        }
        Ok(())
    }
}

proptest! {
    #[test]
    fn nothing_is_taken_beyond_the_granted_time(
        events in proptest::collection::vec((0..1200_i64, event()), 1..60),
        closes in proptest::option::of(30..240_i64),
    ) {
        let mut now = start();
        let attempt = Clocked::start(Plan { closes: closes.map(after), ..plan() }, now).unwrap();
        let (granted, stood) = (TimeDelta::hours(1), TimeDelta::zero());
        let mut room = Room {
            attempt,
            open: Some(0),
            since: now,
            granted,
            paused_at: None,
            paused_until: None,
            stood,
            is_handed_in: false,
        };
        for (seconds, event) in events {
            let halfway = now + TimeDelta::seconds(seconds / 2);
            now += TimeDelta::seconds(seconds);
            // Whoever looks in between, or twice, changes nothing.
            let present = room.attempt.clone().at(now);
            prop_assert_eq!(&present, &room.attempt.clone().at(halfway).at(now));
            prop_assert_eq!(&present, &present.clone().at(now));
            room.attempt = present;
            room.look(now);
            room.happens(&event, now)?;
            room.look(now);
            prop_assert!(room.attempt.plan.break_seconds >= 0);
        }
        prop_assert!(room.attempt.at(now + TimeDelta::days(30)).is_finished(), "left alone, every attempt ends");
    }
}

#[test]
fn a_second_break_ends_by_itself_when_all_of_the_time_for_breaks_is_over() {
    let mut clocked = Clocked::start(plan(), start()).unwrap();
    clocked.pause(start()).unwrap();
    let resumed = start() + TimeDelta::seconds(25);
    clocked.resume(resumed).unwrap();
    clocked.pause(resumed).unwrap();
    let over = resumed + TimeDelta::seconds(575);
    let standing = clocked.clone().at(over - TimeDelta::seconds(1));
    assert!(standing.open(PartKind::Theory, over - TimeDelta::seconds(1)).is_err());
    assert!(clocked.at(over).open(PartKind::Theory, over).is_ok());
}

#[test]
fn many_short_breaks_stop_the_clock_no_longer_than_was_granted() {
    let mut clocked = Clocked::start(Plan { break_seconds: 60, ..plan() }, after(0)).unwrap();
    let State::Running { deadline, .. } = clocked.state else { panic!("{clocked:?}") };
    let mut now = after(0);
    while clocked.pause(now).is_ok() {
        now += TimeDelta::milliseconds(930);
        clocked.resume(now).unwrap();
        now += TimeDelta::milliseconds(10);
    }
    let State::Running { deadline: later, .. } = clocked.state else { panic!("{clocked:?}") };
    assert!(later - deadline <= TimeDelta::seconds(60), "{}", later - deadline);
}
