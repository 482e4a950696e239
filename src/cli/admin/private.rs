//! `assay admin add-private-samples`: samples that certify, kept on this server and nowhere else.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, anyhow};
use chrono::{DateTime, Utc};
use sqlx::PgPool;

use crate::blobs::Blobs;
use crate::exercises::catalogue;
use crate::exercises::private::{self, AddedFile};
use crate::ids::Slug;

/// Which samples, for which exercise.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The exercise.
    exercise: Slug,
    /// Samples: a file (.npy, .csv, or IDX in .gz), with `INPUT=` before it where the exercise has several inputs.
    #[arg(long, required = true, value_name = "[INPUT=]FILE")]
    samples: Vec<String>,
    /// Labels: a file of the same formats.
    #[arg(long, value_name = "FILE")]
    labels: PathBuf,
    /// Of CSV files with samples: the columns, separated by commas.
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    columns: Option<Vec<String>>,
    /// Of a CSV file with labels: the column.
    #[arg(long, value_name = "NAME")]
    label_column: Option<String>,
}

/// Adds the samples; refuses those that are also in public files.
pub(super) async fn add(args: Args, (pool, blobs): (&PgPool, &Blobs), now: DateTime<Utc>) -> anyhow::Result<ExitCode> {
    let offer = catalogue::find(pool, &args.exercise).await?;
    let offer = offer.ok_or_else(|| anyhow!("there is no exercise {} on offer", args.exercise))?;
    let only = offer.manifest.inputs.first().map(|input| input.name.clone()).unwrap_or_default();
    let mut files = vec![file(&args.labels, None, args.label_column.map(|name| vec![name]))?];
    for samples in &args.samples {
        let (input, path) = samples.split_once('=').unwrap_or((&only, samples));
        files.push(file(Path::new(path), Some(input.to_owned()), args.columns.clone())?);
    }
    let count = private::add(pool, blobs, &offer, files, now).await?;
    eprintln!("{count} private samples are in use for {} from now on.", offer.slug);
    Ok(ExitCode::SUCCESS)
}

fn file(path: &Path, input: Option<String>, columns: Option<Vec<String>>) -> anyhow::Result<AddedFile> {
    let bytes = std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let columns = columns.filter(|_| path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv")));
    Ok(AddedFile { name, bytes, input, columns })
}
