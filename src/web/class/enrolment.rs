//! Enrolling by list: a trial that says what would become of each row, then all of it in one transaction.

use std::collections::HashMap;

use actix_web::web;
use askama::Template;
use sqlx::PgConnection;

use super::on_cohort;
use crate::accounts::{self, Email, NewPerson, PersonName, Role};
use crate::cohorts::roster::{self, InvalidList, MOST_BYTES, MOST_ROWS, Outcome, Planned, Row};
use crate::cohorts::{Cohort, Doing};
use crate::config::SignUp;
use crate::courses::Course;
use crate::courses::staff::StaffRole;
use crate::mail::{self, Mail};
use crate::messages::{Tr, text};
use crate::web::page::{self, Page};
use crate::web::upload::UploadedForm;
use crate::web::visit::{Instructor, Require};
use crate::web::{Answer, AppState, State, WebError};

#[derive(Template)]
#[template(path = "class/enrolment.html")]
struct ReportPage {
    page: Page,
    course: Course,
    cohort: Cohort,
    /// Whether the list was carried out, or only tried.
    is_done: bool,
    /// Whether carrying it out would change anything.
    changes: bool,
    /// Outcomes that occur, in words, with their numbers.
    counts: Vec<(String, usize)>,
    /// Rows with their outcomes in words, and whether one needs a look.
    rows: Vec<(Row, String, bool)>,
    /// The list itself, to be sent again.
    list: String,
    /// In which encoding it came, if not in the usual one.
    encoding: Option<&'static str>,
    /// Whether to write to the invited; `None` where nobody can be.
    writing: Option<bool>,
}

pub(super) async fn enrol(
    state: AppState,
    who: Require<Instructor>,
    id: web::Path<String>,
    upload: UploadedForm,
) -> Answer {
    let (cohort, course, _) = on_cohort(&state, &who, &id, StaffRole::Grader).await?;
    // A list may come twice: in the field and as a file.
    let mut fields = upload.small(MOST_BYTES * 2, "class-list-too-large").await?;
    let list = list(&mut fields);
    let (text, encoding) = roster::text(&list).map_err(refusal)?;
    let rows = roster::rows(&text).map_err(refusal)?;
    let is = |name: &str, value: &[u8]| fields.get(name).is_some_and(|found| found == value);
    let (is_done, write) = (is("step", b"enrol"), is("write", b"yes"));
    let doing = (who.person.id, state.clock.now());
    let mut tx = state.pool.begin().await?;
    let planned = roster::plan(&mut tx, &cohort, rows).await?;
    if is_done {
        roster::carry_out(&mut tx, &cohort, &planned, doing).await?;
        if write {
            write_to(&mut tx, &state, (who.tr, &course), &planned, doing).await?;
        }
        tx.commit().await?;
    }
    let counts = Outcome::ALL.into_iter().map(|outcome| (words(who.tr, outcome), planned.count(outcome)));
    page::show(&ReportPage {
        page: Page::new(&state, &who, who.tr.s(if is_done { "enrolment-done" } else { "enrolment-trial" })),
        counts: counts.filter(|(_, count)| *count > 0).collect(),
        changes: planned.changes_something(),
        rows: planned
            .rows
            .into_iter()
            .map(|(row, outcome)| (row, words(who.tr, outcome), is_doubtful(outcome)))
            .collect(),
        list: text.into_owned(),
        encoding: Some(encoding.name()).filter(|name| *name != "UTF-8"),
        writing: (state.config.sign_up != SignUp::Closed).then_some(write),
        is_done,
        course,
        cohort,
    })
}

/// The list of a form: the file, if one was chosen, else the text.
fn list(fields: &mut HashMap<String, Vec<u8>>) -> Vec<u8> {
    let file = fields.remove("file").filter(|file| !file.is_empty());
    file.or_else(|| fields.remove("list")).unwrap_or_default()
}

fn refusal(invalid: InvalidList) -> WebError {
    match invalid {
        InvalidList::Encoding => WebError::Invalid("class-list-encoding", Vec::new()),
        InvalidList::Binary => WebError::Invalid("class-list-binary", Vec::new()),
        InvalidList::Empty => WebError::Invalid("class-list-empty", Vec::new()),
        InvalidList::TooManyRows => WebError::Invalid("class-list-rows", vec![("most", MOST_ROWS.to_string())]),
        InvalidList::TooLarge => WebError::TooLarge("class-list-too-large", Vec::new()),
    }
}

fn words(t: Tr, outcome: Outcome) -> String {
    match outcome {
        Outcome::Enrolled => t.s("outcome-enrolled"),
        Outcome::AlreadyIn => t.s("outcome-already-in"),
        Outcome::InAnother => t.s("outcome-in-another"),
        Outcome::Invited => t.s("outcome-invited"),
        Outcome::AlreadyInvited => t.s("outcome-already-invited"),
        Outcome::BadAddress => t.s("outcome-bad-address"),
        Outcome::Twice => t.s("outcome-twice"),
    }
}

fn is_doubtful(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::BadAddress | Outcome::Twice | Outcome::InAnother)
}

/// Writes to everybody whom a list invited: how to sign up where that is open, else, where it is by invitation, with the
/// link to an account that is made for them.
async fn write_to(
    conn: &mut PgConnection,
    state: &State,
    (t, course): (Tr, &Course),
    planned: &Planned,
    (by, now): Doing,
) -> Result<(), WebError> {
    for row in planned.invited() {
        let Ok(email) = row.email.parse::<Email>() else { continue };
        match state.config.sign_up {
            SignUp::Open => {
                mail::post(conn, &invitation(state, (t, course), row), now).await?;
            }
            SignUp::Invitation if accounts::by_email(&mut *conn, &email).await?.is_none() => {
                let name = PersonName::parse(&row.name).or_else(|_| PersonName::parse(email.mailbox()));
                let Ok(name) = name else { continue };
                let role = Role::Learner;
                let person = NewPerson { email, name, role, lang: t.lang, password: None, confirmed: false };
                accounts::invite_in(conn, &state.config, &person, by, now).await?;
            }
            SignUp::Invitation | SignUp::Closed => {}
        }
    }
    Ok(())
}

fn invitation(state: &State, (t, course): (Tr, &Course), row: &Row) -> Mail {
    let facts = [
        ("site", state.config.name.clone()),
        ("course", t.pick(&course.title).to_owned()),
        ("email", row.email.clone()),
        ("link", state.config.link("/sign-up")),
    ];
    Mail {
        person: None,
        recipient: row.email.clone(),
        subject: text(t.lang, "mail-class-subject", &facts),
        body: text(t.lang, "mail-class-body", &facts),
    }
}
