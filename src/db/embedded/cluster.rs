//! The folder of one PostgreSQL database cluster: made once, named by its major version.

use std::io::Write as _;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::error::{EmbeddedError, at};
use super::programs::{Programs, finished, last_lines, remove};
use super::user::{DatabaseUser, command, give};
use crate::db::folder::DataFolder;

/// Role and database that Assay uses; the role owns the database and is no superuser.
const NAME: &str = "assay";

/// A cluster in a data folder, and what is kept beside it.
#[derive(Debug)]
pub(super) struct Cluster {
    /// The cluster's own folder, which belongs to the database user.
    pub folder: PathBuf,
    /// What the server writes to stderr.
    pub log: PathBuf,
    port_file: PathBuf,
    password: String,
}

impl Cluster {
    /// The cluster of `major` in `data`, whether it exists or not.
    pub fn of(data: &DataFolder, major: u32) -> Result<Self, EmbeddedError> {
        Ok(Self {
            folder: folder(data, major),
            log: data.path().join("postgres.log"),
            port_file: data.path().join("postgres.port"),
            password: password(&data.keys().join(PASSWORD_FILE))?,
        })
    }

    /// The address for programs of this machine.
    pub fn url(&self, port: u16) -> String {
        format!("postgres://{NAME}:{}@127.0.0.1:{port}/{NAME}", self.password)
    }

    /// The port of the last start where it is still free, so that workers of other processes find the server again;
    /// else a new free one.
    pub fn port(&self) -> Result<u16, EmbeddedError> {
        let remembered = std::fs::read_to_string(&self.port_file).ok().and_then(|text| text.trim().parse().ok());
        let free = |port: u16| {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
            Ok(listener.local_addr()?.port())
        };
        let port = match remembered.map(free) {
            Some(Ok(port)) => port,
            Some(Err(_)) | None => free(0).map_err(at(Path::new("127.0.0.1")))?,
        };
        std::fs::write(&self.port_file, format!("{port}\n")).map_err(at(&self.port_file))?;
        Ok(port)
    }

    /// Makes the cluster where there is none; all of it appears at once, so that an interruption leaves nothing half.
    pub fn ensure(&self, programs: &Programs, user: Option<&DatabaseUser>) -> Result<(), EmbeddedError> {
        if self.folder.join("PG_VERSION").is_file() {
            return Ok(());
        }
        let unfinished = self.folder.with_extension("new");
        remove(&unfinished)?;
        std::fs::create_dir(&unfinished).map_err(at(&unfinished))?;
        give(&unfinished, user)?;
        self.initdb(&unfinished, programs, user)?;
        self.create_database(&unfinished, programs, user)?;
        std::fs::rename(&unfinished, &self.folder).map_err(at(&self.folder))
    }

    fn initdb(&self, folder: &Path, programs: &Programs, user: Option<&DatabaseUser>) -> Result<(), EmbeddedError> {
        let password = folder.with_extension("password");
        let removed = std::fs::remove_file(&password);
        drop(removed);
        write_private(&password, &self.password)?;
        give(&password, user)?;
        let mut initdb = command(&programs.path("initdb"), user);
        initdb.arg("--pgdata").arg(folder).arg("--pwfile").arg(&password);
        initdb.args(["--username=postgres", "--auth=scram-sha-256", "--encoding=UTF8", "--no-instructions"]);
        // The builtin provider needs neither ICU nor the machine's locales, so an order never changes under an index.
        if programs.major() >= 17 {
            initdb.args(["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]);
        } else {
            initdb.arg("--locale=C.UTF-8");
        }
        let output = finished("initdb", initdb.output());
        std::fs::remove_file(&password).map_err(at(&password))?;
        output.map(drop)
    }

    /// In single-user mode, so that nobody else can connect meanwhile.
    fn create_database(
        &self,
        folder: &Path,
        programs: &Programs,
        user: Option<&DatabaseUser>,
    ) -> Result<(), EmbeddedError> {
        let statements = format!(
            "CREATE ROLE {NAME} LOGIN CREATEDB PASSWORD '{}';\nCREATE DATABASE {NAME} OWNER {NAME};\n",
            self.password
        );
        let program = "postgres --single";
        let failed = |detail: String| EmbeddedError::Program { program: program.to_owned(), detail };
        let mut single = command(&programs.path("postgres"), user);
        single.args(["--single", "-D"]).arg(folder).arg("postgres");
        single.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = single.spawn().map_err(|error| failed(error.to_string()))?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(statements.as_bytes()).map_err(|error| failed(error.to_string()))?;
        }
        let output = finished(program, child.wait_with_output())?;
        // It ends well even where a statement failed.
        let said = String::from_utf8_lossy(&output.stderr);
        if said.contains("ERROR:") { Err(failed(last_lines(&said))) } else { Ok(()) }
    }
}

/// Where the cluster of `major` lies.
pub(super) fn folder(data: &DataFolder, major: u32) -> PathBuf {
    data.path().join(format!("postgres-{major}"))
}

/// Name of the file below `keys/` with the password of the embedded database.
pub const PASSWORD_FILE: &str = "database-password";

/// The password in `path`, made at the first start.
fn password(path: &Path) -> Result<String, EmbeddedError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(text.trim().to_owned()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let fresh = hex::encode(rand::random::<[u8; 24]>());
            write_private(path, &fresh)?;
            Ok(fresh)
        }
        Err(error) => Err(at(path)(error)),
    }
}

/// Writes a new file that only its owner reads.
fn write_private(path: &Path, text: &str) -> Result<(), EmbeddedError> {
    let mut options = std::fs::OpenOptions::new();
    let file = options.write(true).create_new(true).mode(0o600).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes())).map_err(at(path))
}
