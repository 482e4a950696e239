INSERT INTO course_versions (version, slug, definition, loaded_at) VALUES ('c1', 'ai-foundation-models', '{"modules": []}', '2026-11-01Z');
INSERT INTO courses (slug, version, updated_at) VALUES ('ai-foundation-models', 'c1', '2026-11-01Z');
INSERT INTO items (version, bank, name, definition, loaded_at) VALUES ('i1', 'ai-foundation-models/basics', 'loss', '{"stem": {}}', '2026-11-01Z');
INSERT INTO enrolments (person_id, course_slug, enrolled_at, last_module) VALUES
    ('01900000-0000-7000-8000-000000000001', 'ai-foundation-models', '2026-11-01Z', 'basics');
INSERT INTO quiz_attempts (id, person_id, course_slug, course_version, module, paper, answers, started_at, finished_at, points, max_points, passed) VALUES
    ('01900000-0000-7000-8000-000000000071', '01900000-0000-7000-8000-000000000001', 'ai-foundation-models', 'c1', 'basics', '[]', '[]', '2026-11-01Z', '2026-11-01Z', 4, 5, true),
    ('01900000-0000-7000-8000-000000000072', '01900000-0000-7000-8000-000000000001', 'ai-foundation-models', 'c1', 'training', '[]', '[]', '2026-11-02Z', NULL, NULL, NULL, NULL);
INSERT INTO module_completions (person_id, course_slug, module, quiz_attempt_id, completed_at) VALUES
    ('01900000-0000-7000-8000-000000000001', 'ai-foundation-models', 'basics', '01900000-0000-7000-8000-000000000071', '2026-11-01Z');
