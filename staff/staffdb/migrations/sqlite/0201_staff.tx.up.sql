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
	created     TIMESTAMP NOT NULL,
	changed     TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX staff_people_identity ON staff_people (issuer, subject) WHERE subject <> '';
CREATE INDEX staff_people_display ON staff_people (display, id);

CREATE TABLE staff_teams (
	id      TEXT PRIMARY KEY,
	kind    TEXT NOT NULL,
	name    TEXT NOT NULL,
	created TIMESTAMP NOT NULL,
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
	started TIMESTAMP NOT NULL,
	seen    TIMESTAMP NOT NULL,
	address TEXT NOT NULL,
	agent   TEXT NOT NULL,
	means   TEXT NOT NULL
);
CREATE INDEX staff_sessions_person ON staff_sessions (person);
CREATE TABLE staff_cookies (
	token  BLOB PRIMARY KEY,
	data   BLOB NOT NULL,
	expiry TIMESTAMP NOT NULL
);
CREATE INDEX staff_cookies_expiry ON staff_cookies (expiry);

CREATE TABLE staff_tokens (
	id      TEXT PRIMARY KEY,
	person  TEXT NOT NULL REFERENCES staff_people (id),
	name    TEXT NOT NULL,
	scopes  TEXT NOT NULL,
	hash    BLOB NOT NULL,
	created TIMESTAMP NOT NULL,
	expires TIMESTAMP NOT NULL,
	used    TIMESTAMP,
	revoked TIMESTAMP
);
CREATE INDEX staff_tokens_person ON staff_tokens (person);
CREATE TABLE staff_tallies (
	key   TEXT PRIMARY KEY,
	count INTEGER NOT NULL,
	last  TIMESTAMP NOT NULL
);
CREATE TABLE staff_grants (
	role       TEXT NOT NULL,
	permission TEXT NOT NULL,
	scope      TEXT NOT NULL,
	PRIMARY KEY (role, permission, scope)
);

CREATE TABLE staff_audit (
	seq     INTEGER PRIMARY KEY,
	at      TIMESTAMP NOT NULL,
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
	prev    BLOB NOT NULL,
	hash    BLOB NOT NULL
);
CREATE INDEX staff_audit_who ON staff_audit (who, seq);
CREATE INDEX staff_audit_object ON staff_audit (kind, object, seq);
CREATE INDEX staff_audit_action ON staff_audit (action, seq);
CREATE TRIGGER staff_audit_no_update BEFORE UPDATE ON staff_audit
BEGIN
	SELECT RAISE(ABORT, 'the audit log is never changed');
END;
CREATE TRIGGER staff_audit_no_delete BEFORE DELETE ON staff_audit
BEGIN
	SELECT RAISE(ABORT, 'the audit log is never shortened');
END;
