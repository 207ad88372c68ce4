-- What every run costs to be written: half the indexes, no counting by triggers, and records where
-- SQLite appends most cheaply.

DROP TRIGGER run_begins;
DROP TRIGGER run_ends;
DROP TRIGGER run_begins_again;
DROP TABLE unfinished;

-- Records of a run, in the order of `id`: the run's number times 2^24, plus the number of the part.
-- The parts of a run lie together, and what is new lies at the end.
CREATE TABLE part (
  id INTEGER PRIMARY KEY,
  records BLOB NOT NULL              -- a JSON array; of two records of a path the later one counts
) STRICT;
INSERT INTO part (id, records) SELECT (run << 24) + part, records FROM record ORDER BY run, part;
DROP TABLE record;
ALTER TABLE part RENAME TO record;

DROP INDEX run_status;
DROP INDEX run_group;
DROP INDEX run_unfinished;
CREATE INDEX run_unfinished ON run (status, recipe, group_value, turn) WHERE status <> 'done';
CREATE INDEX run_outcome ON run (outcome) WHERE outcome IS NOT NULL;
-- Where the group is the event that a run is about, which is the rule, the index above serves.
CREATE INDEX run_subject ON run (recipe, event_ref)
  WHERE status <> 'done' AND (event_ref IS NULL OR group_value IS NOT event_ref);
