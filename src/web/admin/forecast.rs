//! How long a class waits for its gradings at a deadline: a pure function of the class, the work and the slots.

/// Seconds before the deadline in which those who come late submit.
const LAST: f64 = 3600.0;
/// Longest wait that is accepted, in seconds.
const ACCEPTED: f64 = 300.0;

/// A class before its deadline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Class {
    /// People in it.
    pub people: u32,
    /// Share of them who submit once in the last hour, 0 to 1.
    pub share: f64,
    /// Seconds that one submission takes a slot.
    pub seconds: f64,
    /// Slots that there are.
    pub slots: u32,
}

/// What comes of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Forecast {
    /// Submissions in the last hour.
    pub submissions: u32,
    /// Seconds of work that they are for one slot.
    pub work: f64,
    /// Where they come evenly through the hour.
    pub even: Outlook,
    /// Where they all come in the last minute.
    pub burst: Outlook,
}

/// How it goes under one way of coming.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Outlook {
    /// Seconds after the deadline until the last is graded; `None` where there is no slot.
    pub last_graded: Option<f64>,
    /// Slots with which nobody waits longer than five minutes for their turn.
    pub slots: u32,
}

/// Works it out. The work W is submissions times seconds. Who comes evenly finds after the hour what could not be done
/// meanwhile, W − 3600 s × slots; who comes at the end finds all of it. The last is graded once the slots have done that,
/// and no sooner than one submission takes. So many slots are needed that the last begins within five minutes.
pub(super) fn forecast(class: Class) -> Forecast {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a class, 0 to 100,000")]
    let submissions = (f64::from(class.people) * class.share.clamp(0.0, 1.0)).ceil() as u32;
    let work = f64::from(submissions) * class.seconds;
    let slots = f64::from(class.slots);
    let outlook = |meanwhile: f64| Outlook {
        last_graded: (class.slots > 0).then(|| match submissions {
            0 => 0.0,
            _ => ((work - meanwhile * slots) / slots).max(class.seconds),
        }),
        slots: needed(submissions, work, meanwhile),
    };
    Forecast { submissions, work, even: outlook(LAST), burst: outlook(0.0) }
}

/// The smallest number of slots with which `work`, less what is done in `meanwhile` seconds, takes five minutes or less;
/// more than submissions are never of use.
fn needed(submissions: u32, work: f64, meanwhile: f64) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "bounded by the submissions right after"
    )]
    let slots = (work / (meanwhile + ACCEPTED)).ceil() as u32;
    slots.clamp(u32::from(submissions > 0), submissions)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(people: u32, share: f64, seconds: f64, slots: u32) -> Forecast {
        forecast(Class { people, share, seconds, slots })
    }

    #[test]
    fn slots_that_keep_up_leave_nobody_waiting() {
        let found = of(400, 0.6, 10.0, 2);
        assert_eq!((found.submissions, found.work), (240, 2400.0));
        assert_eq!(found.even, Outlook { last_graded: Some(10.0), slots: 1 }, "2,400 s fit into 2 × 3,600 s");
        assert_eq!(found.burst, Outlook { last_graded: Some(1200.0), slots: 8 }, "2,400 s on 2 slots; in 300 s on 8");
    }

    #[test]
    fn work_beyond_the_hour_is_done_after_it() {
        let found = of(400, 0.6, 120.0, 2);
        assert_eq!(found.even.last_graded, Some((28_800.0 - 7_200.0) / 2.0));
        assert_eq!(found.even.slots, 8, "28,800 s in 3,900 s");
        let with_those = of(400, 0.6, 120.0, 8).even.last_graded.unwrap();
        assert!(with_those <= 300.0, "{with_those}");
        assert!(of(400, 0.6, 120.0, 7).even.last_graded.unwrap() > 300.0);
    }

    #[test]
    fn no_slot_no_answer_and_no_submission_no_wait() {
        assert_eq!(of(400, 0.6, 10.0, 0).burst, Outlook { last_graded: None, slots: 8 });
        let nobody = of(0, 0.6, 10.0, 2);
        assert_eq!((nobody.burst, nobody.even), (Outlook { last_graded: Some(0.0), slots: 0 }, nobody.burst));
    }

    #[test]
    fn never_more_slots_than_submissions() {
        assert_eq!(of(2, 1.0, 3000.0, 1).burst.slots, 2);
    }
}
