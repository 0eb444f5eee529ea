ALTER TABLE corrections ADD COLUMN refuser TEXT;

ALTER TABLE corrections ADD COLUMN refused BIGINT;

ALTER TABLE corrections ADD COLUMN refusal TEXT
