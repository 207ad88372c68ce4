-- The journal, version 1. Times are Unix seconds; JSON is kept as UTF-8 in BLOB columns.

CREATE TABLE event (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL,
  holds INTEGER NOT NULL DEFAULT 1,  -- 0: the key's window was over when it came again
  key_until REAL,                    -- the key is free again from here on; NULL: never
  source TEXT NOT NULL,
  type TEXT NOT NULL,
  received_at REAL NOT NULL,
  payload_id TEXT,
  event_ref TEXT,
  body BLOB,                         -- NULL once pruned: only the key is left
  digest BLOB                        -- SHA-256 of a pruned body, to tell duplicate from conflict
) STRICT;
CREATE UNIQUE INDEX event_key ON event (key) WHERE holds = 1;
CREATE INDEX event_payload ON event (payload_id);
CREATE INDEX event_received ON event (received_at) WHERE body IS NOT NULL;

CREATE TABLE recipe (
  hash TEXT PRIMARY KEY,
  bundle BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE run (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  recipe TEXT NOT NULL,
  recipe_hash TEXT NOT NULL,
  event INTEGER NOT NULL,            -- event.seq, for a batch the first
  status TEXT NOT NULL,              -- delayed, queued, ready, waiting, done
  trigger_index INTEGER NOT NULL,
  group_value TEXT,                  -- NULL: no group
  group_mode TEXT NOT NULL,
  group_max INTEGER,
  turn INTEGER,                      -- place in the queue of the group, while queued
  stopping INTEGER NOT NULL DEFAULT 0,
  delay_kind TEXT,                   -- debounce, batch; kept when the delay is over
  delay_key TEXT,
  delay_from REAL,                   -- the first event of the debounce's series
  items INTEGER,                     -- how many events a batch holds
  outcome TEXT,
  reason TEXT NOT NULL DEFAULT '',
  ending BLOB,                       -- fault and result, where there is either
  created_at REAL NOT NULL,
  started_at REAL,
  ended_at REAL,
  wake_at REAL,
  attempt INTEGER NOT NULL DEFAULT 1,
  depth INTEGER NOT NULL,
  cause TEXT,
  event_ref TEXT,
  inputs BLOB                        -- NULL: none
) STRICT;
CREATE INDEX run_of_event ON run (event);
CREATE INDEX run_status ON run (status, outcome);
CREATE INDEX run_unfinished ON run (recipe, event_ref) WHERE status <> 'done';
CREATE INDEX run_group ON run (recipe, group_value, status, turn)
  WHERE group_value IS NOT NULL AND status <> 'done';
CREATE INDEX run_wake ON run (wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX run_delay ON run (recipe, delay_kind, delay_key, wake_at) WHERE status = 'delayed';

-- Events of a run beside its first: the further items of a batch (met = 0), and the webhooks
-- that its waits were met by (met = 1), which it may still have to read.
CREATE TABLE run_event (
  run INTEGER NOT NULL,
  event INTEGER NOT NULL,
  met INTEGER NOT NULL,
  PRIMARY KEY (run, event, met)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_event_run ON run_event (event);

-- A run's records, as they were saved: each part is a JSON array of records, and a later record
-- replaces an earlier one of the same path. One row a commit instead of one a record: writing
-- is the hot path.
CREATE TABLE record (
  run INTEGER NOT NULL,
  part INTEGER NOT NULL,
  records BLOB NOT NULL,
  PRIMARY KEY (run, part)
) STRICT, WITHOUT ROWID;

CREATE TABLE wait (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL,
  path TEXT NOT NULL,
  topic TEXT NOT NULL,
  is_pattern INTEGER NOT NULL,       -- whether `topic` holds a `*`
  event_ref TEXT,
  pattern BLOB NOT NULL,             -- `match`
  met INTEGER NOT NULL DEFAULT 0,    -- met while the run was not parked: it must not sleep
  UNIQUE (run, path, topic)
) STRICT;
CREATE INDEX wait_topic ON wait (topic, event_ref) WHERE is_pattern = 0 AND met = 0;
CREATE INDEX wait_pattern ON wait (event_ref) WHERE is_pattern = 1 AND met = 0;

CREATE TABLE state (
  namespace TEXT PRIMARY KEY,
  data BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- The once-ledger: who took which key.
CREATE TABLE ledger (
  namespace TEXT NOT NULL,
  once_id TEXT NOT NULL,
  key TEXT NOT NULL,
  run INTEGER NOT NULL,
  path TEXT NOT NULL,
  PRIMARY KEY (namespace, once_id, key)
) STRICT, WITHOUT ROWID;

-- The instants at which a throttle let an event pass. (In a table WITHOUT ROWID the columns of the
-- primary key stand first: SQLite 3.40 takes others for damaged when it checks the file.)
CREATE TABLE throttle (
  namespace TEXT NOT NULL,
  key TEXT NOT NULL,
  passed_at REAL NOT NULL,
  run INTEGER NOT NULL,
  until REAL NOT NULL,
  PRIMARY KEY (namespace, key, passed_at, run)
) STRICT, WITHOUT ROWID;
CREATE INDEX throttle_until ON throttle (until);

CREATE TABLE plan (
  event_ref TEXT PRIMARY KEY,
  start_at REAL NOT NULL,
  seen_at REAL NOT NULL,
  data BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX plan_start ON plan (start_at);

CREATE TABLE mark (
  key TEXT PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- How many rows of `event` were deleted for good, so that only a loss looks like one.
CREATE TABLE removed (events INTEGER NOT NULL) STRICT;
INSERT INTO removed (events) VALUES (0);
