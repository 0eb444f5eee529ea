CREATE TABLE entries (
    seq      INTEGER PRIMARY KEY,
    id       TEXT    NOT NULL,
    kind     INTEGER NOT NULL,
    date     INTEGER NOT NULL,
    of       INTEGER,
    accepted INTEGER NOT NULL,
    recorded INTEGER NOT NULL,
    request  TEXT    NOT NULL,
    answer   TEXT    NOT NULL,
    digest   BLOB    NOT NULL
) STRICT;
CREATE UNIQUE INDEX entries_id ON entries (id);
CREATE INDEX entries_of ON entries (of) WHERE of IS NOT NULL;

CREATE TABLE accounts (
    id       INTEGER PRIMARY KEY,
    key      TEXT    NOT NULL UNIQUE,
    measure  TEXT    NOT NULL,
    holder   TEXT    NOT NULL,
    span     TEXT    NOT NULL,
    used     INTEGER NOT NULL DEFAULT 0,
    reserved INTEGER NOT NULL DEFAULT 0,
    last     INTEGER,
    limited  INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE lines (
    account        INTEGER NOT NULL,
    seq            INTEGER NOT NULL,
    date           INTEGER NOT NULL,
    used           INTEGER NOT NULL,
    reserved       INTEGER NOT NULL,
    used_after     INTEGER NOT NULL,
    reserved_after INTEGER NOT NULL,
    PRIMARY KEY (account, seq)
) STRICT, WITHOUT ROWID;

-- A stretch is 16384 places.
CREATE TABLE days (
    account  INTEGER NOT NULL,
    date     INTEGER NOT NULL,
    stretch  INTEGER NOT NULL,
    used     INTEGER NOT NULL,
    reserved INTEGER NOT NULL,
    tightest INTEGER,
    PRIMARY KEY (account, date, stretch)
) STRICT, WITHOUT ROWID;

CREATE TABLE limits (
    account   INTEGER NOT NULL,
    seq       INTEGER NOT NULL,
    from_date INTEGER NOT NULL,
    most      INTEGER,
    cite      TEXT    NOT NULL,
    PRIMARY KEY (account, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE open (
    seq   INTEGER PRIMARY KEY,
    until INTEGER
) STRICT;

CREATE TABLE blocks (
    n        INTEGER PRIMARY KEY,
    first    INTEGER NOT NULL,
    last     INTEGER NOT NULL,
    count    INTEGER NOT NULL,
    sealed   INTEGER NOT NULL,
    previous TEXT    NOT NULL,
    hash     TEXT    NOT NULL
) STRICT;

CREATE TABLE papers (
    digest TEXT PRIMARY KEY,
    kind   TEXT NOT NULL,
    body   BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- What was entered stays: entries and blocks are neither changed nor taken away.
CREATE TRIGGER entries_stay BEFORE UPDATE ON entries
BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END;
CREATE TRIGGER entries_kept BEFORE DELETE ON entries
BEGIN SELECT RAISE(ABORT, 'entries are never taken away'); END;
CREATE TRIGGER blocks_stay BEFORE UPDATE ON blocks
BEGIN SELECT RAISE(ABORT, 'blocks are never changed'); END;
CREATE TRIGGER blocks_kept BEFORE DELETE ON blocks
BEGIN SELECT RAISE(ABORT, 'blocks are never taken away'); END;
