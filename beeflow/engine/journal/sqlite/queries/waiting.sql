-- name: register
INSERT INTO wait (run, path, topic, is_pattern, event_ref, pattern)
SELECT :run, :path, :topic, :is_pattern, :event_ref, :pattern
WHERE NOT EXISTS (SELECT 1 FROM wait WHERE run = :run AND path = :path AND met = 1)
ON CONFLICT (run, path, topic) DO UPDATE SET
  event_ref = excluded.event_ref, pattern = excluded.pattern;

-- name: met_paths
SELECT DISTINCT path FROM wait WHERE run = ? AND met = 1;

-- name: forget_met
DELETE FROM wait WHERE run = ? AND met = 1;

-- name: forget_path
DELETE FROM wait WHERE run = ? AND path = ?;

-- name: forget_run
DELETE FROM wait WHERE run = ?;

-- name: keep_as_met
UPDATE wait SET met = 1 WHERE run = ? AND path = ?;

-- name: on_type
SELECT id, run, path, topic, event_ref, pattern FROM wait
WHERE topic = :type AND is_pattern = 0 AND met = 0
UNION ALL
SELECT id, run, path, topic, event_ref, pattern FROM wait INDEXED BY wait_pattern
WHERE is_pattern = 1 AND met = 0
ORDER BY 1;

-- name: on_type_for
-- Each part is one look into an index: an OR would read all waits on the type.
SELECT id, run, path, topic, event_ref, pattern FROM wait
WHERE topic = :type AND event_ref = :ref AND is_pattern = 0 AND met = 0
UNION ALL
SELECT id, run, path, topic, event_ref, pattern FROM wait
WHERE topic = :type AND event_ref IS NULL AND is_pattern = 0 AND met = 0
UNION ALL
SELECT id, run, path, topic, event_ref, pattern FROM wait
WHERE event_ref = :ref AND is_pattern = 1 AND met = 0
UNION ALL
SELECT id, run, path, topic, event_ref, pattern FROM wait
WHERE event_ref IS NULL AND is_pattern = 1 AND met = 0
ORDER BY 1;

-- name: on_topic
SELECT id, run, path FROM wait WHERE topic = ? AND is_pattern = 0 AND met = 0 ORDER BY id;

-- name: wake
UPDATE run SET status = 'ready', wake_at = NULL WHERE seq = ? AND status = 'waiting';

-- name: end_of_run
SELECT outcome, reason, ending, ended_at FROM run WHERE seq = ? AND status = 'done';

-- name: due
SELECT seq, status FROM run WHERE wake_at <= ? AND wake_at IS NOT NULL
ORDER BY wake_at, seq LIMIT ?;

-- name: next_wake
SELECT min(wake_at) FROM run WHERE wake_at IS NOT NULL;

-- name: ready
SELECT seq FROM run WHERE status = 'ready' AND status <> 'done' AND seq > ? ORDER BY seq LIMIT ?;
