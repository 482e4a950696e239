-- Training scripts: what is submitted, what they print while they run, where they can run.
ALTER TABLE submissions
    ADD COLUMN kind TEXT NOT NULL DEFAULT 'model' CHECK (kind IN ('model', 'script'));
COMMENT ON COLUMN submissions.kind IS 'model: graded as it is; script: run first, and graded by the model that it leaves';

CREATE TABLE training_logs (
    run_id UUID PRIMARY KEY REFERENCES grading_runs (id),
    submission_id UUID NOT NULL REFERENCES submissions (id),
    tail TEXT NOT NULL,
    log TEXT,
    points JSONB NOT NULL,
    written_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX training_logs_submission_idx ON training_logs (submission_id);
COMMENT ON TABLE training_logs IS 'What scripts print, cleaned of terminal codes; while one runs, its last lines';
COMMENT ON COLUMN training_logs.run_id IS 'The run';
COMMENT ON COLUMN training_logs.submission_id IS 'The submitted script';
COMMENT ON COLUMN training_logs.tail IS 'The last lines';
COMMENT ON COLUMN training_logs.log IS 'Everything, once the script has ended';
COMMENT ON COLUMN training_logs.points IS 'Points of the learning curve: lists of names and numbers';
COMMENT ON COLUMN training_logs.written_at IS 'When this was written last';

CREATE TABLE cancellations (
    submission_id UUID PRIMARY KEY REFERENCES submissions (id),
    asked_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE cancellations IS 'Submissions that their owners no longer want graded';
COMMENT ON COLUMN cancellations.submission_id IS 'The submission';
COMMENT ON COLUMN cancellations.asked_at IS 'When the owner asked';

CREATE TABLE environments (
    name TEXT PRIMARY KEY,
    definition JSONB NOT NULL,
    loaded_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE environments IS 'Python environments for scripts, as their files declare them, so that every worker can build them';
COMMENT ON COLUMN environments.name IS 'Name in exercises';
COMMENT ON COLUMN environments.definition IS 'Titles, modules and pinned packages';
COMMENT ON COLUMN environments.loaded_at IS 'When the content was loaded';

ALTER TABLE workers
    ADD COLUMN script_slots INT NOT NULL DEFAULT 0,
    ADD COLUMN script_tier TEXT NOT NULL DEFAULT '',
    ADD COLUMN environments TEXT[] NOT NULL DEFAULT '{}';
COMMENT ON COLUMN workers.script_slots IS 'Scripts at once';
COMMENT ON COLUMN workers.script_tier IS 'How scripts are kept apart, or why they cannot be run';
COMMENT ON COLUMN workers.environments IS 'Python environments that are ready there';
