INSERT INTO outgoing_mail (id, person_id, recipient, subject, body, created_at, sent_at) VALUES
    ('01900000-0000-7000-8000-000000000021', '01900000-0000-7000-8000-000000000001', 'ada@example.org', 'Welcome', '', '2026-11-01Z', '2026-11-01Z'),
    ('01900000-0000-7000-8000-000000000022', NULL, 'new@example.org', 'Welcome', 'A link', '2026-11-01Z', NULL);
INSERT INTO audit_log (id, at, actor_id, action, object, detail) VALUES
    ('01900000-0000-7000-8000-000000000031', '2026-11-01Z', NULL, 'person.role', '01900000-0000-7000-8000-000000000002', '{"after": "admin"}');
