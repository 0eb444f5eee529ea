CREATE TABLE order_files (
    id      TEXT   PRIMARY KEY,
    person  TEXT   NOT NULL,
    name    TEXT   NOT NULL,
    law     TEXT   NOT NULL,
    assumed TEXT   NOT NULL,
    kept    BIGINT NOT NULL,
    orders  BIGINT NOT NULL,
    faults  BIGINT NOT NULL,
    bytes   BIGINT NOT NULL,
    whole   BIGINT NOT NULL DEFAULT 0
);

CREATE INDEX order_files_by_person ON order_files (person, kept);

CREATE TABLE order_file_parts (
    file TEXT   NOT NULL,
    part BIGINT NOT NULL,
    body TEXT   NOT NULL,
    PRIMARY KEY (file, part)
)
