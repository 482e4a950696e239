//! The log of changes of a course's grades and dates, in words.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;

use super::{item_name, percent};
use crate::accounts;
use crate::courses::Course;
use crate::gradebook::{Change, Item, changes};
use crate::ids::PersonId;
use crate::messages::Tr;
use crate::web::WebError;

/// Lines of the log on one page.
const MOST: i64 = 100;

/// One change.
pub(super) struct Line {
    pub(super) at: String,
    pub(super) by: String,
    /// What was done, in words.
    pub(super) what: String,
    /// Each thing that changed, with before and after.
    pub(super) parts: Vec<String>,
    pub(super) reason: String,
}

/// The newest changes of a course.
pub(super) async fn lines(
    conn: &mut PgConnection,
    t: Tr,
    course: &Course,
    items: &[Item],
) -> Result<Vec<Line>, WebError> {
    let changes = changes(conn, &course.slug, MOST).await?;
    let people: Vec<PersonId> = changes.iter().filter_map(|change| change.person).collect();
    let names = accounts::names(conn, &people).await?;
    Ok(changes.iter().map(|change| line(t, change, items, &names)).collect())
}

fn line(t: Tr, change: &Change, items: &[Item], names: &HashMap<PersonId, String>) -> Line {
    let person = change.person.and_then(|person| names.get(&person)).cloned().unwrap_or_default();
    let what = match change.action.as_str() {
        "gradebook.weights" => t.s("log-weights"),
        "gradebook.adjust" => t.s1("log-adjust", "person", person),
        "due.set" => t.s("log-due"),
        "due.extend" => t.s1("log-extend", "person", person),
        _ if change.parts.first().is_some_and(|(_, _, after)| *after == Value::Bool(true)) => t.s("log-released"),
        _ => t.s("log-hidden"),
    };
    let is_release = change.action == "gradebook.release";
    let part = |(item, before, after): &(String, Value, Value)| {
        let name = match item.parse() {
            Ok(key) => item_name(t, items, &key),
            Err(_) => t.s("gradebook-missing"),
        };
        let side = |value: &Value| words(t, &change.action, value);
        t.with("log-part", &[("name", name), ("before", side(before)), ("after", side(after))])
    };
    Line {
        at: t.time(&change.at),
        by: change.by.clone(),
        what,
        parts: if is_release { Vec::new() } else { change.parts.iter().map(part).collect() },
        reason: change.reason.clone(),
    }
}

/// One side of a change: a weight, a grade, a moment with its rule, or nothing.
fn words(t: Tr, action: &str, value: &Value) -> String {
    let moment = |value: &Value| value.as_str().and_then(|text| text.parse::<DateTime<Utc>>().ok());
    match value {
        Value::Null => "–".to_owned(),
        Value::Number(number) if action == "gradebook.adjust" => number
            .as_u64()
            .and_then(|grade| u32::try_from(grade).ok())
            .map(|grade| percent(t, grade))
            .unwrap_or_default(),
        Value::String(text) if text == "excluded" => t.s("missing-excluded"),
        Value::String(text) if text == "zero" => t.s("missing-zero"),
        Value::String(_) => moment(value).map(|at| t.time(&at)).unwrap_or_default(),
        Value::Object(facts) => {
            let at = facts.get("at").and_then(moment).map(|at| t.time(&at)).unwrap_or_default();
            let number = facts.get("number").and_then(Value::as_u64).unwrap_or_default();
            match facts.get("rule").and_then(Value::as_str) {
                Some("per_day") => t.s2("log-due-per-day", "time", at, "number", number),
                Some("closed") => t.s2("log-due-closed", "time", at, "number", number),
                _ => at,
            }
        }
        other => other.to_string(),
    }
}
