CREATE SEQUENCE places;

CREATE TABLE entries (
    seq      BIGINT   PRIMARY KEY,
    id       TEXT     NOT NULL UNIQUE,
    kind     SMALLINT NOT NULL,
    date     INTEGER  NOT NULL,
    of       BIGINT,
    accepted BOOLEAN  NOT NULL,
    recorded BIGINT   NOT NULL,
    request  TEXT     NOT NULL,
    answer   TEXT     NOT NULL,
    digest   BYTEA    NOT NULL
);
CREATE INDEX entries_of ON entries (of) WHERE of IS NOT NULL;

-- Balances change in place: room is left on each page for the next version of a row.
CREATE TABLE accounts (
    id       BIGSERIAL PRIMARY KEY,
    key      TEXT      NOT NULL UNIQUE,
    measure  TEXT      NOT NULL,
    holder   TEXT      NOT NULL,
    span     TEXT      NOT NULL,
    used     BIGINT    NOT NULL DEFAULT 0,
    reserved BIGINT    NOT NULL DEFAULT 0,
    last     INTEGER,
    limited  BOOLEAN   NOT NULL DEFAULT FALSE
) WITH (fillfactor = 50);

CREATE TABLE lines (
    account        BIGINT  NOT NULL,
    seq            BIGINT  NOT NULL,
    date           INTEGER NOT NULL,
    used           BIGINT  NOT NULL,
    reserved       BIGINT  NOT NULL,
    used_after     BIGINT  NOT NULL,
    reserved_after BIGINT  NOT NULL,
    PRIMARY KEY (account, seq)
);

-- A stretch is 16384 places.
CREATE TABLE days (
    account  BIGINT  NOT NULL,
    date     INTEGER NOT NULL,
    stretch  BIGINT  NOT NULL,
    used     BIGINT  NOT NULL,
    reserved BIGINT  NOT NULL,
    tightest BIGINT,
    PRIMARY KEY (account, date, stretch)
) WITH (fillfactor = 50);

CREATE TABLE limits (
    account   BIGINT  NOT NULL,
    seq       BIGINT  NOT NULL,
    from_date INTEGER NOT NULL,
    most      BIGINT,
    cite      TEXT    NOT NULL,
    PRIMARY KEY (account, seq)
);

CREATE TABLE open (
    seq   BIGINT PRIMARY KEY,
    until INTEGER
);

CREATE TABLE blocks (
    n        BIGINT PRIMARY KEY,
    first    BIGINT NOT NULL,
    last     BIGINT NOT NULL,
    count    BIGINT NOT NULL,
    sealed   BIGINT NOT NULL,
    previous TEXT   NOT NULL,
    hash     TEXT   NOT NULL
);

CREATE TABLE papers (
    digest TEXT  PRIMARY KEY,
    kind   TEXT  NOT NULL,
    body   BYTEA NOT NULL
);

-- What was entered stays: entries and blocks are neither changed nor taken away.
CREATE FUNCTION stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% are never changed and never taken away', TG_TABLE_NAME; END $$;
CREATE TRIGGER entries_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON entries
    FOR EACH STATEMENT EXECUTE FUNCTION stays();
CREATE TRIGGER blocks_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON blocks
    FOR EACH STATEMENT EXECUTE FUNCTION stays();
