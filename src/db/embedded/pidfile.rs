//! `postmaster.pid`, by which PostgreSQL tells who runs on a cluster, where, and whether it is ready.

use std::path::Path;

use rustix::process::Pid;

/// What the file says (PostgreSQL source, `utils/pidfile.h`: one fact a line).
#[derive(Debug, PartialEq, Eq)]
pub(super) struct PidFile {
    pid: i32,
    port: Option<u16>,
    ready: bool,
}

impl PidFile {
    /// Reads it; `None` where no server runs, or it has only begun to write the file.
    pub fn read(cluster: &Path) -> Option<Self> {
        Self::parse(&std::fs::read_to_string(cluster.join("postmaster.pid")).ok()?)
    }

    fn parse(text: &str) -> Option<Self> {
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        let line = |number: usize| lines.get(number - 1).copied();
        Some(Self {
            pid: line(1)?.parse().ok()?,
            port: line(4).and_then(|port| port.parse().ok()),
            ready: line(8) == Some("ready"),
        })
    }

    /// The port of a server that accepts connections.
    pub fn ready_port(&self) -> Option<u16> {
        self.port.filter(|_| self.ready)
    }

    /// The server's process, if it is one: after a crash of the machine the number may belong to anybody. A server
    /// lives in its cluster's folder.
    pub fn running(&self, cluster: &Path) -> Option<Pid> {
        let lives_in = std::fs::read_link(format!("/proc/{}/cwd", self.pid)).ok()?;
        (lives_in == cluster).then(|| Pid::from_raw(self.pid)).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "812\n/var/lib/assay/postgres-18\n1790000000\n40123\n\n127.0.0.1\n   12   34\nready   \n";

    #[test]
    fn a_ready_server_tells_its_port() {
        assert_eq!(PidFile::parse(TEXT).unwrap().ready_port(), Some(40123));
    }

    #[test]
    fn a_starting_server_is_not_ready_however_much_of_the_file_is_written() {
        for text in [TEXT.replace("ready", "starting"), "812\n/var".to_owned()] {
            assert_eq!(PidFile::parse(&text).unwrap().ready_port(), None, "{text}");
        }
        assert_eq!(PidFile::parse(""), None);
    }

    #[test]
    fn a_process_that_lives_elsewhere_is_not_the_server() {
        let file = PidFile { pid: i32::try_from(std::process::id()).unwrap(), port: None, ready: false };
        assert_eq!(file.running(Path::new("/nowhere")), None);
    }
}
