INSERT INTO signing_keys (id, public_key, active, created_at) VALUES ('zKey', sha256('public'), true, '2026-11-01Z');
INSERT INTO certificates (id, code, person_id, course_slug, course_version, holder_name, issued_at, expires_at, key_id, payload, signature) VALUES
    ('b1946ac9-2b5a-4c3e-9d7f-000000000001', 'ABCD-EFGH-J', '01900000-0000-7000-8000-000000000001', 'ai-foundation-models', 'c1', 'Ada Lovelace', '2026-11-05Z', '2029-11-05Z', 'zKey', '{}', sha256('s1') || sha256('s2')),
    ('b1946ac9-2b5a-4c3e-9d7f-000000000002', 'ABCD-EFGH-K', '01900000-0000-7000-8000-000000000002', 'ai-foundation-models', 'c1', 'Grace Hopper', '2026-11-05Z', '2029-11-05Z', 'zKey', '{}', sha256('s1') || sha256('s2'));
INSERT INTO revocations (certificate_id, revoked_at, revoked_by, reason) VALUES
    ('b1946ac9-2b5a-4c3e-9d7f-000000000002', '2026-11-06Z', NULL, 'issued to the wrong person');
