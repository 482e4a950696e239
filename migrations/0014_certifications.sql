-- Certificates of exams: one for each attempt, so that an exam can be passed again once a certificate of it is over,
-- in the same version too; of a course still one for each version.
ALTER TABLE certificates ADD COLUMN attempt TEXT;
COMMENT ON COLUMN certificates.attempt IS 'Public reference of the attempt at an exam; null for a course';
COMMENT ON COLUMN certificates.course_slug IS 'For which course; exam/ and its slug for an exam';
COMMENT ON COLUMN certificates.course_version IS 'The version whose requirements were met, or that was examined';
ALTER TABLE certificates
    ADD CONSTRAINT certificates_attempt_is_of_an_exam CHECK ((attempt IS NOT NULL) = (course_slug LIKE 'exam/%'));
ALTER TABLE certificates DROP CONSTRAINT certificates_once_per_version;
CREATE UNIQUE INDEX certificates_once_per_version ON certificates (person_id, course_slug, course_version)
    WHERE attempt IS NULL;
CREATE UNIQUE INDEX certificates_once_per_attempt ON certificates (person_id, course_slug, attempt)
    WHERE attempt IS NOT NULL;
-- For what one person holds, which the two above cannot answer alone.
CREATE INDEX certificates_of_person ON certificates (person_id, course_slug);
