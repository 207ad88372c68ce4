-- name: state
SELECT data FROM state WHERE namespace = ?;

-- name: write_state
INSERT INTO state (namespace, data) VALUES (?, ?)
ON CONFLICT (namespace) DO UPDATE SET data = excluded.data;

-- name: claimant
SELECT run, path FROM ledger WHERE namespace = ? AND once_id = ? AND key = ?;

-- name: claim
INSERT INTO ledger (namespace, once_id, key, run, path) VALUES (?, ?, ?, ?, ?);

-- name: release
DELETE FROM ledger WHERE namespace = ? AND once_id = ? AND key = ? AND run = ?;

-- name: passed_near
SELECT 1 FROM throttle
WHERE namespace = ? AND key = ? AND passed_at > ? AND passed_at < ? AND run <> ? LIMIT 1;

-- name: pass
INSERT OR IGNORE INTO throttle (namespace, key, passed_at, until, run) VALUES (?, ?, ?, ?, ?);

-- name: keep_bundle
INSERT OR IGNORE INTO recipe (hash, bundle) VALUES (?, ?);

-- name: bundle
SELECT bundle FROM recipe WHERE hash = ?;

-- name: touch
UPDATE removed SET events = events;
