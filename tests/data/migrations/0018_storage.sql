INSERT INTO storage_sweeps (finished_at, models, model_bytes, orphans, orphan_bytes) VALUES ('2026-11-26 09:00+00', 1, 2000, 3, 4000);
