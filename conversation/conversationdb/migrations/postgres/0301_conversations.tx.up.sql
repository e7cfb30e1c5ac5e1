CREATE TABLE conversation_conversations (
    id        TEXT PRIMARY KEY,
    source    TEXT NOT NULL,
    owner     TEXT NOT NULL,
    team      TEXT NOT NULL,
    added     TIMESTAMPTZ NOT NULL,
    lang      TEXT NOT NULL,
    channel   TEXT NOT NULL,
    direction TEXT NOT NULL,
    started   TIMESTAMPTZ,
    turns     INTEGER NOT NULL,
    content   TEXT NOT NULL
);
CREATE INDEX conversation_conversations_added ON conversation_conversations (added, id);
CREATE INDEX conversation_conversations_owner ON conversation_conversations (owner, added, id);
CREATE INDEX conversation_conversations_team ON conversation_conversations (team, added, id);
