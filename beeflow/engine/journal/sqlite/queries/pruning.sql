-- name: old_runs
SELECT seq FROM run
WHERE status = 'done' AND outcome <> 'unknown' AND ended_at < ? ORDER BY seq;

-- name: delete_run
DELETE FROM run WHERE seq = ? AND status = 'done' AND outcome <> 'unknown' AND ended_at < ?;

-- name: delete_links
DELETE FROM run_event WHERE run = ?;

-- name: old_events
SELECT seq FROM event
WHERE body IS NOT NULL AND received_at < ?
  AND NOT EXISTS (SELECT 1 FROM run WHERE run.event = event.seq)
  AND NOT EXISTS (SELECT 1 FROM run_event WHERE run_event.event = event.seq)
ORDER BY received_at;

-- name: count_old_events
SELECT count(*) FROM event
WHERE body IS NOT NULL AND received_at < :before
  AND NOT EXISTS (SELECT 1 FROM (
    SELECT seq AS number FROM run WHERE run.event = event.seq
    UNION ALL
    SELECT run FROM run_event WHERE run_event.event = event.seq
  ) JOIN run AS its ON its.seq = number
  WHERE its.status <> 'done' OR its.outcome = 'unknown' OR its.ended_at >= :before);

-- name: delete_event
DELETE FROM event WHERE seq = ? AND (holds = 0 OR key_until <= ?);

-- name: body
SELECT body FROM event WHERE seq = ? AND body IS NOT NULL;

-- name: drop_body
UPDATE event SET body = NULL, digest = ?, payload_id = NULL WHERE seq = ?;

-- name: count_removed
UPDATE removed SET events = events + 1;

-- name: old_texts
SELECT hash FROM recipe EXCEPT SELECT recipe_hash FROM run;

-- name: delete_text
DELETE FROM recipe WHERE hash = ?;

-- name: old_passes
DELETE FROM throttle WHERE until < ?;
