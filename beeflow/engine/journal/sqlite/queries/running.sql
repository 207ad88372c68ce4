-- name: append_only
INSERT INTO record (run, part, records)
SELECT seq, coalesce((SELECT max(part) FROM record WHERE run = :run), 0) + 1, :records
FROM run WHERE seq = :run AND status <> 'done';

-- name: append
INSERT INTO record (run, part, records)
SELECT seq, coalesce((SELECT max(part) FROM record WHERE run = :run), 0) + 1, :records
FROM run WHERE seq = :run AND status <> 'done'
RETURNING part, EXISTS (SELECT 1 FROM wait WHERE wait.run = record.run);

-- name: rewrite_part
UPDATE record SET records = ? WHERE run = ? AND part = ?;

-- name: records
SELECT records FROM record WHERE run = ? ORDER BY part;

-- name: drop_records
DELETE FROM record WHERE run = ?;

-- name: open_run
SELECT status, stopping FROM run WHERE seq = ? AND status <> 'done';

-- name: park
UPDATE run SET status = 'waiting', wake_at = ? WHERE seq = ?;

-- name: stay_ready
UPDATE run SET status = 'ready', wake_at = NULL WHERE seq = ?;
