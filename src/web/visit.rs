//! Who is asking, in which language and zone; and the extractors that put authorisation into a handler's type.

use std::future::Future;
use std::net::IpAddr;
use std::ops::Deref;
use std::pin::Pin;
use std::str::FromStr as _;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use chrono_tz::Tz;
use uuid::Uuid;

use super::{AppState, State, WebError};
use crate::accounts::sessions::{self, Browser};
use crate::accounts::{Person, Role, Theme, secret};
use crate::messages::{Lang, Tr};

/// Cookie with the language chosen by somebody who is not signed in.
pub const LANG_COOKIE: &str = "lang";
/// Cookie with the colours chosen by somebody who is not signed in.
pub const THEME_COOKIE: &str = "theme";
/// Cookie with the browser's time zone, set by the page's script.
pub const ZONE_COOKIE: &str = "zone";

/// Name of the session cookie; the prefix binds it to this host where TLS allows it (RFC 6265bis §4.1.3.2).
pub fn session_cookie(state: &State) -> &'static str {
    if state.config.is_https() { "__Host-assay" } else { "assay" }
}

/// One request's circumstances: who, in which language, time zone and colours, to which path.
#[derive(Debug, Clone)]
pub struct Visit {
    /// Language and time zone of the reader.
    pub tr: Tr,
    /// Colours of the reader.
    pub theme: Theme,
    /// Path and query of the request, for links that come back here.
    pub path: String,
    /// Shown on error pages and in the log.
    pub request_id: Uuid,
    /// Who is signed in.
    pub person: Option<Person>,
    /// Where they sit.
    pub browser: Browser,
}

impl Visit {
    /// Who sent a request, if that was found out before it failed; else only what the request itself says.
    pub fn known(request: &HttpRequest) -> Self {
        let found = request.extensions().get::<Self>().cloned();
        found.unwrap_or_else(|| Self::new(request, None))
    }

    fn new(request: &HttpRequest, person: Option<Person>) -> Self {
        let cookie = |name: &str| request.cookie(name).map(|cookie| cookie.value().to_owned());
        let accepted = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let chosen = person.as_ref().map(|person| person.lang);
        let lang = chosen
            .or_else(|| cookie(LANG_COOKIE).and_then(|tag| Lang::parse(&tag)))
            .or_else(|| accepted.and_then(Lang::negotiate))
            .unwrap_or_default();
        let zone = person.as_ref().and_then(|person| person.time_zone.clone()).or_else(|| cookie(ZONE_COOKIE));
        let zone = zone.and_then(|name| Tz::from_str(&name).ok()).unwrap_or(Tz::UTC);
        let theme =
            person.as_ref().map_or_else(|| chosen_theme(cookie(THEME_COOKIE).as_deref()), |person| person.theme);
        let request_id = request.extensions().get::<Uuid>().copied().unwrap_or_default();
        let path = request.uri().path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string);
        Self { tr: Tr { lang, zone }, theme, path, request_id, person, browser: browser(request) }
    }
}

fn browser(request: &HttpRequest) -> Browser {
    let agent = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let cookie = request.app_data::<AppState>().and_then(|state| request.cookie(session_cookie(state)));
    Browser {
        address: client_address(request),
        agent: agent.to_owned(),
        session: cookie.map(|cookie| secret::hash(cookie.value())),
    }
}

fn chosen_theme(cookie: Option<&str>) -> Theme {
    match cookie {
        Some("light") => Theme::Light,
        Some("dark") => Theme::Dark,
        _ => Theme::System,
    }
}

async fn visit(request: HttpRequest) -> Result<Visit, WebError> {
    let state: &AppState = request.app_data().ok_or(WebError::internal("the app has no state"))?;
    let person = match request.cookie(session_cookie(state)) {
        Some(cookie) => sessions::find(&state.pool, cookie.value(), state.clock.now()).await?,
        None => None,
    };
    let visit = Visit::new(&request, person);
    request.extensions_mut().insert(visit.clone());
    Ok(visit)
}

