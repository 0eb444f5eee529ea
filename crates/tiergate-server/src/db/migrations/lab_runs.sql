CREATE TABLE lab_runs (
    id     TEXT   PRIMARY KEY,
    person TEXT   NOT NULL,
    asked  TEXT   NOT NULL,
    state  TEXT   NOT NULL,
    why    TEXT   NOT NULL DEFAULT '',
    done   BIGINT NOT NULL DEFAULT 0,
    whole  BIGINT NOT NULL,
    spent  BIGINT NOT NULL DEFAULT 0,
    made   BIGINT NOT NULL,
    began  BIGINT,
    ended  BIGINT,
    seen   BIGINT NOT NULL,
    stop   BIGINT NOT NULL DEFAULT 0,
    bytes  BIGINT NOT NULL DEFAULT 0
);

CREATE INDEX lab_runs_by_person ON lab_runs (person, made);

CREATE INDEX lab_runs_by_state ON lab_runs (state, made);

CREATE TABLE lab_run_parts (
    run  TEXT   NOT NULL,
    name TEXT   NOT NULL,
    part BIGINT NOT NULL,
    body TEXT   NOT NULL,
    PRIMARY KEY (run, name, part)
)
