-- Results that are changed later: tried in the shadow first, published with a reason, or decided by a person.
ALTER TABLE gradings ALTER COLUMN run_id DROP NOT NULL;
ALTER TABLE gradings
    ADD COLUMN origin TEXT NOT NULL DEFAULT 'run' CHECK (origin IN ('run', 'rescore', 'rerun', 'decision')),
    ADD CONSTRAINT gradings_run_or_other CHECK ((origin = 'run') = (run_id IS NOT NULL));
COMMENT ON TABLE gradings IS 'Results of submissions; append-only';
COMMENT ON COLUMN gradings.run_id IS 'The run that produced it; null for one that came from a shadow or a decision';
COMMENT ON COLUMN gradings.origin IS 'run: graded after it was submitted; rescore: stored predictions under other marks; rerun: run again in a shadow; decision: by a person';

ALTER TABLE publications
    DROP CONSTRAINT publications_pkey,
    DROP CONSTRAINT publications_grading_id_key,
    ADD PRIMARY KEY (grading_id),
    ADD COLUMN superseded_at TIMESTAMPTZ;
CREATE UNIQUE INDEX publications_standing ON publications (submission_id) WHERE superseded_at IS NULL;
CREATE INDEX publications_submission_idx ON publications (submission_id, published_at);
COMMENT ON TABLE publications IS 'The grading that stands for a submission, and those that stood before';
COMMENT ON COLUMN publications.exercise_version IS 'The exercise version it was graded against';
COMMENT ON COLUMN publications.grading_id IS 'The grading';
COMMENT ON COLUMN publications.superseded_at IS 'When another took its place; null while it stands';

CREATE TABLE shadows (
    id UUID PRIMARY KEY,
    exercise_slug TEXT NOT NULL REFERENCES exercises (slug),
    exercise_version TEXT NOT NULL REFERENCES exercise_versions (version),
    made_by UUID REFERENCES people (id),
    made_at TIMESTAMPTZ NOT NULL,
    cancelled_at TIMESTAMPTZ,
    discarded_at TIMESTAMPTZ,
    published_at TIMESTAMPTZ,
    CONSTRAINT shadows_one_end CHECK (num_nonnulls(discarded_at, published_at) <= 1)
);
CREATE INDEX shadows_exercise_idx ON shadows (exercise_slug, made_at);
COMMENT ON TABLE shadows IS 'Submissions graded again against a version, on trial: nobody but instructors sees it until it is published';
COMMENT ON COLUMN shadows.id IS 'UUID v7';
COMMENT ON COLUMN shadows.exercise_slug IS 'The exercise';
COMMENT ON COLUMN shadows.exercise_version IS 'The version that is tried, on offer or not';
COMMENT ON COLUMN shadows.made_by IS 'Who asked for it';
COMMENT ON COLUMN shadows.made_at IS 'When';
COMMENT ON COLUMN shadows.cancelled_at IS 'When it was stopped; what had not begun then never does';
COMMENT ON COLUMN shadows.discarded_at IS 'When it was put aside without consequence';
COMMENT ON COLUMN shadows.published_at IS 'When its results became real';

CREATE TABLE shadow_submissions (
    shadow_id UUID NOT NULL REFERENCES shadows (id),
    submission_id UUID NOT NULL REFERENCES submissions (id),
    grading_id UUID NOT NULL REFERENCES gradings (id),
    way TEXT NOT NULL CHECK (way IN ('rescore', 'rerun')),
    PRIMARY KEY (shadow_id, submission_id)
);
COMMENT ON TABLE shadow_submissions IS 'What a shadow grades again';
COMMENT ON COLUMN shadow_submissions.shadow_id IS 'The shadow';
COMMENT ON COLUMN shadow_submissions.submission_id IS 'The submission';
COMMENT ON COLUMN shadow_submissions.grading_id IS 'The grading that stood when the shadow was made: what it is compared with';
COMMENT ON COLUMN shadow_submissions.way IS 'rescore: the stored predictions are scored again; rerun: the model is run again';

