INSERT INTO workers (name, slots, tier, checks, started_at, seen_at) VALUES ('host:1', 2, 'M', '[]', '2026-11-21Z', '2026-11-21Z');
