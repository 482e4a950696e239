-- Classes of a course: who is in them, what is due when, what they are told, and how their work is weighed.
CREATE TABLE cohorts (
    id UUID PRIMARY KEY,
    course_slug TEXT NOT NULL REFERENCES courses (slug),
    name TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    starts_on DATE,
    ends_on DATE,
    join_code TEXT,
    created_by UUID REFERENCES people (id) ON DELETE SET NULL,
    created_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT cohorts_name_key UNIQUE (course_slug, name),
    CONSTRAINT cohorts_course_key UNIQUE (id, course_slug),
    CONSTRAINT cohorts_code_key UNIQUE (join_code)
);
COMMENT ON TABLE cohorts IS 'Classes: people who take a course together';
COMMENT ON COLUMN cohorts.id IS 'UUID v7';
COMMENT ON COLUMN cohorts.course_slug IS 'The course';
COMMENT ON COLUMN cohorts.name IS 'Its name, once in a course';
COMMENT ON COLUMN cohorts.time_zone IS 'IANA name of the zone that its due dates are given in';
COMMENT ON COLUMN cohorts.starts_on IS 'First day, where one was set';
COMMENT ON COLUMN cohorts.ends_on IS 'Last day, where one was set; nobody joins by code afterwards';
COMMENT ON COLUMN cohorts.join_code IS 'Whoever has it may join; null while joining by code is closed';
COMMENT ON COLUMN cohorts.created_by IS 'Who made it';
COMMENT ON COLUMN cohorts.created_at IS 'When';

CREATE TABLE cohort_members (
    person_id UUID NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    course_slug TEXT NOT NULL,
    cohort_id UUID NOT NULL,
    external_id TEXT NOT NULL DEFAULT '',
    joined_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (person_id, course_slug),
    FOREIGN KEY (cohort_id, course_slug) REFERENCES cohorts (id, course_slug)
);
CREATE INDEX cohort_members_cohort_idx ON cohort_members (cohort_id);
COMMENT ON TABLE cohort_members IS 'Who is in which class; one class of a course each';
COMMENT ON COLUMN cohort_members.person_id IS 'The learner';
COMMENT ON COLUMN cohort_members.course_slug IS 'The course of the class';
COMMENT ON COLUMN cohort_members.cohort_id IS 'The class';
COMMENT ON COLUMN cohort_members.external_id IS 'What the school calls them, such as a student number; may be empty';
COMMENT ON COLUMN cohort_members.joined_at IS 'Since when';

CREATE TABLE cohort_invitations (
    course_slug TEXT NOT NULL,
    email TEXT NOT NULL,
    cohort_id UUID NOT NULL,
    name TEXT NOT NULL,
    external_id TEXT NOT NULL,
    invited_by UUID REFERENCES people (id) ON DELETE SET NULL,
    invited_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (course_slug, email),
    FOREIGN KEY (cohort_id, course_slug) REFERENCES cohorts (id, course_slug)
);
CREATE INDEX cohort_invitations_cohort_idx ON cohort_invitations (cohort_id);
CREATE INDEX cohort_invitations_email_idx ON cohort_invitations (email);
COMMENT ON TABLE cohort_invitations IS 'Addresses that join a class once somebody has an account with them; gone when they have joined';
COMMENT ON COLUMN cohort_invitations.course_slug IS 'The course of the class';
COMMENT ON COLUMN cohort_invitations.email IS 'Lower-case address';
COMMENT ON COLUMN cohort_invitations.cohort_id IS 'The class';
COMMENT ON COLUMN cohort_invitations.name IS 'Name in the list; may be empty';
COMMENT ON COLUMN cohort_invitations.external_id IS 'What the school calls them; may be empty';
COMMENT ON COLUMN cohort_invitations.invited_by IS 'Who put them on the list';
COMMENT ON COLUMN cohort_invitations.invited_at IS 'When';

