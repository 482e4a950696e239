-- Courses as loaded from files.
CREATE TABLE course_versions (
    version TEXT PRIMARY KEY,
    slug TEXT NOT NULL,
    definition JSONB NOT NULL,
    loaded_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE course_versions IS 'Every version of a course that was ever loaded; never changed';
COMMENT ON COLUMN course_versions.version IS 'SHA-256 of the definition: modules, quizzes, requirements';
COMMENT ON COLUMN course_versions.slug IS 'The course it is a version of';
COMMENT ON COLUMN course_versions.definition IS 'The course as parsed, lessons and quizzes included';
COMMENT ON COLUMN course_versions.loaded_at IS 'When it was first loaded';

CREATE TABLE courses (
    slug TEXT PRIMARY KEY,
    version TEXT NOT NULL REFERENCES course_versions (version),
    updated_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE courses IS 'Courses on offer';
COMMENT ON COLUMN courses.slug IS 'Name in addresses and folders';
COMMENT ON COLUMN courses.version IS 'The version that learners meet';
COMMENT ON COLUMN courses.updated_at IS 'When it last changed';

CREATE TABLE items (
    version TEXT PRIMARY KEY,
    bank TEXT NOT NULL,
    name TEXT NOT NULL,
    definition JSONB NOT NULL,
    loaded_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE items IS 'Every version of a question that was ever loaded; never changed';
COMMENT ON COLUMN items.version IS 'SHA-256 of the definition';
COMMENT ON COLUMN items.bank IS 'Bank it belongs to, such as course/module';
COMMENT ON COLUMN items.name IS 'Its name in the bank';
COMMENT ON COLUMN items.definition IS 'Stem, options, key and explanations in both languages';
COMMENT ON COLUMN items.loaded_at IS 'When it was first loaded';

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
    answers JSONB NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ,
    points DOUBLE PRECISION,
    max_points DOUBLE PRECISION,
    passed BOOLEAN
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
