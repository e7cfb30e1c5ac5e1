CREATE TABLE score_reviews (
    id           TEXT PRIMARY KEY,
    result       TEXT NOT NULL REFERENCES score_results (id),
    conversation TEXT NOT NULL,
    scorecard    TEXT NOT NULL,
    version      TEXT NOT NULL,
    rater        TEXT NOT NULL,
    revises      TEXT NOT NULL,
    made         TIMESTAMPTZ NOT NULL,
    items        BYTEA NOT NULL,
    UNIQUE (result, rater, revises)
);
CREATE INDEX score_reviews_conversation ON score_reviews (conversation);
CREATE INDEX score_reviews_scorecard ON score_reviews (scorecard, made);
CREATE INDEX score_reviews_rater ON score_reviews (rater, made);
