INSERT INTO course_staff (course_slug, person_id, role, added_at) SELECT 'ai-foundation-models', id, 'owner', '2026-11-26Z' FROM people LIMIT 1;
