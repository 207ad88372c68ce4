-- name: runs_without_event
SELECT count(*) FROM run WHERE NOT EXISTS (SELECT 1 FROM event WHERE event.seq = run.event);

-- name: unfinished_without_body
SELECT count(*) FROM run
WHERE status <> 'done'
  AND EXISTS (SELECT 1 FROM event WHERE event.seq = run.event AND event.body IS NULL);

-- name: unfinished_without_recipe
SELECT count(*) FROM run
WHERE status <> 'done'
  AND NOT EXISTS (SELECT 1 FROM recipe WHERE recipe.hash = run.recipe_hash);

-- name: records_without_run
SELECT count(DISTINCT id >> 24) FROM record
WHERE NOT EXISTS (SELECT 1 FROM run WHERE run.seq = record.id >> 24);

-- name: waits_without_run
SELECT count(*) FROM wait
WHERE NOT EXISTS (SELECT 1 FROM run WHERE run.seq = wait.run AND run.status <> 'done');

-- name: links_without_end
SELECT count(*) FROM run_event
WHERE NOT EXISTS (SELECT 1 FROM run WHERE run.seq = run_event.run)
  OR NOT EXISTS (SELECT 1 FROM event WHERE event.seq = run_event.event);

-- name: keys_without_digest
SELECT count(*) FROM event WHERE body IS NULL AND digest IS NULL;
