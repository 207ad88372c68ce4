-- name: missing_events
SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'event'), 0)
  - (SELECT count(*) FROM event) - (SELECT events FROM removed);
