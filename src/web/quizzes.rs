//! A module's quiz: its rules, the paper, and the result with the reason for every option.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use rand::SeedableRng as _;
use rand::rngs::{StdRng, SysRng};

use super::courses::{find, percent, progress};
use super::page::{self, Page};
use super::questions::{Asked, Marked, asked, marked, points, read_answers};
use super::routes::{Access, Route};
use super::visit::{Anyone, SignedIn};
use super::{Answer, AppState, State, WebError};
use crate::accounts::Person;
use crate::certificates::credential::Issuer;
use crate::certificates::earned::issue_earned;
use crate::cohorts::{ItemKey, due};
use crate::courses::quiz::{self, Attempt, Outcome, QuizResult};
use crate::courses::{Course, Module, Offer, bank_of, finish_quiz};
use crate::ids::QuizAttemptId;
use crate::items;
use crate::messages::Tr;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/courses/{course}/{module}/quiz", Access::Public, || web::get().to(overview)),
        Route::post("/courses/{course}/{module}/quiz", Access::SignedIn, || web::post().to(start)),
        Route::get("/courses/{course}/{module}/quiz/{attempt}", Access::SignedIn, || web::get().to(attempt)),
        Route::post("/courses/{course}/{module}/quiz/{attempt}", Access::SignedIn, || web::post().to(hand_in)),
    ]
}

/// Which quiz a page is about.
struct Quiz {
    offer: Offer,
    module: Module,
}

impl Quiz {
    async fn find(state: &State, course: &str, module: &str) -> Result<Self, WebError> {
        let offer = find(state, course).await?;
        let module = offer.course.module(module).ok_or(WebError::NotFound)?.clone();
        Ok(Self { offer, module })
    }

    fn course(&self) -> &Course {
        &self.offer.course
    }

    /// Address of the lesson; the quiz is below it.
    fn lesson_path(&self) -> String {
        format!("/courses/{}/{}", self.offer.course.slug, self.module.slug)
    }

    fn title(&self, t: Tr) -> String {
        t.s1("quiz-title", "module", t.pick(&self.module.title))
    }
}

#[derive(Template)]
#[template(path = "courses/quiz.html")]
struct OverviewPage {
    page: Page,
    quiz: Quiz,
    bank_size: usize,
    pass_mark: String,
    attempts: Vec<Attempt>,
}

impl OverviewPage {
    fn has_open(&self) -> bool {
        self.attempts.iter().any(|attempt| attempt.result.is_none())
    }

    fn points_of(&self, result: &QuizResult) -> String {
        self.page.t.s2("quiz-points", "points", points(result.points), "max", points(result.max_points))
    }
}

async fn overview(state: AppState, who: Anyone, path: web::Path<(String, String)>) -> Answer {
    let quiz = Quiz::find(&state, &path.0, &path.1).await?;
    let (course, module) = (&quiz.course().slug, &quiz.module.slug);
    let bank_size = items::bank_items(&state.pool, &bank_of(course, module)).await?.len();
    let attempts = match &who.person {
        Some(person) => quiz::attempts(&state.pool, person.id, course, module).await?,
        None => Vec::new(),
    };
    page::show(&OverviewPage {
        page: Page::new(&state, &who, quiz.title(who.tr)),
        pass_mark: percent(who.tr, quiz.module.quiz.pass),
        bank_size,
        attempts,
        quiz,
    })
}

async fn start(state: AppState, who: SignedIn, path: web::Path<(String, String)>) -> Answer {
    let quiz = Quiz::find(&state, &path.0, &path.1).await?;
    let mut rng = StdRng::try_from_rng(&mut SysRng).map_err(WebError::internal)?;
    let now = state.clock.now();
    let mut tx = state.pool.begin().await?;
    let what = (&quiz.offer, &quiz.module);
    let (course, item) = (&quiz.course().slug, ItemKey::Quiz(quiz.module.slug.clone()));
    if let Some(closed) = due::closed(&mut *tx, who.person.id, Some(course), &item, now).await? {
        return Err(WebError::Conflict("due-closed-quiz", vec![("time", who.tr.time(&closed))]));
    }
    let id = quiz::start(&mut tx, who.person.id, what, &mut rng, now).await.map_err(WebError::internal)?;
    tx.commit().await?;
    Ok(page::see_other(&format!("{}/quiz/{id}", quiz.lesson_path())))
}

type AttemptPath = web::Path<(String, String, String)>;

