INSERT INTO grading_runs (id, submission_id, number, lease_token, worker, state, started_at, heartbeat_at, finished_at) VALUES
    ('01900000-0000-7000-8000-000000000051', '01900000-0000-7000-8000-000000000041', 1, '01900000-0000-4000-8000-000000000001', 'host:1', 'lost', '2026-11-02Z', '2026-11-02Z', '2026-11-02Z'),
    ('01900000-0000-7000-8000-000000000052', '01900000-0000-7000-8000-000000000041', 2, '01900000-0000-4000-8000-000000000002', 'host:2', 'done', '2026-11-02Z', '2026-11-02Z', '2026-11-02Z'),
    ('01900000-0000-7000-8000-000000000053', '01900000-0000-7000-8000-000000000042', 1, '01900000-0000-4000-8000-000000000003', 'host:2', 'running', '2026-11-03Z', '2026-11-03Z', NULL);
INSERT INTO gradings (id, run_id, submission_id, exercise_version, grader_version, verdict, score, counts, report, correct_bits, predictions_sha256, created_at) VALUES
    ('01900000-0000-7000-8000-000000000061', '01900000-0000-7000-8000-000000000052', '01900000-0000-7000-8000-000000000041', 'e1', '1+onnxruntime-1.31.1', 'passed', 0.9859, true, '{"metrics": {"accuracy": 0.9859}}', '\xff', sha256('p'), '2026-11-02Z');
INSERT INTO publications (submission_id, exercise_version, grading_id, published_at) VALUES
    ('01900000-0000-7000-8000-000000000041', 'e1', '01900000-0000-7000-8000-000000000061', '2026-11-02Z');
INSERT INTO buried_jobs (submission_id, reason, runs, buried_at) VALUES ('01900000-0000-7000-8000-000000000042', 'disk full', 5, '2026-11-03Z');