CREATE TABLE shadow_results (
    shadow_id UUID NOT NULL,
    submission_id UUID NOT NULL,
    origin TEXT NOT NULL CHECK (origin IN ('rescore', 'rerun')),
    grader_version TEXT NOT NULL,
    verdict TEXT NOT NULL,
    reason TEXT NOT NULL,
    score DOUBLE PRECISION,
    sealed_score DOUBLE PRECISION,
    counts BOOLEAN NOT NULL,
    report JSONB NOT NULL,
    correct_bits BYTEA,
    predictions_sha256 BYTEA CHECK (octet_length(predictions_sha256) = 32),
    sealed_predictions_sha256 BYTEA CHECK (octet_length(sealed_predictions_sha256) = 32),
    seal TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (shadow_id, submission_id),
    FOREIGN KEY (shadow_id, submission_id) REFERENCES shadow_submissions (shadow_id, submission_id)
);
COMMENT ON TABLE shadow_results IS 'What came of each submission of a shadow; append-only, and without any consequence until it is published';
COMMENT ON COLUMN shadow_results.shadow_id IS 'The shadow';
COMMENT ON COLUMN shadow_results.submission_id IS 'The submission';
COMMENT ON COLUMN shadow_results.origin IS 'How it came about: rescore or rerun';
COMMENT ON COLUMN shadow_results.grader_version IS 'The grader whose predictions they are';
COMMENT ON COLUMN shadow_results.verdict IS 'One of the closed list of verdicts; platform_fault where we failed';
COMMENT ON COLUMN shadow_results.reason IS 'Finer reason code';
COMMENT ON COLUMN shadow_results.score IS 'The version''s metric on the open samples';
COMMENT ON COLUMN shadow_results.sealed_score IS 'The same on the sealed samples';
COMMENT ON COLUMN shadow_results.counts IS 'Whether the submission used an attempt: as before, for a shadow uses none';
COMMENT ON COLUMN shadow_results.report IS 'The whole report';
COMMENT ON COLUMN shadow_results.correct_bits IS 'One bit a sample: labelled correctly';
COMMENT ON COLUMN shadow_results.predictions_sha256 IS 'Raw predictions, in blob storage';
COMMENT ON COLUMN shadow_results.sealed_predictions_sha256 IS 'Raw predictions on the sealed samples, in blob storage';
COMMENT ON COLUMN shadow_results.seal IS 'Names the sealed samples';
COMMENT ON COLUMN shadow_results.created_at IS 'When';
CREATE TRIGGER shadow_results_are_append_only BEFORE UPDATE OR DELETE ON shadow_results
    FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE TABLE regradings (
    id UUID PRIMARY KEY,
    submission_id UUID NOT NULL REFERENCES submissions (id),
    kind TEXT NOT NULL CHECK (kind IN ('shadow', 'override', 'withdrawal')),
    before_id UUID NOT NULL REFERENCES gradings (id),
    after_id UUID NOT NULL REFERENCES gradings (id),
    shadow_id UUID REFERENCES shadows (id),
    reason TEXT NOT NULL CHECK (reason <> ''),
    decided_by UUID REFERENCES people (id),
    decided_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT regradings_shadow CHECK ((kind = 'shadow') = (shadow_id IS NOT NULL))
);
CREATE INDEX regradings_submission_idx ON regradings (submission_id);
COMMENT ON TABLE regradings IS 'Each change of a result, with the reason that its learner reads; append-only, the last one stands';
COMMENT ON COLUMN regradings.id IS 'UUID v7';
COMMENT ON COLUMN regradings.submission_id IS 'The submission';
COMMENT ON COLUMN regradings.kind IS 'shadow: published from a trial; override: decided by a person; withdrawal: that decision taken back';
COMMENT ON COLUMN regradings.before_id IS 'The grading that stood';
COMMENT ON COLUMN regradings.after_id IS 'The grading that took its place';
COMMENT ON COLUMN regradings.shadow_id IS 'The shadow it was published from';
COMMENT ON COLUMN regradings.reason IS 'Why, as the learner reads it';
COMMENT ON COLUMN regradings.decided_by IS 'The instructor';
COMMENT ON COLUMN regradings.decided_at IS 'When';
CREATE TRIGGER regradings_are_append_only BEFORE UPDATE OR DELETE ON regradings
    FOR EACH ROW EXECUTE FUNCTION forbid_change();
