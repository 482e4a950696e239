//! SQL of the gradebook: one query for each kind of fact, over everybody in a course.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::types::Json;
use sqlx::{PgConnection, PgExecutor};

use super::{Item, Missing, Try, Whose, exam_share};
use crate::cohorts::ItemKey;
use crate::cohorts::due::Grade;
use crate::exams::score::Scores;
use crate::ids::{AdjustmentId, CohortId, PersonId, Slug};

/// Tries by person and item, the first one first.
pub(super) type Tries = HashMap<(PersonId, ItemKey), Vec<Try>>;

/// Exercises that were made for a course.
pub(super) async fn exercises(executor: impl PgExecutor<'_>, course: &Slug) -> Result<Vec<Slug>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT slug AS "slug: Slug" FROM exercises WHERE course_slug = $1 AND withdrawn_at IS NULL ORDER BY slug"#,
        course.as_str(),
    )
    .fetch_all(executor)
    .await
}

/// Somebody who takes a course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Learner {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Their class, if they are in one.
    pub cohort: Option<CohortId>,
    /// Its name.
    pub cohort_name: Option<String>,
    /// What the school calls them; may be empty.
    pub external_id: String,
    /// Since when they take the course.
    pub enrolled_at: DateTime<Utc>,
}

pub(super) async fn learners(
    conn: &mut PgConnection,
    course: &Slug,
    whose: Whose,
) -> Result<Vec<Learner>, sqlx::Error> {
    sqlx::query_as!(
        Learner,
        r#"SELECT p.id AS "person: PersonId", p.name, COALESCE(p.email, '') AS "email!", c.id AS "cohort?: CohortId",
                  c.name AS "cohort_name?", COALESCE(m.external_id, '') AS "external_id!", e.enrolled_at
           FROM enrolments e JOIN people p ON p.id = e.person_id
           LEFT JOIN cohort_members m ON m.person_id = e.person_id AND m.course_slug = e.course_slug
           LEFT JOIN cohorts c ON c.id = m.cohort_id
           WHERE e.course_slug = $1 AND p.deleted_at IS NULL
             AND ($2::uuid IS NULL OR p.id = $2) AND ($3::uuid IS NULL OR c.id = $3)
           ORDER BY lower(p.name), p.email"#,
        course.as_str(),
        whose.person.map(|person| person.0),
        whose.cohort.map(|cohort| cohort.0),
    )
    .fetch_all(conn)
    .await
}

/// Tries at quizzes and exercises, only those that were better than all before them.
pub(super) async fn tries(
    conn: &mut PgConnection,
    course: &Slug,
    items: &[Item],
    person: Option<PersonId>,
) -> Result<Tries, sqlx::Error> {
    let exercises: Vec<&Item> = items.iter().filter(|item| matches!(item.key, ItemKey::Exercise(_))).collect();
    let slugs: Vec<String> = exercises.iter().map(|item| item.key.slug().to_string()).collect();
    let proportions: Vec<bool> = exercises.iter().map(|item| item.is_proportion).collect();
    let rows = sqlx::query!(
        r#"WITH work AS (
               SELECT person_id, 'quiz:' || module AS item, finished_at AS done, points / max_points AS share, passed
               FROM quiz_attempts WHERE course_slug = $1 AND finished_at IS NOT NULL AND max_points > 0
               UNION ALL
               SELECT s.person_id, 'exercise:' || s.exercise_slug, s.created_at,
                      CASE WHEN x.is_proportion THEN g.score WHEN g.verdict = 'passed' THEN 1 ELSE 0 END,
                      g.verdict = 'passed'
               FROM unnest($2::text[], $3::bool[]) AS x (slug, is_proportion)
               JOIN submissions s ON s.exercise_slug = x.slug
               JOIN enrolments e ON e.person_id = s.person_id AND e.course_slug = $1
               JOIN publications p ON p.submission_id = s.id AND p.exercise_version = s.exercise_version
               JOIN gradings g ON g.id = p.grading_id
               WHERE g.score IS NOT NULL AND s.context ->> 'kind' = 'practice'),
           compared AS (
               SELECT *, max(share) OVER (PARTITION BY person_id, item ORDER BY done, share DESC
                                          ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS best_before,
                      bool_or(passed) OVER (PARTITION BY person_id, item) AS ever_passed
               FROM work WHERE $4::uuid IS NULL OR person_id = $4)
           SELECT person_id AS "person!: PersonId", item AS "item!", done AS "done!", share AS "share!",
                  ever_passed AS "passed!"
           FROM compared WHERE best_before IS NULL OR share > best_before ORDER BY done"#,
        course.as_str(),
        &slugs,
        &proportions,
        person.map(|person| person.0),
    )
    .fetch_all(conn)
    .await?;
    let mut tries = Tries::new();
    for row in rows {
        if let Ok(item) = row.item.parse() {
            let one = Try { done: row.done, share: row.share, passed: row.passed };
            tries.entry((row.person, item)).or_default().push(one);
        }
    }
    Ok(tries)
}

