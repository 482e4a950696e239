//! The list of certificates with its search, as pages and as a file: of all for administrators, of a course for its staff.

use askama::Template;
use serde::Deserialize;

use super::{Line, lines, standing_word};
use crate::certificates::{Filter, Standing, register};
use crate::courses::staff::StaffRole;
use crate::ids::Slug;
use crate::messages::Tr;
use crate::web::page::{self, Page, typed};
use crate::web::visit::{Demand, Require};
use crate::web::{Answer, State, csv};

/// Certificates on one page of the list.
const PAGE: u32 = 50;
/// Most certificates of one file.
const MOST: u32 = 50_000;
/// Longest text that is searched for, in characters.
const LONGEST_TEXT: usize = 200;

/// Whose certificates somebody looks after.
pub(super) enum Scope {
    /// Everybody's.
    All,
    /// Those of one course and of its exams.
    Course(Taught),
}

/// A course whose staff somebody belongs to.
pub(super) struct Taught {
    pub(super) course: Slug,
    pub(super) title: String,
    pub(super) role: StaffRole,
    /// What the register calls the course and its exams.
    pub(super) subjects: Vec<String>,
}

impl Scope {
    /// The address of the list; those of its certificates are below it.
    pub(super) fn place(&self) -> String {
        match self {
            Self::All => "/admin/certificates".to_owned(),
            Self::Course(taught) => format!("/teach/courses/{}/certificates", taught.course),
        }
    }

    /// The first part of the names of its files.
    fn file(&self) -> String {
        match self {
            Self::All => "certificates".to_owned(),
            Self::Course(taught) => format!("certificates-{}", taught.course),
        }
    }

    /// Whether what the register calls `subject` is in it.
    pub(super) fn has(&self, subject: &str) -> bool {
        match self {
            Self::All => true,
            Self::Course(taught) => taught.subjects.iter().any(|known| known == subject),
        }
    }

    fn subjects(&self) -> Option<Vec<String>> {
        match self {
            Self::All => None,
            Self::Course(taught) => Some(taught.subjects.clone()),
        }
    }

    fn may_revoke(&self) -> bool {
        match self {
            Self::All => true,
            Self::Course(taught) => taught.role >= StaffRole::Owner,
        }
    }

    fn title(&self, t: Tr) -> String {
        match self {
            Self::All => t.s("admin-certificates-title"),
            Self::Course(taught) => t.s1("certificates-of-course", "course", taught.title.as_str()),
        }
    }
}

/// What the list is searched for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Search {
    q: String,
    standing: String,
    skip: u32,
}

impl Search {
    fn filter(&self, scope: &Scope) -> Filter {
        Filter {
            person: None,
            subjects: scope.subjects(),
            text: typed(&self.q).chars().take(LONGEST_TEXT).collect(),
            standing: Standing::from_name(&self.standing),
            limit: PAGE,
            skip: self.skip,
        }
    }

    /// The address of the same search at `path`, from the certificate after `skip` on.
    fn address(&self, path: &str, skip: u32) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("q", &self.q).append_pair("standing", &self.standing);
        if skip > 0 {
            query.append_pair("skip", &skip.to_string());
        }
        format!("{path}?{}", query.finish())
    }
}

#[derive(Template)]
#[template(path = "certificates/list.html")]
struct ListPage {
    page: Page,
    scope: Scope,
    filter: Filter,
    standings: Vec<(&'static str, String, bool)>,
    certificates: Vec<Line>,
    /// Which of how many are shown.
    range: String,
    earlier: Option<String>,
    later: Option<String>,
    export: String,
}

pub(super) async fn show<R: Demand>(state: &State, who: &Require<R>, scope: Scope, search: &Search) -> Answer {
    let (filter, now, t) = (search.filter(&scope), state.clock.now(), who.tr);
    let place = scope.place();
    let total = register::count(&state.pool, &filter, now).await?;
    let found = register::list(&state.pool, &filter, now).await?;
    if found.is_empty() && total > 0 {
        // Beyond the end: an old link, or somebody counted by hand.
        return Ok(page::see_other(&search.address(&place, 0)));
    }
    let (first, last) = (i64::from(filter.skip) + 1, (i64::from(filter.skip) + i64::from(PAGE)).min(total));
    let options = Standing::ALL.into_iter();
    page::show(&ListPage {
        page: Page::new(state, who, scope.title(t)),
        standings: options.map(|each| (each.name(), standing_word(each, t), filter.standing == Some(each))).collect(),
        certificates: lines(found, t),
        range: t.with("certificates-range", &[("first", t.int(first)), ("last", t.int(last)), ("all", t.int(total))]),
        earlier: (last < total).then(|| search.address(&place, filter.skip.saturating_add(PAGE))),
        later: (filter.skip > 0).then(|| search.address(&place, filter.skip.saturating_sub(PAGE))),
        export: search.address(&format!("{place}.csv"), 0),
        scope,
        filter,
    })
}

/// What a search finds, all of it, as a CSV file.
pub(super) async fn export<R: Demand>(state: &State, who: &Require<R>, scope: &Scope, search: &Search) -> Answer {
    let (now, t) = (state.clock.now(), who.tr);
    let filter = Filter { limit: MOST, skip: 0, ..search.filter(scope) };
    let head = [
        "certificate-code",
        "certificate-holder",
        "field-email",
        "certificate-title",
        "certificate-course-or-exam",
        "certificate-issued",
        "certificate-expires",
        "certificate-status",
        "certificate-revoked-at",
        "admin-certificate-reason",
        "certificate-verify-link",
    ];
    let head: Vec<String> = head.iter().map(|key| t.with(key, &[])).collect();
    let rows = lines(register::list(&state.pool, &filter, now).await?, t).into_iter().map(|line| {
        let listed = line.listed;
        let (revoked_at, reason) = listed.revocation.map(|found| (t.iso(&found.at), found.reason)).unwrap_or_default();
        vec![
            listed.code.clone(),
            listed.holder_name,
            listed.email.unwrap_or_default(),
            line.title,
            listed.course_slug,
            t.iso(&listed.issued_at),
            t.iso(&listed.expires_at),
            line.standing,
            revoked_at,
            reason,
            state.config.link(&format!("/verify/{}", listed.code)),
        ]
    });
    csv::download(&format!("{}-{}.csv", scope.file(), now.format("%Y-%m-%d")), &head, rows)
}
