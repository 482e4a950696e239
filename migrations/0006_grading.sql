-- Runs of the grader: claimed with a lease token, finished by whoever still holds it.
CREATE TABLE grading_runs (
    id UUID PRIMARY KEY,
    submission_id UUID NOT NULL REFERENCES submissions (id),
    number INT NOT NULL,
    lease_token UUID NOT NULL,
    worker TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed', 'lost')),
    progress_done INT NOT NULL DEFAULT 0,
    progress_total INT NOT NULL DEFAULT 0,
    started_at TIMESTAMPTZ NOT NULL,
    heartbeat_at TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ,
    error TEXT,
    CONSTRAINT grading_runs_number_key UNIQUE (submission_id, number)
);
CREATE UNIQUE INDEX grading_runs_one_running ON grading_runs (submission_id) WHERE state = 'running';
COMMENT ON TABLE grading_runs IS 'Runs of the grader for a submission; the fence against stale workers';
COMMENT ON COLUMN grading_runs.id IS 'UUID v7';
COMMENT ON COLUMN grading_runs.submission_id IS 'What is graded';
COMMENT ON COLUMN grading_runs.number IS 'First, second, … run of this submission';
COMMENT ON COLUMN grading_runs.lease_token IS 'Only the holder of this token may write the result';
COMMENT ON COLUMN grading_runs.worker IS 'Host and process that claimed it';
COMMENT ON COLUMN grading_runs.state IS 'running, done (graded), failed (our fault), lost (its worker went silent)';
COMMENT ON COLUMN grading_runs.progress_done IS 'Samples run so far';
COMMENT ON COLUMN grading_runs.progress_total IS 'Samples to run';
COMMENT ON COLUMN grading_runs.started_at IS 'When it was claimed';
COMMENT ON COLUMN grading_runs.heartbeat_at IS 'Last sign of life of its worker';
COMMENT ON COLUMN grading_runs.finished_at IS 'When it ended';
COMMENT ON COLUMN grading_runs.error IS 'What failed, where it was our fault';

-- Submissions that could not be graded for our fault, after all retries.
CREATE TABLE buried_jobs (
    submission_id UUID PRIMARY KEY REFERENCES submissions (id),
    reason TEXT NOT NULL,
    buried_at TIMESTAMPTZ NOT NULL,
    runs INT NOT NULL,
    retried_at TIMESTAMPTZ
);
COMMENT ON TABLE buried_jobs IS 'Submissions given up after repeated faults of ours, until an administrator retries them';
COMMENT ON COLUMN buried_jobs.submission_id IS 'What could not be graded';
COMMENT ON COLUMN buried_jobs.reason IS 'The last fault';
COMMENT ON COLUMN buried_jobs.buried_at IS 'When it was given up';
COMMENT ON COLUMN buried_jobs.runs IS 'Runs it had then; only later ones count towards giving it up again';
COMMENT ON COLUMN buried_jobs.retried_at IS 'When an administrator queued it again; null while buried';

-- Results: one row a run, appended and never changed.
CREATE TABLE gradings (
    id UUID PRIMARY KEY,
    run_id UUID NOT NULL UNIQUE REFERENCES grading_runs (id),
    submission_id UUID NOT NULL REFERENCES submissions (id),
    exercise_version TEXT NOT NULL REFERENCES exercise_versions (version),
    grader_version TEXT NOT NULL,
    verdict TEXT NOT NULL,
    reason TEXT,
    score DOUBLE PRECISION,
    counts BOOLEAN NOT NULL,
    report JSONB NOT NULL,
    correct_bits BYTEA,
    predictions_sha256 BYTEA CHECK (octet_length(predictions_sha256) = 32),
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX gradings_submission_idx ON gradings (submission_id);
COMMENT ON TABLE gradings IS 'Results of runs; append-only';
COMMENT ON COLUMN gradings.id IS 'UUID v7';
COMMENT ON COLUMN gradings.run_id IS 'The run that produced it';
COMMENT ON COLUMN gradings.submission_id IS 'What was graded';
COMMENT ON COLUMN gradings.exercise_version IS 'Against which version';
COMMENT ON COLUMN gradings.grader_version IS 'By which grader and ONNX Runtime';
COMMENT ON COLUMN gradings.verdict IS 'One of the closed list of verdicts';
COMMENT ON COLUMN gradings.reason IS 'Finer reason code';
COMMENT ON COLUMN gradings.score IS 'The exercise''s metric on the open samples; null where nothing was scored';
COMMENT ON COLUMN gradings.counts IS 'Whether it used one of the learner''s attempts';
COMMENT ON COLUMN gradings.report IS 'The whole report: metrics, confusion, adaptations, timings, versions';
COMMENT ON COLUMN gradings.correct_bits IS 'One bit a sample: labelled correctly';
COMMENT ON COLUMN gradings.predictions_sha256 IS 'Raw predictions, in blob storage';
COMMENT ON COLUMN gradings.created_at IS 'When it was recorded';
CREATE TRIGGER gradings_are_append_only BEFORE UPDATE OR DELETE ON gradings
    FOR EACH ROW EXECUTE FUNCTION forbid_change();

-- Which grading of a submission counts, at most one per exercise version.
CREATE TABLE publications (
    submission_id UUID NOT NULL REFERENCES submissions (id),
    exercise_version TEXT NOT NULL REFERENCES exercise_versions (version),
    grading_id UUID NOT NULL UNIQUE REFERENCES gradings (id),
    published_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (submission_id, exercise_version)
);
COMMENT ON TABLE publications IS 'The grading that stands for a submission under an exercise version';
COMMENT ON COLUMN publications.submission_id IS 'The submission';
COMMENT ON COLUMN publications.exercise_version IS 'The exercise version';
COMMENT ON COLUMN publications.grading_id IS 'The grading that stands';
COMMENT ON COLUMN publications.published_at IS 'Since when';
