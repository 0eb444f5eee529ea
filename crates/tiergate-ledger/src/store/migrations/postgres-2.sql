-- Sums by day and open reservations are brought up when a block is sealed: an entry keeps beside it
-- what they are told from.
ALTER TABLE entries ADD COLUMN until INTEGER;
ALTER TABLE entries ADD COLUMN held BIGINT;
-- The numbers of the accounts it moved, eight bytes each.
ALTER TABLE entries ADD COLUMN moved BYTEA;
ALTER TABLE lines ADD COLUMN tightest BIGINT;

-- The place up to which they are brought up. What was entered before this step was so at once.
CREATE TABLE summed (upto BIGINT NOT NULL);
INSERT INTO summed SELECT coalesce(max(seq), 0) FROM entries;
