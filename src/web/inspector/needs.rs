//! What waits for an instructor: requests for a review, and questions of candidates in an exam.

use crate::accounts::Person;
use crate::courses::staff;
use crate::exams::results::waiting_reviews;
use crate::exams::{self, clarifications};
use crate::exercises::catalogue;
use crate::messages::Tr;
use crate::results::reviews;
use crate::web::staff::standing_on_exercise;
use crate::web::{State, WebError, exercises};

/// One thing that waits.
pub(in crate::web) struct Need {
    /// What and how many, in words.
    pub text: String,
    /// Where it is answered.
    pub link: String,
}

/// Everything that waits for this person, on what they teach.
pub(in crate::web) async fn of(state: &State, t: Tr, person: &Person) -> Result<Vec<Need>, WebError> {
    let mut needs = Vec::new();
    for (slug, n) in reviews::open_counts(&state.pool).await? {
        if standing_on_exercise(state, person, &slug).await?.is_none() {
            continue;
        }
        let offer = catalogue::find(&state.pool, &slug).await?;
        let name = offer.map_or_else(|| slug.to_string(), |offer| exercises::title(&offer, t).to_owned());
        needs.push(Need {
            text: t.s2("needs-reviews", "n", n, "name", name),
            link: format!("/teach/exercises/{slug}#reviews"),
        });
    }
    for offer in exams::all(&state.pool).await? {
        if staff::standing(&state.pool, &offer.course, person).await?.is_none() {
            continue;
        }
        let (slug, name) = (&offer.exam.slug, t.pick(&offer.exam.title).to_owned());
        let reviews = waiting_reviews(&state.pool, slug).await?.len();
        let questions = clarifications::waiting(&state.pool, slug).await?.len();
        for (key, n) in [("needs-reviews", reviews), ("needs-questions", questions)] {
            if n > 0 {
                let text = t.s2(key, "n", n, "name", name.clone());
                needs.push(Need { text, link: format!("/teach/exams/{slug}") });
            }
        }
    }
    Ok(needs)
}
