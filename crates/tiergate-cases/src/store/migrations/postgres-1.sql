CREATE TABLE case_events (
    seq      BIGSERIAL PRIMARY KEY,
    case_id  TEXT   NOT NULL,
    version  BIGINT NOT NULL,
    id       TEXT   NOT NULL UNIQUE,
    day      TEXT   NOT NULL,
    act      TEXT   NOT NULL,
    event    TEXT   NOT NULL,
    previous TEXT   NOT NULL,
    hash     TEXT   NOT NULL,
    UNIQUE (case_id, version)
);

-- What happened stays.
CREATE FUNCTION case_events_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'events of cases are never changed and never taken away'; END $$;
CREATE TRIGGER case_events_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON case_events
    FOR EACH STATEMENT EXECUTE FUNCTION case_events_stay();
