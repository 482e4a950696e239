//! Migrations run one by one over rows of the version before; every column says what it is.

#![cfg(test)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use assay::db::MIGRATOR;
use sqlx::{AssertSqlSafe, PgPool};

/// `0001_people` for every file of `folder`, in order.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| name.strip_suffix(".sql").map(ToOwned::to_owned))
        .collect();
    names.sort();
    names
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

#[test]
fn the_executable_contains_every_migration_of_the_folder() {
    let versions: Vec<i64> = names(&folder("migrations")).iter().map(|name| name[..4].parse().unwrap()).collect();
    let embedded: Vec<i64> = MIGRATOR.iter().map(|migration| migration.version).collect();
    assert_eq!(embedded, versions, "cargo does not see a new file in migrations/: touch src/db/mod.rs");
}

#[test]
fn every_migration_leaves_sample_rows_to_the_next() {
    let (migrations, samples) = (names(&folder("migrations")), names(&folder("tests/data/migrations")));
    assert_eq!(samples, migrations, "each migration needs rows for its tables in tests/data/migrations");
}

#[sqlx::test(migrations = false)]
async fn migrations_run_one_by_one_over_rows_of_the_version_before(pool: PgPool) {
    for name in names(&folder("migrations")) {
        let version = name[..4].parse().unwrap();
        MIGRATOR.run_to(version, &pool).await.unwrap_or_else(|error| panic!("{name}: {error}"));
        let rows = std::fs::read_to_string(folder("tests/data/migrations").join(format!("{name}.sql"))).unwrap();
        let inserted = sqlx::raw_sql(AssertSqlSafe(rows)).execute(&pool).await;
        inserted.unwrap_or_else(|error| panic!("sample rows of {name}: {error}"));
    }
    let empty = tables_without_rows(&pool).await;
    assert!(empty.is_empty(), "no migration runs over rows of {empty:?}: add some to tests/data/migrations");
}

#[sqlx::test]
async fn every_table_and_column_has_a_comment(pool: PgPool) {
    let silent: Vec<String> = sqlx::query_scalar(
        "SELECT class.relname || coalesce('.' || attname, '')
         FROM pg_class class
         LEFT JOIN LATERAL (
             SELECT attname, attnum FROM pg_attribute WHERE attrelid = class.oid AND attnum > 0 AND NOT attisdropped
             UNION ALL SELECT NULL, 0
         ) part ON true
         WHERE class.relkind IN ('r', 'p', 'v', 'm') AND class.relnamespace = 'public'::regnamespace
           AND class.relname <> '_sqlx_migrations'
           AND coalesce(CASE attnum WHEN 0 THEN obj_description(class.oid, 'pg_class')
                                    ELSE col_description(class.oid, attnum) END, '') = ''
         ORDER BY 1",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    assert!(silent.is_empty(), "these have no COMMENT ON: {silent:?}");
}

#[test]
fn no_migration_adds_a_column_that_existing_rows_cannot_have() {
    let mut faults = Vec::new();
    for name in names(&folder("migrations")) {
        let sql = std::fs::read_to_string(folder("migrations").join(format!("{name}.sql"))).unwrap();
        faults.extend(impossible_columns(&sql).into_iter().map(|column| format!("{name}: {column}")));
    }
    assert!(faults.is_empty(), "NOT NULL on an existing table needs a DEFAULT: {faults:?}");
}

#[test]
fn a_column_that_existing_rows_cannot_have_is_seen() {
    let seen = |sql: &str| impossible_columns(sql).len();
    assert_eq!(seen("ALTER TABLE people\n    ADD COLUMN age INT NOT NULL;"), 1);
    assert_eq!(seen("alter table people add column a int not null default 0, add b numeric(3, 1) not null"), 1);
    assert_eq!(seen("ALTER TABLE people ADD COLUMN age INT NOT NULL DEFAULT 0; -- NOT NULL"), 0);
    assert_eq!(seen("ALTER TABLE people ADD CONSTRAINT c CHECK (age IS NOT NULL);"), 0);
    assert_eq!(seen("CREATE TABLE t (id INT NOT NULL); ALTER TABLE t ADD COLUMN note TEXT;"), 0);
}

/// The clauses of `ALTER TABLE` that add a column which is NOT NULL and has neither a default nor an expression.
fn impossible_columns(sql: &str) -> Vec<String> {
    let code: Vec<&str> = sql.lines().map(|line| line.split("--").next().unwrap_or("")).collect();
    let code = code.join(" ").to_uppercase();
    let statements = code.split(';').map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
    let mut found = Vec::new();
    for statement in statements.filter(|statement| statement.starts_with("ALTER TABLE")) {
        for clause in clauses(&statement) {
            let added = clause.split_once(" ADD ").map(|(_, added)| added.to_owned());
            let added = added.or_else(|| clause.strip_prefix("ADD ").map(ToOwned::to_owned));
            let Some(added) = added else { continue };
            let constraint = ["CONSTRAINT", "CHECK", "UNIQUE", "PRIMARY", "FOREIGN", "EXCLUDE"];
            let is_column = !constraint.iter().any(|word| added.starts_with(word));
            let has_value = ["DEFAULT", "GENERATED", "SERIAL"].iter().any(|word| added.contains(word));
            if is_column && added.contains("NOT NULL") && !has_value {
                found.push(added);
            }
        }
    }
    found
}

/// Splits a statement at its commas, those in parentheses excepted.
fn clauses(statement: &str) -> Vec<String> {
    let (mut depth, mut parts) = (0, vec![String::new()]);
    for c in statement.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if c == ',' && depth == 0 {
            parts.push(String::new());
        } else {
            parts.last_mut().unwrap().push(c);
        }
    }
    parts.iter().map(|part| part.trim().to_owned()).collect()
}

async fn tables_without_rows(pool: &PgPool) -> BTreeSet<String> {
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT relname::text FROM pg_class
         WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> '_sqlx_migrations'",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    let mut empty = BTreeSet::new();
    for table in tables {
        let count: i64 = sqlx::query_scalar(AssertSqlSafe(format!("SELECT count(*) FROM \"{table}\"")))
            .fetch_one(pool)
            .await
            .unwrap();
        if count == 0 {
            empty.insert(table);
        }
    }
    empty
}
