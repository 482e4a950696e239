INSERT INTO cohorts (id, course_slug, name, time_zone, starts_on, join_code, created_at)
    VALUES ('01900000-0000-7000-8000-000000000081', 'ai-foundation-models', 'Autumn', 'Asia/Shanghai', '2026-09-01', 'ABCD2345EF', '2026-11-26Z');
INSERT INTO cohort_members (person_id, course_slug, cohort_id, external_id, joined_at)
    VALUES ('01900000-0000-7000-8000-000000000001', 'ai-foundation-models', '01900000-0000-7000-8000-000000000081', 'S-17', '2026-11-26Z');
INSERT INTO cohort_invitations (course_slug, email, cohort_id, name, external_id, invited_at)
    VALUES ('ai-foundation-models', 'new@example.org', '01900000-0000-7000-8000-000000000081', 'New', '', '2026-11-26Z');
INSERT INTO due_dates (cohort_id, item, due_at, late_rule, late_number, set_at)
    VALUES ('01900000-0000-7000-8000-000000000081', 'quiz:basics', '2026-12-01Z', 'per_day', 10, '2026-11-26Z');
INSERT INTO due_extensions (id, person_id, course_slug, item, until, reason, granted_at)
    VALUES (gen_random_uuid(), '01900000-0000-7000-8000-000000000001', 'ai-foundation-models', 'quiz:basics', '2026-12-03Z', 'Ill', '2026-11-26Z');
INSERT INTO course_announcements (id, course_slug, text_en, text_zh, made_at, changed_at)
    VALUES ('01900000-0000-7000-8000-000000000082', 'ai-foundation-models', 'Welcome', '欢迎', '2026-11-26Z', '2026-11-26Z');
INSERT INTO announcement_dismissals (announcement_id, person_id, dismissed_at)
    VALUES ('01900000-0000-7000-8000-000000000082', '01900000-0000-7000-8000-000000000001', '2026-11-26Z');
INSERT INTO module_openings (person_id, course_slug, module, opened_at, last_at)
    VALUES ('01900000-0000-7000-8000-000000000001', 'ai-foundation-models', 'basics', '2026-11-26Z', '2026-11-26Z');
INSERT INTO grade_settings (course_slug, missing) VALUES ('ai-foundation-models', 'zero');
INSERT INTO grade_weights (course_slug, item, weight) VALUES ('ai-foundation-models', 'quiz:basics', 2);
INSERT INTO grade_adjustments (id, course_slug, person_id, item, grade, reason, made_at)
    VALUES (gen_random_uuid(), 'ai-foundation-models', '01900000-0000-7000-8000-000000000001', 'quiz:basics', 9000, 'Regraded by hand', '2026-11-26Z');
