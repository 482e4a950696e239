-- Workers and how well they isolate what they run.
CREATE TABLE workers (
    name TEXT PRIMARY KEY,
    slots INT NOT NULL,
    tier TEXT NOT NULL,
    checks JSONB NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    seen_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE workers IS 'Processes that grade, as they described themselves at their start';
COMMENT ON COLUMN workers.name IS 'Host and process';
COMMENT ON COLUMN workers.slots IS 'Gradings at once';
COMMENT ON COLUMN workers.tier IS 'Tier of isolation that its self-test found';
COMMENT ON COLUMN workers.checks IS 'The attacks that the self-test tried, and what came of each';
COMMENT ON COLUMN workers.started_at IS 'When it started';
COMMENT ON COLUMN workers.seen_at IS 'Last sign of life';
