//! Exams in lists of other pages: what each is, and where the reader stands before it.

use crate::exams::attempts::{self, Standing};
use crate::exams::{self, Offer, results};
use crate::ids::{ExamAttemptId, Slug};
use crate::messages::Tr;
use crate::web::visit::Visit;
use crate::web::{State, WebError};

/// An exam in a list.
pub(in crate::web) struct Card {
    /// The course that it belongs to.
    pub(in crate::web) course: Slug,
    /// Its page; the attempt itself while one is open.
    pub(in crate::web) href: String,
    pub(in crate::web) title: String,
    /// Its parts with their times.
    pub(in crate::web) parts: String,
    /// Where the reader stands, in words; empty for strangers.
    pub(in crate::web) state: String,
    /// Class of that state's colour, which only repeats the words.
    pub(in crate::web) class: &'static str,
    /// Whether passing it earns a certificate.
    pub(in crate::web) certifies: bool,
    pub(in crate::web) is_open: bool,
    pub(in crate::web) is_passed: bool,
}

/// Every exam on offer.
pub(in crate::web) async fn cards(state: &State, visit: &Visit) -> Result<Vec<Card>, WebError> {
    let passed = match &visit.person {
        Some(person) => results::passed(&state.pool, person.id).await?,
        None => Vec::new(),
    };
    let mut cards = Vec::new();
    for offer in exams::all(&state.pool).await? {
        cards.push(card(state, visit, &offer, &passed).await?);
    }
    Ok(cards)
}

/// One exam, for a reader who passed these attempts.
pub(in crate::web) async fn card(
    state: &State,
    visit: &Visit,
    offer: &Offer,
    passed: &[ExamAttemptId],
) -> Result<Card, WebError> {
    let (t, exam) = (visit.tr, &offer.exam);
    let part = |part: &exams::Part| format!("{}, {}", t.pick(part.title()), t.s1("exam-minutes", "n", part.minutes()));
    let mut card = Card {
        course: offer.course.clone(),
        href: format!("/exams/{}", exam.slug),
        title: t.pick(&exam.title).to_owned(),
        parts: exam.parts.iter().map(part).collect::<Vec<_>>().join(" · "),
        state: String::new(),
        class: "quiet",
        certifies: exam.certificate.is_some(),
        is_open: false,
        is_passed: false,
    };
    let Some(person) = &visit.person else { return Ok(card) };
    let now = state.clock.now();
    let mut conn = state.pool.acquire().await?;
    let standing = attempts::standing(&mut conn, person.id, offer, now).await?;
    if exams::shown(&mut conn, exam, now).await?.scores {
        let own = attempts::of_person(&mut *conn, person.id, Some(&exam.slug)).await?;
        card.is_passed = own.iter().any(|attempt| passed.contains(&attempt.id));
    }
    if let Standing::Open(id) = standing {
        card.href = format!("/attempts/{id}");
        card.is_open = true;
    }
    (card.state, card.class) = match standing {
        Standing::Open(_) => (t.s("exam-outcome-open"), "wait"),
        _ if card.is_passed => (t.s("exam-outcome-passed"), "good"),
        other => (standing_words(t, &other), "quiet"),
    };
    Ok(card)
}

/// Where somebody stands before an exam.
pub(super) fn standing_words(t: Tr, standing: &Standing) -> String {
    match standing {
        Standing::Open(_) => t.s("exam-outcome-open"),
        Standing::May { used, allowed } => t.s2("exam-may", "number", used + 1, "allowed", *allowed),
        Standing::CoolDown { until } => t.s1("exam-cool-down", "time", t.time(until)),
        Standing::NoneLeft { allowed } => t.s1("exam-none-left", "allowed", *allowed),
        Standing::NotYet { opens } => t.s1("exam-not-yet", "time", t.time(opens)),
        Standing::Over { closed } => t.s1("exam-over", "time", t.time(closed)),
    }
}
