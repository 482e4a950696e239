//! The first page: what this is for strangers, the next task for everybody else; help and privacy.

use actix_web::web;
use askama::Template;

use super::class::{Notices, notices};
use super::exams::{Card, cards};
use super::page::{self, Page};
use super::routes::{Access, Route};
use super::submissions::{self as submission_pages, Listed};
use super::visit::Anyone;
use super::{Answer, AppState, State, WebError, exercises};
use crate::accounts::Person;
use crate::courses;
use crate::exercises::catalogue;
use crate::grading::verdict::Verdict;
use crate::messages::Tr;
use crate::results;
use crate::submissions;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/", Access::Public, || web::get().to(home)),
        Route::get("/help", Access::Public, || web::get().to(help)),
        Route::get("/privacy", Access::Public, || web::get().to(privacy)),
    ]
}

/// A course as a card.
struct CourseCard {
    slug: String,
    title: String,
    summary: String,
}

#[derive(Template)]
#[template(path = "home/stranger.html")]
struct StrangerPage {
    page: Page,
    courses: Vec<CourseCard>,
}

/// One task of the checklist for beginners.
struct Task {
    done: bool,
    link: String,
    text: String,
}

#[derive(Template)]
#[template(path = "home/person.html")]
struct PersonPage {
    page: Page,
    name: String,
    next: Task,
    tasks: Vec<Task>,
    courses: Vec<CourseCard>,
    mine: Vec<Listed>,
    /// Exams that the reader is in the middle of.
    open: Vec<Card>,
    notices: Notices,
}

async fn home(state: AppState, who: Anyone) -> Answer {
    let offers = courses::all(&state.pool).await?;
    let courses = course_cards(&offers, who.tr);
    let Some(person) = who.person.clone() else {
        return page::show(&StrangerPage { page: Page::new(&state, &who, who.tr.s("home-title")), courses });
    };
    let mut notices = notices(&state, &who, None).await?;
    notices.dates.retain(|date| !date.is_done);
    let mut open_exams = cards(&state, &who).await?;
    let tasks = tasks(&state, who.tr, &person, (&offers, &open_exams)).await?;
    open_exams.retain(|card| card.is_open);
    let open = tasks.iter().position(|task| !task.done);
    let next = open.and_then(|open| tasks.get(open)).map(|task| Task {
        done: false,
        link: task.link.clone(),
        text: task.text.clone(),
    });
    let next =
        next.unwrap_or_else(|| Task { done: true, link: "/certificates".to_owned(), text: who.tr.s("home-all-done") });
    let mine = submissions::of_person(&state.pool, person.id, None, 5).await?;
    let mine = submission_pages::listed(&state, mine).await?;
    let page = Page::new(&state, &who, who.tr.s("home-your-work"));
    page::show(&PersonPage { page, name: person.name, next, tasks, courses, mine, open: open_exams, notices })
}

fn course_cards(offers: &[courses::Offer], tr: Tr) -> Vec<CourseCard> {
    let card = |offer: &courses::Offer| CourseCard {
        title: tr.pick(&offer.course.title).to_owned(),
        summary: tr.pick(&offer.course.summary).to_owned(),
        slug: offer.course.slug.to_string(),
    };
    offers.iter().map(card).collect()
}

/// The way through: a first result in two minutes, then the course, its exercise, and the certificate.
async fn tasks(
    state: &State,
    tr: Tr,
    person: &Person,
    (offers, exams): (&[courses::Offer], &[Card]),
) -> Result<Vec<Task>, WebError> {
    let mut tasks = Vec::new();
    for offer in catalogue::list(&state.pool).await? {
        let passed =
            results::best_passed(&state.pool, person.id, &offer.slug, offer.manifest.metric.is_loss()).await?.is_some();
        let key = if offer.manifest.earns { "home-task-exercise" } else { "home-task-first" };
        let text = tr.with(key, &[("title", exercises::title(&offer, tr).to_owned())]);
        tasks.push(Task { done: passed, link: format!("/exercises/{}", offer.slug), text });
    }
    for courses::Offer { course, .. } in offers {
        let done =
            courses::completed_modules(&state.pool, person.id, &course.slug).await?.len() >= course.modules.len();
        let text = tr.s1("home-task-course", "title", tr.pick(&course.title));
        tasks.insert(tasks.len().min(1), Task { done, link: format!("/courses/{}", course.slug), text });
    }
    for exam in exams {
        let text = tr.s1("home-task-exam", "title", exam.title.clone());
        tasks.push(Task { done: exam.is_passed, link: exam.href.clone(), text });
    }
    let name = tr.s("home-task-name");
    tasks.push(Task {
        done: person.certificate_name.is_some(),
        link: "/settings/certificate-name".to_owned(),
        text: name,
    });
    Ok(tasks)
}

#[derive(Template)]
#[template(path = "home/help.html")]
struct HelpPage {
    page: Page,
    verdicts: Vec<(String, String)>,
}

async fn help(state: AppState, who: Anyone) -> Answer {
    let words = Verdict::ALL.into_iter().map(|verdict| {
        let name = verdict.as_str();
        (who.tr.with(&format!("verdict-{name}"), &[]), who.tr.with(&format!("help-{name}"), &[]))
    });
    page::show(&HelpPage { page: Page::new(&state, &who, who.tr.s("help-title")), verdicts: words.collect() })
}

#[derive(Template)]
#[template(path = "home/privacy.html")]
struct PrivacyPage {
    page: Page,
}

async fn privacy(state: AppState, who: Anyone) -> Answer {
    page::show(&PrivacyPage { page: Page::new(&state, &who, who.tr.s("privacy-title")) })
}
