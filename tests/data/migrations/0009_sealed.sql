INSERT INTO seal_keys (id, created_at) VALUES ('0123456789ab', '2026-11-20Z');
INSERT INTO private_sets (id, exercise_slug, files, samples, added_at, withdrawn_at)
    SELECT 'set', slug, '[]', 100, '2026-11-20Z', NULL FROM exercises LIMIT 1;
