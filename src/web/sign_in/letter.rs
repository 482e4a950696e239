//! The page after a mail was asked for: where it went and what to do, or the mail itself on a trial installation.

use std::net::IpAddr;

use actix_web::http::{StatusCode, header};
use askama::Template;

use crate::accounts::Posted;
use crate::accounts::sessions::Browser;
use crate::mail::Mail;
use crate::messages::Tr;
use crate::web::page::{self, Page};
use crate::web::visit::Visit;
use crate::web::{Answer, State};

/// A mail that a page asked for.
pub(in crate::web) struct Letter {
    title: &'static str,
    text: &'static str,
    email: String,
    posted: Posted,
}

impl Letter {
    /// The mail that confirms a new account's address, or tells its owner that there is one already.
    pub fn confirm(email: &str, posted: Posted) -> Self {
        Self { title: "letter-confirm-title", text: "letter-confirm-text", email: email.trim().to_owned(), posted }
    }

    /// The mail that resets a password.
    pub fn reset(email: &str, posted: Posted) -> Self {
        Self { title: "letter-reset-title", text: "letter-reset-text", email: email.trim().to_owned(), posted }
    }

    /// The mail that invites somebody.
    pub fn invitation(mail: Mail) -> Self {
        let email = mail.recipient.clone();
        let posted = Posted::Sent(Some(Box::new(mail)));
        Self { title: "letter-invitation-title", text: "letter-invitation-text", email, posted }
    }
}

#[derive(Template)]
#[template(path = "people/letter.html")]
struct LetterPage {
    page: Page,
    text: String,
    limited: Option<String>,
    is_spooled: bool,
    is_trial: bool,
    mail: Option<Mail>,
}

/// Shows where the mail went. It is the same page whether or not there was anybody to write to, but on a trial.
pub(in crate::web) fn show_letter(state: &State, visit: &Visit, letter: &Letter) -> Answer {
    let is_trial = state.config.shows_mail() && is_here(&visit.browser);
    let tr: Tr = visit.tr;
    let (limited, mail) = match &letter.posted {
        Posted::Limited(until) => (Some(tr.s1("letter-limited", "until", tr.time(until))), None),
        Posted::Sent(mail) => (None, mail.as_deref().filter(|_| is_trial).cloned()),
    };
    let status = if limited.is_some() { StatusCode::TOO_MANY_REQUESTS } else { StatusCode::OK };
    let title = if limited.is_some() { "letter-limited-title" } else { letter.title };
    let page = LetterPage {
        page: Page::new(state, visit, tr.s(title)),
        text: tr.with(letter.text, &[("email", letter.email.clone())]),
        limited,
        is_spooled: state.config.smtp_url.is_none(),
        is_trial,
        mail,
    };
    let mut response = page::show_with(status, &page)?;
    if let Posted::Limited(until) = &letter.posted {
        let seconds = (*until - state.clock.now()).num_seconds().max(1);
        response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from(seconds));
    }
    Ok(response)
}

/// Whether the request comes from this machine itself: a base URL left at its default does not show mail to others.
fn is_here(browser: &Browser) -> bool {
    browser.address.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
}
