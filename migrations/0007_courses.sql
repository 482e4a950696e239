-- Courses as loaded from files. The version is the hash of what a certificate stands for; lessons and questions
-- are hashed apart, so that a typo voids nothing.
CREATE TABLE course_versions (
    version TEXT PRIMARY KEY,
    slug TEXT NOT NULL,
    definition JSONB NOT NULL,
    loaded_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX course_versions_slug_idx ON course_versions (slug);
COMMENT ON TABLE course_versions IS 'Every version of a course that was ever loaded; never changed';
COMMENT ON COLUMN course_versions.version IS 'SHA-256 of the definition';
COMMENT ON COLUMN course_versions.slug IS 'The course it is a version of';
COMMENT ON COLUMN course_versions.definition IS 'Title, modules, rules of their quizzes, and what the certificate demands and says';
COMMENT ON COLUMN course_versions.loaded_at IS 'When it was first loaded';
CREATE TRIGGER course_versions_are_immutable BEFORE UPDATE OR DELETE ON course_versions
    FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE TABLE courses (
    slug TEXT PRIMARY KEY,
    version TEXT NOT NULL REFERENCES course_versions (version),
    course JSONB NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    withdrawn_at TIMESTAMPTZ
);
COMMENT ON TABLE courses IS 'Courses on offer';
COMMENT ON COLUMN courses.slug IS 'Name in addresses and folders';
COMMENT ON COLUMN courses.version IS 'The version that learners meet';
COMMENT ON COLUMN courses.course IS 'The course with its summaries and times: what may change without a new version';
COMMENT ON COLUMN courses.updated_at IS 'When it last changed';
COMMENT ON COLUMN courses.withdrawn_at IS 'Since when its folder is gone; null while it is on offer';

CREATE TABLE lessons (
    course_slug TEXT NOT NULL REFERENCES courses (slug),
    module TEXT NOT NULL,
    lang TEXT NOT NULL CHECK (lang IN ('en', 'zh')),
    source TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (course_slug, module, lang)
);
COMMENT ON TABLE lessons IS 'The lesson of each module, as its author wrote it';
COMMENT ON COLUMN lessons.course_slug IS 'The course';
COMMENT ON COLUMN lessons.module IS 'The module';
COMMENT ON COLUMN lessons.lang IS 'Language of the lesson';
COMMENT ON COLUMN lessons.source IS 'Markdown';
COMMENT ON COLUMN lessons.sha256 IS 'Digest of the source';
COMMENT ON COLUMN lessons.updated_at IS 'When the text last changed';

CREATE TABLE diagrams (
    sha256 TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    svg TEXT NOT NULL,
    drawn_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE diagrams IS 'Diagrams of lessons, questions and statements, drawn when the content was loaded';
COMMENT ON COLUMN diagrams.sha256 IS 'Digest of the drawing, its name in addresses';
COMMENT ON COLUMN diagrams.source IS 'Mermaid source';
COMMENT ON COLUMN diagrams.svg IS 'The drawing';
COMMENT ON COLUMN diagrams.drawn_at IS 'When it was first drawn';

CREATE TABLE items (
    version TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    definition JSONB NOT NULL,
    loaded_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE items IS 'Every version of a question that was ever loaded; never changed';
COMMENT ON COLUMN items.version IS 'SHA-256 of the definition';
COMMENT ON COLUMN items.name IS 'Its name in its bank';
COMMENT ON COLUMN items.definition IS 'Stem, options, key and explanations in both languages';
COMMENT ON COLUMN items.loaded_at IS 'When it was first loaded';
CREATE TRIGGER items_are_immutable BEFORE UPDATE OR DELETE ON items
    FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE TABLE bank_items (
    bank TEXT NOT NULL,
    item_version TEXT NOT NULL REFERENCES items (version),
    position INTEGER NOT NULL,
    PRIMARY KEY (bank, item_version)
);
COMMENT ON TABLE bank_items IS 'Which questions may be drawn now';
COMMENT ON COLUMN bank_items.bank IS 'The bank, such as course/module';
COMMENT ON COLUMN bank_items.item_version IS 'The question, at its present version';
COMMENT ON COLUMN bank_items.position IS 'Its place in the file';

CREATE TABLE enrolments (
    person_id UUID NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    course_slug TEXT NOT NULL REFERENCES courses (slug),
    enrolled_at TIMESTAMPTZ NOT NULL,
    last_module TEXT,
    PRIMARY KEY (person_id, course_slug)
);
COMMENT ON TABLE enrolments IS 'Who takes which course';
COMMENT ON COLUMN enrolments.person_id IS 'The learner';
COMMENT ON COLUMN enrolments.course_slug IS 'The course';
COMMENT ON COLUMN enrolments.enrolled_at IS 'Since when';
COMMENT ON COLUMN enrolments.last_module IS 'Module opened last, for the continue card';

-- One try at a module's quiz: the paper is drawn and frozen when it starts.
CREATE TABLE quiz_attempts (
    id UUID PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    course_slug TEXT NOT NULL REFERENCES courses (slug),
    course_version TEXT NOT NULL REFERENCES course_versions (version),
    module TEXT NOT NULL,
    paper JSONB NOT NULL,
    pass DOUBLE PRECISION NOT NULL CHECK (pass > 0 AND pass <= 1),
    answers JSONB NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ,
    points DOUBLE PRECISION,
    max_points DOUBLE PRECISION,
    passed BOOLEAN,
    CONSTRAINT quiz_attempts_finished_is_marked CHECK (
        (finished_at IS NULL) = (points IS NULL) AND (finished_at IS NULL) = (max_points IS NULL)
        AND (finished_at IS NULL) = (passed IS NULL)
    )
);
CREATE INDEX quiz_attempts_person_idx ON quiz_attempts (person_id, course_slug, module);
CREATE UNIQUE INDEX quiz_attempts_one_open ON quiz_attempts (person_id, course_slug, module) WHERE finished_at IS NULL;
COMMENT ON TABLE quiz_attempts IS 'Tries at module quizzes';
COMMENT ON COLUMN quiz_attempts.id IS 'UUID v7';
COMMENT ON COLUMN quiz_attempts.person_id IS 'The learner';
COMMENT ON COLUMN quiz_attempts.course_slug IS 'The course';
COMMENT ON COLUMN quiz_attempts.course_version IS 'The version of the course it belongs to';
COMMENT ON COLUMN quiz_attempts.module IS 'The module whose quiz it is';
COMMENT ON COLUMN quiz_attempts.paper IS 'Drawn items by version, with the order of their options';
COMMENT ON COLUMN quiz_attempts.pass IS 'Share of the points that passes, as the rule stood when the paper was drawn';
COMMENT ON COLUMN quiz_attempts.answers IS 'Answers given, by position in the paper';
COMMENT ON COLUMN quiz_attempts.started_at IS 'When the paper was drawn';
COMMENT ON COLUMN quiz_attempts.finished_at IS 'When it was handed in; null while open';
COMMENT ON COLUMN quiz_attempts.points IS 'Points reached';
COMMENT ON COLUMN quiz_attempts.max_points IS 'Points possible';
COMMENT ON COLUMN quiz_attempts.passed IS 'Whether the pass share was reached';

CREATE TABLE module_completions (
    person_id UUID NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    course_slug TEXT NOT NULL REFERENCES courses (slug),
    module TEXT NOT NULL,
    quiz_attempt_id UUID NOT NULL REFERENCES quiz_attempts (id) ON DELETE CASCADE,
    completed_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (person_id, course_slug, module)
);
COMMENT ON TABLE module_completions IS 'Modules whose quiz was passed';
COMMENT ON COLUMN module_completions.person_id IS 'The learner';
COMMENT ON COLUMN module_completions.course_slug IS 'The course';
COMMENT ON COLUMN module_completions.module IS 'The module';
COMMENT ON COLUMN module_completions.quiz_attempt_id IS 'The attempt that passed first';
COMMENT ON COLUMN module_completions.completed_at IS 'When';
