-- Signed-in browsers. Only a hash of the cookie is kept, so that a copy of this table signs nobody in.
CREATE TABLE sessions (
    key_hash BYTEA PRIMARY KEY CHECK (octet_length(key_hash) = 32),
    person_id UUID NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    created_at TIMESTAMPTZ NOT NULL,
    last_seen_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    user_agent TEXT NOT NULL
);
CREATE INDEX sessions_person_idx ON sessions (person_id);
COMMENT ON TABLE sessions IS 'Signed-in browsers';
COMMENT ON COLUMN sessions.key_hash IS 'SHA-256 of the session key in the cookie';
COMMENT ON COLUMN sessions.person_id IS 'Who is signed in';
COMMENT ON COLUMN sessions.created_at IS 'When they signed in';
COMMENT ON COLUMN sessions.last_seen_at IS 'Last request, to the minute';
COMMENT ON COLUMN sessions.expires_at IS 'When the session ends, however much it is used';
COMMENT ON COLUMN sessions.user_agent IS 'Browser, as it named itself, at most 200 characters';

-- One-time links sent by mail.
CREATE TABLE mail_tokens (
    token_hash BYTEA PRIMARY KEY CHECK (octet_length(token_hash) = 32),
    person_id UUID NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    purpose TEXT NOT NULL CHECK (purpose IN ('confirm_email', 'reset_password', 'sign_in')),
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ
);
CREATE INDEX mail_tokens_person_idx ON mail_tokens (person_id);
COMMENT ON TABLE mail_tokens IS 'One-time links: confirm an address, reset a password, first sign-in of an administrator';
COMMENT ON COLUMN mail_tokens.token_hash IS 'SHA-256 of the token in the link';
COMMENT ON COLUMN mail_tokens.person_id IS 'Whom the link serves';
COMMENT ON COLUMN mail_tokens.purpose IS 'What the link does';
COMMENT ON COLUMN mail_tokens.created_at IS 'When it was made';
COMMENT ON COLUMN mail_tokens.expires_at IS 'When it stops working';
COMMENT ON COLUMN mail_tokens.used_at IS 'When it was used; it works once';

-- Personal tokens for the API.
CREATE TABLE api_tokens (
    id UUID PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    token_hash BYTEA NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
    scopes TEXT[] NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    last_used_at TIMESTAMPTZ,
    revoked_at TIMESTAMPTZ
);
CREATE INDEX api_tokens_person_idx ON api_tokens (person_id);
COMMENT ON TABLE api_tokens IS 'Personal tokens for the API, shown once';
COMMENT ON COLUMN api_tokens.id IS 'UUID v7';
COMMENT ON COLUMN api_tokens.person_id IS 'Whose token it is';
COMMENT ON COLUMN api_tokens.name IS 'What its owner calls it';
COMMENT ON COLUMN api_tokens.token_hash IS 'SHA-256 of the token';
COMMENT ON COLUMN api_tokens.scopes IS 'What it may do: read, submit';
COMMENT ON COLUMN api_tokens.created_at IS 'When it was made';
COMMENT ON COLUMN api_tokens.expires_at IS 'When it stops working';
COMMENT ON COLUMN api_tokens.last_used_at IS 'Last request made with it';
COMMENT ON COLUMN api_tokens.revoked_at IS 'When its owner revoked it';

-- What is counted to slow down guessing: one row an event, swept when it is older than a day.
CREATE TABLE rate_events (
    bucket TEXT NOT NULL,
    key TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL
);
CREATE INDEX rate_events_idx ON rate_events (bucket, key, at);
COMMENT ON TABLE rate_events IS 'Events that are limited per window, such as failed sign-ins';
COMMENT ON COLUMN rate_events.bucket IS 'Which limit';
COMMENT ON COLUMN rate_events.key IS 'Whose events: an account, a person or an address';
COMMENT ON COLUMN rate_events.at IS 'When it happened';