/// The quiz and this person's attempt at it; anybody else's is not found.
async fn find_attempt(state: &State, person: &Person, path: &AttemptPath) -> Result<(Quiz, Attempt), WebError> {
    let quiz = Quiz::find(state, &path.0, &path.1).await?;
    let id: QuizAttemptId = path.2.parse().map_err(|_| WebError::NotFound)?;
    let attempt = quiz::find(&state.pool, person.id, id).await?.ok_or(WebError::NotFound)?;
    if attempt.course != quiz.course().slug || attempt.module != quiz.module.slug {
        return Err(WebError::NotFound);
    }
    Ok((quiz, attempt))
}

async fn attempt(state: AppState, who: SignedIn, path: AttemptPath) -> Answer {
    let (quiz, attempt) = find_attempt(&state, &who.person, &path).await?;
    match attempt.result {
        Some(result) => show_result(&state, &who, quiz, (&attempt, result)).await,
        None => show_paper(&state, &who, quiz, (&attempt, &[])).await,
    }
}

async fn hand_in(state: AppState, who: SignedIn, path: AttemptPath, form: web::Form<Vec<(String, String)>>) -> Answer {
    let (quiz, mut attempt) = find_attempt(&state, &who.person, &path).await?;
    attempt.answers = read_answers(&attempt.paper, &form);
    match finish_with_what_follows(&state, &who.person, &attempt).await? {
        None => Err(WebError::NotFound),
        Some(Outcome::Incomplete { missing }) => show_paper(&state, &who, quiz, (&attempt, &missing)).await,
        Some(Outcome::Finished { .. } | Outcome::AlreadyFinished) => {
            Ok(page::see_other(&format!("{}/quiz/{}", quiz.lesson_path(), attempt.id)))
        }
    }
}

/// Hands the attempt in and does what follows from it, in one transaction: what a completed module earns belongs
/// between the marking and the commit.
async fn finish_with_what_follows(
    state: &State,
    person: &Person,
    attempt: &Attempt,
) -> Result<Option<Outcome>, WebError> {
    let mut tx = state.pool.begin().await?;
    let now = state.clock.now();
    let outcome = finish_quiz(&mut tx, person.id, attempt.id, attempt.answers.clone(), now).await?;
    issue_earned(&mut tx, &state.keys, &Issuer::from_config(&state.config), person.id, now).await?;
    tx.commit().await?;
    Ok(outcome)
}

#[derive(Template)]
#[template(path = "courses/paper.html")]
struct PaperPage {
    page: Page,
    quiz: Quiz,
    heading: String,
    questions: Vec<Asked>,
}

impl PaperPage {
    fn is_incomplete(&self) -> bool {
        self.questions.iter().any(|question| question.is_missing)
    }
}

/// The open paper; `missing` names the places without an answer that kept it from being marked.
async fn show_paper(state: &State, who: &SignedIn, quiz: Quiz, (attempt, missing): (&Attempt, &[usize])) -> Answer {
    let items = items::by_version(&state.pool, &attempt.versions()).await?;
    let heading = quiz.title(who.tr);
    let title = if missing.is_empty() { heading.clone() } else { who.tr.s1("quiz-error-prefix", "title", &heading) };
    let page = Page::new(state, who, title);
    let status = if missing.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let mut questions = asked(&attempt.paper, &items, &attempt.answers, who.tr);
    for question in &mut questions {
        question.is_missing = missing.contains(&(question.number - 1));
    }
    page::show_with(status, &PaperPage { page, quiz, heading, questions })
}

#[derive(Template)]
#[template(path = "courses/result.html")]
struct ResultPage {
    page: Page,
    quiz: Quiz,
    result: QuizResult,
    verdict: String,
    is_complete: bool,
    next: Option<Module>,
    questions: Vec<Marked>,
}

async fn show_result(state: &State, who: &SignedIn, quiz: Quiz, (attempt, result): (&Attempt, QuizResult)) -> Answer {
    let t = who.tr;
    let items = items::by_version(&state.pool, &attempt.versions()).await?;
    let progress = progress(state, who, quiz.course()).await?;
    let key = if result.passed { "quiz-verdict-passed" } else { "quiz-verdict-failed" };
    let verdict = t.with(
        key,
        &[
            ("points", points(result.points)),
            ("max", points(result.max_points)),
            ("percent", percent(t, result.points / result.max_points)),
            ("mark", percent(t, attempt.pass)),
        ],
    );
    page::show(&ResultPage {
        page: Page::new(state, who, quiz.title(t)),
        verdict,
        is_complete: progress.completion(&quiz.module.slug).is_some(),
        next: progress.next_module(quiz.course()).filter(|next| next.slug != quiz.module.slug).cloned(),
        questions: marked(&attempt.paper, &items, &attempt.answers, t),
        result,
        quiz,
    })
}
