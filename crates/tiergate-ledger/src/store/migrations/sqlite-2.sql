-- Sums by day and open reservations are brought up when a block is sealed: an entry keeps beside it
-- what they are told from.
ALTER TABLE entries ADD COLUMN until INTEGER;
ALTER TABLE entries ADD COLUMN held INTEGER;
-- The numbers of the accounts it moved, eight bytes each.
ALTER TABLE entries ADD COLUMN moved BLOB;
ALTER TABLE lines ADD COLUMN tightest INTEGER;

-- The place up to which they are brought up. What was entered before this step was so at once.
CREATE TABLE summed (upto INTEGER NOT NULL) STRICT;
INSERT INTO summed SELECT coalesce(max(seq), 0) FROM entries;
