CREATE TABLE case_events (
    seq      INTEGER PRIMARY KEY,
    case_id  TEXT    NOT NULL,
    version  INTEGER NOT NULL,
    id       TEXT    NOT NULL UNIQUE,
    day      TEXT    NOT NULL,
    act      TEXT    NOT NULL,
    event    TEXT    NOT NULL,
    previous TEXT    NOT NULL,
    hash     TEXT    NOT NULL,
    UNIQUE (case_id, version)
) STRICT;

-- What happened stays.
CREATE TRIGGER case_events_stay BEFORE UPDATE ON case_events
BEGIN SELECT RAISE(ABORT, 'events of cases are never changed'); END;
CREATE TRIGGER case_events_kept BEFORE DELETE ON case_events
BEGIN SELECT RAISE(ABORT, 'events of cases are never taken away'); END;
