-- Times are microseconds since 1970 in UTC: what is hashed must come back
-- exactly. Persons are ordered bytewise, as the program orders them.
CREATE TABLE skill_entries (
	id     TEXT NOT NULL UNIQUE,
	person TEXT COLLATE "C" NOT NULL,
	seq    BIGINT NOT NULL,
	kind   TEXT NOT NULL,
	at     BIGINT NOT NULL,
	by     TEXT NOT NULL,
	names  BIGINT NOT NULL,
	prev   BYTEA NOT NULL,
	lock   BYTEA NOT NULL,
	box    BYTEA NOT NULL,
	hash   BYTEA NOT NULL,
	PRIMARY KEY (person, seq)
);

CREATE TABLE skill_keys (
	person TEXT COLLATE "C" NOT NULL,
	seq    BIGINT NOT NULL,
	key    BYTEA NOT NULL,
	source TEXT NOT NULL,
	PRIMARY KEY (person, seq)
);
CREATE UNIQUE INDEX skill_keys_source ON skill_keys (person, source);

CREATE TABLE skill_heads (
	n         BIGINT PRIMARY KEY,
	person    TEXT COLLATE "C" NOT NULL,
	seq       BIGINT NOT NULL,
	kind      TEXT NOT NULL,
	entry     BYTEA NOT NULL,
	at        BIGINT NOT NULL,
	prev      BYTEA NOT NULL,
	signer    BYTEA NOT NULL,
	signature BYTEA NOT NULL
);
CREATE UNIQUE INDEX skill_heads_person ON skill_heads (person, seq);

CREATE FUNCTION skill_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'an archive is never changed';
END
$$;
CREATE TRIGGER skill_entries_no_change BEFORE UPDATE OR DELETE ON skill_entries
	FOR EACH ROW EXECUTE FUNCTION skill_refuse();
CREATE TRIGGER skill_entries_no_truncate BEFORE TRUNCATE ON skill_entries
	FOR EACH STATEMENT EXECUTE FUNCTION skill_refuse();
CREATE TRIGGER skill_heads_no_change BEFORE UPDATE OR DELETE ON skill_heads
	FOR EACH ROW EXECUTE FUNCTION skill_refuse();
CREATE TRIGGER skill_heads_no_truncate BEFORE TRUNCATE ON skill_heads
	FOR EACH STATEMENT EXECUTE FUNCTION skill_refuse();
