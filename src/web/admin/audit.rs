//! The audit log: who changed what and when, with the facts before and after; as pages and as a file.

use actix_web::web;
use askama::Template;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeZone as _, Utc};
use chrono_tz::Tz;
use serde::Deserialize;
use uuid::Uuid;

use super::changes::{self, Line};
use super::store::{self, Entry, Wanted};
use crate::messages::{Tr, exists};
use crate::web::page::{self, FieldErrors, Page};
use crate::web::visit::{Admin, Require};
use crate::web::{Answer, AppState, csv};

/// Lines on one page.
const PAGE: usize = 50;
/// Most lines of one file.
const MOST: i64 = 50_000;

/// What the page was asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Query {
    who: String,
    action: String,
    object: String,
    from: String,
    to: String,
    before: String,
}

impl Query {
    /// What to look for; a day that is none is a fault, and does not narrow the search.
    fn parse(&self, t: Tr) -> (Wanted, FieldErrors) {
        let mut errors = FieldErrors::default();
        let mut day = |field, text: &str| match text.trim() {
            "" => None,
            text => {
                let day = page::day(text);
                if day.is_none() {
                    errors.add(field, t.s("audit-bad-day"));
                }
                day
            }
        };
        let (from, to) = (day("from", &self.from), day("to", &self.to));
        let wanted = Wanted {
            before: self.before.parse::<Uuid>().ok(),
            who: page::typed(&self.who),
            action: page::typed(&self.action),
            object: page::typed(&self.object),
            from: from.map(|day| midnight(t.zone, day)),
            // The last day belongs to it.
            until: to.and_then(|day| day.checked_add_days(Days::new(1))).map(|day| midnight(t.zone, day)),
        };
        (wanted, errors)
    }

    /// The address of the same search elsewhere.
    fn address(&self, path: &str, before: Option<Uuid>) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let fields = [
            ("who", &self.who),
            ("action", &self.action),
            ("object", &self.object),
            ("from", &self.from),
            ("to", &self.to),
        ];
        for (name, value) in fields {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        if let Some(before) = before {
            query.append_pair("before", &before.to_string());
        }
        format!("{path}?{}", query.finish())
    }
}

/// When a day begins where the reader is; where the clock jumps over midnight, as UTC has it.
fn midnight(zone: Tz, day: NaiveDate) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN);
    let local = zone.from_local_datetime(&midnight).earliest();
    local.map_or_else(|| midnight.and_utc(), |at| at.with_timezone(&Utc))
}

struct Row {
    entry: Entry,
    actor: String,
    action: String,
    lines: Vec<Line>,
}

fn row(t: Tr, entry: Entry) -> Row {
    let actor = match &entry.name {
        None => t.s("audit-command-line"),
        Some(name) if name.is_empty() => t.s("audit-deleted"),
        Some(name) => name.clone(),
    };
    Row { actor, action: action(t, &entry.action), lines: changes::lines(t, &entry.detail), entry }
}

/// An action in words; one that has none shows its own name.
pub(super) fn action(t: Tr, name: &str) -> String {
    let key = format!("audit-action-{}", name.replace(['.', '_'], "-"));
    if exists(t.lang, &key) { t.with(&key, &[]) } else { name.to_owned() }
}

#[derive(Template)]
#[template(path = "admin/audit.html")]
struct AuditPage {
    page: Page,
    query: Query,
    errors: FieldErrors,
    /// Name, words, and whether it is the one that was asked for.
    actions: Vec<(String, String, bool)>,
    rows: Vec<Row>,
    newest: Option<String>,
    older: Option<String>,
    export: String,
}

/// The log, newest first.
pub(super) async fn show(state: AppState, who: Require<Admin>, query: web::Query<Query>) -> Answer {
    let (query, t) = (query.into_inner(), who.tr);
    let (wanted, errors) = query.parse(t);
    // One more than is shown tells whether there is another page.
    let mut found = store::entries(&state.pool, &wanted, 51).await?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let last = found.last().map(|entry| entry.id.0).filter(|_| more);
    let actions = store::actions(&state.pool).await?.into_iter();
    page::show(&AuditPage {
        page: Page::new(&state, &who, t.s("audit-title")).with_faults(&errors),
        errors,
        actions: actions.map(|name| (name.clone(), action(t, &name), name == wanted.action)).collect(),
        rows: found.into_iter().map(|entry| row(t, entry)).collect(),
        newest: wanted.before.map(|_| query.address("/admin/audit", None)),
        older: last.map(|last| query.address("/admin/audit", Some(last))),
        export: query.address("/admin/audit/export", None),
        query,
    })
}

/// The lines of a search as a CSV file, with the whole detail beside the words.
pub(super) async fn export(state: AppState, who: Require<Admin>, query: web::Query<Query>) -> Answer {
    let t = who.tr;
    let (wanted, _) = query.parse(t);
    let found = store::entries(&state.pool, &wanted, MOST).await?;
    let head =
        ["audit-time", "audit-who", "field-email", "audit-action", "audit-name", "audit-object", "audit-changes"];
    let head: Vec<String> = head.iter().map(|key| t.with(key, &[])).chain(["JSON".to_owned()]).collect();
    let rows = found.into_iter().map(|entry| row(t, entry)).map(|row| {
        let changes: Vec<String> = row.lines.iter().map(Line::text).collect();
        vec![
            t.iso(&row.entry.at),
            row.actor,
            row.entry.email.unwrap_or_default(),
            row.action,
            row.entry.action,
            row.entry.object,
            changes.join("; "),
            row.entry.detail.to_string(),
        ]
    });
    csv::download(&format!("audit-{}.csv", state.clock.now().format("%Y-%m-%d")), &head, rows)
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;
    use crate::messages::Lang;

    fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, found);
            } else {
                found.push(path);
            }
        }
    }

    #[test]
    fn every_action_that_is_written_down_has_words_in_both_languages() {
        let (mut files, mut seen) = (Vec::new(), 0);
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
        let named = "action: \"";
        for text in files.iter().map(|path| std::fs::read_to_string(path).unwrap_or_default()) {
            for name in text.split(named).skip(1).filter_map(|rest| rest.split('"').next()) {
                for lang in Lang::ALL {
                    assert_ne!(action(Tr::new(lang), name), name, "audit-action-… in {}", lang.code());
                    seen += 1;
                }
            }
        }
        assert!(seen > 20, "{seen}");
    }

    #[test]
    fn a_day_begins_where_the_reader_is() {
        let day = "2026-11-23".parse().unwrap();
        assert_eq!(midnight(Tz::Asia__Shanghai, day), "2026-11-22T16:00:00Z".parse::<DateTime<Utc>>().unwrap());
        // Clocks in Beirut went from 23:59 to 1:00 that night.
        let day = "2026-03-29".parse().unwrap();
        assert_eq!(midnight(Tz::Asia__Beirut, day), "2026-03-29T00:00:00Z".parse::<DateTime<Utc>>().unwrap());
    }
}
