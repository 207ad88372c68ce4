-- How many runs of each recipe have not ended: counted as they come and go, because the door asks
-- for it with every start and the runs may be many.

CREATE TABLE unfinished (
  recipe TEXT PRIMARY KEY,
  runs INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO unfinished (recipe, runs)
SELECT recipe, count(*) FROM run WHERE status <> 'done' GROUP BY recipe;

CREATE TRIGGER run_begins AFTER INSERT ON run WHEN NEW.status <> 'done' BEGIN
  INSERT INTO unfinished (recipe, runs) VALUES (NEW.recipe, 1)
  ON CONFLICT (recipe) DO UPDATE SET runs = runs + 1;
END;

CREATE TRIGGER run_ends AFTER UPDATE OF status ON run
WHEN OLD.status <> 'done' AND NEW.status = 'done' BEGIN
  UPDATE unfinished SET runs = runs - 1 WHERE recipe = NEW.recipe;
END;

CREATE TRIGGER run_begins_again AFTER UPDATE OF status ON run
WHEN OLD.status = 'done' AND NEW.status <> 'done' BEGIN
  UPDATE unfinished SET runs = runs + 1 WHERE recipe = NEW.recipe;
END;
