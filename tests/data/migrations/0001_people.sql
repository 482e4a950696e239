INSERT INTO people (id, email, email_confirmed_at, name, password_hash, role, created_at) VALUES
    ('01900000-0000-7000-8000-000000000001', 'ada@example.org', '2026-11-01Z', 'Ada', '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaA', 'learner', '2026-11-01Z'),
    ('01900000-0000-7000-8000-000000000002', 'grace@example.org', NULL, 'Grace', NULL, 'admin', '2026-11-01Z');
INSERT INTO people (id, name, created_at, deleted_at) VALUES
    ('01900000-0000-7000-8000-000000000003', '', '2026-11-01Z', '2026-11-02Z');
