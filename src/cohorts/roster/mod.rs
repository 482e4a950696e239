//! Lists of people for a class: reading them, saying what would become of each row, and carrying it out at once.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use encoding_rs::{Encoding, GB18030, UTF_8};
use serde_json::json;
use sqlx::PgConnection;

use super::{Cohort, CohortError, Doing, record, store};
use crate::accounts::Email;
use crate::courses;
use crate::ids::PersonId;

/// Largest list in bytes.
pub const MOST_BYTES: usize = 1_000_000;
/// Most rows of a list.
pub const MOST_ROWS: usize = 5_000;
/// Longest name and school id, in characters.
const LONGEST: usize = 200;

/// Why a list could not be read at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidList {
    /// It is in no encoding that is read.
    #[error("the list is neither UTF-8 nor UTF-16 nor GB 18030")]
    Encoding,
    /// It has a zero byte, so it is some other kind of file.
    #[error("the list is no text file")]
    Binary,
    /// It has more rows than [`MOST_ROWS`].
    #[error("the list has more than {MOST_ROWS} rows")]
    TooManyRows,
    /// It is larger than [`MOST_BYTES`].
    #[error("the list is larger than {MOST_BYTES} bytes")]
    TooLarge,
    /// It has no row.
    #[error("the list is empty")]
    Empty,
}

/// A row of a list: address, name and what the school calls them, as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its line in the list, from 1.
    pub line: u64,
    /// What stands where the address should.
    pub email: String,
    /// Name; may be empty.
    pub name: String,
    /// What the school calls them; may be empty.
    pub external_id: String,
}

/// The text of a list, and the encoding that it is in: UTF-8; UTF-16 with its mark, which Excel calls Unicode text; else GB
/// 18030, in which Excel saves CSV on a Chinese Windows.
pub fn text(bytes: &[u8]) -> Result<(Cow<'_, str>, &'static Encoding), InvalidList> {
    if bytes.len() > MOST_BYTES {
        return Err(InvalidList::TooLarge);
    }
    let read = |encoding: &'static Encoding, start: usize| {
        let text = encoding.decode_without_bom_handling_and_without_replacement(bytes.get(start..)?)?;
        Some((text, encoding))
    };
    let found = match Encoding::for_bom(bytes) {
        Some((marked, length)) => read(marked, length),
        None => read(UTF_8, 0).or_else(|| read(GB18030, 0)),
    };
    found.ok_or(InvalidList::Encoding)
}

/// Reads the text of a list with the columns address, name and school id, of which the last two may be missing.
///
/// Comma, semicolon and tab separate, whichever the first line has most of; a first row without an address is a header.
pub fn rows(text: &str) -> Result<Vec<Row>, InvalidList> {
    if text.contains('\0') {
        return Err(InvalidList::Binary);
    }
    let mut reader = csv::ReaderBuilder::new();
    let reader = reader.has_headers(false).flexible(true).delimiter(delimiter(text)).trim(csv::Trim::All);
    let mut rows = Vec::new();
    let mut lines = Lines { text: text.as_bytes(), read: 0, line: 1 };
    for record in reader.from_reader(text.as_bytes()).records() {
        // The text is UTF-8 and rows may differ in length: nothing is left that could be wrong with one.
        let Ok(record) = record else { continue };
        let column = |place: usize| tidy(record.get(place).unwrap_or_default());
        let row = Row {
            line: lines.at(record.position().map_or(0, csv::Position::byte)),
            email: column(0),
            name: column(1),
            external_id: column(2),
        };
        let is_header = rows.is_empty() && !row.email.contains('@') && !row.email.is_empty();
        let is_blank = row.email.is_empty() && row.name.is_empty() && row.external_id.is_empty();
        if is_blank || (is_header && is_heading(&row.email)) {
            continue;
        }
        if rows.len() == MOST_ROWS {
            return Err(InvalidList::TooManyRows);
        }
        rows.push(row);
    }
    if rows.is_empty() { Err(InvalidList::Empty) } else { Ok(rows) }
}

/// Counts lines as people do, blank ones and both bytes of a line end included.
struct Lines<'a> {
    text: &'a [u8],
    read: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line of the row that begins at, or after the blank lines at, `byte`; rows are asked for in order.
    fn at(&mut self, byte: u64) -> u64 {
        let start = usize::try_from(byte).unwrap_or(usize::MAX);
        for byte in self.text.iter().skip(self.read) {
            if self.read >= start && !matches!(byte, b'\r' | b'\n') {
                break;
            }
            self.line += u64::from(*byte == b'\n');
            self.read += 1;
        }
        self.line
    }
}

/// What people write above a column of addresses.
fn is_heading(cell: &str) -> bool {
    let cell = cell.to_lowercase();
    ["email", "e-mail", "mail", "address", "邮箱", "邮件", "电子邮箱"].iter().any(|word| cell.contains(word))
}

fn delimiter(text: &str) -> u8 {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |delimiter: u8| first.bytes().filter(|byte| *byte == delimiter).count();
    [b',', b';', b'\t'].into_iter().max_by_key(|delimiter| (count(*delimiter), *delimiter == b',')).unwrap_or(b',')
}

