//! Rules on training scripts.

use std::collections::BTreeSet;
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
        // A table holds samples and labels: one file in two roles.
        let files: BTreeSet<&str> = self.public_data().map(|file| file.file.as_str()).collect();
        let public: Vec<_> = files.into_iter().map(file_name).collect();
        require!(!public.is_empty(), "fault-script-public");
        require!(unique(public.iter()), "fault-script-data-twice");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_of_samples_and_labels_is_one_file_in_two_roles() {
        let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/exercises/mnist-train"));
        let mut manifest = crate::exercises::load(folder).unwrap().manifest;
        let mut with = |names: [&str; 2]| {
            let public = manifest.data.iter_mut().filter(|file| !file.role.is_hidden());
            public.zip(names).for_each(|(file, name)| name.clone_into(&mut file.file));
            manifest.check_script()
        };
        assert_eq!(with(["data/public.csv"; 2]), Ok(()));
        assert!(with(["a/public.csv", "b/public.csv"]).is_err(), "scripts know files by their last name");
    }
}
