CREATE TABLE staff_people (
	id          TEXT PRIMARY KEY,
	name        TEXT NOT NULL UNIQUE,
	display     TEXT NOT NULL,
	language    TEXT NOT NULL,
	roles       INTEGER NOT NULL,
	state       TEXT NOT NULL,
	password    TEXT NOT NULL,
	must_change BOOLEAN NOT NULL,
	issuer      TEXT NOT NULL,
	subject     TEXT NOT NULL,
	created     TIMESTAMPTZ NOT NULL,
	changed     TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX staff_people_identity ON staff_people (issuer, subject) WHERE subject <> '';
CREATE INDEX staff_people_display ON staff_people (display, id);

CREATE TABLE staff_teams (
	id      TEXT PRIMARY KEY,
	kind    TEXT NOT NULL,
	name    TEXT NOT NULL,
	created TIMESTAMPTZ NOT NULL,
	closed  BOOLEAN NOT NULL
);
CREATE TABLE staff_members (
	team   TEXT NOT NULL REFERENCES staff_teams (id),
	person TEXT NOT NULL REFERENCES staff_people (id),
	part   TEXT NOT NULL,
	PRIMARY KEY (team, person)
);
CREATE INDEX staff_members_person ON staff_members (person);

CREATE TABLE staff_sessions (
	id      TEXT PRIMARY KEY,
	person  TEXT NOT NULL REFERENCES staff_people (id),
	started TIMESTAMPTZ NOT NULL,
	seen    TIMESTAMPTZ NOT NULL,
	address TEXT NOT NULL,
	agent   TEXT NOT NULL,
	means   TEXT NOT NULL
);
CREATE INDEX staff_sessions_person ON staff_sessions (person);
CREATE TABLE staff_cookies (
	token  BYTEA PRIMARY KEY,
	data   BYTEA NOT NULL,
	expiry TIMESTAMPTZ NOT NULL
);
CREATE INDEX staff_cookies_expiry ON staff_cookies (expiry);

CREATE TABLE staff_tokens (
	id      TEXT PRIMARY KEY,
	person  TEXT NOT NULL REFERENCES staff_people (id),
	name    TEXT NOT NULL,
	scopes  TEXT NOT NULL,
	hash    BYTEA NOT NULL,
	created TIMESTAMPTZ NOT NULL,
	expires TIMESTAMPTZ NOT NULL,
	used    TIMESTAMPTZ,
	revoked TIMESTAMPTZ
);
CREATE INDEX staff_tokens_person ON staff_tokens (person);
CREATE TABLE staff_tallies (
	key   TEXT PRIMARY KEY,
	count INTEGER NOT NULL,
	last  TIMESTAMPTZ NOT NULL
);
CREATE TABLE staff_grants (
	role       TEXT NOT NULL,
	permission TEXT NOT NULL,
	scope      TEXT NOT NULL,
	PRIMARY KEY (role, permission, scope)
);

CREATE TABLE staff_audit (
	seq     BIGINT PRIMARY KEY,
	at      TIMESTAMPTZ NOT NULL,
	who     TEXT NOT NULL,
	via     TEXT NOT NULL,
	session TEXT NOT NULL,
	token   TEXT NOT NULL,
	address TEXT NOT NULL,
	action  TEXT NOT NULL,
	kind    TEXT NOT NULL,
	object  TEXT NOT NULL,
	outcome TEXT NOT NULL,
	detail  TEXT NOT NULL,
	prev    BYTEA NOT NULL,
	hash    BYTEA NOT NULL
);
CREATE INDEX staff_audit_who ON staff_audit (who, seq);
CREATE INDEX staff_audit_object ON staff_audit (kind, object, seq);
CREATE INDEX staff_audit_action ON staff_audit (action, seq);
CREATE FUNCTION staff_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'the audit log is never changed';
END
$$;
CREATE TRIGGER staff_audit_no_change BEFORE UPDATE OR DELETE ON staff_audit
	FOR EACH ROW EXECUTE FUNCTION staff_audit_refuse();
CREATE TRIGGER staff_audit_no_truncate BEFORE TRUNCATE ON staff_audit
	FOR EACH STATEMENT EXECUTE FUNCTION staff_audit_refuse();