fn tidy(cell: &str) -> String {
    cell.chars().filter(|c| !c.is_control()).take(LONGEST).collect::<String>().trim().to_owned()
}

/// What becomes of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// They are in the class from now on.
    Enrolled,
    /// They were in the class before.
    AlreadyIn,
    /// They are in another class of the course and stay there.
    InAnother,
    /// Nobody has this address: they join when they have confirmed it.
    Invited,
    /// A place in the class was kept before.
    AlreadyInvited,
    /// No e-mail address.
    BadAddress,
    /// An earlier row has this address.
    Twice,
}

impl Outcome {
    /// Every outcome, in the order of reports.
    pub const ALL: [Self; 7] = [
        Self::Enrolled,
        Self::Invited,
        Self::AlreadyIn,
        Self::AlreadyInvited,
        Self::InAnother,
        Self::BadAddress,
        Self::Twice,
    ];
}

/// A list with what becomes of each row.
#[derive(Debug)]
pub struct Planned {
    /// Rows with their outcomes, in the order of the list.
    pub rows: Vec<(Row, Outcome)>,
    enrolled: Vec<(PersonId, String)>,
    enrolled_emails: Vec<String>,
}

impl Planned {
    /// How many rows end so.
    pub fn count(&self, outcome: Outcome) -> usize {
        self.rows.iter().filter(|(_, found)| *found == outcome).count()
    }

    /// Rows whose addresses get a place kept.
    pub fn invited(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|(_, outcome)| *outcome == Outcome::Invited).map(|(row, _)| row)
    }

    /// Whether carrying it out changes anything.
    pub fn changes_something(&self) -> bool {
        self.count(Outcome::Enrolled) + self.count(Outcome::Invited) > 0
    }
}

/// Says what would become of each row; changes nothing.
pub async fn plan(conn: &mut PgConnection, cohort: &Cohort, rows: Vec<Row>) -> Result<Planned, CohortError> {
    let parsed: Vec<(Row, Option<String>)> = rows
        .into_iter()
        .map(|row| {
            let email = row.email.parse::<Email>().ok().map(|email| email.as_str().to_owned());
            (row, email)
        })
        .collect();
    let emails: Vec<String> = parsed.iter().filter_map(|(_, email)| email.clone()).collect();
    let known: HashMap<String, store::Known> = store::known(conn, &cohort.course, &emails)
        .await?
        .into_iter()
        .map(|known| (known.email.clone(), known))
        .collect();
    let mut seen = HashSet::new();
    let mut planned = Planned { rows: Vec::new(), enrolled: Vec::new(), enrolled_emails: Vec::new() };
    for (mut row, email) in parsed {
        let outcome = match email {
            None => Outcome::BadAddress,
            Some(email) if !seen.insert(email.clone()) => Outcome::Twice,
            Some(email) => {
                let outcome = known.get(&email).map_or(Outcome::Invited, |known| of(known, cohort));
                if let (Outcome::Enrolled, Some(person)) = (outcome, known.get(&email).and_then(|known| known.person)) {
                    planned.enrolled.push((person, row.external_id.clone()));
                    planned.enrolled_emails.push(email.clone());
                }
                row.email = email;
                outcome
            }
        };
        planned.rows.push((row, outcome));
    }
    Ok(planned)
}

fn of(known: &store::Known, cohort: &Cohort) -> Outcome {
    match (known.person, known.cohort, known.invited_to) {
        (Some(_), Some(own), _) if own == cohort.id => Outcome::AlreadyIn,
        (Some(_), Some(_), _) => Outcome::InAnother,
        (Some(_), None, _) => Outcome::Enrolled,
        (None, _, Some(own)) if own == cohort.id => Outcome::AlreadyInvited,
        (None, _, _) => Outcome::Invited,
    }
}

/// Carries a plan out: everybody into the course and the class, a place kept for every other address.
pub async fn carry_out(
    conn: &mut PgConnection,
    cohort: &Cohort,
    planned: &Planned,
    (by, now): Doing,
) -> Result<(), CohortError> {
    let people: Vec<PersonId> = planned.enrolled.iter().map(|(person, _)| *person).collect();
    courses::enrol_all(conn, &people, &cohort.course, now).await?;
    store::add(conn, cohort, &planned.enrolled, now).await?;
    store::drop_invitations(conn, &cohort.course, &planned.enrolled_emails).await?;
    let column = |value: fn(&Row) -> &String| planned.invited().map(value).cloned().collect::<Vec<_>>();
    let (emails, names, external) = (column(|row| &row.email), column(|row| &row.name), column(|row| &row.external_id));
    store::invite(conn, cohort, (&emails, &names, &external), (by, now)).await?;
    let facts = json!({
        "before": { "members": cohort.members, "invited": cohort.invited },
        "enrolled": people,
        "invited": emails.len(),
    });
    record(conn, cohort.id, "cohort.enrol", facts, (by, now)).await
}

#[cfg(test)]
mod tests;
