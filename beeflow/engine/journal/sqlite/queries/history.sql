-- name: event
SELECT seq, key, source, type, received_at, body, payload_id, event_ref
FROM event WHERE seq = ? AND body IS NOT NULL;

-- name: event_of_payload
SELECT seq, key, source, type, received_at, body, payload_id, event_ref
FROM event WHERE payload_id = ? AND body IS NOT NULL ORDER BY seq DESC LIMIT 1;

-- name: events
SELECT seq, key, source, type, received_at, body, payload_id, event_ref,
  (SELECT count(*) FROM run WHERE run.event = event.seq)
  + (SELECT count(*) FROM run_event WHERE run_event.event = event.seq AND met = 0)
FROM event
WHERE body IS NOT NULL
  AND (:event IS NULL OR seq = :event)
  AND (:since IS NULL OR received_at >= :since)
  AND (:type IS NULL OR type = :type)
  AND (:source IS NULL OR source = :source)
  AND ((:recipe IS NULL AND :outcome IS NULL AND :status IS NULL) OR EXISTS (
    SELECT 1 FROM (
      SELECT seq AS number FROM run WHERE run.event = event.seq
      UNION ALL
      SELECT run FROM run_event WHERE run_event.event = event.seq AND met = 0
    ) JOIN run AS its ON its.seq = number
    WHERE (:recipe IS NULL OR its.recipe = :recipe)
      AND (:outcome IS NULL OR its.outcome = :outcome)
      AND (:status IS NULL OR its.status = :status)))
ORDER BY seq DESC LIMIT :limit;

-- name: run
SELECT seq, recipe, recipe_hash, event, status, trigger_index, group_value, outcome, reason,
  created_at, started_at, ended_at, wake_at, attempt, depth, cause, event_ref, inputs, ending,
  stopping
FROM run WHERE seq = ?;

-- name: runs_begun_by
SELECT seq, recipe, recipe_hash, event, status, trigger_index, group_value, outcome, reason,
  created_at, started_at, ended_at, wake_at, attempt, depth, cause, event_ref, inputs, ending,
  stopping
FROM run WHERE event = ? ORDER BY seq;

-- name: events_of_run
SELECT seq, key, source, type, received_at, body, payload_id, event_ref
FROM event WHERE seq = :event
UNION ALL
SELECT seq, key, source, type, received_at, body, payload_id, event_ref
FROM event WHERE seq IN (SELECT event FROM run_event WHERE run = :run AND met = 0)
ORDER BY 1;

-- name: runs
SELECT seq, recipe, recipe_hash, event, status, trigger_index, group_value, outcome, reason,
  created_at, started_at, ended_at, wake_at, attempt, depth, cause, event_ref, inputs, ending
FROM run
WHERE (:since IS NULL OR created_at >= :since)
  AND (:recipe IS NULL OR recipe = :recipe)
  AND (:outcome IS NULL OR outcome = :outcome)
  AND (:status IS NULL OR status = :status)
  AND ((:type IS NULL AND :source IS NULL) OR EXISTS (
    SELECT 1 FROM event WHERE event.seq = run.event
      AND (:type IS NULL OR event.type = :type)
      AND (:source IS NULL OR event.source = :source)))
ORDER BY seq DESC LIMIT :limit;

-- name: runs_of_event
SELECT seq, recipe, recipe_hash, event, status, trigger_index, group_value, outcome, reason,
  created_at, started_at, ended_at, wake_at, attempt, depth, cause, event_ref, inputs, ending
FROM run
WHERE seq IN (
    SELECT seq FROM run WHERE event = :event
    UNION ALL
    SELECT run FROM run_event WHERE event = :event AND met = 0)
  AND (:since IS NULL OR created_at >= :since)
  AND (:recipe IS NULL OR recipe = :recipe)
  AND (:outcome IS NULL OR outcome = :outcome)
  AND (:status IS NULL OR status = :status)
  AND ((:type IS NULL AND :source IS NULL) OR EXISTS (
    SELECT 1 FROM event WHERE event.seq = run.event
      AND (:type IS NULL OR event.type = :type)
      AND (:source IS NULL OR event.source = :source)))
ORDER BY seq DESC LIMIT :limit;

-- name: count_events
SELECT count(*) FROM event WHERE body IS NOT NULL;

-- name: count_ended
SELECT outcome, count(*) FROM run WHERE outcome IS NOT NULL GROUP BY outcome;

-- name: count_unfinished
SELECT status, count(*) FROM run WHERE status <> 'done' GROUP BY status;

-- name: count_unknown
SELECT count(*) FROM run WHERE outcome = 'unknown';
