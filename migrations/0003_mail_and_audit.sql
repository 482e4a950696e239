-- Mail waiting to be sent: written in the transaction that caused it, sent by a job.
CREATE TABLE outgoing_mail (
    id UUID PRIMARY KEY,
    person_id UUID REFERENCES people (id) ON DELETE CASCADE,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    sent_at TIMESTAMPTZ
);
CREATE INDEX outgoing_mail_person_idx ON outgoing_mail (person_id);
COMMENT ON TABLE outgoing_mail IS 'Mail written by the service; the body is emptied once it is sent';
COMMENT ON COLUMN outgoing_mail.id IS 'UUID v7';
COMMENT ON COLUMN outgoing_mail.person_id IS 'Whom it is for, where they have an account';
COMMENT ON COLUMN outgoing_mail.recipient IS 'Address it goes to';
COMMENT ON COLUMN outgoing_mail.subject IS 'Subject line';
COMMENT ON COLUMN outgoing_mail.body IS 'Plain text; emptied once sent, for it may hold one-time links';
COMMENT ON COLUMN outgoing_mail.created_at IS 'When it was written';
COMMENT ON COLUMN outgoing_mail.sent_at IS 'When it was handed to the mail server or the spool';

-- What instructors and administrators changed.
CREATE TABLE audit_log (
    id UUID PRIMARY KEY,
    at TIMESTAMPTZ NOT NULL,
    actor_id UUID REFERENCES people (id),
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    detail JSONB NOT NULL
);
COMMENT ON TABLE audit_log IS 'Changes by instructors, administrators and operators; append-only';
COMMENT ON COLUMN audit_log.id IS 'UUID v7';
COMMENT ON COLUMN audit_log.at IS 'When it happened';
COMMENT ON COLUMN audit_log.actor_id IS 'Who did it; null for the command line';
COMMENT ON COLUMN audit_log.action IS 'What was done, such as certificate.revoke';
COMMENT ON COLUMN audit_log.object IS 'To what, such as a certificate id';
COMMENT ON COLUMN audit_log.detail IS 'Facts before and after, and the reason given';
CREATE FUNCTION forbid_change() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER audit_log_is_append_only BEFORE UPDATE OR DELETE ON audit_log
    FOR EACH ROW EXECUTE FUNCTION forbid_change();
