-- What instructors author in the browser: folders of files, kept as revisions.
CREATE TABLE works (
    kind TEXT NOT NULL CHECK (kind IN ('course', 'exercise')),
    slug TEXT NOT NULL,
    course_slug TEXT NOT NULL,
    head UUID NOT NULL,
    published UUID,
    published_at TIMESTAMPTZ,
    publish_at TIMESTAMPTZ,
    publish_error TEXT,
    private_files JSONB NOT NULL DEFAULT '[]',
    findings JSONB,
    findings_of TEXT,
    created_by UUID REFERENCES people (id) ON DELETE SET NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (kind, slug)
);
CREATE INDEX works_course_idx ON works (course_slug);
COMMENT ON TABLE works IS 'Courses and exercises that are authored in the browser; those from the content folder have none';
COMMENT ON COLUMN works.kind IS 'course or exercise';
COMMENT ON COLUMN works.slug IS 'Name in addresses and folders';
COMMENT ON COLUMN works.course_slug IS 'The course whose staff may change it; a course is its own';
COMMENT ON COLUMN works.head IS 'The newest revision';
COMMENT ON COLUMN works.published IS 'The revision that learners meet; null for a draft that never was published';
COMMENT ON COLUMN works.published_at IS 'When that one was published';
COMMENT ON COLUMN works.publish_at IS 'When the newest revision is to be published; null where nothing is scheduled';
COMMENT ON COLUMN works.publish_error IS 'Why the last scheduled publication failed';
COMMENT ON COLUMN works.private_files IS 'Of an exercise: private samples that take effect with its publication; never part of a revision or an export';
COMMENT ON COLUMN works.findings IS 'What is easily overlooked about the data of an exercise, once it was looked for';
COMMENT ON COLUMN works.findings_of IS 'SHA-256 of the state of the data that this was found in';
COMMENT ON COLUMN works.created_by IS 'Who began it';
COMMENT ON COLUMN works.created_at IS 'When';

CREATE TABLE work_revisions (
    id UUID PRIMARY KEY,
    kind TEXT NOT NULL,
    slug TEXT NOT NULL,
    number INT NOT NULL,
    tree JSONB NOT NULL,
    change TEXT NOT NULL,
    made_by UUID REFERENCES people (id) ON DELETE SET NULL,
    made_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT work_revisions_number_key UNIQUE (kind, slug, number),
    FOREIGN KEY (kind, slug) REFERENCES works (kind, slug) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
);
ALTER TABLE works ADD FOREIGN KEY (head) REFERENCES work_revisions (id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE works ADD FOREIGN KEY (published) REFERENCES work_revisions (id) DEFERRABLE INITIALLY DEFERRED;
COMMENT ON TABLE work_revisions IS 'Every state that a work was ever saved in';
COMMENT ON COLUMN work_revisions.id IS 'UUID v7';
COMMENT ON COLUMN work_revisions.kind IS 'Of which kind of work';
COMMENT ON COLUMN work_revisions.slug IS 'Of which work';
COMMENT ON COLUMN work_revisions.number IS 'First, second, … of this work';
COMMENT ON COLUMN work_revisions.tree IS 'Paths within its folder, each with SHA-256 and size of the file in blob storage';
COMMENT ON COLUMN work_revisions.change IS 'What was done, such as edit, data, restore or import, and to which file';
COMMENT ON COLUMN work_revisions.made_by IS 'Who made it; null for the command line or a deleted account';
COMMENT ON COLUMN work_revisions.made_at IS 'When';

CREATE TABLE trials (
    id UUID PRIMARY KEY,
    slug TEXT NOT NULL,
    revision UUID NOT NULL REFERENCES work_revisions (id) ON DELETE CASCADE,
    version TEXT NOT NULL,
    examples INT NOT NULL,
    takes_scripts BOOLEAN NOT NULL,
    results JSONB NOT NULL DEFAULT '[]',
    error TEXT,
    asked_by UUID REFERENCES people (id) ON DELETE SET NULL,
    asked_at TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ
);
CREATE INDEX trials_slug_idx ON trials (slug, asked_at);
COMMENT ON TABLE trials IS 'Runs of the right and wrong submissions of an exercise on this server, before it is published';
COMMENT ON COLUMN trials.id IS 'UUID v7';
COMMENT ON COLUMN trials.slug IS 'The exercise';
COMMENT ON COLUMN trials.revision IS 'What was tried';
COMMENT ON COLUMN trials.version IS 'SHA-256 of what decides a score in that revision';
COMMENT ON COLUMN trials.examples IS 'How many submissions are to be run';
COMMENT ON COLUMN trials.takes_scripts IS 'Whether scripts may be among them, which run where scripts run';
COMMENT ON COLUMN trials.results IS 'Of each one that is done: file, expected and found verdict, scores';
COMMENT ON COLUMN trials.error IS 'What failed, where it was our fault';
COMMENT ON COLUMN trials.asked_by IS 'Who asked';
COMMENT ON COLUMN trials.asked_at IS 'When';
COMMENT ON COLUMN trials.finished_at IS 'When the last one was done; null before';

CREATE TABLE imports (
    id UUID PRIMARY KEY,
    course_slug TEXT,
    works JSONB NOT NULL,
    uploaded_by UUID REFERENCES people (id) ON DELETE CASCADE,
    uploaded_at TIMESTAMPTZ NOT NULL,
    applied_at TIMESTAMPTZ
);
COMMENT ON TABLE imports IS 'Archives that were uploaded and looked through, and wait for a decision';
COMMENT ON COLUMN imports.id IS 'UUID v7';
COMMENT ON COLUMN imports.course_slug IS 'The course that exercises without one are to belong to';
COMMENT ON COLUMN imports.works IS 'The trees found in the archive, by kind and slug; their files are in blob storage';
COMMENT ON COLUMN imports.uploaded_by IS 'Who may apply it';
COMMENT ON COLUMN imports.uploaded_at IS 'When; it is forgotten after a day';
COMMENT ON COLUMN imports.applied_at IS 'When it became revisions; null before';
