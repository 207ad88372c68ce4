"""The named queries: how they are read, and that none reads a whole table on the way of a run."""

from __future__ import annotations

import re
import sqlite3
from typing import TYPE_CHECKING

import pytest

from beeflow.engine.journal.sqlite import migrations, queries

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SUBJECTS = sorted(path.stem for path in queries.FOLDER.glob("*.sql") if path.stem != "checking")
"""Those of the daemon; `beeflow journal check` reads everything, which is what it is for."""

READ_WHOLE = {
    "events",  # a list reads backwards until it has enough
    "runs",
    "nth_newest",  # likewise, of an export
    "count_events",
    "count_ended",
    "count_unfinished",  # all that have not ended, for the metrics
    "planned_refs",
    "count_removed",  # one row
    "touch",  # likewise
    "missing_events",
    "topics",  # once, when the journal is opened
    "queues",
    "groups",
    "old_runs",  # once an hour: nearly all runs have ended
    "old_texts",  # likewise, and of every run which it is pinned to
}
"""Queries for people, not for the way of a run; they are made in the readers' threads."""


@pytest.fixture(scope="module")
def db() -> Iterator[sqlite3.Connection]:
    made = sqlite3.connect(":memory:", isolation_level=None)
    migrations.migrate(made, "journal", migrations.load())
    yield made
    made.close()


def plan_of(db: sqlite3.Connection, sql: str) -> list[str]:
    """Return the steps SQLite would take, each as `SEARCH table …` or `SCAN table …`."""
    names = set(re.findall(r"(?<!')(?<=[\s(,]):([a-z_]+)", sql))
    parameters = dict.fromkeys(names, 1) or [1] * sql.count("?")
    return [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {sql}", parameters)]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_no_query_on_the_way_of_a_run_reads_a_whole_table(
    db: sqlite3.Connection, subject: str
) -> None:
    tables = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    for name, sql in queries.load(subject).items():
        if name in READ_WHOLE:
            continue
        scans = [step for step in plan_of(db, sql) if step.startswith("SCAN")]
        whole = [step for step in scans if step.split()[1] in tables]
        # The waits on patterns, all of them where an event says nothing of what it is about.
        allowed = ["SCAN wait USING INDEX wait_pattern"] if name == "on_type" else []
        assert whole == allowed, f"{subject}.{name}"


@pytest.mark.parametrize(
    ("subject", "name", "index"),
    [
        ("waiting", "on_type_for", "wait_topic (topic=? AND event_ref=?)"),
        ("waiting", "on_type_for", "wait_pattern (event_ref=?)"),
        ("waiting", "on_topic", "wait_topic (topic=?)"),
        ("waiting", "due", "run_wake (wake_at>? AND wake_at<?)"),
        ("waiting", "next_wake", "run_wake"),
        ("waiting", "ready", "run_unfinished (status=?)"),
        ("admission", "event_of_key", "event_key (key=?)"),
        ("admission", "unfinished_for", "run_subject (recipe=? AND event_ref=?)"),
        (
            "admission",
            "unfinished_for",
            "run_unfinished (status=? AND recipe=? AND group_value=?)",
        ),
        ("admission", "unfinished_runs", "run_unfinished (status=? AND recipe=?)"),
        ("admission", "unfinished", "run_unfinished (status=? AND recipe=?)"),
        ("admission", "collecting", "run_delay (recipe=? AND delay_kind=? AND delay_key=?"),
        ("groups", "next_in_line", "run_unfinished (status=? AND recipe=? AND group_value=?)"),
        ("groups", "last_turn", "run_unfinished (status=? AND recipe=? AND group_value=?)"),
        ("running", "records", "INTEGER PRIMARY KEY (rowid>? AND rowid<?)"),
        ("history", "count_unknown", "run_outcome (outcome=?)"),
        ("pruning", "old_events", "event_received (received_at<?)"),
    ],
)
def test_what_is_looked_up_often_has_its_index(
    db: sqlite3.Connection, subject: str, name: str, index: str
) -> None:
    steps = plan_of(db, queries.load(subject)[name])

    assert any(index in step for step in steps), steps


def test_queries_are_read_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "FOLDER", tmp_path)
    (tmp_path / "some.sql").write_text("-- name: one\nSELECT 1;\n\n-- name: two\nSELECT\n  2;\n")

    assert dict(queries.load("some")) == {"one": "SELECT 1", "two": "SELECT\n  2"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT 1;\n-- name: one\nSELECT 1;\n", "before the first"),
        ("-- name: one\nSELECT 1;\n-- name: one\nSELECT 2;\n", "twice"),
    ],
)
def test_a_malformed_file_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, message: str
) -> None:
    monkeypatch.setattr(queries, "FOLDER", tmp_path)
    (tmp_path / "some.sql").write_text(text)

    with pytest.raises(ValueError, match=f"some.sql: .*{message}"):
        queries.load("some")