/// Attempts at the exams of a course that have a result, by their newest.
pub(super) async fn exam_tries(
    conn: &mut PgConnection,
    course: &Slug,
    person: Option<PersonId>,
) -> Result<Vec<(PersonId, ItemKey, Try)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT DISTINCT ON (a.id) a.person_id AS "person: PersonId", a.exam_slug AS "exam: Slug", a.started_at,
                  r.result AS "scores: Json<Scores>", r.passed
           FROM exam_attempts a JOIN exams x ON x.slug = a.exam_slug JOIN exam_results r ON r.attempt_id = a.id
           WHERE x.course_slug = $1 AND ($2::uuid IS NULL OR a.person_id = $2)
           ORDER BY a.id, r.number DESC"#,
        course.as_str(),
        person.map(|person| person.0),
    )
    .fetch_all(conn)
    .await?;
    let rows = rows.into_iter();
    Ok(rows
        .map(|row| {
            let one = Try { done: row.started_at, share: exam_share(&row.scores.0), passed: row.passed };
            (row.person, ItemKey::Exam(row.exam), one)
        })
        .collect())
}

pub(super) async fn settings(
    conn: &mut PgConnection,
    course: &Slug,
) -> Result<(Missing, Option<DateTime<Utc>>), sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT missing AS "missing: Missing", released_at FROM grade_settings WHERE course_slug = $1"#,
        course.as_str(),
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map_or((Missing::Excluded, None), |row| (row.missing, row.released_at)))
}

pub(super) async fn weights(conn: &mut PgConnection, course: &Slug) -> Result<Vec<(ItemKey, u32)>, sqlx::Error> {
    let rows = sqlx::query!("SELECT item, weight FROM grade_weights WHERE course_slug = $1", course.as_str())
        .fetch_all(conn)
        .await?;
    Ok(rows.into_iter().filter_map(|row| Some((row.item.parse().ok()?, row.weight.cast_unsigned()))).collect())
}

pub(super) async fn put_missing(conn: &mut PgConnection, course: &Slug, missing: Missing) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO grade_settings (course_slug, missing) VALUES ($1, $2)
         ON CONFLICT (course_slug) DO UPDATE SET missing = $2",
        course.as_str(),
        missing.name(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn put_released(
    conn: &mut PgConnection,
    course: &Slug,
    released_at: Option<DateTime<Utc>>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO grade_settings (course_slug, released_at) VALUES ($1, $2)
         ON CONFLICT (course_slug) DO UPDATE SET released_at = $2",
        course.as_str(),
        released_at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn put_weight(
    conn: &mut PgConnection,
    course: &Slug,
    item: &ItemKey,
    weight: u32,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO grade_weights (course_slug, item, weight) VALUES ($1, $2, $3)
         ON CONFLICT (course_slug, item) DO UPDATE SET weight = $3",
        course.as_str(),
        item.to_string(),
        weight.cast_signed(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A grade that was set by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adjustment {
    /// The grade.
    pub grade: Grade,
    /// Why.
    pub reason: String,
    /// Who set it.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// The grades set by hand that hold.
pub(super) async fn adjustments(
    conn: &mut PgConnection,
    course: &Slug,
    person: Option<PersonId>,
) -> Result<HashMap<(PersonId, ItemKey), Adjustment>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT DISTINCT ON (person_id, item) person_id AS "person: PersonId", item, grade, reason,
                  COALESCE(p.name, '') AS "by!", made_at
           FROM grade_adjustments a LEFT JOIN people p ON p.id = a.made_by
           WHERE course_slug = $1 AND ($2::uuid IS NULL OR person_id = $2)
           ORDER BY person_id, item, made_at DESC, a.id DESC"#,
        course.as_str(),
        person.map(|person| person.0),
    )
    .fetch_all(conn)
    .await?;
    let rows = rows.into_iter();
    Ok(rows
        .filter_map(|row| {
            let grade = row.grade?.cast_unsigned();
            let adjustment = Adjustment { grade, reason: row.reason, by: row.by, at: row.made_at };
            Some(((row.person, row.item.parse().ok()?), adjustment))
        })
        .collect())
}

pub(super) async fn insert_adjustment(
    conn: &mut PgConnection,
    id: AdjustmentId,
    course: &Slug,
    (person, item): (PersonId, &ItemKey),
    (grade, reason): (Option<Grade>, &str),
    (by, now): (PersonId, DateTime<Utc>),
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO grade_adjustments (id, course_slug, person_id, item, grade, reason, made_by, made_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        id.0,
        course.as_str(),
        person.0,
        item.to_string(),
        grade.map(u32::cast_signed),
        reason,
        by.0,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A line of the log of a course, as it was written.
pub(super) struct Line {
    pub at: DateTime<Utc>,
    pub by: String,
    pub action: String,
    pub detail: Value,
}

/// What was changed about the grades and due dates of a course, the newest first.
pub(super) async fn log(conn: &mut PgConnection, course: &Slug, limit: i64) -> Result<Vec<Line>, sqlx::Error> {
    sqlx::query_as!(
        Line,
        r#"SELECT at, COALESCE(p.name, '') AS "by!", action, detail
           FROM audit_log l LEFT JOIN people p ON p.id = l.actor_id
           WHERE object = $1 AND (action LIKE 'gradebook.%' OR action LIKE 'due.%')
           ORDER BY at DESC, l.id DESC LIMIT $2"#,
        course.as_str(),
        limit,
    )
    .fetch_all(conn)
    .await
}

pub(super) async fn forget(conn: &mut PgConnection, person: PersonId) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM grade_adjustments WHERE person_id = $1", person.0).execute(conn).await?;
    Ok(())
}
