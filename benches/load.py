"""Many gradings at once: how many a minute, and how fast pages are meanwhile."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from models import CNN, variant

REQUESTS_A_SECOND = 20
PAGE_SECONDS = 24
QUEUED = 140
"""Gradings queued when pages are asked for: at the end there are still more than 100."""
GRADING_SECONDS = 15
"""Longest that one grading may take."""


class Load:
    """Gradings of the CNN, each of a file of its own."""

    def __init__(self, installation, crowd):
        self.installation = installation
        self.crowd = crowd
        self.number = 1_000_000

    def enqueue(self, count):
        """Submits so many models and waits for none; returns who submitted and the submissions' ids."""
        made = []
        for _ in range(count):
            self.number += 1
            person = self.crowd.author(CNN.exercise)
            submission = person.submit(CNN.exercise, variant(CNN, self.number))
            made.append((person, submission["id"]))
        return made

    def throughput(self, count):
        """Wall-clock seconds from the first of so many in the queue to the last verdict, and the server's processor
        time in seconds a grading, the graders not included."""
        before = processor_seconds(self.installation.server.pid)
        ids = [made[1] for made in self.enqueue(count)]
        self._wait(ids, count * GRADING_SECONDS)
        server = processor_seconds(self.installation.server.pid) - before
        span = f"""SELECT extract(epoch FROM max(g.created_at) - min(s.created_at)),
                          avg((g.report->'timings_ms'->>'cpu')::float8) / 1000
                   FROM submissions s JOIN gradings g ON g.submission_id = s.id WHERE s.id IN ({quoted(ids)})"""
        seconds, child = self.installation.query(span)[0]
        return {"count": count, "seconds": float(seconds), "child": float(child), "server": server / count}

    def waiting(self):
        """Submissions without a verdict."""
        count = """SELECT count(*) FROM submissions s
                   WHERE NOT EXISTS (SELECT FROM publications p WHERE p.submission_id = s.id)"""
        return int(self.installation.query(count)[0][0])

    def _wait(self, ids, seconds):
        deadline = time.monotonic() + seconds
        done = f"SELECT count(*) FROM publications WHERE submission_id IN ({quoted(ids)})"
        while int(self.installation.query(done)[0][0]) < len(ids):
            if time.monotonic() > deadline:
                raise RuntimeError(f"{len(ids)} gradings are not done in {seconds} s")
            time.sleep(0.5)


def quoted(ids):
    return ", ".join(f"'{id}'" for id in ids)


def processor_seconds(pid):
    """Processor time of a process so far, its ended children not included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def pages(load, person, graded):
    """Latencies in seconds by page, at a fixed rate, while gradings are queued, and how many those were before and
    after; `graded` is a submission of `person` with its result."""
    owner, last = load.enqueue(QUEUED)[-1]
    paths = {
        "dashboard": (person, "/"),
        "exercise": (person, f"/exercises/{CNN.exercise}"),
        "submission, graded": (person, f"/submissions/{graded}"),
        "submission, queued": (owner, f"/submissions/{last}"),
    }
    for reader, path in paths.values():
        look(reader, path, time.perf_counter())
    before = load.waiting()
    latencies = at_a_fixed_rate(paths, REQUESTS_A_SECOND * PAGE_SECONDS)
    return latencies, (before, load.waiting())


def at_a_fixed_rate(paths, count):
    """Asks for the pages in turn when each is due, whether or not earlier ones have been answered."""
    found = {name: [] for name in paths}
    names = list(paths)
    with ThreadPoolExecutor(32) as readers:
        began = time.perf_counter()
        for turn in range(count):
            due = began + turn / REQUESTS_A_SECOND
            time.sleep(max(0.0, due - time.perf_counter()))
            name = names[turn % len(names)]
            found[name].append(readers.submit(look, *paths[name], due))
        return {name: [future.result() for future in futures] for name, futures in found.items()}


def look(reader, path, due):
    """Seconds from when the page was due to its last byte."""
    status, _, _ = reader.page(path)
    if status != 200:
        raise RuntimeError(f"{path}: {status}")
    return time.perf_counter() - due
