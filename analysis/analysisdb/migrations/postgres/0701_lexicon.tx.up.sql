CREATE TABLE analysis_lexicons (
    number BIGINT PRIMARY KEY,
    base   BIGINT NOT NULL UNIQUE,
    texts  TEXT NOT NULL,
    author TEXT NOT NULL,
    made   TIMESTAMPTZ NOT NULL,
    why    TEXT NOT NULL
);

CREATE TABLE analysis_releases (
    seq     BIGINT PRIMARY KEY,
    number  BIGINT NOT NULL,
    person  TEXT NOT NULL,
    at      TIMESTAMPTZ NOT NULL,
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
    turn         BIGINT NOT NULL,
    author       TEXT NOT NULL,
    made         TIMESTAMPTZ NOT NULL,
    UNIQUE (conversation, turn)
);

CREATE FUNCTION analysis_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'this never changes';
END
$$;
CREATE TRIGGER analysis_lexicons_no_update BEFORE UPDATE ON analysis_lexicons
	FOR EACH ROW EXECUTE FUNCTION analysis_refuse();
CREATE TRIGGER analysis_releases_no_update BEFORE UPDATE ON analysis_releases
	FOR EACH ROW EXECUTE FUNCTION analysis_refuse();
