-- Times are microseconds since 1970 in UTC: what is hashed must come back
-- exactly. STRICT keeps a column from holding another type than its own.
CREATE TABLE skill_entries (
	id     TEXT NOT NULL UNIQUE,
	person TEXT NOT NULL,
	seq    INTEGER NOT NULL,
	kind   TEXT NOT NULL,
	at     INTEGER NOT NULL,
	by     TEXT NOT NULL,
	names  INTEGER NOT NULL,
	prev   BLOB NOT NULL,
	lock   BLOB NOT NULL,
	box    BLOB NOT NULL,
	hash   BLOB NOT NULL,
	PRIMARY KEY (person, seq)
) STRICT;

CREATE TABLE skill_keys (
	person TEXT NOT NULL,
	seq    INTEGER NOT NULL,
	key    BLOB NOT NULL,
	source TEXT NOT NULL,
	PRIMARY KEY (person, seq)
) STRICT;
CREATE UNIQUE INDEX skill_keys_source ON skill_keys (person, source);

CREATE TABLE skill_heads (
	n         INTEGER PRIMARY KEY,
	person    TEXT NOT NULL,
	seq       INTEGER NOT NULL,
	kind      TEXT NOT NULL,
	entry     BLOB NOT NULL,
	at        INTEGER NOT NULL,
	prev      BLOB NOT NULL,
	signer    BLOB NOT NULL,
	signature BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX skill_heads_person ON skill_heads (person, seq);

CREATE TRIGGER skill_entries_no_update BEFORE UPDATE ON skill_entries
BEGIN
	SELECT RAISE(ABORT, 'an archive is never changed');
END;
CREATE TRIGGER skill_entries_no_delete BEFORE DELETE ON skill_entries
BEGIN
	SELECT RAISE(ABORT, 'an archive is never changed');
END;
CREATE TRIGGER skill_heads_no_update BEFORE UPDATE ON skill_heads
BEGIN
	SELECT RAISE(ABORT, 'an archive is never changed');
END;
CREATE TRIGGER skill_heads_no_delete BEFORE DELETE ON skill_heads
BEGIN
	SELECT RAISE(ABORT, 'an archive is never changed');
END;
