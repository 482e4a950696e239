-- People with an account. Deleting an account empties the personal columns and keeps the row, so that
-- submissions and certificates that must stay keep pointing at somebody who is nobody.
CREATE TABLE people (
    id UUID PRIMARY KEY,
    email TEXT,
    email_confirmed_at TIMESTAMPTZ,
    name TEXT NOT NULL,
    password_hash TEXT,
    role TEXT NOT NULL DEFAULT 'learner' CHECK (role IN ('learner', 'instructor', 'admin')),
    lang TEXT NOT NULL DEFAULT 'en' CHECK (lang IN ('en', 'zh')),
    time_zone TEXT,
    theme TEXT NOT NULL DEFAULT 'system' CHECK (theme IN ('system', 'light', 'dark')),
    certificate_name TEXT,
    certificate_name_confirmed_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL,
    suspended_at TIMESTAMPTZ,
    deleted_at TIMESTAMPTZ,
    CONSTRAINT people_deleted_is_empty CHECK (deleted_at IS NULL OR (email IS NULL AND password_hash IS NULL))
);
CREATE UNIQUE INDEX people_email_key ON people (email);
COMMENT ON TABLE people IS 'People with an account';
COMMENT ON COLUMN people.id IS 'UUID v7';
COMMENT ON COLUMN people.email IS 'Lower-case address; null once the account is deleted';
COMMENT ON COLUMN people.email_confirmed_at IS 'When the address was shown to be theirs; null until then';
COMMENT ON COLUMN people.name IS 'Name shown in the interface; empty once the account is deleted';
COMMENT ON COLUMN people.password_hash IS 'argon2id in PHC string format; null where no password was set';
COMMENT ON COLUMN people.role IS 'learner, instructor or admin; each includes the one before';
COMMENT ON COLUMN people.lang IS 'Language of the interface and of mail';
COMMENT ON COLUMN people.time_zone IS 'IANA time zone name; null means that of the browser';
COMMENT ON COLUMN people.theme IS 'Colours of the interface';
COMMENT ON COLUMN people.certificate_name IS 'Name for certificates, as confirmed by its bearer';
COMMENT ON COLUMN people.certificate_name_confirmed_at IS 'When that name was confirmed';
COMMENT ON COLUMN people.created_at IS 'When the account was made';
COMMENT ON COLUMN people.suspended_at IS 'When an administrator suspended the account; null while it may be used';
COMMENT ON COLUMN people.deleted_at IS 'When the account was deleted by its owner';
