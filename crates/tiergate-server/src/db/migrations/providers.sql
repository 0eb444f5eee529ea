CREATE TABLE people_3 (
    id           TEXT   PRIMARY KEY,
    name         TEXT   NOT NULL,
    login        TEXT   NOT NULL UNIQUE,
    role         TEXT   NOT NULL,
    agency       TEXT,
    company      TEXT,
    password     TEXT,
    email        TEXT   UNIQUE,
    disabled     BIGINT NOT NULL DEFAULT 0,
    failed       BIGINT NOT NULL DEFAULT 0,
    locked_until BIGINT NOT NULL DEFAULT 0,
    created      BIGINT NOT NULL
);

INSERT INTO people_3 (id, name, login, role, agency, company, password, disabled, failed,
                      locked_until, created)
SELECT id, name, login, role, agency, company, password, disabled, failed, locked_until, created
FROM people;

DROP TABLE people;

ALTER TABLE people_3 RENAME TO people;

CREATE TABLE identities (
    issuer  TEXT   NOT NULL,
    subject TEXT   NOT NULL,
    person  TEXT   NOT NULL,
    linked  BIGINT NOT NULL,
    PRIMARY KEY (issuer, subject),
    UNIQUE (person, issuer)
);

CREATE TABLE logins_begun (
    hash    TEXT   PRIMARY KEY,
    next    TEXT   NOT NULL,
    expires BIGINT NOT NULL
)
