-- name: nth_newest
SELECT seq FROM event
WHERE body IS NOT NULL AND (:since IS NULL OR received_at >= :since)
ORDER BY seq DESC LIMIT 1 OFFSET :limit - 1;

-- name: count
SELECT count(*) FROM event
WHERE body IS NOT NULL AND seq >= :first AND (:since IS NULL OR received_at >= :since);

-- name: page
SELECT seq, key, source, type, received_at, body, payload_id, event_ref
FROM event
WHERE body IS NOT NULL AND seq >= :first AND (:since IS NULL OR received_at >= :since)
ORDER BY seq LIMIT :size;
