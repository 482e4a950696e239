-- Keys of the issuer: the public halves, past ones included.
CREATE TABLE signing_keys (
    id TEXT PRIMARY KEY,
    public_key BYTEA NOT NULL CHECK (octet_length(public_key) = 32),
    active BOOLEAN NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX signing_keys_one_active ON signing_keys (active) WHERE active;
COMMENT ON TABLE signing_keys IS 'Public halves of signing keys; the secret ones are files';
COMMENT ON COLUMN signing_keys.id IS 'Name of the key in certificates: multibase of the public key';
COMMENT ON COLUMN signing_keys.public_key IS 'Ed25519 public key';
COMMENT ON COLUMN signing_keys.active IS 'Whether new certificates are signed with it';
COMMENT ON COLUMN signing_keys.created_at IS 'Since when it is known';

-- Certificates: the signed bytes are the certificate; the columns are for finding it.
CREATE TABLE certificates (
    id UUID PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    person_id UUID NOT NULL REFERENCES people (id),
    course_slug TEXT NOT NULL,
    course_version TEXT NOT NULL,
    holder_name TEXT NOT NULL,
    issued_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    key_id TEXT NOT NULL REFERENCES signing_keys (id),
    payload BYTEA NOT NULL,
    signature BYTEA NOT NULL CHECK (octet_length(signature) = 64),
    CONSTRAINT certificates_once_per_version UNIQUE (person_id, course_slug, course_version)
);
COMMENT ON TABLE certificates IS 'Issued certificates; never changed';
COMMENT ON COLUMN certificates.id IS 'UUID v4, public';
COMMENT ON COLUMN certificates.code IS 'Short code for people, with a check character';
COMMENT ON COLUMN certificates.person_id IS 'Who earned it';
COMMENT ON COLUMN certificates.course_slug IS 'For which course';
COMMENT ON COLUMN certificates.course_version IS 'The version whose requirements were met';
COMMENT ON COLUMN certificates.holder_name IS 'Name as its holder confirmed it';
COMMENT ON COLUMN certificates.issued_at IS 'When it was issued';
COMMENT ON COLUMN certificates.expires_at IS 'Until when it is valid';
COMMENT ON COLUMN certificates.key_id IS 'The key that signed it';
COMMENT ON COLUMN certificates.payload IS 'The exact bytes that were signed: JSON in canonical form (RFC 8785)';
COMMENT ON COLUMN certificates.signature IS 'Ed25519 signature (RFC 8032) over the payload';
CREATE TRIGGER certificates_are_immutable BEFORE UPDATE OR DELETE ON certificates
    FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE TABLE revocations (
    certificate_id UUID PRIMARY KEY REFERENCES certificates (id),
    revoked_at TIMESTAMPTZ NOT NULL,
    revoked_by UUID REFERENCES people (id),
    reason TEXT NOT NULL CHECK (reason <> '')
);
COMMENT ON TABLE revocations IS 'Certificates that were withdrawn';
COMMENT ON COLUMN revocations.certificate_id IS 'Which';
COMMENT ON COLUMN revocations.revoked_at IS 'When';
COMMENT ON COLUMN revocations.revoked_by IS 'By whom; null for the command line';
COMMENT ON COLUMN revocations.reason IS 'Why, shown to whoever verifies it';
CREATE TRIGGER revocations_are_append_only BEFORE UPDATE OR DELETE ON revocations
    FOR EACH ROW EXECUTE FUNCTION forbid_change();
