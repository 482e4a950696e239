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
use super::{Answer, State, WebError, page};
use crate::exams::answers;
use crate::exams::attempts::{self, Attempt, AttemptError, Frozen};
use crate::exams::clock::{OpenPart, PartKind};
use crate::ids::ExamAttemptId;

mod asking;
mod cards;
mod check;
mod export;
mod face;
mod overview;
mod practice;
mod result;
mod room;
mod saving;
mod summary;

pub(super) use cards::{Card, card, cards};
pub(super) use check::event_words;
pub(super) use export::export;
pub(super) use overview::offer;
pub(super) use result::result_reason;

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
        Route::post("/attempts/{id}/ask", SignedIn, || web::post().to(asking::ask)),
        Route::get("/attempts/{id}/check", SignedIn, || web::get().to(check::show)),
        Route::post("/attempts/{id}/step", SignedIn, || web::post().to(check::step)),
        Route::post("/attempts/{id}/device", SignedIn, || web::post().to(check::take_over)),
        Route::get("/attempts/{id}/practice", SignedIn, || web::get().to(practice::show)),
        Route::post("/attempts/{id}/practice", SignedIn, || web::post().to(practice::submit)),
        Route::get("/attempts/{id}/result", SignedIn, || web::get().to(result::show)),
        Route::post("/attempts/{id}/review", SignedIn, || web::post().to(result::ask)),
    ]
}

/// What never changes about the attempts that were looked at lately, and how often each saves.
#[derive(Default)]
pub struct Papers {
    frozen: Mutex<HashMap<ExamAttemptId, Arc<Frozen>>>,
    /// A minute, and how often each attempt saved in it.
    saves: Mutex<(i64, HashMap<ExamAttemptId, u32>)>,
}

impl Papers {
    /// What never changes about an attempt; `None` if there is no such attempt.
    async fn get(&self, conn: &mut PgConnection, id: ExamAttemptId) -> Result<Option<Arc<Frozen>>, sqlx::Error> {
        if let Some(found) = self.frozen.lock().unwrap_or_else(PoisonError::into_inner).get(&id) {
            return Ok(Some(Arc::clone(found)));
        }
        let Some(attempt) = attempts::find(&mut *conn, id).await? else { return Ok(None) };
        let frozen = Arc::new(Frozen::of(conn, &attempt).await?);
        let mut kept = self.frozen.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST_PAPERS {
            kept.clear();
        }
        kept.insert(id, Arc::clone(&frozen));
        Ok(Some(frozen))
    }

    /// Counts a message with changes; whether it is one of the first `most` in this minute.
    fn may_save(&self, id: ExamAttemptId, now: DateTime<Utc>, most: u32) -> bool {
        let minute = now.timestamp() / 60;
        let mut saves = self.saves.lock().unwrap_or_else(PoisonError::into_inner);
        if saves.0 != minute {
            *saves = (minute, HashMap::new());
        }
        let count = saves.1.entry(id).or_default();
        *count += 1;
        *count <= most
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

    /// Where in the attempt this person belongs now: in theory at the question that was saved last.
    async fn place(&self, state: &State) -> Result<String, WebError> {
        let id = self.id;
        if let Some(part) = self.open_part(PartKind::Theory) {
            let places = Attempt::places(&self.frozen.exam, part);
            let kept = answers::answers(&state.pool, id).await?;
            let saved = kept.iter().filter(|(place, _)| places.contains(*place));
            let last = saved.max_by_key(|(_, kept)| kept.saved_at).map_or(places.start, |(place, _)| *place);
            return Ok(format!("/attempts/{id}/q/{}", last + 1));
        }
        Ok(if self.open_part(PartKind::Practice).is_some() {
            format!("/attempts/{id}/practice")
        } else if self.attempt.clocked.is_finished() {
            format!("/attempts/{id}/result")
        } else {
            format!("/attempts/{id}")
        })
    }

    /// The part that is open now, if it is of this kind.
    fn open_part(&self, kind: PartKind) -> Option<usize> {
        self.attempt.clocked.open(kind, self.now).ok().map(OpenPart::part)
    }

    /// The part that is open now and of this kind, for the device that may write; anybody else belongs elsewhere.
    async fn room(
        &self,
        state: &State,
        kind: PartKind,
        request: &HttpRequest,
    ) -> Result<Result<usize, HttpResponse>, WebError> {
        let Some(part) = self.open_part(kind) else { return Ok(Err(back(state, self).await?)) };
        let is_here = device(request) == Some(self.attempt.device);
        Ok(if is_here { Ok(part) } else { Err(page::see_other(&format!("/attempts/{}", self.id))) })
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
            AttemptError::Own => Self::Conflict("examiner-own", Vec::new()),
            AttemptError::Standing(_) => Self::Conflict("exam-cannot-begin", Vec::new()),
            AttemptError::Paper(error) => Self::internal(error),
            AttemptError::Queue(error) => error.into(),
        }
    }
}

/// Back to where this person belongs in the attempt.
async fn back(state: &State, own: &Own) -> Answer {
    Ok(page::see_other(&own.place(state).await?))
}
