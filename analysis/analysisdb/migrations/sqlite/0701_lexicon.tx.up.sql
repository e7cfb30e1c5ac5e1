CREATE TABLE analysis_lexicons (
    number INTEGER PRIMARY KEY,
    base   INTEGER NOT NULL UNIQUE,
    texts  TEXT NOT NULL,
    author TEXT NOT NULL,
    made   TIMESTAMP NOT NULL,
    why    TEXT NOT NULL
);

CREATE TABLE analysis_releases (
    seq     INTEGER PRIMARY KEY,
    number  INTEGER NOT NULL,
    person  TEXT NOT NULL,
    at      TIMESTAMP NOT NULL,
    why     TEXT NOT NULL,
    version TEXT NOT NULL
);

CREATE TABLE analysis_labels (
    id           TEXT PRIMARY KEY,
    utterance    TEXT NOT NULL,
    acts         TEXT NOT NULL,
    nots         TEXT NOT NULL,
    note         TEXT NOT NULL,
    conversation TEXT NOT NULL,
    turn         INTEGER NOT NULL,
    author       TEXT NOT NULL,
    made         TIMESTAMP NOT NULL,
    UNIQUE (conversation, turn)
);

CREATE TRIGGER analysis_lexicons_no_update BEFORE UPDATE ON analysis_lexicons
BEGIN
	SELECT RAISE(ABORT, 'a version never changes');
END;
CREATE TRIGGER analysis_releases_no_update BEFORE UPDATE ON analysis_releases
BEGIN
	SELECT RAISE(ABORT, 'a release never changes');
END;
