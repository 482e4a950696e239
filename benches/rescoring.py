"""Stored submissions scored again under another metric: a trial of all of them, its page, and its publication."""

import time

from models import CNN
from people import Person

STORED = 10_000
LONGEST_SECONDS = 300
LOOK_SECONDS = 0.5

COPIES = """
INSERT INTO submissions (id, person_id, exercise_slug, exercise_version, number, model_sha256, model_bytes, file_name,
                         scale, note, source, context, created_at, kind)
SELECT gen_random_uuid(), person_id, exercise_slug, exercise_version, number + 1000 + n, model_sha256, model_bytes,
       file_name, scale, note, source, context, created_at, kind
FROM submissions, generate_series(1, {count}) n WHERE id = '{id}';
INSERT INTO grading_runs (id, submission_id, number, lease_token, worker, state, started_at, heartbeat_at)
SELECT gen_random_uuid(), id, 1, gen_random_uuid(), 'bench', 'done', now(), now() FROM submissions WHERE number > 1000;
INSERT INTO gradings (id, run_id, submission_id, exercise_version, grader_version, verdict, reason, score, counts,
                      report, correct_bits, predictions_sha256, created_at, seal, sealed_score,
                      sealed_predictions_sha256)
SELECT gen_random_uuid(), r.id, r.submission_id, exercise_version, grader_version, verdict, reason, score, counts,
       report, correct_bits, predictions_sha256, created_at, seal, sealed_score, sealed_predictions_sha256
FROM grading_runs r, (SELECT g.* FROM gradings g JOIN publications p ON p.grading_id = g.id
                      WHERE g.submission_id = '{id}') g
WHERE r.worker = 'bench';
INSERT INTO publications (submission_id, exercise_version, grading_id, published_at)
SELECT g.submission_id, g.exercise_version, g.id, g.created_at FROM gradings g JOIN grading_runs r ON r.id = g.run_id
WHERE r.worker = 'bench';
ANALYZE
"""
"""Rows of their own with the predictions of one grading."""


def rescored(installation, submission):
    """Seconds of each step for at least `STORED` submissions, copies of the graded one; starts a server with two slots
    on content in which the exercise has another metric."""
    installation.query(COPIES.format(count=STORED, id=submission))
    installation.stop()
    change_metric(installation)
    installation.start(slots=2)
    admin = Person(installation, 1000, role="admin")
    path = f"/teach/exercises/{CNN.exercise}"
    version = installation.query(f"SELECT version FROM exercises WHERE slug = '{CNN.exercise}'")[0][0]
    began = time.perf_counter()
    trial = followed(admin.form(f"{path}/shadows", {"version": version}))
    made = time.perf_counter() - began
    count = wait_until_scored(installation, began)
    scored = time.perf_counter() - began
    began = time.perf_counter()
    status, _, page = admin.page(trial)
    if status != 200 or f"{count} of {count} graded.".encode() not in page:
        raise RuntimeError(f"the page of the trial: {status}")
    shown = time.perf_counter() - began
    began = time.perf_counter()
    followed(admin.form(f"{trial}/publish", {"reason": "Another metric.", "lower": "yes"}))
    return {"count": count, "made": made, "scored": scored, "shown": shown, "published": time.perf_counter() - began}


def change_metric(installation):
    manifest = installation.folder / "content" / "exercises" / CNN.exercise / "exercise.toml"
    text = manifest.read_text()
    assert text.count('metric = "accuracy"') == 1
    manifest.write_text(text.replace('metric = "accuracy"', 'metric = "macro_f1"'))


def followed(answer):
    """Where a form that was accepted leads."""
    status, headers, page = answer
    if status != 303:
        raise RuntimeError(f"a form was answered with {status}: {page.decode(errors='replace')[-2000:]}")
    return headers["Location"].split("?")[0]


def wait_until_scored(installation, began):
    """How many submissions the trial has, once it has a result for each. Looking twice a second costs next to nothing,
    and the time is known to half a second."""
    counts = "SELECT (SELECT count(*) FROM shadow_submissions), (SELECT count(*) FROM shadow_results)"
    while time.perf_counter() - began < LONGEST_SECONDS:
        count, done = map(int, installation.query(counts)[0])
        if count == done:
            return count
        time.sleep(LOOK_SECONDS)
    raise RuntimeError(f"{done} of {count} are scored after {LONGEST_SECONDS} s")
