//! Programs with a personal token: the extractor that puts the demanded scope into a handler's type.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest};

use super::{AppState, WebError};
use crate::accounts::Person;
use crate::accounts::tokens::{self, Scope, Token};

/// A scope that a handler can demand in its type.
pub trait DemandScope {
    /// The scope that the token must have.
    const SCOPE: Scope;
}

/// Demands a token that may read.
pub struct Read;
/// Demands a token that may submit.
pub struct Submit;

impl DemandScope for Read {
    const SCOPE: Scope = Scope::Read;
}
impl DemandScope for Submit {
    const SCOPE: Scope = Scope::Submit;
}

/// A program that presented a live personal token with the scope `S` (RFC 6750 §2.1); others are refused (401).
pub struct Bearer<S> {
    /// Whose token it is.
    pub person: Person,
    /// The token.
    pub token: Token,
    scope: PhantomData<S>,
}

impl<S: DemandScope + 'static> FromRequest for Bearer<S> {
    type Error = WebError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, WebError>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let state: &AppState = request.app_data().ok_or(WebError::internal("the app has no state"))?;
            let presented = presented(&request).ok_or(WebError::Unauthorized)?;
            match tokens::find(&state.pool, presented, state.clock.now()).await? {
                Some((person, token)) if token.has(S::SCOPE) => Ok(Self { person, token, scope: PhantomData }),
                Some(_) | None => Err(WebError::Unauthorized),
            }
        })
    }
}

/// The token in the `Authorization` header; the scheme's name is case-insensitive (RFC 9110 §11.1).
fn presented(request: &HttpRequest) -> Option<&str> {
    let (scheme, token) = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
