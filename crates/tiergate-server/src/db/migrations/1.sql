CREATE TABLE people (
    id           TEXT   PRIMARY KEY,
    name         TEXT   NOT NULL,
    login        TEXT   NOT NULL UNIQUE,
    role         TEXT   NOT NULL,
    agency       TEXT,
    company      TEXT,
    password     TEXT,
    subject      TEXT   UNIQUE,
    disabled     BIGINT NOT NULL DEFAULT 0,
    failed       BIGINT NOT NULL DEFAULT 0,
    locked_until BIGINT NOT NULL DEFAULT 0,
    created      BIGINT NOT NULL
);

CREATE TABLE sessions (
    hash    TEXT   PRIMARY KEY,
    person  TEXT   NOT NULL,
    csrf    TEXT   NOT NULL,
    created BIGINT NOT NULL,
    seen    BIGINT NOT NULL
);

CREATE TABLE tokens (
    hash    TEXT   PRIMARY KEY,
    id      TEXT   NOT NULL UNIQUE,
    person  TEXT   NOT NULL,
    name    TEXT   NOT NULL,
    scopes  TEXT   NOT NULL,
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    revoked BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE links (
    hash    TEXT   PRIMARY KEY,
    person  TEXT   NOT NULL,
    expires BIGINT NOT NULL,
    used    BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE answers (
    person  TEXT   NOT NULL,
    key     TEXT   NOT NULL,
    asked   TEXT   NOT NULL,
    status  BIGINT NOT NULL,
    kind    TEXT   NOT NULL,
    body    TEXT   NOT NULL,
    created BIGINT NOT NULL,
    PRIMARY KEY (person, key)
);

CREATE TABLE acts (
    seq    BIGINT PRIMARY KEY,
    at     BIGINT NOT NULL,
    person TEXT   NOT NULL,
    what   TEXT   NOT NULL,
    about  TEXT   NOT NULL
)
