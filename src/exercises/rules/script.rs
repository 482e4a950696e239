//! Rules on training scripts.

use std::path::Path;

use super::{Fault, unique};
use crate::exercises::{is_slug, manifest::Manifest};

impl Manifest {
    pub(super) fn check_script(&self) -> Result<(), Fault> {
        let Some(script) = &self.script else { return Ok(()) };
        let names = script.environments.iter();
        require!(!script.environments.is_empty(), "script.environments names none");
        require!(
            unique(names.clone()) && names.clone().all(|name| is_slug(name)),
            "script.environments: names, each once"
        );
        require!((1..=10_000_000).contains(&script.max_bytes), "script.max_bytes: 1 to 10000000");
        for (key, seconds) in [("wall_seconds", script.wall_seconds), ("cpu_seconds", script.cpu_seconds)] {
            require!((1..=86_400).contains(&seconds), "script.{key}: 1 to 86400");
        }
        require!((256..=65_536).contains(&script.memory_mb), "script.memory_mb: 256 to 65536");
        require!((1..=65_536).contains(&script.disk_mb), "script.disk_mb: 1 to 65536");
        require!((1..=1024).contains(&script.processes), "script.processes: 1 to 1024");
        require!(script.retrain <= 10, "script.retrain: 0 to 10");
        let file_name = |path: &str| Path::new(path).file_name().map(|name| name.to_string_lossy().into_owned());
        let public: Vec<_> = self.public_data().map(|file| file_name(&file.file)).collect();
        require!(!public.is_empty(), "script: there is no public data to train on");
        require!(unique(public.iter()), "script: two public data files have the same name");
        Ok(())
    }
}
