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
    /// Where this process is root, the `owner` of a database that is there, else `postgres`, else `daemon`; `None` where
    /// PostgreSQL simply runs as ourselves. `nobody` comes last, for graders run as that.
    pub fn needed(owner: Option<u32>) -> Result<Option<Self>, EmbeddedError> {
        if !rustix::process::geteuid().is_root() {
            return Ok(None);
        }
        let path = Path::new("/etc/passwd");
        let passwd = std::fs::read_to_string(path).map_err(at(path))?;
        // Packages that are installed later bring users that are preferred; a database stays with the one it has.
        let owner = owner.and_then(|uid| Self::all(&passwd).find(|user| user.uid == uid));
        let preferred = || {
            ["postgres", "daemon", "nobody"].iter().find_map(|name| Self::all(&passwd).find(|user| user.name == *name))
        };
        owner.or_else(preferred).map(Some).ok_or(EmbeddedError::NobodyToRunAs)
    }

    /// Everybody in passwd(5), `name:password:uid:gid:…`, but root.
    fn all(passwd: &str) -> impl Iterator<Item = Self> {
        passwd.lines().filter_map(|line| {
            let mut fields = line.split(':');
            let name = fields.next()?.to_owned();
            let uid = fields.nth(1)?.parse().ok()?;
            let gid = fields.next()?.parse().ok()?;
            (uid != 0).then_some(Self { name, uid, gid })
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

    const PASSWD: &str =
        "root:x:0:0:root:/root:/bin/bash\nbroken\nnobody:x:65534:65533::/:/bin/false\npostgres2:x:7:7::/:\n";

    #[test]
    fn users_are_read_and_root_is_not_one_under_any_name() {
        let users: Vec<DatabaseUser> = DatabaseUser::all(PASSWD).collect();
        let facts: Vec<_> = users.iter().map(|user| (user.name.as_str(), user.uid, user.gid)).collect();
        assert_eq!(facts, [("nobody", 65534, 65533), ("postgres2", 7, 7)]);
    }
}
