-- name: insert_event
INSERT INTO event (key, key_until, source, type, received_at, payload_id, event_ref, body)
VALUES (?, ?, ?, ?, ?, ?, ?, ?);

-- name: event_of_key
SELECT seq, key_until, body, digest FROM event WHERE key = ? AND holds = 1;

-- name: free_key
UPDATE event SET holds = 0 WHERE seq = ?;

-- name: insert_run
INSERT INTO run (
  recipe, recipe_hash, event, status, trigger_index, group_value, group_mode, group_max,
  created_at, started_at, depth, cause, event_ref, inputs
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: unfinished_runs
SELECT count(*) FROM run
WHERE status IN ('delayed', 'queued', 'ready', 'waiting') AND status <> 'done' AND recipe = ?;

-- name: queue_run
UPDATE run SET turn = ? WHERE seq = ?;

-- name: delay_run
UPDATE run SET delay_kind = ?, delay_key = ?, delay_from = ?, wake_at = ?, items = 1
WHERE seq = ?;

-- name: collecting
SELECT seq, delay_from FROM run
WHERE recipe = ? AND delay_kind = ? AND delay_key = ? AND wake_at > ? AND status = 'delayed'
ORDER BY wake_at DESC, seq DESC LIMIT 1;

-- name: add_item
UPDATE run SET items = items + 1 WHERE seq = ? RETURNING items;

-- name: link_event
INSERT OR IGNORE INTO run_event (run, event, met) VALUES (?, ?, ?);

-- name: unfinished
SELECT seq, status FROM run
WHERE status IN ('delayed', 'queued', 'ready', 'waiting') AND status <> 'done' AND recipe = ?
ORDER BY seq;

-- name: unfinished_for
-- Those whose group is the event, those whose group is another, and those about no event.
SELECT seq, status FROM run
WHERE status IN ('delayed', 'queued', 'ready', 'waiting') AND status <> 'done'
  AND recipe = :recipe AND group_value = :ref AND event_ref = :ref
UNION ALL
SELECT seq, status FROM run
WHERE recipe = :recipe AND event_ref = :ref AND group_value IS NOT :ref AND status <> 'done'
  AND (event_ref IS NULL OR group_value IS NOT event_ref)
UNION ALL
SELECT seq, status FROM run
WHERE recipe = :recipe AND event_ref IS NULL AND status <> 'done'
  AND (event_ref IS NULL OR group_value IS NOT event_ref)
ORDER BY 1;
