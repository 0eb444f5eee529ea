CREATE TABLE corrections (
    id        TEXT   PRIMARY KEY,
    measure   TEXT   NOT NULL,
    holder    TEXT   NOT NULL,
    span      TEXT   NOT NULL,
    amount    BIGINT NOT NULL,
    why       TEXT   NOT NULL,
    day       TEXT   NOT NULL,
    proposed  BIGINT NOT NULL,
    proposer  TEXT   NOT NULL,
    confirmer TEXT,
    entered   BIGINT
)
