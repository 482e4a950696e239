//! Rules on training scripts.

use std::path::Path;

use super::{in_range, unique};
use crate::exercises::{is_slug, manifest::Manifest};
use crate::messages::{Said, said};

impl Manifest {
    pub(super) fn check_script(&self) -> Result<(), Said> {
        let Some(script) = &self.script else { return Ok(()) };
        let names = script.environments.iter();
        require!(!script.environments.is_empty(), "fault-script-environments");
        require!(unique(names.clone()) && names.clone().all(|name| is_slug(name)), "fault-script-names");
        in_range("script.max_bytes", script.max_bytes, (1, 10_000_000))?;
        in_range("script.wall_seconds", script.wall_seconds, (1, 86_400))?;
        in_range("script.cpu_seconds", script.cpu_seconds, (1, 86_400))?;
        in_range("script.memory_mb", script.memory_mb, (256, 65_536))?;
        in_range("script.disk_mb", script.disk_mb, (1, 65_536))?;
        in_range("script.processes", script.processes, (1, 1024))?;
        in_range("script.retrain", script.retrain, (0, 10))?;
        let file_name = |path: &str| Path::new(path).file_name().map(|name| name.to_string_lossy().into_owned());
        let public: Vec<_> = self.public_data().map(|file| file_name(&file.file)).collect();
        require!(!public.is_empty(), "fault-script-public");
        require!(unique(public.iter()), "fault-script-data-twice");
        Ok(())
    }
}
