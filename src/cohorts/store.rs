//! SQL of classes, their members and the places kept for others.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

use super::{Cohort, Plan};
use crate::db;
use crate::ids::{CohortId, PersonId, Slug};

pub(super) async fn insert(
    conn: &mut PgConnection,
    id: CohortId,
    course: &Slug,
    plan: &Plan,
    (by, now): (PersonId, DateTime<Utc>),
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO cohorts (id, course_slug, name, time_zone, starts_on, ends_on, created_by, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        id.0,
        course.as_str(),
        plan.name,
        plan.zone.name(),
        plan.starts_on,
        plan.ends_on,
        by.0,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn update(conn: &mut PgConnection, id: CohortId, plan: &Plan) -> Result<(), sqlx::Error> {
    let result = sqlx::query!(
        "UPDATE cohorts SET name = $2, time_zone = $3, starts_on = $4, ends_on = $5 WHERE id = $1",
        id.0,
        plan.name,
        plan.zone.name(),
        plan.starts_on,
        plan.ends_on,
    )
    .execute(conn)
    .await?;
    db::one_row(&result)
}

pub(super) async fn set_code(conn: &mut PgConnection, id: CohortId, code: Option<&str>) -> Result<(), sqlx::Error> {
    let result = sqlx::query!("UPDATE cohorts SET join_code = $2 WHERE id = $1", id.0, code).execute(conn).await?;
    db::one_row(&result)
}

struct Row {
    id: CohortId,
    course: Slug,
    name: String,
    time_zone: String,
    starts_on: Option<NaiveDate>,
    ends_on: Option<NaiveDate>,
    code: Option<String>,
    members: i64,
    invited: i64,
}

impl From<Row> for Cohort {
    fn from(row: Row) -> Self {
        let zone = row.time_zone.parse().unwrap_or(Tz::UTC);
        let plan = Plan { name: row.name, zone, starts_on: row.starts_on, ends_on: row.ends_on };
        Self { id: row.id, course: row.course, plan, code: row.code, members: row.members, invited: row.invited }
    }
}

/// The classes of a course, by name.
pub async fn of_course(executor: impl PgExecutor<'_>, course: &Slug) -> Result<Vec<Cohort>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT id AS "id: CohortId", course_slug AS "course: Slug", name, time_zone, starts_on, ends_on,
                  join_code AS code,
                  (SELECT count(*) FROM cohort_members m WHERE m.cohort_id = c.id) AS "members!",
                  (SELECT count(*) FROM cohort_invitations i WHERE i.cohort_id = c.id) AS "invited!"
           FROM cohorts c WHERE course_slug = $1 ORDER BY name"#,
        course.as_str(),
    )
    .fetch_all(executor)
    .await?;
    Ok(rows.into_iter().map(Cohort::from).collect())
}

/// One class.
pub async fn find(executor: impl PgExecutor<'_>, id: CohortId) -> Result<Option<Cohort>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT id AS "id: CohortId", course_slug AS "course: Slug", name, time_zone, starts_on, ends_on,
                  join_code AS code,
                  (SELECT count(*) FROM cohort_members m WHERE m.cohort_id = c.id) AS "members!",
                  (SELECT count(*) FROM cohort_invitations i WHERE i.cohort_id = c.id) AS "invited!"
           FROM cohorts c WHERE id = $1"#,
        id.0,
    )
    .fetch_optional(executor)
    .await?;
    Ok(row.map(Cohort::from))
}

/// The class that a code opens.
pub async fn by_code(executor: impl PgExecutor<'_>, code: &str) -> Result<Option<CohortId>, sqlx::Error> {
    sqlx::query_scalar!(r#"SELECT id AS "id: CohortId" FROM cohorts WHERE join_code = $1"#, code)
        .fetch_optional(executor)
        .await
}

/// Somebody in a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The learner.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// What the school calls them; may be empty.
    pub external_id: String,
    /// Since when.
    pub joined_at: DateTime<Utc>,
}

/// The people in a class, by name.
pub async fn members(executor: impl PgExecutor<'_>, cohort: CohortId) -> Result<Vec<Member>, sqlx::Error> {
    sqlx::query_as!(
        Member,
        r#"SELECT person_id AS "person: PersonId", p.name, COALESCE(email, '') AS "email!", external_id, joined_at
           FROM cohort_members m JOIN people p ON p.id = m.person_id
           WHERE cohort_id = $1 AND deleted_at IS NULL ORDER BY p.name, email"#,
        cohort.0,
    )
    .fetch_all(executor)
    .await
}

/// Addresses that have a place in a class, with the name in the list.
pub async fn invited(executor: impl PgExecutor<'_>, cohort: CohortId) -> Result<Vec<(String, String)>, sqlx::Error> {
    let rows = sqlx::query!("SELECT email, name FROM cohort_invitations WHERE cohort_id = $1 ORDER BY email", cohort.0)
        .fetch_all(executor)
        .await?;
    Ok(rows.into_iter().map(|row| (row.email, row.name)).collect())
}

/// A class that somebody is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The class.
    pub cohort: CohortId,
    /// Its name.
    pub name: String,
    /// The zone of its due dates.
    pub zone: String,
    /// What the school calls the learner; may be empty.
    pub external_id: String,
}

/// The class of somebody in a course.
pub async fn membership(
    executor: impl PgExecutor<'_>,
    person: PersonId,
    course: &Slug,
) -> Result<Option<Membership>, sqlx::Error> {
    sqlx::query_as!(
        Membership,
        r#"SELECT cohort_id AS "cohort: CohortId", name, time_zone AS zone, external_id
           FROM cohort_members m JOIN cohorts c ON c.id = m.cohort_id WHERE person_id = $1 AND m.course_slug = $2"#,
        person.0,
        course.as_str(),
    )
    .fetch_optional(executor)
    .await
}

