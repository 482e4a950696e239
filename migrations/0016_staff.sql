-- Who teaches a course, and which content came from files.
CREATE TABLE course_staff (
    course_slug TEXT NOT NULL,
    person_id UUID NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    role TEXT NOT NULL CHECK (role IN ('viewer', 'grader', 'author', 'owner')),
    added_by UUID REFERENCES people (id) ON DELETE SET NULL,
    added_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (course_slug, person_id)
);
CREATE INDEX course_staff_person_idx ON course_staff (person_id);
COMMENT ON TABLE course_staff IS 'Instructors of a course and what each may do; a course without any is open to every instructor';
COMMENT ON COLUMN course_staff.course_slug IS 'The course, which may still be a draft';
COMMENT ON COLUMN course_staff.person_id IS 'The instructor';
COMMENT ON COLUMN course_staff.role IS 'viewer reads, grader also grades and examines, author also changes content, owner also appoints';
COMMENT ON COLUMN course_staff.added_by IS 'Who appointed them; null for the command line';
COMMENT ON COLUMN course_staff.added_at IS 'When they were last appointed';

ALTER TABLE courses ADD COLUMN from_files BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE exams ADD COLUMN from_files BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE exercises ADD COLUMN from_files BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE exercises ADD COLUMN course_slug TEXT;
COMMENT ON COLUMN courses.from_files IS 'Whether it is read from the content folder at each start; else it was authored in the browser';
COMMENT ON COLUMN exams.from_files IS 'Whether it is read from the content folder at each start; else it was authored in the browser';
COMMENT ON COLUMN exercises.from_files IS 'Whether it is read from the content folder at each start; else it was authored in the browser';
COMMENT ON COLUMN exercises.course_slug IS 'The course whose staff author it; null for exercises from files, which every instructor may look into';
