-- name: company
SELECT
  (SELECT count(*) FROM (
    SELECT 1 FROM run WHERE recipe = :recipe AND group_value = :group
    AND status IN ('ready', 'waiting') AND status <> 'done' LIMIT :enough)),
  (SELECT count(*) FROM (
    SELECT 1 FROM run WHERE recipe = :recipe AND group_value = :group
    AND status = 'queued' AND status <> 'done' LIMIT :enough));

-- name: last_turn
SELECT max(turn) FROM run
WHERE recipe = ? AND group_value = ? AND status = 'queued' AND status <> 'done';

-- name: next_in_line
SELECT seq, group_mode, group_max FROM run
WHERE recipe = ? AND group_value = ? AND status = 'queued' AND status <> 'done'
ORDER BY turn LIMIT 1;

-- name: others
SELECT seq, status FROM run
WHERE recipe = ? AND group_value = ? AND status IN ('queued', 'ready', 'waiting')
  AND status <> 'done' ORDER BY seq;

-- name: stand
UPDATE run SET status = ?, turn = ?, wake_at = NULL, started_at = coalesce(started_at, ?)
WHERE seq = ?;

-- name: spot_of
SELECT recipe, group_value, group_mode, group_max FROM run WHERE seq = ?;

-- name: stop
UPDATE run SET stopping = 1 WHERE seq = ?;

-- name: end
-- Of a run of which all is known that `end_unknown` returns: to return it costs as much again.
UPDATE run SET status = 'done', outcome = ?, reason = ?, ending = ?, ended_at = ?,
  wake_at = NULL, turn = NULL, stopping = 0
WHERE seq = ? AND status <> 'done';

-- name: end_unknown
UPDATE run SET status = 'done', outcome = ?, reason = ?, ending = ?, ended_at = ?,
  wake_at = NULL, turn = NULL, stopping = 0
WHERE seq = ? AND status <> 'done'
RETURNING recipe, group_value, event, created_at,
  EXISTS (SELECT 1 FROM wait WHERE wait.run = run.seq),
  EXISTS (
    SELECT 1 FROM wait WHERE topic = 'run:r-' || run.seq AND is_pattern = 0 AND met = 0);
