-- name: upsert_plan
INSERT INTO plan (event_ref, start_at, seen_at, data) VALUES (?, ?, ?, ?)
ON CONFLICT (event_ref) DO UPDATE SET
  seen_at = CASE WHEN start_at = excluded.start_at THEN seen_at ELSE excluded.seen_at END,
  start_at = excluded.start_at,
  data = excluded.data;

-- name: drop_plan
DELETE FROM plan WHERE event_ref = ?;

-- name: seen_at
SELECT seen_at FROM plan WHERE event_ref = ?;

-- name: planned
SELECT event_ref, start_at, seen_at, data FROM plan
WHERE start_at > ? AND start_at <= ? ORDER BY start_at, event_ref;

-- name: planned_ref
SELECT event_ref, start_at, seen_at, data FROM plan WHERE event_ref = ?;

-- name: planned_refs
SELECT event_ref, start_at FROM plan ORDER BY event_ref;

-- name: marks
SELECT key, value FROM mark
WHERE key >= :prefix AND substr(key, 1, length(:prefix)) = :prefix ORDER BY key;

-- name: write_mark
INSERT INTO mark (key, value) VALUES (?, ?)
ON CONFLICT (key) DO UPDATE SET value = excluded.value;

-- name: drop_mark
DELETE FROM mark WHERE key = ?;
