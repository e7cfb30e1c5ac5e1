CREATE TABLE score_results (
    id           TEXT PRIMARY KEY,
    key          TEXT NOT NULL UNIQUE,
    conversation TEXT NOT NULL,
    scorecard    TEXT NOT NULL,
    card_version TEXT NOT NULL,
    engine       TEXT NOT NULL,
    lexicon      TEXT NOT NULL,
    method       TEXT NOT NULL,
    rater        TEXT NOT NULL,
    corrects     TEXT NOT NULL,
    reason       TEXT NOT NULL,
    score        BIGINT NOT NULL,
    made         TIMESTAMPTZ NOT NULL,
    result       BYTEA NOT NULL
);
CREATE INDEX score_results_conversation ON score_results (conversation, made, id);

CREATE TABLE score_contests (
    result   TEXT NOT NULL REFERENCES score_results (id),
    person   TEXT NOT NULL,
    item     TEXT NOT NULL,
    text     TEXT NOT NULL,
    opened   TIMESTAMPTZ NOT NULL,
    state    TEXT NOT NULL,
    answerer TEXT NOT NULL,
    answer   TEXT NOT NULL,
    answered TIMESTAMPTZ,
    PRIMARY KEY (result, person, item)
);
CREATE INDEX score_contests_state ON score_contests (state, opened);
