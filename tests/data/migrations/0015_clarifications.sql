INSERT INTO exam_clarifications (id, attempt_id, question, asked_at) SELECT gen_random_uuid(), id, 'Which logarithm?', '2026-11-26Z' FROM exam_attempts;
