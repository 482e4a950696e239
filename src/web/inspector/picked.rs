//! Which submissions an instructor picked: by what they looked for, or one by one.

use chrono::{DateTime, Days, NaiveDate, TimeZone as _, Utc};
use url::form_urlencoded::{Serializer, parse};

use crate::exercises::catalogue::Offer;
use crate::grading::verdict::Verdict;
use crate::ids::SubmissionId;
use crate::messages::Tr;
use crate::results::inspection::{self, Ended, Filter, Only, Part};
use crate::results::shadow::MOST;
use crate::web::page::{day, typed};
use crate::web::{State, WebError};

/// Fields of the search form.
const FIELDS: [&str; 7] = ["who", "verdict", "from", "to", "for", "under", "only"];

/// Fields of a query or form, in which a name may stand several times.
pub(super) struct Picked(Vec<(String, String)>);

impl Picked {
    /// Reads `a=b&c=d`.
    pub fn read(fields: &str) -> Self {
        Self(parse(fields.as_bytes()).into_owned().collect())
    }

    /// From the path and query of a request.
    pub fn of_path(path: &str) -> Self {
        Self::read(path.split_once('?').map_or("", |(_, query)| query))
    }

    /// The first value of a field.
    pub fn one(&self, name: &str) -> &str {
        self.0.iter().find(|(found, _)| found == name).map_or("", |(_, value)| value)
    }

    /// The submissions that were picked one by one.
    pub fn ids(&self) -> Vec<SubmissionId> {
        self.0.iter().filter(|(name, _)| name == "id").filter_map(|(_, value)| value.parse().ok()).collect()
    }

    /// Whether all that fit are meant, not those that were picked.
    pub fn is_all(&self) -> bool {
        self.one("scope") != "picked"
    }

    /// Whether anything is looked for.
    pub fn is_filtered(&self) -> bool {
        FIELDS.iter().any(|name| !self.one(name).is_empty())
    }

    /// What is looked for, to be sent on beside what is picked.
    pub fn filters(&self) -> Vec<(&'static str, &str)> {
        FIELDS.into_iter().map(|name| (name, self.one(name))).filter(|(_, value)| !value.is_empty()).collect()
    }

    /// What was picked, to be sent on.
    pub fn carried(&self) -> Vec<(String, String)> {
        let is_carried = |name: &str| {
            if self.is_all() { FIELDS.contains(&name) } else { name == "id" || name == "scope" }
        };
        self.0.iter().filter(|(name, value)| is_carried(name) && !value.is_empty()).cloned().collect()
    }

    /// The query of the same search from another place of the list on.
    pub fn query_before(&self, before: SubmissionId) -> String {
        let mut query = Serializer::new(String::new());
        for name in FIELDS.into_iter().filter(|name| !self.one(name).is_empty()) {
            query.append_pair(name, self.one(name));
        }
        query.append_pair("before", &before.to_string()).finish()
    }

    /// What is looked for; days are the reader's.
    pub fn filter(&self, tr: Tr, offer: &Offer) -> Filter {
        let picked = |name: &str| day(self.one(name));
        let verdict = match self.one("verdict") {
            "waiting" => Some(Ended::Waiting),
            name => Verdict::from_name(name).map(Ended::As),
        };
        Filter {
            who: typed(self.one("who")),
            verdict,
            from: picked("from").and_then(|day| start(tr, day)),
            to: picked("to").and_then(|day| start(tr, day.checked_add_days(Days::new(1))?)),
            exam: match self.one("for") {
                "exam" => Some(true),
                "practice" => Some(false),
                _ => None,
            },
            version: Some(self.one("under").to_owned()).filter(|version| !version.is_empty()),
            only: match self.one("only") {
                "best" => Some(Only::Best),
                "last" => Some(Only::Last),
                _ => None,
            },
            is_loss: offer.manifest.metric.is_loss(),
        }
    }

    /// The submissions that are meant.
    pub async fn submissions(&self, state: &State, tr: Tr, offer: &Offer) -> Result<Vec<SubmissionId>, WebError> {
        if !self.is_all() {
            return Ok(self.ids());
        }
        let part = Part { before: None, most: i64::try_from(MOST + 1).unwrap_or(i64::MAX) };
        let found = inspection::find(&state.pool, &offer.slug, &self.filter(tr, offer), part).await?;
        Ok(found.iter().map(|found| found.id).collect())
    }
}

/// The first moment of a day in the reader's zone.
fn start(tr: Tr, day: NaiveDate) -> Option<DateTime<Utc>> {
    tr.zone.from_local_datetime(&day.and_hms_opt(0, 0, 0)?).earliest().map(|at| at.to_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_picked_is_sent_on_whole() {
        let id = SubmissionId::new(DateTime::UNIX_EPOCH);
        let picked = Picked::read(&format!("who=Ada+L&verdict=&id={id}&id=nonsense&scope=picked"));
        assert_eq!((picked.ids(), picked.is_all()), (vec![id], false));
        assert_eq!(picked.carried().len(), 3, "the ids and that they were picked; a broken one picks nothing");
        let all = Picked::of_path("/x?who=Ada+L&scope=all");
        assert_eq!(all.carried(), [("who".to_owned(), "Ada L".to_owned())]);
        assert_eq!(all.query_before(id), format!("who=Ada+L&before={id}"));
        assert!(all.is_all() && Picked::read("").is_all(), "who picks nothing means all");
    }

    #[test]
    fn a_day_begins_where_the_reader_is() {
        let tr = Tr { zone: chrono_tz::Tz::Asia__Shanghai, ..Tr::new(crate::messages::Lang::En) };
        let at = start(tr, NaiveDate::from_ymd_opt(2026, 11, 26).unwrap()).unwrap();
        assert_eq!(at.to_rfc3339(), "2026-11-25T16:00:00+00:00");
    }
}
