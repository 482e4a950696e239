-- Scripts that are run again with other seeds, to see how far their scores spread.
CREATE TABLE retrainings (
    id UUID PRIMARY KEY,
    submission_id UUID NOT NULL REFERENCES submissions (id),
    seed BIGINT NOT NULL,
    asked_by UUID REFERENCES people (id),
    asked_at TIMESTAMPTZ NOT NULL,
    verdict TEXT,
    score DOUBLE PRECISION,
    sealed_score DOUBLE PRECISION,
    report JSONB,
    finished_at TIMESTAMPTZ,
    CONSTRAINT retrainings_seed_key UNIQUE (submission_id, seed)
);
COMMENT ON TABLE retrainings IS 'Further runs of a submitted script with other seeds; they change no result';
COMMENT ON COLUMN retrainings.id IS 'UUID v7';
COMMENT ON COLUMN retrainings.submission_id IS 'The script';
COMMENT ON COLUMN retrainings.seed IS 'What ASSAY_SEED and PYTHONHASHSEED are in this run';
COMMENT ON COLUMN retrainings.asked_by IS 'The instructor who asked; null where the exercise asks for it by itself';
COMMENT ON COLUMN retrainings.asked_at IS 'When it was asked for';
COMMENT ON COLUMN retrainings.verdict IS 'How it ended; null while it waits or runs';
COMMENT ON COLUMN retrainings.score IS 'The exercise''s metric on the open samples; null where nothing was scored';
COMMENT ON COLUMN retrainings.sealed_score IS 'The same on the sealed samples';
COMMENT ON COLUMN retrainings.report IS 'The whole report';
COMMENT ON COLUMN retrainings.finished_at IS 'When it ended';
