INSERT INTO sessions (key_hash, person_id, created_at, last_seen_at, expires_at, user_agent) VALUES
    (sha256('key'), '01900000-0000-7000-8000-000000000001', '2026-11-01Z', '2026-11-01Z', '2026-12-01Z', 'Firefox');
INSERT INTO mail_tokens (token_hash, person_id, purpose, created_at, expires_at) VALUES
    (sha256('a'), '01900000-0000-7000-8000-000000000001', 'confirm_email', '2026-11-01Z', '2026-11-02Z'),
    (sha256('b'), '01900000-0000-7000-8000-000000000002', 'sign_in', '2026-11-01Z', '2026-11-02Z');
INSERT INTO api_tokens (id, person_id, name, token_hash, scopes, created_at, expires_at) VALUES
    ('01900000-0000-7000-8000-000000000011', '01900000-0000-7000-8000-000000000001', 'laptop', sha256('t'), '{read,submit}', '2026-11-01Z', '2027-11-01Z');
INSERT INTO rate_events (bucket, key, at) VALUES ('sign_in', 'ada@example.org', '2026-11-01Z');
