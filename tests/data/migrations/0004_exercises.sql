INSERT INTO exercise_versions (version, slug, manifest, loaded_at) VALUES ('e1', 'mnist-digits', '{"title": {"en": "Digits"}}', '2026-11-01Z');
INSERT INTO exercises (slug, version, texts, updated_at) VALUES ('mnist-digits', 'e1', '{}', '2026-11-01Z');
