CREATE TABLE event_outbox (
    seq   INTEGER PRIMARY KEY,
    id    TEXT NOT NULL UNIQUE,
    topic TEXT NOT NULL,
    key   TEXT NOT NULL,
    at    TIMESTAMP NOT NULL,
    data  TEXT NOT NULL,
    sends INTEGER NOT NULL,
    sent  TIMESTAMP,
    done  TIMESTAMP
);
CREATE INDEX event_outbox_open ON event_outbox (seq) WHERE done IS NULL;
CREATE INDEX event_outbox_done ON event_outbox (done);

CREATE TABLE event_handled (
    event_id TEXT NOT NULL,
    handler  TEXT NOT NULL,
    PRIMARY KEY (event_id, handler)
) WITHOUT ROWID;

CREATE TABLE event_failures (
    event_id TEXT NOT NULL,
    handler  TEXT NOT NULL,
    tries    INTEGER NOT NULL,
    error    TEXT NOT NULL,
    at       TIMESTAMP NOT NULL,
    next     TIMESTAMP NOT NULL,
    dead     BOOLEAN NOT NULL,
    PRIMARY KEY (event_id, handler)
) WITHOUT ROWID;