/// Puts people into a class who are in none of the course; the others stay where they are.
pub(super) async fn add(
    conn: &mut PgConnection,
    cohort: &Cohort,
    people: &[(PersonId, String)],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let ids: Vec<Uuid> = people.iter().map(|(person, _)| person.0).collect();
    let external: Vec<String> = people.iter().map(|(_, external_id)| external_id.clone()).collect();
    sqlx::query!(
        "INSERT INTO cohort_members (person_id, course_slug, cohort_id, external_id, joined_at)
         SELECT person, $3, $4, external_id, $5 FROM unnest($1::uuid[], $2::text[]) AS new (person, external_id)
         ON CONFLICT (person_id, course_slug) DO NOTHING",
        &ids,
        &external,
        cohort.course.as_str(),
        cohort.id.0,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What the database knows of an address: whose it is, which class of the course they are in, where a place is kept.
pub(super) struct Known {
    pub email: String,
    pub person: Option<PersonId>,
    pub cohort: Option<CohortId>,
    pub invited_to: Option<CohortId>,
}

pub(super) async fn known(
    conn: &mut PgConnection,
    course: &Slug,
    emails: &[String],
) -> Result<Vec<Known>, sqlx::Error> {
    sqlx::query_as!(
        Known,
        r#"SELECT wanted.email AS "email!", p.id AS "person?: PersonId", m.cohort_id AS "cohort?: CohortId",
                  i.cohort_id AS "invited_to?: CohortId"
           FROM unnest($2::text[]) AS wanted (email)
           -- An address that was never confirmed may be anybody's claim.
           LEFT JOIN people p ON p.email = wanted.email AND p.email_confirmed_at IS NOT NULL AND p.deleted_at IS NULL
           LEFT JOIN cohort_members m ON m.person_id = p.id AND m.course_slug = $1
           LEFT JOIN cohort_invitations i ON i.email = wanted.email AND i.course_slug = $1"#,
        course.as_str(),
        emails,
    )
    .fetch_all(conn)
    .await
}

pub(super) async fn invite(
    conn: &mut PgConnection,
    cohort: &Cohort,
    (emails, names, external): (&[String], &[String], &[String]),
    (by, now): (PersonId, DateTime<Utc>),
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO cohort_invitations (course_slug, email, cohort_id, name, external_id, invited_by, invited_at)
         SELECT $4, email, $5, name, external_id, $6, $7
         FROM unnest($1::text[], $2::text[], $3::text[]) AS new (email, name, external_id)
         ON CONFLICT (course_slug, email) DO UPDATE
         SET cohort_id = $5, name = EXCLUDED.name, external_id = EXCLUDED.external_id, invited_by = $6, invited_at = $7",
        emails,
        names,
        external,
        cohort.course.as_str(),
        cohort.id.0,
        by.0,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The places kept for somebody's confirmed address.
pub(super) async fn invitations_of(
    conn: &mut PgConnection,
    person: PersonId,
) -> Result<Vec<(CohortId, String)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT i.cohort_id AS "cohort: CohortId", i.external_id FROM people p
           JOIN cohort_invitations i ON i.email = p.email WHERE p.id = $1 AND p.email_confirmed_at IS NOT NULL"#,
        person.0,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.cohort, row.external_id)).collect())
}

pub(super) async fn drop_invitation_of(
    conn: &mut PgConnection,
    cohort: CohortId,
    person: PersonId,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "DELETE FROM cohort_invitations WHERE cohort_id = $1 AND email = (SELECT email FROM people WHERE id = $2)",
        cohort.0,
        person.0,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes back the places of addresses whose people are in the course now.
pub(super) async fn drop_invitations(
    conn: &mut PgConnection,
    course: &Slug,
    emails: &[String],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "DELETE FROM cohort_invitations WHERE course_slug = $1 AND email = ANY ($2)",
        course.as_str(),
        emails,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn remove(conn: &mut PgConnection, cohort: CohortId, person: PersonId) -> Result<bool, sqlx::Error> {
    let result = sqlx::query!("DELETE FROM cohort_members WHERE cohort_id = $1 AND person_id = $2", cohort.0, person.0)
        .execute(conn)
        .await?;
    Ok(result.rows_affected() == 1)
}

pub(super) async fn uninvite(conn: &mut PgConnection, cohort: CohortId, email: &str) -> Result<bool, sqlx::Error> {
    let result = sqlx::query!("DELETE FROM cohort_invitations WHERE cohort_id = $1 AND email = $2", cohort.0, email)
        .execute(conn)
        .await?;
    Ok(result.rows_affected() == 1)
}

pub(super) async fn move_to(
    conn: &mut PgConnection,
    (from, to): (CohortId, CohortId),
    person: PersonId,
) -> Result<bool, sqlx::Error> {
    let result = sqlx::query!(
        "UPDATE cohort_members SET cohort_id = $2 WHERE cohort_id = $1 AND person_id = $3",
        from.0,
        to.0,
        person.0,
    )
    .execute(conn)
    .await?;
    Ok(result.rows_affected() == 1)
}

pub(super) async fn forget(conn: &mut PgConnection, person: PersonId) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "WITH invitations AS (
             DELETE FROM cohort_invitations WHERE email = (SELECT email FROM people WHERE id = $1)),
         extensions AS (DELETE FROM due_extensions WHERE person_id = $1),
         dismissals AS (DELETE FROM announcement_dismissals WHERE person_id = $1)
         DELETE FROM cohort_members WHERE person_id = $1",
        person.0,
    )
    .execute(conn)
    .await?;
    Ok(())
}
