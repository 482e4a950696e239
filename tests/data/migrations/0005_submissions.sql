INSERT INTO submissions (id, person_id, exercise_slug, exercise_version, number, model_sha256, model_bytes, file_name, scale, note, source, context, created_at) VALUES
    ('01900000-0000-7000-8000-000000000041', '01900000-0000-7000-8000-000000000001', 'mnist-digits', 'e1', 1, sha256('m'), 1000, 'model.onnx', 'unit', '', 'web', '{"kind": "practice"}', '2026-11-02Z'),
    ('01900000-0000-7000-8000-000000000042', '01900000-0000-7000-8000-000000000001', 'mnist-digits', 'e1', 2, sha256('n'), 2000, 'model.onnx', 'unit', 'wider', 'api', '{"kind": "practice"}', '2026-11-03Z');
INSERT INTO idempotency_keys (person_id, key, request_sha256, submission_id, created_at) VALUES
    ('01900000-0000-7000-8000-000000000001', 'once', sha256('r'), '01900000-0000-7000-8000-000000000042', '2026-11-03Z');