CREATE TABLE due_dates (
    cohort_id UUID NOT NULL REFERENCES cohorts (id),
    item TEXT NOT NULL,
    due_at TIMESTAMPTZ NOT NULL,
    late_rule TEXT NOT NULL CHECK (late_rule IN ('free', 'per_day', 'closed')),
    late_number INTEGER NOT NULL CHECK (late_number >= 0),
    set_by UUID REFERENCES people (id) ON DELETE SET NULL,
    set_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (cohort_id, item)
);
CREATE INDEX due_dates_item_idx ON due_dates (item);
COMMENT ON TABLE due_dates IS 'What is due when for a class';
COMMENT ON COLUMN due_dates.cohort_id IS 'The class';
COMMENT ON COLUMN due_dates.item IS 'quiz:module, exercise:slug or exam:slug';
COMMENT ON COLUMN due_dates.due_at IS 'What is done at this moment is still on time';
COMMENT ON COLUMN due_dates.late_rule IS 'free: late costs nothing; per_day: percent off a begun day; closed: nothing is taken after so many days';
COMMENT ON COLUMN due_dates.late_number IS 'Percent off a day, or days until it closes';
COMMENT ON COLUMN due_dates.set_by IS 'Who set it last';
COMMENT ON COLUMN due_dates.set_at IS 'When';

