//! SQL of courses, lessons, diagrams, enrolments and completions.

use chrono::{DateTime, Utc};
use sqlx::types::Json;
use sqlx::{PgConnection, PgExecutor};

use super::markdown::diagrams::Diagram;
use super::{Authored, AuthoredLesson, Completion, Course, Lesson, Offer, Origin, Progress};
use crate::blobs::Sha256;
use crate::ids::{PersonId, QuizAttemptId, Slug};
use crate::messages::{Bilingual, Lang};

/// Serialises loading among processes that start at the same time: "courses" in hexadecimal.
const LOADING: i64 = 0x0063_6f75_7273_6573;

pub(super) async fn lock_loading(conn: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query!("SELECT pg_advisory_xact_lock($1)", LOADING).execute(conn).await?;
    Ok(())
}

/// Keeps a version of a course; true if it was not known before.
pub(super) async fn put_version(
    conn: &mut PgConnection,
    slug: &Slug,
    version: &Sha256,
    definition: &serde_json::Value,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let inserted = sqlx::query!(
        "INSERT INTO course_versions (version, slug, definition, loaded_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT DO NOTHING",
        version.to_string(),
        slug.as_str(),
        definition,
        now,
    )
    .execute(conn)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// Puts the course on offer; false where one of another origin has its name.
pub(super) async fn offer(
    conn: &mut PgConnection,
    authored: &Authored,
    version: &Sha256,
    origin: Origin,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "INSERT INTO courses (slug, version, course, updated_at, from_files) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (slug) DO UPDATE SET version = EXCLUDED.version, course = EXCLUDED.course, withdrawn_at = NULL,
             updated_at = CASE WHEN courses.course = EXCLUDED.course THEN courses.updated_at ELSE EXCLUDED.updated_at END
         WHERE courses.from_files = EXCLUDED.from_files",
        authored.course.slug.as_str(),
        version.to_string(),
        Json(&authored.course) as _,
        now,
        origin == Origin::Files,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Where a course came from; `None` where there never was one of this name on offer.
pub async fn origin(executor: impl PgExecutor<'_>, slug: &Slug) -> Result<Option<Origin>, sqlx::Error> {
    let from_files = sqlx::query_scalar!("SELECT from_files FROM courses WHERE slug = $1", slug.as_str())
        .fetch_optional(executor)
        .await?;
    Ok(from_files.map(|from_files| if from_files { Origin::Files } else { Origin::Browser }))
}

pub(super) async fn withdraw_others(
    conn: &mut PgConnection,
    kept: &[String],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE courses SET withdrawn_at = $2 WHERE withdrawn_at IS NULL AND from_files AND slug <> ALL($1)",
        kept,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn replace_lessons(
    conn: &mut PgConnection,
    course: &Slug,
    lessons: &[AuthoredLesson],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let names: Vec<String> = lessons.iter().map(|lesson| format!("{}/{}", lesson.module, lesson.lang.code())).collect();
    sqlx::query!(
        "DELETE FROM lessons WHERE course_slug = $1 AND module || '/' || lang <> ALL($2)",
        course.as_str(),
        &names,
    )
    .execute(&mut *conn)
    .await?;
    for lesson in lessons {
        sqlx::query!(
            "INSERT INTO lessons (course_slug, module, lang, source, sha256, updated_at) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (course_slug, module, lang) DO UPDATE
             SET source = EXCLUDED.source, sha256 = EXCLUDED.sha256, updated_at = EXCLUDED.updated_at
             WHERE lessons.sha256 <> EXCLUDED.sha256",
            course.as_str(),
            lesson.module.as_str(),
            lesson.lang.code(),
            lesson.source,
            Sha256::of(lesson.source.as_bytes()).to_string(),
            now,
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

/// Keeps drawings, so that every web server can serve them.
pub(super) async fn put_diagrams(
    conn: &mut PgConnection,
    diagrams: &[Diagram],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    for diagram in diagrams {
        sqlx::query!(
            "INSERT INTO diagrams (sha256, source, svg, drawn_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            diagram.sha256.to_string(),
            diagram.source,
            diagram.svg,
            now,
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

/// The drawing called `sha256`, as SVG.
pub async fn diagram(executor: impl PgExecutor<'_>, sha256: &Sha256) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!("SELECT svg FROM diagrams WHERE sha256 = $1", sha256.to_string()).fetch_optional(executor).await
}

/// Every course on offer, by slug.
pub async fn all(executor: impl PgExecutor<'_>) -> Result<Vec<Offer>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT version, course AS "course: Json<Course>" FROM courses WHERE withdrawn_at IS NULL ORDER BY slug"#
    )
    .fetch_all(executor)
    .await?;
    rows.into_iter()
        .map(|row| Ok(Offer { course: row.course.0, version: Sha256::from_column(&row.version)? }))
        .collect()
}

/// The course called `slug`, if it is on offer.
pub async fn find(executor: impl PgExecutor<'_>, slug: &str) -> Result<Option<Offer>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT version, course AS "course: Json<Course>" FROM courses WHERE slug = $1 AND withdrawn_at IS NULL"#,
        slug,
    )
    .fetch_optional(executor)
    .await?;
    row.map(|row| Ok(Offer { course: row.course.0, version: Sha256::from_column(&row.version)? })).transpose()
}

/// The title of a course, whether or not it is still on offer.
pub async fn title(executor: impl PgExecutor<'_>, slug: &Slug) -> Result<Option<Bilingual>, sqlx::Error> {
    let title = sqlx::query_scalar!(
        r#"SELECT course -> 'title' AS "title!: Json<Bilingual>" FROM courses WHERE slug = $1"#,
        slug.as_str(),
    )
    .fetch_optional(executor)
    .await?;
    Ok(title.map(|title| title.0))
}

/// The lesson of a module, in `lang` if it is written in it, else in another language.
pub async fn lesson(
    executor: impl PgExecutor<'_>,
    course: &Slug,
    module: &Slug,
    lang: Lang,
) -> Result<Option<Lesson>, sqlx::Error> {
    sqlx::query_as!(
        Lesson,
        r#"SELECT lang AS "lang: Lang", source, updated_at FROM lessons
           WHERE course_slug = $1 AND module = $2 ORDER BY lang = $3 DESC, lang LIMIT 1"#,
        course.as_str(),
        module.as_str(),
        lang.code(),
    )
    .fetch_optional(executor)
    .await
}

/// Begins to take a course; taking it already is no error.
pub async fn enrol(
    conn: &mut PgConnection,
    person: PersonId,
    course: &Slug,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO enrolments (person_id, course_slug, enrolled_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        person.0,
        course.as_str(),
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The same for many people at once.
pub async fn enrol_all(
    conn: &mut PgConnection,
    people: &[PersonId],
    course: &Slug,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let people: Vec<uuid::Uuid> = people.iter().map(|person| person.0).collect();
    sqlx::query!(
        "INSERT INTO enrolments (person_id, course_slug, enrolled_at) SELECT person, $2, $3 FROM unnest($1::uuid[]) person
         ON CONFLICT DO NOTHING",
        &people,
        course.as_str(),
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Remembers the module that somebody who takes the course opened last, and which modules they ever opened.
pub async fn opened(
    executor: impl PgExecutor<'_>,
    person: PersonId,
    course: &Slug,
    module: &Slug,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "WITH opening AS (
             INSERT INTO module_openings (person_id, course_slug, module, opened_at, last_at)
             SELECT $1, $2, $3, $4, $4 FROM enrolments WHERE person_id = $1 AND course_slug = $2
             ON CONFLICT (person_id, course_slug, module) DO UPDATE SET last_at = $4
             WHERE module_openings.last_at < $4 - INTERVAL '1 hour')
         UPDATE enrolments SET last_module = $3
         WHERE person_id = $1 AND course_slug = $2 AND last_module IS DISTINCT FROM $3",
        person.0,
        course.as_str(),
        module.as_str(),
        now,
    )
    .execute(executor)
    .await?;
    Ok(())
}

/// How far `person` is in a course.
pub async fn progress(conn: &mut PgConnection, person: PersonId, course: &Slug) -> Result<Progress, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT enrolled_at, last_module AS "last_module: Slug" FROM enrolments
           WHERE person_id = $1 AND course_slug = $2"#,
        person.0,
        course.as_str(),
    )
    .fetch_optional(&mut *conn)
    .await?;
    let completed = completed_modules(&mut *conn, person, course).await?;
    Ok(match row {
        Some(row) => Progress { enrolled_at: Some(row.enrolled_at), last_module: row.last_module, completed },
        None => Progress { completed, ..Progress::default() },
    })
}

/// Modules of a course that `person` completed, oldest first.
pub async fn completed_modules(
    executor: impl PgExecutor<'_>,
    person: PersonId,
    course: &Slug,
) -> Result<Vec<Completion>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT done.module AS "module: Slug", completed_at, quiz_attempt_id AS "attempt: QuizAttemptId",
                  points AS "points!", max_points AS "max_points!", course_version
           FROM module_completions done JOIN quiz_attempts ON quiz_attempts.id = done.quiz_attempt_id
           WHERE done.person_id = $1 AND done.course_slug = $2 ORDER BY completed_at, done.module"#,
        person.0,
        course.as_str(),
    )
    .fetch_all(executor)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Completion {
                module: row.module,
                completed_at: row.completed_at,
                attempt: row.attempt,
                points: row.points,
                max_points: row.max_points,
                course_version: Sha256::from_column(&row.course_version)?,
            })
        })
        .collect()
}
