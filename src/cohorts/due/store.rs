//! SQL of due dates and extensions.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};

use super::{CohortDue, Due, LateRule, Personal};
use crate::cohorts::ItemKey;
use crate::ids::{CohortId, ExtensionId, PersonId, Slug};

fn due(at: DateTime<Utc>, rule: &str, number: i32) -> Due {
    // The table holds only what `parse` takes.
    Due { at, rule: LateRule::parse(rule, number.cast_unsigned()).unwrap_or(LateRule::Free) }
}

/// Due dates of a class.
pub type OfCohort = Vec<(ItemKey, Due)>;

/// What is due when for a class.
pub async fn of_cohort(executor: impl PgExecutor<'_>, cohort: CohortId) -> Result<OfCohort, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT item, due_at, late_rule, late_number FROM due_dates WHERE cohort_id = $1 ORDER BY due_at, item",
        cohort.0,
    )
    .fetch_all(executor)
    .await?;
    let rows = rows.into_iter();
    Ok(rows
        .filter_map(|row| Some((row.item.parse().ok()?, due(row.due_at, &row.late_rule, row.late_number))))
        .collect())
}

/// What is due when for every class of a course.
pub async fn of_course(executor: impl PgExecutor<'_>, course: &Slug) -> Result<Vec<CohortDue>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT cohort_id AS "cohort: CohortId", item, due_at, late_rule, late_number
           FROM due_dates d JOIN cohorts c ON c.id = d.cohort_id WHERE course_slug = $1"#,
        course.as_str(),
    )
    .fetch_all(executor)
    .await?;
    let rows = rows.into_iter();
    Ok(rows
        .filter_map(|row| Some((row.cohort, row.item.parse().ok()?, due(row.due_at, &row.late_rule, row.late_number))))
        .collect())
}

/// Extensions that hold in a course: whose, of what, until when.
pub async fn own_dates(
    executor: impl PgExecutor<'_>,
    course: &Slug,
) -> Result<Vec<(PersonId, ItemKey, DateTime<Utc>)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT DISTINCT ON (person_id, item) person_id AS "person: PersonId", item, until
           FROM due_extensions WHERE course_slug = $1 ORDER BY person_id, item, granted_at DESC, id DESC"#,
        course.as_str(),
    )
    .fetch_all(executor)
    .await?;
    Ok(rows.into_iter().filter_map(|row| Some((row.person, row.item.parse().ok()?, row.until?))).collect())
}

/// What is due when for somebody, the next first; in one course or in all.
pub async fn of_person(
    executor: impl PgExecutor<'_>,
    person: PersonId,
    course: Option<&Slug>,
) -> Result<Vec<Personal>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT m.course_slug AS "course: Slug", d.item, d.due_at, d.late_rule, d.late_number, e.until AS "until?"
           FROM cohort_members m JOIN due_dates d ON d.cohort_id = m.cohort_id
           LEFT JOIN LATERAL (
               SELECT until FROM due_extensions e
               WHERE e.person_id = m.person_id AND e.course_slug = m.course_slug AND e.item = d.item
               ORDER BY granted_at DESC, id DESC LIMIT 1) e ON TRUE
           WHERE m.person_id = $1 AND ($2::text IS NULL OR m.course_slug = $2)
           ORDER BY GREATEST(d.due_at, e.until), d.item"#,
        person.0,
        course.map(Slug::as_str),
    )
    .fetch_all(executor)
    .await?;
    let rows = rows.into_iter();
    Ok(rows
        .filter_map(|row| {
            let common = due(row.due_at, &row.late_rule, row.late_number);
            let own = common.extended(row.until);
            Some(Personal { course: row.course, item: row.item.parse().ok()?, due: own, is_extended: own != common })
        })
        .collect())
}

/// When an item closed for somebody, in one course or in all that have it: `None` while one of them still takes it, or none
/// has a date for it.
pub async fn closed(
    executor: impl PgExecutor<'_>,
    person: PersonId,
    course: Option<&Slug>,
    item: &ItemKey,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, sqlx::Error> {
    let mut dates = of_person(executor, person, course).await?;
    dates.retain(|date| date.item == *item);
    if dates.iter().any(|date| !date.due.is_closed(now)) {
        return Ok(None);
    }
    Ok(dates.iter().filter_map(|date| date.due.closes()).max())
}

pub(super) async fn put(
    conn: &mut PgConnection,
    cohort: CohortId,
    item: &ItemKey,
    due: Option<Due>,
    (by, now): (PersonId, DateTime<Utc>),
) -> Result<(), sqlx::Error> {
    let Some(due) = due else {
        sqlx::query!("DELETE FROM due_dates WHERE cohort_id = $1 AND item = $2", cohort.0, item.to_string())
            .execute(conn)
            .await?;
        return Ok(());
    };
    sqlx::query!(
        "INSERT INTO due_dates (cohort_id, item, due_at, late_rule, late_number, set_by, set_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (cohort_id, item) DO UPDATE
         SET due_at = $3, late_rule = $4, late_number = $5, set_by = $6, set_at = $7",
        cohort.0,
        item.to_string(),
        due.at,
        due.rule.name(),
        due.rule.number().cast_signed(),
        by.0,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// An extension that somebody was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extension {
    /// Of what.
    pub item: ItemKey,
    /// Until when; `None` where it was taken back.
    pub until: Option<DateTime<Utc>>,
    /// Why.
    pub reason: String,
    /// Who gave it.
    pub by: String,
    /// When.
    pub granted_at: DateTime<Utc>,
}

/// Every extension that somebody was given in a course, the newest first; the first of an item holds.
pub async fn extensions(
    executor: impl PgExecutor<'_>,
    person: PersonId,
    course: &Slug,
) -> Result<Vec<Extension>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT item, until, reason, COALESCE(p.name, '') AS "by!", granted_at
           FROM due_extensions e LEFT JOIN people p ON p.id = e.granted_by
           WHERE person_id = $1 AND course_slug = $2 ORDER BY granted_at DESC, e.id DESC"#,
        person.0,
        course.as_str(),
    )
    .fetch_all(executor)
    .await?;
    let rows = rows.into_iter();
    Ok(rows
        .filter_map(|row| {
            let item = row.item.parse().ok()?;
            Some(Extension { item, until: row.until, reason: row.reason, by: row.by, granted_at: row.granted_at })
        })
        .collect())
}

pub(super) async fn insert_extension(
    conn: &mut PgConnection,
    id: ExtensionId,
    course: &Slug,
    (person, item): (PersonId, &ItemKey),
    (until, reason): (Option<DateTime<Utc>>, &str),
    (by, now): (PersonId, DateTime<Utc>),
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO due_extensions (id, person_id, course_slug, item, until, reason, granted_by, granted_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        id.0,
        person.0,
        course.as_str(),
        item.to_string(),
        until,
        reason,
        by.0,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}
