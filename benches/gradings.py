"""From submission to verdict, beside bare ONNX Runtime and a fresh Python process, in rounds of one of each."""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from models import CNN, SUBJECTS, variant

HERE = Path(__file__).resolve().parent
WAIT_SECONDS = 60
RUN_SECONDS = 120
"""Longest that any one run of Python may take."""


@dataclass
class Grading:
    """One submission: wall-clock times of its sender, in seconds since 1970."""

    id: str
    sent: float
    answered: float

    @property
    def seconds(self):
        return self.answered - self.sent


@dataclass
class Measured:
    """Everything that was measured of one model, one value a round, in seconds."""

    waited: list = field(default_factory=list)
    polled: list = field(default_factory=list)
    bare: list = field(default_factory=list)
    fresh_one: list = field(default_factory=list)
    fresh_default: list = field(default_factory=list)


class Bare:
    """The process that keeps models and samples in memory and runs bare ONNX Runtime when asked."""

    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, HERE / "bare.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=os.environ | {"ORT_DISABLE_TELEMETRY": "1"},
        )
        assert self._line() == "ready"

    def run(self, name):
        """Seconds of one run over all samples."""
        self.process.stdin.write(f"{name}\n")
        self.process.stdin.flush()
        return float(self._line())

    def stop(self):
        self.process.kill()
        self.process.wait()

    def _line(self):
        line = self.process.stdout.readline().strip()
        if not line:
            raise RuntimeError("bare.py ended")
        return line


def fresh(name, threads):
    """Seconds from the start of a Python process that imports, loads, runs and scores, to its end."""
    environment = os.environ | {"ORT_DISABLE_TELEMETRY": "1"}
    if threads == "one":
        environment |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, HERE / "fresh.py", name, threads]
    began = time.perf_counter()
    subprocess.run(command, env=environment, check=True, timeout=RUN_SECONDS, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


class Rounds:
    """Rounds in which everything is measured once, so that a slow moment of the machine touches all alike."""

    def __init__(self, crowd, bare):
        self.crowd = crowd
        self.bare = bare
        self.number = 0
        self.models = {name: Measured() for name in SUBJECTS}
        self.repeated = Measured()
        self.repeater = crowd.repeater(CNN.exercise)
        self.repeated_model = self._variant(CNN)
        self.repeated_id = self._submit(self.repeater, CNN, self.repeated_model, wait=True).id

    def run(self, counted):
        """One round that is not counted, then so many that are."""
        self._round()
        self.models = {name: Measured() for name in SUBJECTS}
        self.repeated = Measured()
        for _ in range(counted):
            self._round()

    def _round(self):
        for name, subject in SUBJECTS.items():
            measured = self.models[name]
            measured.bare.append(self.bare.run(name))
            measured.waited.append(self._grade(subject, wait=True))
            measured.polled.append(self._grade(subject, wait=False))
            measured.fresh_one.append(fresh(name, "one"))
            measured.fresh_default.append(fresh(name, "default"))
        self.repeated.waited.append(self._submit(self.repeater, CNN, self.repeated_model, wait=True))
        self.repeated.polled.append(self._submit(self.repeater, CNN, self.repeated_model, wait=False))

    def _grade(self, subject, wait):
        return self._submit(self.crowd.author(subject.exercise), subject, self._variant(subject), wait)

    def _variant(self, subject):
        self.number += 1
        return variant(subject, self.number)

    @staticmethod
    def _submit(person, subject, model, wait):
        """Submits, and waits in the request or looks every 5 ms."""
        sent = time.time()
        submission = person.submit(subject.exercise, model, WAIT_SECONDS if wait else 0)
        submission = person.wait_for(submission)
        answered = time.time()
        require_scored(submission["result"], subject)
        return Grading(submission["id"], sent, answered)


def require_scored(result, subject):
    """A model that was refused, or not run on all samples, would make every figure look good."""
    sealed = result["sealed"]["n"] if result["sealed"] else 0
    if result["verdict"] not in ("passed", "below_mark") or result["n"] + sealed != subject.samples:
        raise RuntimeError(f"{subject.name}: {result['verdict']}, {result['n']} and {sealed} samples")


def records(installation, gradings):
    """What the service wrote down of these gradings: times in seconds since 1970, and its report."""
    ids = ", ".join(f"'{grading.id}'" for grading in gradings)
    rows = installation.query(
        f"""SELECT s.id, extract(epoch FROM s.created_at), extract(epoch FROM r.started_at),
                   extract(epoch FROM g.created_at), g.report->'timings_ms', g.report->'peak_memory_bytes'
            FROM submissions s JOIN publications p ON p.submission_id = s.id
            JOIN gradings g ON g.id = p.grading_id JOIN grading_runs r ON r.id = g.run_id
            WHERE s.id IN ({ids})"""
    )
    return {
        row[0]: {"created": float(row[1]), "started": float(row[2]), "graded": float(row[3]),
                 "report_ms": json.loads(row[4]), "peak": int(row[5])}
        for row in rows
    }


def steps(grading, record):
    """Where the milliseconds of one grading went, in the order in which they passed."""
    report = record["report_ms"]
    inside = {name: report[name] for name in ["precheck", "start", "load", "practice", "run", "score"]}
    outside = 1000 * (record["graded"] - record["started"])
    return {
        "received": 1000 * (record["created"] - grading.sent),
        "dispatched": 1000 * (record["started"] - record["created"]),
        **inside,
        "ending": report["total"] - sum(inside.values()),
        "around": outside - report["total"],
        "answered": 1000 * (grading.answered - record["graded"]),
    }
