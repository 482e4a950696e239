-- Exercises as loaded from files; the version is the hash of what decides a score.
CREATE TABLE exercise_versions (
    version TEXT PRIMARY KEY,
    slug TEXT NOT NULL,
    manifest JSONB NOT NULL,
    loaded_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX exercise_versions_slug_idx ON exercise_versions (slug);
COMMENT ON TABLE exercise_versions IS 'Every version of an exercise that was ever loaded; never changed';
COMMENT ON COLUMN exercise_versions.version IS 'SHA-256 of task, data, contract, metrics, marks and limits';
COMMENT ON COLUMN exercise_versions.slug IS 'The exercise it is a version of';
COMMENT ON COLUMN exercise_versions.manifest IS 'The manifest as parsed; data files are named by SHA-256 and kept as blobs';
COMMENT ON COLUMN exercise_versions.loaded_at IS 'When it was first loaded';

CREATE TABLE exercises (
    slug TEXT PRIMARY KEY,
    version TEXT NOT NULL REFERENCES exercise_versions (version),
    texts JSONB NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    withdrawn_at TIMESTAMPTZ
);
COMMENT ON TABLE exercises IS 'Exercises on offer and the version that new submissions meet';
COMMENT ON COLUMN exercises.slug IS 'Name in addresses and folders';
COMMENT ON COLUMN exercises.version IS 'Version that new submissions are pinned to';
COMMENT ON COLUMN exercises.texts IS 'Titles, statements and starter files in both languages: what may change without a new version';
COMMENT ON COLUMN exercises.updated_at IS 'When any of it last changed';
COMMENT ON COLUMN exercises.withdrawn_at IS 'When its folder was gone at a start; null while on offer';
