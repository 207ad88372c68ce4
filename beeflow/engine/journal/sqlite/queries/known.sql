-- name: topics
SELECT DISTINCT topic FROM wait WHERE topic NOT LIKE 'run:%'
UNION ALL
SELECT * FROM (SELECT topic FROM wait WHERE topic LIKE 'run:%' LIMIT 1);

-- name: queues
SELECT DISTINCT recipe FROM run WHERE status = 'queued' AND status <> 'done';

-- name: groups
SELECT recipe, group_value FROM run WHERE status <> 'done' AND group_value IS NOT NULL;
