CREATE TABLE exam_clarifications (
    id UUID PRIMARY KEY,
    attempt_id UUID NOT NULL REFERENCES exam_attempts (id) ON DELETE CASCADE,
    question TEXT NOT NULL CHECK (question <> ''),
    asked_at TIMESTAMPTZ NOT NULL,
    answer TEXT CHECK (answer <> ''),
    answered_by UUID REFERENCES people (id) ON DELETE SET NULL,
    answered_at TIMESTAMPTZ,
    CONSTRAINT exam_clarifications_answered_is_dated CHECK ((answer IS NULL) = (answered_at IS NULL))
);
CREATE INDEX exam_clarifications_attempt_idx ON exam_clarifications (attempt_id);
COMMENT ON TABLE exam_clarifications IS 'What candidates asked their examiners during an attempt, with the answer that they alone read';
COMMENT ON COLUMN exam_clarifications.id IS 'UUID v7';
COMMENT ON COLUMN exam_clarifications.attempt_id IS 'The attempt';
COMMENT ON COLUMN exam_clarifications.question IS 'What the candidate wrote';
COMMENT ON COLUMN exam_clarifications.asked_at IS 'When';
COMMENT ON COLUMN exam_clarifications.answer IS 'The answer; null while it is open';
COMMENT ON COLUMN exam_clarifications.answered_by IS 'Who answered';
COMMENT ON COLUMN exam_clarifications.answered_at IS 'When';
