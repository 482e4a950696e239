//! What `courses/` and `exercises/` hold becomes what the installation offers.

use anyhow::{Context as _, ensure};

use super::installation::Installation;
use crate::clock::{Clock as _, SystemClock};
use crate::courses;
use crate::exams;
use crate::exercises::{self, catalogue, environments};

/// Loads the content folder into the database and the blobs; a fault in a file is named and stops the start.
pub async fn load(installation: &Installation) -> anyhow::Result<()> {
    let folder = installation.config.content_folder();
    ensure!(
        folder.join("exercises").is_dir(),
        "{} holds no folder `exercises`: start Assay where it is, or set ASSAY_CONTENT",
        folder.display()
    );
    let exercises = exercises::load_all(&folder.join("exercises")).context("exercises could not be loaded")?;
    catalogue::install(&installation.pool, &installation.blobs, &exercises, SystemClock.now()).await?;
    let environments = environments::load_all(&folder.join("exercises")).context("environments could not be loaded")?;
    let courses = courses::load(&folder).context("courses could not be loaded")?;
    let exams = exams::load(&folder).context("exams could not be loaded")?;
    let mut tx = installation.pool.begin().await?;
    environments::install(&mut tx, &environments, SystemClock.now()).await?;
    courses::install(&mut tx, &courses, SystemClock.now()).await?;
    exams::install(&mut tx, &exams, SystemClock.now()).await?;
    tx.commit().await?;
    tracing::info!(exercises = exercises.len(), courses = courses.len(), exams = exams.len(), "content is loaded");
    Ok(())
}
