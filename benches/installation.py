"""An installation of the bench's own, below a temporary folder: content, data, server and accounts."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import tomllib
from pathlib import Path
from urllib.request import urlopen

from models import ROOT

START_SECONDS = 60
STOP_SECONDS = 40
PASSWORD = "a-password-of-the-bench"


class Installation:
    """A data folder with its content and database; servers are started on it one after the other."""

    def __init__(self, profile):
        self.binaries = ROOT / "target" / profile
        # PostgreSQL runs as another user where we are root, and must be able to pass through.
        self.folder = Path(tempfile.mkdtemp(prefix="assay-bench-"))
        self.folder.chmod(0o755)
        self.server = None
        self.port, self.operator_port = free_ports(2)
        self.base_url = f"http://127.0.0.1:{self.port}"
        write_content(self.folder / "content")

    def environment(self, slots, script_slots=0):
        """The settings of one server, and nothing of an installation that whoever runs the bench may have."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ASSAY_", "DATABASE_URL"))}
        return kept | {
            "ASSAY_DATA": str(self.folder / "data"),
            "ASSAY_CONTENT": str(self.folder / "content"),
            "ASSAY_LISTEN": f"127.0.0.1:{self.port}",
            "ASSAY_OPERATOR_LISTEN": f"127.0.0.1:{self.operator_port}",
            "ASSAY_BASE_URL": self.base_url,
            "ASSAY_SLOTS": str(slots),
            "ASSAY_SCRIPT_SLOTS": str(script_slots),
            "ORT_DISABLE_TELEMETRY": "1",
        }

    def start(self, slots, script_slots=0):
        """Starts the server with so many slots and waits until it answers."""
        with open(self.folder / "server.log", "ab") as log:
            self.server = subprocess.Popen(
                [self.binaries / "assay", "serve", "--setup"],
                env=self.environment(slots, script_slots), cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.server.poll() is not None or time.monotonic() > deadline:
                log = (self.folder / "server.log").read_text(errors="replace")
                raise RuntimeError(f"the server did not start:\n{log[-2000:]}")
            time.sleep(0.05)

    def answers(self):
        """Whether the server is ready; its port is taken long before."""
        try:
            with urlopen(f"{self.base_url}/health/ready", timeout=1) as answer:
                return answer.status == 200
        except OSError:
            return False

    def stop(self):
        """Ends the server, in an orderly way where it can."""
        if self.server is None:
            return
        self.server.send_signal(signal.SIGTERM)
        try:
            self.server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            # Its children and its database end with it: they ask the kernel for that.
            self.server.kill()
            self.server.wait()
        self.server = None

    def remove(self):
        """Ends the server and removes everything."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def peak_memory(self):
        """The largest resident memory of the server process so far, in bytes."""
        status = Path(f"/proc/{self.server.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024

    def create_user(self, number, role):
        """Makes an account with a confirmed address; returns that address."""
        email = f"{role}{number}@example.org"
        command = [self.binaries / "assay", "admin", "create-user", "--email", email, "--name", f"Person {number}"]
        done = subprocess.run(
            [*command, "--role", role, "--password-stdin"], input=PASSWORD, env=self.environment(slots=0),
            cwd=self.folder, timeout=60, capture_output=True, text=True,
        )
        if done.returncode != 0:
            raise RuntimeError(f"assay admin create-user: {done.stderr.strip()}")
        return email

    def query(self, sql):
        """Rows of a query, as lists of texts; through the psql that came with the database."""
        data = self.folder / "data"
        environment = {
            "PGPASSWORD": (data / "keys" / "database-password").read_text().strip(),
            "PGHOST": "127.0.0.1", "PGPORT": (data / "postgres.port").read_text().strip(),
            "PGUSER": "assay", "PGDATABASE": "assay", "PATH": "/usr/bin:/bin",
        }
        psql = self.binaries / "postgresql" / "bin" / "psql"
        command = [psql, "--no-psqlrc", "--tuples-only", "--no-align", "--field-separator=\t", "--command", sql]
        out = subprocess.run(command, env=environment, check=True, timeout=60, capture_output=True, text=True).stdout
        return [line.split("\t") for line in out.splitlines() if line]


def free_ports(count):
    """Ports of 127.0.0.1 that nobody uses now."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [found.getsockname()[1] for found in sockets]
    for found in sockets:
        found.close()
    return ports


def write_content(folder):
    """The repository's courses and exercises, and `mnist-open`: `mnist-digits` without its sealed evaluation."""
    for part in ["courses", "exercises"]:
        shutil.copytree(ROOT / part, folder / part)
    exercises = folder / "exercises"
    unmeasured = shutil.ignore_patterns("data", "right", "wrong")
    shutil.copytree(exercises / "mnist-digits", exercises / "mnist-open", ignore=unmeasured)
    manifest = exercises / "mnist-open" / "exercise.toml"
    manifest.write_text(open_only(manifest.read_text()))


def open_only(manifest):
    """A manifest without its `[sealed]` table and its test submissions, with the data of `mnist-digits`."""
    kept, is_kept = [], True
    for line in manifest.splitlines():
        if line.startswith("["):
            is_kept = line not in ("[sealed]", "[[right]]", "[[wrong]]")
        if is_kept:
            kept.append(line.replace('file = "data/', 'file = "../mnist-digits/data/'))
    text = "\n".join(kept) + "\n"
    assert "sealed" in tomllib.loads(manifest) and "sealed" not in tomllib.loads(text)
    return text
