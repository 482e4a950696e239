-- Submissions: written once, never changed.
CREATE TABLE submissions (
    id UUID PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES people (id),
    exercise_slug TEXT NOT NULL REFERENCES exercises (slug),
    exercise_version TEXT NOT NULL REFERENCES exercise_versions (version),
    number INT NOT NULL,
    model_sha256 BYTEA NOT NULL CHECK (octet_length(model_sha256) = 32),
    model_bytes BIGINT NOT NULL,
    file_name TEXT NOT NULL,
    scale TEXT NOT NULL,
    note TEXT NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('web', 'api')),
    context JSONB NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT submissions_number_key UNIQUE (person_id, exercise_slug, number)
);
CREATE INDEX submissions_person_exercise_idx ON submissions (person_id, exercise_slug, created_at);
COMMENT ON TABLE submissions IS 'Submitted files and their circumstances; never changed';
COMMENT ON COLUMN submissions.id IS 'UUID v7';
COMMENT ON COLUMN submissions.person_id IS 'Who submitted';
COMMENT ON COLUMN submissions.exercise_slug IS 'To which exercise';
COMMENT ON COLUMN submissions.exercise_version IS 'The version it is pinned to';
COMMENT ON COLUMN submissions.number IS 'First, second, … of this person for this exercise';
COMMENT ON COLUMN submissions.model_sha256 IS 'The file, in blob storage';
COMMENT ON COLUMN submissions.model_bytes IS 'Its size in bytes';
COMMENT ON COLUMN submissions.file_name IS 'What its owner called it';
COMMENT ON COLUMN submissions.scale IS 'Declared input scale: unit, raw, signed or mean,std';
COMMENT ON COLUMN submissions.note IS 'The learner''s own note, so that they recognise their work';
COMMENT ON COLUMN submissions.source IS 'Where it came in';
COMMENT ON COLUMN submissions.context IS 'Opaque to grading: practice, or an exam attempt''s id';
COMMENT ON COLUMN submissions.created_at IS 'When it was received';
CREATE TRIGGER submissions_are_immutable BEFORE UPDATE ON submissions
    FOR EACH ROW EXECUTE FUNCTION forbid_change();

-- Answers to requests that carried an Idempotency-Key, for 24 hours.
CREATE TABLE idempotency_keys (
    person_id UUID NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    request_sha256 BYTEA NOT NULL CHECK (octet_length(request_sha256) = 32),
    submission_id UUID NOT NULL REFERENCES submissions (id),
    created_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT idempotency_keys_pkey PRIMARY KEY (person_id, key)
);
COMMENT ON TABLE idempotency_keys IS 'Requests that were already carried out, so that a repeat makes nothing twice';
COMMENT ON COLUMN idempotency_keys.person_id IS 'Whose key';
COMMENT ON COLUMN idempotency_keys.key IS 'The Idempotency-Key header';
COMMENT ON COLUMN idempotency_keys.request_sha256 IS 'Digest of the exercise, file and options it came with';
COMMENT ON COLUMN idempotency_keys.submission_id IS 'What it made';
COMMENT ON COLUMN idempotency_keys.created_at IS 'When; older than a day no longer counts';
