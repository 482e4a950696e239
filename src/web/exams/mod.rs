//! Exams: the page before, the room, what follows, and the examiner's side.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::routes::{Access, Route};
use super::visit::SignedIn;
use super::{State, WebError, page};
use crate::blobs::Sha256;
use crate::exams::attempts::{self, Attempt, AttemptError};
use crate::exams::clock::{PartKind, State as Clock};
use crate::exams::{self, Exam};
use crate::ids::{ExamAttemptId, PersonId};
use crate::items::{self, Item, Paper};

mod check;
mod face;
mod overview;
mod practice;
mod result;
mod room;
mod saving;
mod summary;

/// Papers that are kept in memory: enough for an exam that everybody takes at once.
const MOST_PAPERS: usize = 10_000;

pub(super) fn routes() -> Vec<Route> {
    use Access::{Public, SignedIn};
    vec![
        Route::get("/exams/{slug}", Public, || web::get().to(overview::show)),
        Route::post("/exams/{slug}/attempts", SignedIn, || web::post().to(overview::start)),
        Route::get("/attempts/{id}", SignedIn, || web::get().to(overview::enter)),
        Route::get("/attempts/{id}/q/{number}", SignedIn, || web::get().to(room::show)),
        Route::post("/attempts/{id}/q/{number}", SignedIn, || web::post().to(room::save)),
        Route::get("/attempts/{id}/questions", SignedIn, || web::get().to(room::questions)),
        Route::post("/attempts/{id}/answers", SignedIn, || web::post().to(saving::save)),
        Route::get("/attempts/{id}/clock", SignedIn, || web::get().to(saving::clock)),
        Route::post("/attempts/{id}/events", SignedIn, || web::post().to(saving::event)),
        Route::get("/attempts/{id}/check", SignedIn, || web::get().to(check::show)),
        Route::post("/attempts/{id}/step", SignedIn, || web::post().to(check::step)),
        Route::post("/attempts/{id}/device", SignedIn, || web::post().to(check::take_over)),
        Route::get("/attempts/{id}/practice", SignedIn, || web::get().to(practice::show)),
        Route::post("/attempts/{id}/practice", SignedIn, || web::post().to(practice::submit)),
        Route::get("/attempts/{id}/result", SignedIn, || web::get().to(result::show)),
        Route::post("/attempts/{id}/review", SignedIn, || web::post().to(result::ask)),
    ]
}

/// What never changes about an attempt, so that it is read once.
pub struct Frozen {
    /// Whose it is.
    pub person: PersonId,
    /// The exam at its version.
    pub exam: Exam,
    /// The paper.
    pub paper: Paper,
    /// Its questions, by version.
    pub items: HashMap<Sha256, Item>,
}

/// What never changes about the attempts that were looked at lately.
#[derive(Default)]
pub struct Papers(Mutex<HashMap<ExamAttemptId, Arc<Frozen>>>);

impl Papers {
    /// What never changes about an attempt; `None` if there is no such attempt.
    async fn get(&self, conn: &mut PgConnection, id: ExamAttemptId) -> Result<Option<Arc<Frozen>>, sqlx::Error> {
        if let Some(found) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&id) {
            return Ok(Some(Arc::clone(found)));
        }
        let Some(attempt) = attempts::find(&mut *conn, id).await? else { return Ok(None) };
        let Some(paper) = attempts::paper(&mut *conn, id).await? else { return Ok(None) };
        let Some(exam) = exams::version(&mut *conn, &attempt.version).await? else { return Ok(None) };
        let versions: Vec<Sha256> = paper.questions.iter().map(|drawn| drawn.item).collect();
        let items = items::by_version(conn, &versions).await?;
        let frozen = Arc::new(Frozen { person: attempt.person, exam, paper, items });
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST_PAPERS {
            kept.clear();
        }
        kept.insert(id, Arc::clone(&frozen));
        Ok(Some(frozen))
    }
}

/// An attempt of the person who asks, as of now.
struct Own {
    id: ExamAttemptId,
    frozen: Arc<Frozen>,
    attempt: Attempt,
    now: DateTime<Utc>,
}

impl Own {
    /// Looks it up; somebody else's is not found. Nothing is written: a deadline that passed is carried out by whoever
    /// changes the attempt next, a worker at the latest.
    async fn find(state: &State, who: &SignedIn, id: &str) -> Result<Self, WebError> {
        let id: ExamAttemptId = id.parse().map_err(|_| WebError::NotFound)?;
        let now = state.clock.now();
        let mut conn = state.pool.acquire().await?;
        let frozen = state.papers.get(&mut conn, id).await?.filter(|frozen| frozen.person == who.person.id);
        let frozen = frozen.ok_or(WebError::NotFound)?;
        let mut attempt = attempts::find(&mut *conn, id).await?.ok_or(WebError::NotFound)?;
        attempt.clocked = attempt.clocked.at(now);
        Ok(Self { id, frozen, attempt, now })
    }

    /// Where in the attempt this person belongs now.
    fn place(&self) -> String {
        let id = self.id;
        match self.attempt.clocked.state {
            Clock::Running { paused: Some(_), .. } | Clock::Resting { .. } => format!("/attempts/{id}"),
            Clock::Running { part, .. } => match self.frozen.exam.parts.get(part).map(exams::Part::kind) {
                Some(PartKind::Practice) => format!("/attempts/{id}/practice"),
                Some(PartKind::Theory) | None => {
                    format!("/attempts/{id}/q/{}", Attempt::places(&self.frozen.exam, part).start + 1)
                }
            },
            Clock::Finished { .. } => format!("/attempts/{id}/result"),
        }
    }

    /// The part that is open now, if it is of this kind.
    fn open_part(&self, kind: PartKind) -> Option<usize> {
        match self.attempt.clocked.state {
            Clock::Running { part, paused: None, .. } => {
                self.frozen.exam.parts.get(part).filter(|found| found.kind() == kind).map(|_| part)
            }
            Clock::Running { paused: Some(_), .. } | Clock::Resting { .. } | Clock::Finished { .. } => None,
        }
    }
}

/// Cookie that names a device among those of one person.
const DEVICE: &str = "exam-device";

/// The device that asks: a random name in a cookie of its own.
fn device(request: &HttpRequest) -> Option<Uuid> {
    request.cookie(DEVICE)?.value().parse().ok()
}

fn device_cookie(state: &State, device: Uuid) -> Cookie<'static> {
    Cookie::build(DEVICE, device.to_string())
        .path("/")
        .http_only(true)
        .secure(state.config.is_https())
        .same_site(SameSite::Lax)
        .max_age(Duration::days(30))
        .finish()
}

/// Another place to go, with the device's name.
fn see_other_as(state: &State, place: &str, device: Uuid) -> HttpResponse {
    let mut response = page::see_other(place);
    // A cookie of letters and digits can always be added.
    let _ = response.add_cookie(&device_cookie(state, device));
    response
}

impl From<AttemptError> for WebError {
    fn from(error: AttemptError) -> Self {
        match error {
            AttemptError::NotFound => Self::NotFound,
            AttemptError::Refused(_) => Self::Conflict("exam-refused", Vec::new()),
            AttemptError::OtherDevice => Self::Conflict("exam-other-device", Vec::new()),
            AttemptError::Standing(_) => Self::Conflict("exam-cannot-begin", Vec::new()),
            AttemptError::Paper(error) => Self::internal(error),
            AttemptError::Queue(error) => error.into(),
        }
    }
}

/// Back to where this person belongs in the attempt.
fn back(own: &Own) -> HttpResponse {
    page::see_other(&own.place())
}
