-- Models in two files, sealed evaluations, and the samples and keys that they need.
ALTER TABLE submissions
    ADD COLUMN weights_sha256 BYTEA CHECK (octet_length(weights_sha256) = 32),
    ADD COLUMN weights_bytes BIGINT,
    ADD COLUMN weights_name TEXT,
    ADD CONSTRAINT submissions_weights_whole CHECK (num_nulls(weights_sha256, weights_bytes, weights_name) IN (0, 3));
COMMENT ON COLUMN submissions.weights_sha256 IS 'The second file of a model that keeps its weights apart, in blob storage';
COMMENT ON COLUMN submissions.weights_bytes IS 'Its size in bytes';
COMMENT ON COLUMN submissions.weights_name IS 'What its owner called it; the model names it so';
CREATE INDEX submissions_model_idx ON submissions (model_sha256);

ALTER TABLE gradings
    ADD COLUMN seal TEXT,
    ADD COLUMN sealed_score DOUBLE PRECISION,
    ADD COLUMN sealed_predictions_sha256 BYTEA CHECK (octet_length(sealed_predictions_sha256) = 32);
COMMENT ON COLUMN gradings.seal IS 'Names the sealed samples: equal names, equal samples; null where the exercise has none';
COMMENT ON COLUMN gradings.sealed_score IS 'The exercise''s metric on the sealed samples; null where nothing was scored';
COMMENT ON COLUMN gradings.sealed_predictions_sha256 IS 'Raw predictions on the sealed samples, in blob storage';

CREATE TABLE seal_keys (
    id TEXT PRIMARY KEY,
    created_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE seal_keys IS 'The key that sealed variants are drawn from, by a name that tells nothing about it; the key is a file';
COMMENT ON COLUMN seal_keys.id IS 'Name of the key and of its file';
COMMENT ON COLUMN seal_keys.created_at IS 'When it was made';
CREATE UNIQUE INDEX seal_keys_one ON seal_keys ((TRUE));

CREATE TABLE private_sets (
    id TEXT PRIMARY KEY,
    exercise_slug TEXT NOT NULL REFERENCES exercises (slug),
    files JSONB NOT NULL,
    samples INT NOT NULL,
    added_at TIMESTAMPTZ NOT NULL,
    withdrawn_at TIMESTAMPTZ
);
CREATE UNIQUE INDEX private_sets_one_active ON private_sets (exercise_slug) WHERE withdrawn_at IS NULL;
COMMENT ON TABLE private_sets IS 'Samples that were added on this server for sealed evaluations; never in a repository, never served';
COMMENT ON COLUMN private_sets.id IS 'SHA-256 of the exercise and of what its files hold';
COMMENT ON COLUMN private_sets.exercise_slug IS 'The exercise';
COMMENT ON COLUMN private_sets.files IS 'Name, SHA-256, role and input of each file, as in a manifest; the bytes are blobs';
COMMENT ON COLUMN private_sets.samples IS 'Number of samples';
COMMENT ON COLUMN private_sets.added_at IS 'When it was added';
COMMENT ON COLUMN private_sets.withdrawn_at IS 'When another set took its place; null while in use';
