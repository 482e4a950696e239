INSERT INTO course_versions (version, slug, definition, loaded_at) VALUES ('c1', 'ai-foundation-models', '{"modules": []}', '2026-11-01Z');
INSERT INTO courses (slug, version, course, updated_at) VALUES ('ai-foundation-models', 'c1', '{"modules": []}', '2026-11-01Z');
INSERT INTO lessons (course_slug, module, lang, source, sha256, updated_at) VALUES
    ('ai-foundation-models', 'basics', 'en', '# Loss', 'l1', '2026-11-01Z'),
    ('ai-foundation-models', 'basics', 'zh', '# 损失', 'l2', '2026-11-01Z');
INSERT INTO diagrams (sha256, source, svg, drawn_at) VALUES ('d1', 'graph LR; a-->b', '<svg/>', '2026-11-01Z');
INSERT INTO items (version, name, definition, loaded_at) VALUES ('i1', 'loss', '{"stem": {}}', '2026-11-01Z');
INSERT INTO bank_items (bank, item_version, position) VALUES ('ai-foundation-models/basics', 'i1', 0);
INSERT INTO enrolments (person_id, course_slug, enrolled_at, last_module) VALUES
    ('01900000-0000-7000-8000-000000000001', 'ai-foundation-models', '2026-11-01Z', 'basics');
INSERT INTO quiz_attempts (id, person_id, course_slug, course_version, module, paper, pass, answers, started_at, finished_at, points, max_points, passed) VALUES
    ('01900000-0000-7000-8000-000000000071', '01900000-0000-7000-8000-000000000001', 'ai-foundation-models', 'c1', 'basics', '[]', 0.8, '[]', '2026-11-01Z', '2026-11-01Z', 4, 5, true),
    ('01900000-0000-7000-8000-000000000072', '01900000-0000-7000-8000-000000000001', 'ai-foundation-models', 'c1', 'training', '[]', 0.8, '[]', '2026-11-02Z', NULL, NULL, NULL, NULL);
INSERT INTO module_completions (person_id, course_slug, module, quiz_attempt_id, completed_at) VALUES
    ('01900000-0000-7000-8000-000000000001', 'ai-foundation-models', 'basics', '01900000-0000-7000-8000-000000000071', '2026-11-01Z');
