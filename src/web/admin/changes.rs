//! What a line of the audit log says changed, in words: a pure function of its JSON.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::messages::{Tr, exists};

/// Longest value that is shown, in characters.
const LONGEST: usize = 300;

/// One fact of a line: a field with its values before and after, or something that was said with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fact {
    /// A field that changed.
    Changed {
        /// Its path; empty where the whole is one value.
        field: String,
        /// Before.
        before: Value,
        /// After.
        after: Value,
    },
    /// Something beside before and after, such as the reason.
    Said {
        /// Its path.
        field: String,
        /// Its value.
        value: Value,
    },
}

/// Every fact: changed fields first, those that stayed left out.
pub(super) fn facts(detail: &Value) -> Vec<Fact> {
    let before = fields(detail.get("before"));
    let mut after = fields(detail.get("after"));
    let mut facts = Vec::new();
    let changed = |field: String, before: Value, after: Value| Fact::Changed { field, before, after };
    for (field, before) in before {
        let after = after.remove(&field).unwrap_or(Value::Null);
        if before != after {
            facts.push(changed(field, before, after));
        }
    }
    facts.extend(after.into_iter().map(|(field, after)| changed(field, Value::Null, after)));
    let others = detail.as_object().into_iter().flatten().filter(|(name, _)| *name != "before" && *name != "after");
    for (name, value) in others {
        let said = fields(Some(value)).into_iter().map(|(path, value)| {
            let field = if path.is_empty() { name.clone() } else { format!("{name}.{path}") };
            Fact::Said { field, value }
        });
        facts.extend(said);
    }
    facts
}

/// The values of an object by their paths; what is no object has the empty path, nothing has none.
fn fields(value: Option<&Value>) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    match value {
        None | Some(Value::Null) => {}
        Some(Value::Object(object)) => {
            for (name, value) in object {
                if value.is_null() {
                    found.insert(name.clone(), Value::Null);
                }
                for (path, value) in fields(Some(value)) {
                    let path = if path.is_empty() { name.clone() } else { format!("{name}.{path}") };
                    found.insert(path, value);
                }
            }
        }
        Some(other) => {
            found.insert(String::new(), other.clone());
        }
    }
    found
}

/// A fact as pages and files show it.
pub(super) struct Line {
    /// What the field is called; empty where the whole is one value.
    pub label: String,
    /// Before, for a field that changed.
    pub before: Option<String>,
    /// After, or what was said.
    pub value: String,
}

impl Line {
    /// The same in one sentence of plain text.
    pub fn text(&self) -> String {
        let label = if self.label.is_empty() { String::new() } else { format!("{}: ", self.label) };
        match &self.before {
            Some(before) => format!("{label}{before} → {}", self.value),
            None => format!("{label}{}", self.value),
        }
    }
}

/// Every fact of `detail` in the reader's language.
pub(super) fn lines(t: Tr, detail: &Value) -> Vec<Line> {
    let line = |fact: Fact| match fact {
        Fact::Changed { field, before, after } => {
            Line { label: label(t, &field), before: Some(shown(t, &field, &before)), value: shown(t, &field, &after) }
        }
        Fact::Said { field, value } => Line { label: label(t, &field), before: None, value: shown(t, &field, &value) },
    };
    facts(detail).into_iter().map(line).collect()
}

/// What a field is called: a message for each step of its path that has one.
fn label(t: Tr, path: &str) -> String {
    let step = |name: &str| {
        let key = format!("audit-field-{}", name.replace('_', "-"));
        if exists(t.lang, &key) { t.with(&key, &[]) } else { name.to_owned() }
    };
    path.split('.').map(step).collect::<Vec<_>>().join(" · ")
}

fn shown(t: Tr, field: &str, value: &Value) -> String {
    let text = match value {
        Value::Null => "–".to_owned(),
        Value::Bool(true) => t.s("yes"),
        Value::Bool(false) => t.s("no"),
        Value::Number(number) => number.to_string(),
        Value::String(text) => worded(t, field, text),
        Value::Array(_) | Value::Object(_) => value.to_string(),
    };
    if text.chars().count() > LONGEST { text.chars().take(LONGEST).chain(['…']).collect() } else { text }
}

/// Roles and moments as other pages write them; other texts as they are.
fn worded(t: Tr, field: &str, text: &str) -> String {
    if matches!(field.rsplit('.').next(), Some("role" | "")) {
        let known = [format!("role-{text}"), format!("staff-{text}")].into_iter().find(|key| exists(t.lang, key));
        if let Some(key) = known {
            return t.with(&key, &[]);
        }
    }
    match DateTime::parse_from_rfc3339(text) {
        Ok(at) => t.time(&at.with_timezone(&Utc)),
        Err(_) => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::messages::Lang;

    fn texts(detail: &Value) -> Vec<String> {
        lines(Tr::new(Lang::En), detail).iter().map(Line::text).collect()
    }

    #[test]
    fn only_what_changed_is_shown_and_the_reason_with_it() {
        let detail = json!({
            "before": { "time_factor": 1.0, "extra_attempts": 0, "nested": { "a": 1, "b": 2 } },
            "after": { "time_factor": 1.5, "extra_attempts": 0, "nested": { "a": 1, "b": 3 } },
            "reason": "Broken arm",
        });
        assert_eq!(texts(&detail), ["nested · b: 2 → 3", "Time factor: 1.0 → 1.5", "Reason: Broken arm"]);
    }

    #[test]
    fn what_came_to_be_or_went_has_nothing_on_the_other_side() {
        assert_eq!(texts(&json!({ "before": null, "after": { "role": "instructor" } })), ["Role: – → Instructor"]);
        assert_eq!(texts(&json!({ "before": { "role": "viewer" }, "after": null })), ["Role: Viewer → –"]);
        assert_eq!(texts(&json!({ "before": "learner", "after": "admin" })), ["Learner → Administrator"]);
        assert_eq!(texts(&json!({ "before": { "answer": null }, "after": { "answer": "No." } })), ["Answer: – → No."]);
        assert!(texts(&json!({})).is_empty());
    }

    #[test]
    fn moments_are_written_for_people_and_long_texts_are_cut() {
        let detail = json!({ "deadline": "2026-11-23T09:00:00Z", "text": "x".repeat(400) });
        let lines = texts(&detail);
        assert_eq!(lines[0], "Deadline: 23 Nov 2026 09:00 (UTC)");
        assert_eq!(lines[1].chars().count(), "Text: ".len() + LONGEST + 1);
    }
}
