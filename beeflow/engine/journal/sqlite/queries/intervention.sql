-- name: standing
SELECT status, outcome FROM run WHERE seq = ?;

-- name: reopen
UPDATE run SET outcome = NULL, reason = '', ending = NULL, ended_at = NULL, stopping = 0,
  attempt = attempt + ?
WHERE seq = ?;
