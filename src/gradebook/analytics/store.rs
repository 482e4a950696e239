//! SQL of analytics.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::Step;
use crate::ids::{CohortId, PersonId, Slug};

pub(super) async fn funnel(
    conn: &mut PgConnection,
    course: &Slug,
    modules: &[String],
    cohort: Option<CohortId>,
) -> Result<Vec<Step>, sqlx::Error> {
    sqlx::query_as!(
        Step,
        r#"WITH learners AS (
               SELECT e.person_id, e.last_module FROM enrolments e JOIN people p ON p.id = e.person_id
               LEFT JOIN cohort_members m ON m.person_id = e.person_id AND m.course_slug = e.course_slug
               WHERE e.course_slug = $1 AND p.deleted_at IS NULL AND ($3::uuid IS NULL OR m.cohort_id = $3)),
           completed AS (
               SELECT person_id, module FROM module_completions WHERE course_slug = $1),
           tried AS (
               SELECT person_id, module FROM completed
               UNION SELECT person_id, module FROM quiz_attempts WHERE course_slug = $1 AND finished_at IS NOT NULL),
           opened AS (
               SELECT person_id, module FROM tried
               UNION SELECT person_id, module FROM module_openings WHERE course_slug = $1
               UNION SELECT person_id, last_module FROM learners WHERE last_module IS NOT NULL)
           SELECT m.module AS "module!: Slug",
                  (SELECT count(*) FROM opened JOIN learners USING (person_id) WHERE module = m.module) AS "opened!",
                  (SELECT count(*) FROM tried JOIN learners USING (person_id) WHERE module = m.module) AS "tried!",
                  (SELECT count(*) FROM completed JOIN learners USING (person_id) WHERE module = m.module)
                      AS "completed!"
           FROM unnest($2::text[]) WITH ORDINALITY AS m (module, place) ORDER BY m.place"#,
        course.as_str(),
        modules,
        cohort.map(|cohort| cohort.0),
    )
    .fetch_all(conn)
    .await
}

/// When each learner last did something in a course: opened a lesson, began or handed in a quiz, submitted, sat an exam.
pub(super) async fn last_work(
    conn: &mut PgConnection,
    course: &Slug,
) -> Result<Vec<(PersonId, DateTime<Utc>)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT work.person_id AS "person!: PersonId", max(work.at) AS "at!" FROM (
               SELECT person_id, last_at AS at FROM module_openings WHERE course_slug = $1
               UNION ALL SELECT person_id, COALESCE(finished_at, started_at) FROM quiz_attempts WHERE course_slug = $1
               UNION ALL SELECT s.person_id, s.created_at FROM submissions s
                         JOIN enrolments e ON e.person_id = s.person_id AND e.course_slug = $1
               UNION ALL SELECT a.person_id, a.changed_at FROM exam_attempts a JOIN exams x ON x.slug = a.exam_slug
                         WHERE x.course_slug = $1) work
           GROUP BY work.person_id"#,
        course.as_str(),
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.person, row.at)).collect())
}

/// Who failed an exercise with each of their last `runs` submissions to it; our own faults are left out.
pub(super) async fn failing(
    conn: &mut PgConnection,
    course: &Slug,
    exercises: &[String],
    runs: i64,
) -> Result<Vec<(PersonId, Slug)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"WITH graded AS (
               SELECT s.person_id, s.exercise_slug, g.verdict,
                      row_number() OVER (PARTITION BY s.person_id, s.exercise_slug ORDER BY s.created_at DESC) AS back
               FROM submissions s
               JOIN enrolments e ON e.person_id = s.person_id AND e.course_slug = $1
               JOIN publications p ON p.submission_id = s.id AND p.exercise_version = s.exercise_version
               JOIN gradings g ON g.id = p.grading_id
               WHERE s.exercise_slug = ANY ($2) AND s.context ->> 'kind' = 'practice'
                 AND g.verdict NOT IN ('platform_fault', 'cancelled'))
           SELECT person_id AS "person: PersonId", exercise_slug AS "exercise: Slug" FROM graded
           WHERE back <= $3 GROUP BY person_id, exercise_slug
           HAVING count(*) = $3 AND bool_and(verdict <> 'passed') ORDER BY person_id, exercise_slug"#,
        course.as_str(),
        exercises,
        runs,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.person, row.exercise)).collect())
}
