CREATE TABLE scenario_versions (
    scenario TEXT NOT NULL,
    number   INTEGER NOT NULL,
    text     TEXT NOT NULL,
    agents   TEXT NOT NULL,
    state    TEXT NOT NULL,
    author   TEXT NOT NULL,
    why      TEXT NOT NULL,
    base     INTEGER NOT NULL,
    made     TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (scenario, number)
);
CREATE UNIQUE INDEX scenario_versions_one_live ON scenario_versions (scenario) WHERE state = 'live';

CREATE TABLE scenario_decisions (
    scenario  TEXT NOT NULL,
    seq       INTEGER NOT NULL,
    number    INTEGER NOT NULL,
    old_state TEXT NOT NULL,
    new_state TEXT NOT NULL,
    person    TEXT NOT NULL,
    at        TIMESTAMPTZ NOT NULL,
    why       TEXT NOT NULL,
    PRIMARY KEY (scenario, seq),
    FOREIGN KEY (scenario, number) REFERENCES scenario_versions (scenario, number)
);

CREATE TABLE scenario_customs (
    hash  TEXT PRIMARY KEY,
    lang  TEXT NOT NULL,
    moods TEXT NOT NULL,
    lines TEXT NOT NULL
);
