CREATE TABLE scorecard_versions (
    card   TEXT NOT NULL,
    name   TEXT NOT NULL,
    number INTEGER NOT NULL,
    text   TEXT NOT NULL,
    state  TEXT NOT NULL,
    author TEXT NOT NULL,
    why    TEXT NOT NULL,
    base   TEXT NOT NULL,
    made   TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (card, name),
    UNIQUE (card, number)
);
CREATE INDEX scorecard_versions_state ON scorecard_versions (card, state);
CREATE UNIQUE INDEX scorecard_versions_one_live ON scorecard_versions (card, state) WHERE state IN ('live', 'shadow');

CREATE TABLE scorecard_decisions (
    card      TEXT NOT NULL,
    seq       INTEGER NOT NULL,
    version   TEXT NOT NULL,
    old_state TEXT NOT NULL,
    new_state TEXT NOT NULL,
    person    TEXT NOT NULL,
    at        TIMESTAMPTZ NOT NULL,
    why       TEXT NOT NULL,
    PRIMARY KEY (card, seq),
    FOREIGN KEY (card, version) REFERENCES scorecard_versions (card, name)
);