type Extracting<T> = Pin<Box<dyn Future<Output = Result<T, WebError>>>>;

/// Anybody, signed in or not.
pub struct Anyone(pub Visit);

impl FromRequest for Anyone {
    type Error = WebError;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { visit(request).await.map(Self) })
    }
}

impl Deref for Anyone {
    type Target = Visit;

    fn deref(&self) -> &Visit {
        &self.0
    }
}

/// A role that a handler can demand in its type.
pub trait Demand {
    /// The least role that is let in.
    const ROLE: Role;
}

/// Any person with an account.
pub struct Learner;
/// Instructors and administrators.
pub struct Instructor;
/// Administrators.
pub struct Admin;

impl Demand for Learner {
    const ROLE: Role = Role::Learner;
}
impl Demand for Instructor {
    const ROLE: Role = Role::Instructor;
}
impl Demand for Admin {
    const ROLE: Role = Role::Admin;
}

/// A signed-in person with at least the role `R`; others are sent to sign in (401) or refused (403).
pub struct Require<R> {
    /// Who is asking.
    pub person: Person,
    visit: Visit,
    role: std::marker::PhantomData<R>,
}

/// Any signed-in person.
pub type SignedIn = Require<Learner>;

impl<R: Demand + 'static> FromRequest for Require<R> {
    type Error = WebError;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let visit = visit(request).await?;
            match visit.person.clone() {
                Some(person) if person.role >= R::ROLE => Ok(Self { person, visit, role: std::marker::PhantomData }),
                Some(_) => Err(WebError::Forbidden),
                None => Err(WebError::SignInFirst),
            }
        })
    }
}

impl<R> Deref for Require<R> {
    type Target = Visit;

    fn deref(&self) -> &Visit {
        &self.visit
    }
}

/// The address of whoever sent the request; forwarded ones are believed from trusted proxies only.
pub fn client_address(request: &HttpRequest) -> String {
    let trusted = request.app_data::<AppState>().map_or(&[][..], |state| &state.config.trusted_proxies);
    // Several header lines are one list (RFC 9110 §5.2); a sender's own line comes before the proxy's.
    let lines = request.headers().get_all("x-forwarded-for").filter_map(|line| line.to_str().ok());
    let hops = lines.flat_map(|line| line.split(',')).map(str::trim).collect::<Vec<_>>();
    match request.peer_addr() {
        Some(peer) => believed(peer.ip(), &hops, trusted).to_string(),
        None => "unknown".to_owned(),
    }
}

/// The last address that is not one of our own proxies; what is before it, or unreadable, is hearsay.
fn believed(peer: IpAddr, hops: &[&str], trusted: &[IpAddr]) -> IpAddr {
    let mut client = peer;
    for hop in hops.iter().rev() {
        if !trusted.contains(&client) {
            break;
        }
        match hop.parse() {
            Ok(before) => client = before,
            Err(_) => break,
        }
    }
    client
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forwarded_addresses_are_believed_from_our_own_proxies_only() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let (proxy, inner, client) = (ip("10.0.0.1"), ip("10.0.0.2"), ip("203.0.113.9"));
        let trusted = [proxy, inner];
        assert_eq!(believed(client, &["198.51.100.7"], &trusted), client, "a stranger says what it likes");
        assert_eq!(believed(proxy, &["203.0.113.9"], &[]), proxy, "nobody is trusted unless set");
        assert_eq!(
            believed(proxy, &["198.51.100.7", "203.0.113.9"], &trusted),
            client,
            "the client's own claim is first"
        );
        assert_eq!(believed(proxy, &["198.51.100.7", "203.0.113.9", "10.0.0.2"], &trusted), client, "two proxies");
        assert_eq!(
            believed(proxy, &["198.51.100.7", "nonsense"], &trusted),
            proxy,
            "nothing behind what is unreadable"
        );
        assert_eq!(believed(proxy, &[], &trusted), proxy);
    }
}
