BEGIN;
INSERT INTO works (kind, slug, course_slug, head, created_at) VALUES ('exercise', 'wine', 'chemistry', '0193a000-0000-7000-8000-00000000000a', '2026-11-26Z');
INSERT INTO work_revisions (id, kind, slug, number, tree, change, made_at) VALUES ('0193a000-0000-7000-8000-00000000000a', 'exercise', 'wine', 1, '{}', 'create', '2026-11-26Z');
INSERT INTO trials (id, slug, revision, version, examples, takes_scripts, asked_at) VALUES ('0193a000-0000-7000-8000-00000000000b', 'wine', '0193a000-0000-7000-8000-00000000000a', 'abc', 2, FALSE, '2026-11-26Z');
INSERT INTO imports (id, works, uploaded_at) VALUES ('0193a000-0000-7000-8000-00000000000c', '[]', '2026-11-26Z');
COMMIT;
