"""Training scripts: what their walls cost, and what a model waits while many of them run."""

import json
import os
import subprocess
import tempfile
import time
from pathlib import Path

from models import CNN, variant

NUMPY = "import numpy\nopen('model.onnx', 'wb').write(b'none')\n"
BUSY = "import time\nwhile time.process_time() < 3: pass\n# {}\n"
"""Three seconds of processor time, and no model."""
QUEUED = 20
LEARNERS = 4
MODELS = 8
RUN_SECONDS = 120


def overhead(installation, rounds):
    """Seconds of a script that imports NumPy: behind its walls, and bare, in turn."""
    environment = installation.environment(slots=0)
    command = [installation.binaries / "assay", "admin", "environment", "build", "sklearn"]
    built = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout.strip()
    walled, bare = [], []
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "train.py"
        script.write_text(NUMPY)
        for _ in range(rounds + 1):
            walled.append(inside(installation, environment, script))
            bare.append(outside(built, script, folder))
    return {"walled": walled[1:], "bare": bare[1:]}


def inside(installation, environment, script):
    """As the service runs it, from starting the walls until nothing of the script is left."""
    command = [installation.binaries / "assay", "grade", "mnist-train", script, "--json"]
    done = subprocess.run(command, env=environment, timeout=RUN_SECONDS, capture_output=True, text=True)
    return json.loads(done.stdout)["training"]["wall_ms"] / 1000


def outside(packages, script, folder):
    """The same interpreter with the same packages and variables, and no walls."""
    environment = {
        "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONPATH": packages, "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONNOUSERSITE": "1", "MALLOC_ARENA_MAX": "2", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1",
    }
    command = ["/usr/bin/python3", "-u", "-B", "-s", script]
    began = time.perf_counter()
    # Without a timeout, with which Python would look for the end every 50 ms only.
    code = subprocess.Popen(command, env=environment, cwd=folder).wait()
    seconds = time.perf_counter() - began
    if code != 0:
        raise RuntimeError(f"the bare script ended with {code}")
    return seconds


def beside(crowd, installation):
    """Seconds from submission to verdict of models: while nothing else runs, and while scripts are queued; and how many
    scripts were unfinished when the last model was done. Ends when all scripts have."""
    alone = [grade(crowd, number) for number in range(MODELS)]
    for number in range(QUEUED):
        person = crowd.people[number % LEARNERS]
        path = "/api/v1/exercises/mnist-train/submissions?name=train.py"
        person.api("POST", path, BUSY.format(number).encode())
    # Until the first ones run.
    time.sleep(2)
    among = [grade(crowd, MODELS + number) for number in range(MODELS)]
    left = unfinished(installation)
    deadline = time.monotonic() + RUN_SECONDS
    while unfinished(installation) > 0:
        if time.monotonic() > deadline:
            raise RuntimeError("the scripts are not done")
        time.sleep(0.5)
    return {"alone": alone, "among": among, "left": left, "cpu": processor_seconds(installation)}


def processor_seconds(installation):
    """What all scripts used: their first process in namespaces is no child of the server's when it ends."""
    used = "SELECT COALESCE(sum((report -> 'training' ->> 'cpu_ms')::float8), 0) / 1000 FROM gradings"
    return float(installation.query(used)[0][0])


def grade(crowd, number):
    person = crowd.author(CNN.exercise)
    model = variant(CNN, 2_000_000 + number)
    began = time.perf_counter()
    person.submit(CNN.exercise, model, wait=60)
    return time.perf_counter() - began


def unfinished(installation):
    """Scripts that still wait or run."""
    count = """SELECT count(*) FROM submissions s WHERE s.kind = 'script'
               AND NOT EXISTS (SELECT FROM publications p WHERE p.submission_id = s.id)"""
    return int(installation.query(count)[0][0])
