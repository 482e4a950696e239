-- Requests that an instructor look at a result again.
CREATE TABLE submission_reviews (
    id UUID PRIMARY KEY,
    submission_id UUID NOT NULL REFERENCES submissions (id),
    request TEXT NOT NULL CHECK (request <> ''),
    asked_at TIMESTAMPTZ NOT NULL,
    answer TEXT,
    answered_by UUID REFERENCES people (id),
    answered_at TIMESTAMPTZ,
    CONSTRAINT submission_reviews_answered CHECK (num_nulls(answer, answered_at) IN (0, 2))
);
CREATE UNIQUE INDEX submission_reviews_one_open ON submission_reviews (submission_id) WHERE answered_at IS NULL;
CREATE INDEX submission_reviews_submission_idx ON submission_reviews (submission_id);
COMMENT ON TABLE submission_reviews IS 'Requests of learners that a result be looked at again, one open at a time, with the answers';
COMMENT ON COLUMN submission_reviews.id IS 'UUID v7';
COMMENT ON COLUMN submission_reviews.submission_id IS 'The submission';
COMMENT ON COLUMN submission_reviews.request IS 'What its owner wrote';
COMMENT ON COLUMN submission_reviews.asked_at IS 'When';
COMMENT ON COLUMN submission_reviews.answer IS 'What the instructor answered; null while it waits';
COMMENT ON COLUMN submission_reviews.answered_by IS 'Who';
COMMENT ON COLUMN submission_reviews.answered_at IS 'When';
