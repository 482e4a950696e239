//! The walls of this machine, tried before a learner's script meets them: a script of ours that must read the data and
//! leave a model, and must not reach a file, a process or a socket of the host.

use std::{fs, io::ErrorKind, net::TcpListener, os::unix::fs::PermissionsExt, path::Path, sync::atomic::AtomicBool};

use super::{
    environment::{Built, PYTHON},
    folder::JobFolder,
    protocol::ScriptLimits,
    run::{Run, ScriptSandbox},
    session::{End, Ended},
};
use crate::grading::GradingError;

/// What it leaves where the model should be.
const LEFT: &[u8] = b"walls";
const LIMITS: ScriptLimits =
    ScriptLimits { wall_seconds: 30, cpu_seconds: 20, memory_mb: 256, disk_mb: 8, processes: 8 };

impl ScriptSandbox {
    /// Tries the walls; `folder` is one that scripts must be able to read.
    ///
    /// # Errors
    /// A sentence for operators: what stands open, or what a script needs and cannot reach.
    pub fn prove(&self, folder: &Path) -> Result<(), GradingError> {
        let fault = |source| GradingError::Io { what: "trying the walls of scripts", source };
        let own = JobFolder::create()?;
        let (canary, source) = (own.path.join("canary"), own.path.join("script"));
        fs::write(&canary, "canary").map_err(fault)?;
        fs::create_dir(&source).map_err(fault)?;
        fs::write(source.join("probe.py"), include_str!("probe.py")).map_err(fault)?;
        for (path, mode) in [(&canary, 0o644), (&source, 0o755), (&source.join("probe.py"), 0o644)] {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).map_err(fault)?;
        }
        let listener = TcpListener::bind("127.0.0.1:0").map_err(fault)?;
        listener.set_nonblocking(true).map_err(fault)?;
        let port = listener.local_addr().map_err(fault)?.port().to_string();
        let canary = canary.to_string_lossy().into_owned();
        let ended = self.run(&Run {
            limits: LIMITS,
            environment: None,
            data: folder,
            source: &source,
            command: &|places| {
                let script = places.source.join("probe.py").to_string_lossy().into_owned();
                vec![PYTHON.into(), "-I".into(), script, canary.clone(), port.clone()]
            },
            variables: &|places| vec![("ASSAY_DATA".into(), places.data.to_string_lossy().into_owned())],
            max_model_bytes: 1 << 10,
            cancel: &AtomicBool::new(false),
            printed: &|_| (),
        });
        let is_untouched = matches!(listener.accept(), Err(error) if error.kind() == ErrorKind::WouldBlock);
        judged(ended, is_untouched, folder)
    }
}

impl ScriptSandbox {
    /// Imports the modules that an environment promises, in the sandbox that scripts will run in.
    ///
    /// # Errors
    /// The last line that Python said, for operators.
    pub fn prove_imports(&self, environment: &Built, modules: &[String]) -> Result<(), GradingError> {
        let empty = JobFolder::create()?;
        let program = format!("import {}", modules.join(", "));
        let ended = self.run(&Run {
            limits: ScriptLimits { wall_seconds: 300, cpu_seconds: 120, memory_mb: 2048, disk_mb: 64, processes: 64 },
            environment: Some(&environment.packages),
            data: &empty.path,
            source: &empty.path,
            command: &|_| vec![PYTHON.into(), "-B".into(), "-s".into(), "-c".into(), program.clone()],
            variables: &|places| {
                let packages = places.environment.iter();
                let path = packages.map(|path| ("PYTHONPATH".to_owned(), path.to_string_lossy().into_owned()));
                path.chain([("HOME".to_owned(), places.scratch.to_string_lossy().into_owned())]).collect()
            },
            max_model_bytes: 0,
            cancel: &AtomicBool::new(false),
            printed: &|_| (),
        })?;
        match ended.end {
            End::Itself { code: Some(0), .. } => Ok(()),
            end @ (End::Itself { .. } | End::Stopped(_)) => {
                Err(GradingError::Isolation(format!("{program:?} failed: {end:?} {}", ended.log.tail(1).trim())))
            }
        }
    }
}

fn judged(ended: Result<Ended, GradingError>, is_untouched: bool, folder: &Path) -> Result<(), GradingError> {
    let unreadable = |said: &str| {
        GradingError::Isolation(format!(
            "scripts cannot be run with {}: {}; the users that scripts run as must be able to enter every folder above it \
             (chmod o+x)",
            folder.display(),
            said.trim()
        ))
    };
    let ended = ended.map_err(|error| match error {
        GradingError::Start(said) | GradingError::Isolation(said) => unreadable(&said),
        other => other,
    })?;
    let said = ended.log.text();
    let ended_well = matches!(ended.end, End::Itself { code: Some(0), .. }) && ended.model == LEFT;
    if said.contains("open: ") || !is_untouched {
        return Err(GradingError::Isolation(format!("the walls of scripts do not hold here: {}", said.trim())));
    }
    if ended_well { Ok(()) } else { Err(unreadable(&format!("{:?} {said}", ended.end))) }
}
