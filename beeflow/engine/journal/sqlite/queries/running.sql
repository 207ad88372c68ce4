-- name: append_next
INSERT INTO record (id, records) VALUES (?, ?);

-- name: append
INSERT INTO record (id, records)
SELECT coalesce(
    (SELECT max(id) FROM record WHERE id BETWEEN :run << 24 AND ((:run + 1) << 24) - 1),
    :run << 24) + 1,
  :records
FROM run WHERE seq = :run AND status <> 'done';

-- name: append_awaiting
INSERT INTO record (id, records)
SELECT coalesce(
    (SELECT max(id) FROM record WHERE id BETWEEN :run << 24 AND ((:run + 1) << 24) - 1),
    :run << 24) + 1,
  :records
FROM run WHERE seq = :run AND status <> 'done'
RETURNING id, EXISTS (SELECT 1 FROM wait WHERE wait.run = :run);

-- name: rewrite_part
UPDATE record SET records = ? WHERE id = ?;

-- name: records
SELECT records FROM record WHERE id BETWEEN :run << 24 AND ((:run + 1) << 24) - 1 ORDER BY id;

-- name: drop_records
DELETE FROM record WHERE id BETWEEN :run << 24 AND ((:run + 1) << 24) - 1;

-- name: open_run
SELECT status, stopping FROM run WHERE seq = ? AND status <> 'done';

-- name: park
UPDATE run SET status = 'waiting', wake_at = ? WHERE seq = ?;

-- name: stay_ready
UPDATE run SET status = 'ready', wake_at = NULL WHERE seq = ?;
