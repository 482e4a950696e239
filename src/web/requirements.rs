//! What a course's certificate demands and how far the reader is, as the course page shows it.

use super::courses::percent;
use super::visit::Visit;
use super::{State, WebError};
use crate::certificates::issue::{self, Requirement};
use crate::certificates::{Held, Standing};
use crate::courses::{Completion, Module, Offer, Progress};
use crate::exercises::catalogue;
use crate::ids::Slug;
use crate::messages::{Lang, Tr};

/// One thing that the certificate demands.
pub(super) struct Demand {
    /// Where to do it.
    pub(super) href: String,
    /// What it is.
    pub(super) name: String,
    /// What counts as done.
    pub(super) rule: String,
    /// Whether the reader has done it.
    pub(super) is_met: bool,
    /// That, in words.
    pub(super) state: String,
}

/// What a course's certificate demands of the reader, and what they hold of it.
#[derive(Default)]
pub(super) struct Standings {
    /// Everything that is demanded; what concerns the person comes last.
    pub(super) demands: Vec<Demand>,
    /// Address of the valid certificate that the reader holds.
    pub(super) certificate: Option<String>,
}

/// How far the reader is on the way to the certificate of `offer`; nowhere, for strangers.
pub(super) async fn standings(
    state: &State,
    visit: &Visit,
    offer: &Offer,
    progress: &Progress,
) -> Result<Standings, WebError> {
    let Some(requirements) = offer.requirements() else { return Ok(Standings::default()) };
    let t = visit.tr;
    let mut demands = Vec::new();
    for module in &requirements.modules {
        demands.push(quiz_demand(t, offer, module, progress.completion(&module.slug)));
    }
    for exercise in &requirements.certificate.exercises {
        demands.push(exercise_demand(state, t, exercise).await?);
    }
    let Some(person) = &visit.person else {
        demands.extend([email_demand(t, false), name_demand(t, false)]);
        return Ok(Standings { demands, certificate: None });
    };
    let mut conn = state.pool.acquire().await?;
    let facts = issue::progress(&mut conn, person.id, &requirements.into(), state.clock.now()).await?;
    for fact in &facts.requirements {
        match fact {
            Requirement::Email(_) => demands.push(email_demand(t, fact.is_met())),
            Requirement::Name(_) => demands.push(name_demand(t, fact.is_met())),
            Requirement::Exercise { exercise, .. } if fact.is_met() => met(&mut demands, exercise, t),
            Requirement::Exercise { .. } | Requirement::Quiz { .. } => {}
        }
    }
    Ok(Standings { demands, certificate: facts.held.iter().find_map(valid_certificate) })
}

fn valid_certificate(held: &Held) -> Option<String> {
    match held.standing {
        Standing::Valid => Some(format!("/certificates/{}", held.id)),
        Standing::Expired | Standing::Revoked => None,
    }
}

/// Marks the demand of an exercise as met.
fn met(demands: &mut [Demand], exercise: &Slug, t: Tr) {
    let href = exercise_path(exercise);
    for demand in demands.iter_mut().filter(|demand| demand.href == href) {
        demand.is_met = true;
        demand.state = word(t, true);
    }
}

fn quiz_demand(t: Tr, offer: &Offer, module: &Module, completion: Option<&Completion>) -> Demand {
    Demand {
        href: format!("/courses/{}/{}/quiz", offer.course.slug, module.slug),
        name: t.s1("requirement-module", "module", t.pick(&module.title)),
        rule: t.s2("requirement-module-rule", "percent", percent(t, module.quiz.pass), "draw", module.quiz.draw),
        is_met: completion.is_some(),
        state: match completion {
            Some(completion) => t.s1("requirement-met-on", "date", t.date(&completion.completed_at)),
            None => word(t, false),
        },
    }
}

async fn exercise_demand(state: &State, t: Tr, slug: &Slug) -> Result<Demand, WebError> {
    let offer = catalogue::find(&state.pool, slug).await?;
    let title = offer.map_or_else(
        || slug.to_string(),
        |offer| match t.lang {
            Lang::En => offer.texts.title.en,
            Lang::ZhCn => offer.texts.title.zh,
        },
    );
    Ok(Demand {
        href: exercise_path(slug),
        name: t.s1("requirement-exercise", "exercise", title),
        rule: t.s("requirement-exercise-rule"),
        is_met: false,
        state: word(t, false),
    })
}

fn exercise_path(slug: &Slug) -> String {
    format!("/exercises/{slug}")
}

fn email_demand(t: Tr, is_met: bool) -> Demand {
    Demand {
        href: "/settings".to_owned(),
        name: t.s("requirement-email"),
        rule: t.s("requirement-email-rule"),
        is_met,
        state: word(t, is_met),
    }
}

fn name_demand(t: Tr, is_met: bool) -> Demand {
    Demand {
        href: "/settings/certificate-name".to_owned(),
        name: t.s("requirement-name"),
        rule: t.s("requirement-name-rule"),
        is_met,
        state: word(t, is_met),
    }
}

fn word(t: Tr, is_met: bool) -> String {
    if is_met { t.s("requirement-met") } else { t.s("requirement-open") }
}
