-- Exams as loaded from files, and what is granted to candidates.
CREATE TABLE exam_versions (
    version TEXT PRIMARY KEY,
    slug TEXT NOT NULL,
    definition JSONB NOT NULL,
    loaded_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE exam_versions IS 'Every version of an exam that was ever loaded; never changed';
COMMENT ON COLUMN exam_versions.version IS 'SHA-256 of what a result depends on';
COMMENT ON COLUMN exam_versions.slug IS 'The exam it is a version of';
COMMENT ON COLUMN exam_versions.definition IS 'Parts, sections, times, marks, and what passing it earns';
COMMENT ON COLUMN exam_versions.loaded_at IS 'When it was first loaded';
CREATE TRIGGER exam_versions_are_immutable BEFORE UPDATE OR DELETE ON exam_versions
    FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE TABLE exams (
    slug TEXT PRIMARY KEY,
    course_slug TEXT NOT NULL REFERENCES courses (slug),
    version TEXT NOT NULL REFERENCES exam_versions (version),
    exam JSONB NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    withdrawn_at TIMESTAMPTZ
);
COMMENT ON TABLE exams IS 'Exams on offer';
COMMENT ON COLUMN exams.slug IS 'Name in addresses and folders';
COMMENT ON COLUMN exams.course_slug IS 'The course that it belongs to';
COMMENT ON COLUMN exams.version IS 'The version that new attempts begin with';
COMMENT ON COLUMN exams.exam IS 'The exam with its summary: what may change without a new version';
COMMENT ON COLUMN exams.updated_at IS 'When it last changed';
COMMENT ON COLUMN exams.withdrawn_at IS 'Since when its folder is gone; null while it is on offer';

CREATE TABLE accommodations (
    id UUID PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    time_factor DOUBLE PRECISION NOT NULL CHECK (time_factor >= 1 AND time_factor <= 10),
    extra_attempts INTEGER NOT NULL CHECK (extra_attempts BETWEEN 0 AND 100),
    break_minutes INTEGER NOT NULL CHECK (break_minutes BETWEEN 0 AND 1440),
    granted_by UUID REFERENCES people (id) ON DELETE SET NULL,
    granted_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX accommodations_person_idx ON accommodations (person_id, granted_at DESC);
COMMENT ON TABLE accommodations IS 'What a person is granted in every exam; the newest row holds';
COMMENT ON COLUMN accommodations.id IS 'UUID v7';
COMMENT ON COLUMN accommodations.person_id IS 'The candidate';
COMMENT ON COLUMN accommodations.time_factor IS 'Times are multiplied by this';
COMMENT ON COLUMN accommodations.extra_attempts IS 'Attempts beyond those of an exam';
COMMENT ON COLUMN accommodations.break_minutes IS 'Minutes for which the clock may be stopped, altogether';
COMMENT ON COLUMN accommodations.granted_by IS 'Who granted it; null for the command line';
COMMENT ON COLUMN accommodations.granted_at IS 'When';

-- Attempts at exams: the paper is drawn and frozen when one starts; the state is that of a machine on the server's clock.
CREATE TABLE exam_attempts (
    id UUID PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    exam_slug TEXT NOT NULL REFERENCES exams (slug),
    exam_version TEXT NOT NULL REFERENCES exam_versions (version),
    number INTEGER NOT NULL,
    seed BIGINT NOT NULL,
    paper JSONB NOT NULL,
    clocked JSONB NOT NULL,
    is_open BOOLEAN NOT NULL,
    device UUID NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT exam_attempts_number_key UNIQUE (person_id, exam_slug, number)
);
CREATE UNIQUE INDEX exam_attempts_one_open ON exam_attempts (person_id, exam_slug) WHERE is_open;
CREATE INDEX exam_attempts_exam_idx ON exam_attempts (exam_slug, started_at);
COMMENT ON TABLE exam_attempts IS 'Attempts at exams';
COMMENT ON COLUMN exam_attempts.id IS 'UUID v7';
COMMENT ON COLUMN exam_attempts.person_id IS 'The candidate';
COMMENT ON COLUMN exam_attempts.exam_slug IS 'The exam';
COMMENT ON COLUMN exam_attempts.exam_version IS 'The version it began with';
COMMENT ON COLUMN exam_attempts.number IS 'First, second, … of this person at this exam';
COMMENT ON COLUMN exam_attempts.seed IS 'What the paper was drawn from';
COMMENT ON COLUMN exam_attempts.paper IS 'Drawn items by version, with their order and numbers';
COMMENT ON COLUMN exam_attempts.clocked IS 'Its times and where it stands, as of when it last changed';
COMMENT ON COLUMN exam_attempts.is_open IS 'Whether it is not known to be over';
COMMENT ON COLUMN exam_attempts.device IS 'The device that may write, by a random name in its cookie or page';
COMMENT ON COLUMN exam_attempts.started_at IS 'When it began';
COMMENT ON COLUMN exam_attempts.changed_at IS 'When its state last changed';

CREATE TABLE exam_answers (
    attempt_id UUID NOT NULL REFERENCES exam_attempts (id) ON DELETE CASCADE,
    place INTEGER NOT NULL,
    revision BIGINT NOT NULL,
    answer JSONB,
    flagged BOOLEAN NOT NULL,
    saved_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (attempt_id, place)
);
COMMENT ON TABLE exam_answers IS 'The answers that count: the highest revision of each';
COMMENT ON COLUMN exam_answers.attempt_id IS 'The attempt';
COMMENT ON COLUMN exam_answers.place IS 'The question: its place in the paper, from 0';
COMMENT ON COLUMN exam_answers.revision IS 'Which change it is; the highest counts';
COMMENT ON COLUMN exam_answers.answer IS 'The answer; null when it was taken back';
COMMENT ON COLUMN exam_answers.flagged IS 'Whether the candidate marked it to look at again';
COMMENT ON COLUMN exam_answers.saved_at IS 'When it was received';

CREATE TABLE exam_answer_log (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    attempt_id UUID NOT NULL REFERENCES exam_attempts (id) ON DELETE CASCADE,
    place INTEGER NOT NULL,
    revision BIGINT NOT NULL,
    answer JSONB,
    flagged BOOLEAN NOT NULL,
    device UUID NOT NULL,
    received_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX exam_answer_log_attempt_idx ON exam_answer_log (attempt_id, id);
COMMENT ON TABLE exam_answer_log IS 'Every answer that was received, in order; rows are only added';
COMMENT ON COLUMN exam_answer_log.id IS 'Order of receipt';
COMMENT ON COLUMN exam_answer_log.attempt_id IS 'The attempt';
COMMENT ON COLUMN exam_answer_log.place IS 'The question: its place in the paper, from 0';
COMMENT ON COLUMN exam_answer_log.revision IS 'Which change it is';
COMMENT ON COLUMN exam_answer_log.answer IS 'The answer; null when it was taken back';
COMMENT ON COLUMN exam_answer_log.flagged IS 'Whether the candidate marked it to look at again';
COMMENT ON COLUMN exam_answer_log.device IS 'The device that sent it';
COMMENT ON COLUMN exam_answer_log.received_at IS 'When';
CREATE TRIGGER exam_answer_log_is_append_only BEFORE UPDATE ON exam_answer_log
    FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE TABLE exam_events (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    attempt_id UUID NOT NULL REFERENCES exam_attempts (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    detail TEXT NOT NULL,
    by_person UUID REFERENCES people (id) ON DELETE SET NULL,
    at TIMESTAMPTZ NOT NULL
);
CREATE INDEX exam_events_attempt_idx ON exam_events (attempt_id, id);
COMMENT ON TABLE exam_events IS 'What happened in an attempt, as facts that both sides see; rows are only added';
COMMENT ON COLUMN exam_events.id IS 'Order';
COMMENT ON COLUMN exam_events.attempt_id IS 'The attempt';
COMMENT ON COLUMN exam_events.kind IS 'Such as started, device, address, focus, paused, extended, handed_in';
COMMENT ON COLUMN exam_events.detail IS 'What about it, for people';
COMMENT ON COLUMN exam_events.by_person IS 'Who caused it, where it was not the candidate';
COMMENT ON COLUMN exam_events.at IS 'When';
CREATE TRIGGER exam_events_are_append_only BEFORE UPDATE ON exam_events
    FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE TABLE exam_results (
    attempt_id UUID NOT NULL REFERENCES exam_attempts (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    result JSONB NOT NULL,
    passed BOOLEAN NOT NULL,
    reason TEXT NOT NULL,
    made_by UUID REFERENCES people (id) ON DELETE SET NULL,
    made_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (attempt_id, number)
);
COMMENT ON TABLE exam_results IS 'Results of attempts; a later one of the same attempt replaces none, it is added, and the highest number holds';
COMMENT ON COLUMN exam_results.attempt_id IS 'The attempt';
COMMENT ON COLUMN exam_results.number IS 'First, second, … result of this attempt';
COMMENT ON COLUMN exam_results.result IS 'Points by part, section, skill and question';
COMMENT ON COLUMN exam_results.passed IS 'Whether every part and section reached its mark';
COMMENT ON COLUMN exam_results.reason IS 'Why it was made: empty for the first';
COMMENT ON COLUMN exam_results.made_by IS 'Who made it; null for the server itself';
COMMENT ON COLUMN exam_results.made_at IS 'When';
CREATE TRIGGER exam_results_are_append_only BEFORE UPDATE ON exam_results
    FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE TABLE exam_announcements (
    id UUID PRIMARY KEY,
    exam_slug TEXT NOT NULL REFERENCES exams (slug),
    text TEXT NOT NULL CHECK (text <> ''),
    made_by UUID REFERENCES people (id) ON DELETE SET NULL,
    made_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX exam_announcements_exam_idx ON exam_announcements (exam_slug, made_at);
COMMENT ON TABLE exam_announcements IS 'What examiners told everyone in the room';
COMMENT ON COLUMN exam_announcements.id IS 'UUID v7';
COMMENT ON COLUMN exam_announcements.exam_slug IS 'The exam';
COMMENT ON COLUMN exam_announcements.text IS 'What was told';
COMMENT ON COLUMN exam_announcements.made_by IS 'By whom';
COMMENT ON COLUMN exam_announcements.made_at IS 'When';

CREATE TABLE exam_reviews (
    id UUID PRIMARY KEY,
    attempt_id UUID NOT NULL REFERENCES exam_attempts (id) ON DELETE CASCADE,
    request TEXT NOT NULL CHECK (request <> ''),
    asked_at TIMESTAMPTZ NOT NULL,
    answer TEXT CHECK (answer <> ''),
    answered_by UUID REFERENCES people (id) ON DELETE SET NULL,
    answered_at TIMESTAMPTZ,
    CONSTRAINT exam_reviews_answered_is_dated CHECK ((answer IS NULL) = (answered_at IS NULL))
);
CREATE INDEX exam_reviews_attempt_idx ON exam_reviews (attempt_id);
COMMENT ON TABLE exam_reviews IS 'Requests of candidates that somebody look at their result again, with the answer and its reason';
COMMENT ON COLUMN exam_reviews.id IS 'UUID v7';
COMMENT ON COLUMN exam_reviews.attempt_id IS 'The attempt';
COMMENT ON COLUMN exam_reviews.request IS 'What the candidate wrote';
COMMENT ON COLUMN exam_reviews.asked_at IS 'When';
COMMENT ON COLUMN exam_reviews.answer IS 'The answer with its reason; null while it is open';
COMMENT ON COLUMN exam_reviews.answered_by IS 'Who answered';
COMMENT ON COLUMN exam_reviews.answered_at IS 'When';

-- A submission inside an exam, found by the attempt that it belongs to.
CREATE INDEX submissions_exam_idx ON submissions ((context ->> 'attempt')) WHERE context ->> 'kind' = 'exam';
