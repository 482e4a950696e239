INSERT INTO certificates (id, code, person_id, course_slug, course_version, attempt, holder_name, issued_at, expires_at, key_id, payload, signature) VALUES
    ('b1946ac9-2b5a-4c3e-9d7f-000000000003', 'ABCD-EFGH-L', '01900000-0000-7000-8000-000000000001', 'exam/digits', 'x1', 'A-1', 'Ada Lovelace', '2026-11-05Z', '2028-11-05Z', 'zKey', '{}', sha256('s1') || sha256('s2')),
    ('b1946ac9-2b5a-4c3e-9d7f-000000000004', 'ABCD-EFGH-M', '01900000-0000-7000-8000-000000000001', 'exam/digits', 'x1', 'A-2', 'Ada Lovelace', '2028-11-06Z', '2030-11-06Z', 'zKey', '{}', sha256('s1') || sha256('s2'));
