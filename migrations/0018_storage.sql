-- What was removed from blob storage; and an audit log that cannot be emptied either.
CREATE TABLE storage_sweeps (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    finished_at TIMESTAMPTZ NOT NULL,
    models BIGINT NOT NULL CHECK (models >= 0),
    model_bytes BIGINT NOT NULL CHECK (model_bytes >= 0),
    orphans BIGINT NOT NULL CHECK (orphans >= 0),
    orphan_bytes BIGINT NOT NULL CHECK (orphan_bytes >= 0)
);
COMMENT ON TABLE storage_sweeps IS 'Runs of the job that removes from blob storage what may go';
COMMENT ON COLUMN storage_sweeps.id IS 'Number of the run';
COMMENT ON COLUMN storage_sweeps.finished_at IS 'When it ended';
COMMENT ON COLUMN storage_sweeps.models IS 'Files of submissions removed, because no result of theirs was published and they were old';
COMMENT ON COLUMN storage_sweeps.model_bytes IS 'Their size in bytes';
COMMENT ON COLUMN storage_sweeps.orphans IS 'Files removed that nothing refers to';
COMMENT ON COLUMN storage_sweeps.orphan_bytes IS 'Their size in bytes';

CREATE TRIGGER audit_log_is_never_emptied BEFORE TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
