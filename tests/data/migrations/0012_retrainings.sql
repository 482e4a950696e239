INSERT INTO retrainings (id, submission_id, seed, asked_at) SELECT gen_random_uuid(), id, 7, '2026-11-26Z' FROM submissions LIMIT 1;
