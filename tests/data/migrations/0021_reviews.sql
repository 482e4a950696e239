INSERT INTO submission_reviews (id, submission_id, request, asked_at) VALUES ('01900000-0000-7000-8000-000000000081', '01900000-0000-7000-8000-000000000041', 'Two labels look wrong', '2026-11-26Z');
