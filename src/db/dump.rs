//! A whole database as one file, by PostgreSQL's own `pg_dump` and `pg_restore`.

use std::path::{Path, PathBuf};
use std::process::Command;

use url::Url;
use url::form_urlencoded;

use super::embedded::programs::{finished, folders, version};
use super::embedded::{EmbeddedError, SUPPORTED};

/// Why a database could not be dumped or restored.
#[derive(Debug, thiserror::Error)]
pub enum DumpError {
    /// No client programs that can speak with the server.
    #[error("no pg_dump of version {0} to 18 was found: apt-get install postgresql-client, or set ASSAY_POSTGRES_BIN")]
    NoPrograms(u32),
    /// The address is not one.
    #[error("DATABASE_URL is not an address: {0}")]
    Address(#[from] url::ParseError),
    /// The program failed.
    #[error(transparent)]
    Program(#[from] EmbeddedError),
}

/// The client programs for one server.
#[derive(Debug)]
pub struct Client {
    bin: PathBuf,
    url: Url,
}

impl Client {
    /// Programs for the server of version `major` at `url`: of the same version, else the next newer one; from
    /// `setting` where it is given, else as for the embedded server, else from PATH.
    pub fn new(url: &str, major: u32, setting: Option<&Path>) -> Result<Self, DumpError> {
        let candidates = match setting {
            Some(bin) => vec![bin.to_owned()],
            None => folders().into_iter().chain(path()).collect(),
        };
        let fitting = candidates.into_iter().filter_map(|bin| {
            let found = client_major(&bin)?;
            (found >= major && SUPPORTED.contains(&found)).then_some((found, bin))
        });
        let (_, bin) = fitting.min_by_key(|(found, _)| *found).ok_or(DumpError::NoPrograms(major))?;
        Ok(Self { bin, url: url.parse()? })
    }

    /// Writes the database into `file`: consistent as of one moment, while others go on writing.
    pub fn dump(&self, file: &Path) -> Result<(), DumpError> {
        let mut command = self.command("pg_dump");
        command.args(["--format=custom", "--no-owner", "--no-privileges", "--file"]).arg(file);
        Ok(finished("pg_dump", command.output()).map(drop)?)
    }

    /// Fills an empty database from `file`, wholly or not at all.
    pub fn restore(&self, file: &Path) -> Result<(), DumpError> {
        let mut command = self.command("pg_restore");
        command.args(["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]).arg(file);
        Ok(finished("pg_restore", command.output()).map(drop)?)
    }

    /// The password goes by the environment: arguments are for everybody to see.
    fn command(&self, program: &str) -> Command {
        let mut url = self.url.clone();
        let mut command = Command::new(self.bin.join(program));
        command.env("LC_ALL", "C");
        if let Some(password) = url.password().map(decoded)
            && url.set_password(None).is_ok()
        {
            command.env("PGPASSWORD", password);
        }
        command.arg("--dbname").arg(url.as_str());
        command
    }
}

/// Undoes percent-encoding; in an address, unlike in a form, a plus sign is one.
fn decoded(text: &str) -> String {
    let form = format!("={}", text.replace('+', "%2B"));
    form_urlencoded::parse(form.as_bytes()).map(|(_, value)| value.into_owned()).collect()
}

fn client_major(bin: &Path) -> Option<u32> {
    let output = Command::new(bin.join("pg_dump")).arg("--version").output().ok()?;
    version(&String::from_utf8_lossy(&output.stdout)).map(|(_, major)| major)
}

fn path() -> Vec<PathBuf> {
    std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_no_argument() {
        let url = "postgres://ada:s%40cr%3At+1@db.example/assay".parse().unwrap();
        let command = Client { bin: "/bin".into(), url }.command("pg_dump");
        let arguments: Vec<_> = command.get_args().map(|argument| argument.to_string_lossy().into_owned()).collect();
        assert_eq!(arguments, ["--dbname", "postgres://ada@db.example/assay"]);
        let password = command.get_envs().find(|(name, _)| *name == "PGPASSWORD").unwrap().1;
        assert_eq!(password.unwrap(), "s@cr:t+1");
    }
}