CREATE TABLE due_extensions (
    id UUID PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    course_slug TEXT NOT NULL REFERENCES courses (slug),
    item TEXT NOT NULL,
    until TIMESTAMPTZ,
    reason TEXT NOT NULL,
    granted_by UUID REFERENCES people (id) ON DELETE SET NULL,
    granted_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX due_extensions_person_idx ON due_extensions (person_id, course_slug, item, granted_at DESC);
CREATE INDEX due_extensions_course_idx ON due_extensions (course_slug);
CREATE TRIGGER due_extensions_are_append_only BEFORE UPDATE ON due_extensions
    FOR EACH ROW WHEN (OLD.granted_by IS NOT DISTINCT FROM NEW.granted_by) EXECUTE FUNCTION forbid_change();
COMMENT ON TABLE due_extensions IS 'Later due dates of single people; the newest row of a person and item holds';
COMMENT ON COLUMN due_extensions.id IS 'UUID v7';
COMMENT ON COLUMN due_extensions.person_id IS 'The learner';
COMMENT ON COLUMN due_extensions.course_slug IS 'The course';
COMMENT ON COLUMN due_extensions.item IS 'quiz:module, exercise:slug or exam:slug';
COMMENT ON COLUMN due_extensions.until IS 'Their own due date; null where an extension was taken back';
COMMENT ON COLUMN due_extensions.reason IS 'Why, for the learner and the staff';
COMMENT ON COLUMN due_extensions.granted_by IS 'Who granted it';
COMMENT ON COLUMN due_extensions.granted_at IS 'When';

CREATE TABLE course_announcements (
    id UUID PRIMARY KEY,
    course_slug TEXT NOT NULL REFERENCES courses (slug),
    cohort_id UUID,
    text_en TEXT NOT NULL,
    text_zh TEXT NOT NULL,
    made_by UUID REFERENCES people (id) ON DELETE SET NULL,
    made_at TIMESTAMPTZ NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ,
    withdrawn_at TIMESTAMPTZ,
    CONSTRAINT course_announcements_say_something CHECK (text_en <> '' OR text_zh <> ''),
    FOREIGN KEY (cohort_id, course_slug) REFERENCES cohorts (id, course_slug)
);
CREATE INDEX course_announcements_course_idx ON course_announcements (course_slug, made_at DESC);
COMMENT ON TABLE course_announcements IS 'What a class, or everybody in a course, is told';
COMMENT ON COLUMN course_announcements.id IS 'UUID v7';
COMMENT ON COLUMN course_announcements.course_slug IS 'The course';
COMMENT ON COLUMN course_announcements.cohort_id IS 'The class; null for everybody who takes the course';
COMMENT ON COLUMN course_announcements.text_en IS 'In English; empty where it was written in Chinese alone';
COMMENT ON COLUMN course_announcements.text_zh IS 'In Chinese; empty where it was written in English alone';
COMMENT ON COLUMN course_announcements.made_by IS 'Who wrote it';
COMMENT ON COLUMN course_announcements.made_at IS 'When';
COMMENT ON COLUMN course_announcements.changed_at IS 'When its text last changed; who had put it away sees it again';
COMMENT ON COLUMN course_announcements.expires_at IS 'Until when it is shown; null for good';
COMMENT ON COLUMN course_announcements.withdrawn_at IS 'When it was taken back; null while it is shown';

CREATE TABLE announcement_dismissals (
    announcement_id UUID NOT NULL REFERENCES course_announcements (id) ON DELETE CASCADE,
    person_id UUID NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    dismissed_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (announcement_id, person_id)
);
COMMENT ON TABLE announcement_dismissals IS 'Announcements that somebody has read and put away';
COMMENT ON COLUMN announcement_dismissals.announcement_id IS 'The announcement';
COMMENT ON COLUMN announcement_dismissals.person_id IS 'Who put it away';
COMMENT ON COLUMN announcement_dismissals.dismissed_at IS 'When';

CREATE TABLE module_openings (
    person_id UUID NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    course_slug TEXT NOT NULL REFERENCES courses (slug),
    module TEXT NOT NULL,
    opened_at TIMESTAMPTZ NOT NULL,
    last_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (person_id, course_slug, module)
);
COMMENT ON TABLE module_openings IS 'Which modules somebody who takes the course has opened';
COMMENT ON COLUMN module_openings.person_id IS 'The learner';
COMMENT ON COLUMN module_openings.course_slug IS 'The course';
COMMENT ON COLUMN module_openings.module IS 'The module';
COMMENT ON COLUMN module_openings.opened_at IS 'When first';
COMMENT ON COLUMN module_openings.last_at IS 'When last, to the hour';

CREATE TABLE grade_settings (
    course_slug TEXT PRIMARY KEY REFERENCES courses (slug),
    missing TEXT NOT NULL DEFAULT 'excluded' CHECK (missing IN ('excluded', 'zero')),
    released_at TIMESTAMPTZ
);
COMMENT ON TABLE grade_settings IS 'How the gradebook of a course counts, and whether learners see its totals';
COMMENT ON COLUMN grade_settings.course_slug IS 'The course';
COMMENT ON COLUMN grade_settings.missing IS 'excluded: an item not done is left out of the total; zero: it counts as 0';
COMMENT ON COLUMN grade_settings.released_at IS 'Since when learners see their totals; null while they do not';

CREATE TABLE grade_weights (
    course_slug TEXT NOT NULL REFERENCES courses (slug),
    item TEXT NOT NULL,
    weight INTEGER NOT NULL CHECK (weight BETWEEN 0 AND 1000),
    PRIMARY KEY (course_slug, item)
);
COMMENT ON TABLE grade_weights IS 'How much each item counts in the total of a course; 1 where nothing was set';
COMMENT ON COLUMN grade_weights.course_slug IS 'The course';
COMMENT ON COLUMN grade_weights.item IS 'quiz:module, exercise:slug or exam:slug';
COMMENT ON COLUMN grade_weights.weight IS 'Its weight beside the others';

CREATE TABLE grade_adjustments (
    id UUID PRIMARY KEY,
    course_slug TEXT NOT NULL REFERENCES courses (slug),
    person_id UUID NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    item TEXT NOT NULL,
    grade INTEGER CHECK (grade BETWEEN 0 AND 10000),
    reason TEXT NOT NULL,
    made_by UUID REFERENCES people (id) ON DELETE SET NULL,
    made_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX grade_adjustments_course_idx ON grade_adjustments (course_slug, person_id, item, made_at DESC);
CREATE TRIGGER grade_adjustments_are_append_only BEFORE UPDATE ON grade_adjustments
    FOR EACH ROW WHEN (OLD.made_by IS NOT DISTINCT FROM NEW.made_by) EXECUTE FUNCTION forbid_change();
COMMENT ON TABLE grade_adjustments IS 'Grades set by hand; the newest row of a person and item holds';
COMMENT ON COLUMN grade_adjustments.id IS 'UUID v7';
COMMENT ON COLUMN grade_adjustments.course_slug IS 'The course';
COMMENT ON COLUMN grade_adjustments.person_id IS 'The learner';
COMMENT ON COLUMN grade_adjustments.item IS 'quiz:module, exercise:slug or exam:slug';
COMMENT ON COLUMN grade_adjustments.grade IS 'Hundredths of a percent; null where an adjustment was taken back';
COMMENT ON COLUMN grade_adjustments.reason IS 'Why, for the learner and the staff';
COMMENT ON COLUMN grade_adjustments.made_by IS 'Who set it';
COMMENT ON COLUMN grade_adjustments.made_at IS 'When';

CREATE INDEX audit_log_object_idx ON audit_log (object, at DESC);
CREATE INDEX submissions_exercise_idx ON submissions (exercise_slug, created_at DESC);
CREATE INDEX quiz_attempts_course_idx ON quiz_attempts (course_slug);
CREATE INDEX enrolments_course_idx ON enrolments (course_slug);
