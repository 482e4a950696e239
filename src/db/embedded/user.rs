//! Whom PostgreSQL runs as: ourselves, or, since it refuses root, an unprivileged user of the system.

use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use super::error::{EmbeddedError, at};

/// A user of the system that a root process runs PostgreSQL as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseUser {
    /// Login name.
    pub name: String,
    uid: u32,
    gid: u32,
}

impl DatabaseUser {
    /// `postgres`, else `nobody`, where this process is root; `None` where PostgreSQL simply runs as ourselves.
    pub fn needed() -> Result<Option<Self>, EmbeddedError> {
        if !rustix::process::geteuid().is_root() {
            return Ok(None);
        }
        let path = Path::new("/etc/passwd");
        let passwd = std::fs::read_to_string(path).map_err(at(path))?;
        let found = ["postgres", "nobody"].iter().find_map(|name| Self::in_passwd(&passwd, name));
        found.map(Some).ok_or(EmbeddedError::NobodyToRunAs)
    }

    /// Reads passwd(5): `name:password:uid:gid:…`.
    fn in_passwd(passwd: &str, name: &str) -> Option<Self> {
        passwd.lines().find_map(|line| {
            let mut fields = line.split(':');
            (fields.next()? == name).then_some(())?;
            let uid = fields.nth(1)?.parse().ok()?;
            let gid = fields.next()?.parse().ok()?;
            (uid != 0).then(|| Self { name: name.to_owned(), uid, gid })
        })
    }

    /// Makes `command` run as this user; the standard library drops root's supplementary groups as well.
    fn run(&self, command: &mut Command) {
        command.uid(self.uid).gid(self.gid);
    }
}

/// Holds that the database user, where there is one, can enter `folder`.
pub(super) fn require_entry(user: Option<&DatabaseUser>, folder: &Path) -> Result<(), EmbeddedError> {
    let Some(user) = user else { return Ok(()) };
    match command(Path::new("/bin/true"), Some(user)).current_dir(folder).status() {
        Ok(_) => Ok(()),
        Err(_) => Err(EmbeddedError::Unreachable { user: user.name.clone(), folder: folder.to_owned() }),
    }
}

/// A command for one of PostgreSQL's programs: as the database user, with none of our environment.
pub(super) fn command(program: &Path, user: Option<&DatabaseUser>) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", "C").current_dir("/");
    if let Some(user) = user {
        user.run(&mut command);
    }
    command
}

/// Gives `path` to the database user, where there is one.
pub(super) fn give(path: &Path, user: Option<&DatabaseUser>) -> Result<(), EmbeddedError> {
    match user {
        Some(user) => std::os::unix::fs::chown(path, Some(user.uid), Some(user.gid)).map_err(at(path)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWD: &str = "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534::/:/bin/false\npostgres2:x:7:7::/:\n";

    #[test]
    fn a_user_is_found_by_its_whole_name() {
        let nobody = DatabaseUser::in_passwd(PASSWD, "nobody").unwrap();
        assert_eq!((nobody.uid, nobody.gid), (65534, 65534));
        assert_eq!(DatabaseUser::in_passwd(PASSWD, "postgres"), None);
    }

    #[test]
    fn root_under_any_name_is_not_a_database_user() {
        assert_eq!(DatabaseUser::in_passwd(PASSWD, "root"), None);
    }
}
