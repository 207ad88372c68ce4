from __future__ import annotations

import asyncio
import json
import subprocess
from typing import TYPE_CHECKING

import pytest
from cli.project import LIVE

from beeflow.cli.options import read_setup
from beeflow.daemon.assembly import open_journal
from beeflow.engine.event import NewEvent
from beeflow.engine.journal.records import Admission, Start

if TYPE_CHECKING:
    from pathlib import Path

    from cli.project import Command

WAITS = """\
trigger: {webhook: event.created}
actions:
  - wait: 10m
  - action: log.write
    with: {message: later}
"""

DAILY = """\
trigger: {schedule: "0 9 * * *"}
actions:
  - action: log.write
    with: {message: morning}
"""


def git(*args: str) -> None:
    me = ("-c", "user.name=Someone", "-c", "user.email=someone@example.com")
    subprocess.run(["git", *me, *args], check=True, capture_output=True)


@pytest.fixture
def repository(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    (project / "recipes/waits.yaml").write_text(WAITS)
    git("init", "-q", ".")
    git("add", "-A")
    git("commit", "-qm", "The first recipes")
    return project


@pytest.mark.usefixtures("repository")
def test_nothing_changed_is_told_so(cli: Command) -> None:
    told = cli("plan")
    assert told.code == 0
    assert "The first recipes)" in told.out
    assert told.out.endswith("no changes: 3 recipes do as before\n")
    assert cli("plan", "--detailed-exitcode").code == 0


def test_every_fate_is_told(cli: Command, repository: Path) -> None:
    recipes = repository / "recipes"
    (recipes / "waits.yaml").write_text(WAITS.replace("10m", "5m"))
    (recipes / "daily.yaml").write_text(DAILY)
    (recipes / "hello.yaml").unlink()
    (recipes / "live.yaml").rename(recipes / "alive.yaml")
    told = cli("plan")
    assert told.code == 0
    assert "~ waits  changed  recipes/waits.yaml" in told.out
    assert "step 1 `wait`: 10m → 5m (what follows happens 5m earlier)" in told.out
    assert "+ daily  added  recipes/daily.yaml" in told.out
    assert "    schedule 0 9 * * *, timezone UTC → log.write" in told.out
    assert told.out.count(" 09:00") == 3
    assert "- hello  removed  recipes/hello.yaml" in told.out
    assert "~ alive  was live  recipes/alive.yaml" in told.out
    assert "begins anew under the new id" in told.out
    assert told.out.endswith("1 added, 1 changed, 1 renamed, 1 removed, 0 unchanged\n")
    assert cli("plan", "--detailed-exitcode").code == 2


def test_a_broken_recipe_is_an_error_and_not_a_removal(cli: Command, repository: Path) -> None:
    (repository / "recipes/waits.yaml").write_text(WAITS.replace("log.write", "log.rite"))
    told = cli("plan", "--detailed-exitcode")
    assert told.code == 1
    assert "! waits  broken  recipes/waits.yaml" in told.out
    assert "recipes/waits.yaml:4:13: error[unknown-action]" in told.out


def test_what_was_found_before_is_not_news(cli: Command, repository: Path) -> None:
    broken = WAITS.replace("log.write", "log.rite")
    (repository / "recipes/waits.yaml").write_text(broken)
    git("commit", "-qam", "Break it")
    (repository / "recipes/waits.yaml").write_text(f"# as before\n{broken}")
    told = cli("plan")
    assert told.code == 0
    assert "error" not in told.out
    assert "broken, as before: waits" in told.out
    (repository / "recipes/waits.yaml").write_text(WAITS)
    mended = cli("plan")
    assert "no longer found:\n    recipes/waits.yaml:4:13: error[unknown-action]" in mended.out
    assert "+ waits  added" in mended.out


def test_comments_alone_are_no_change(cli: Command, repository: Path) -> None:
    (repository / "recipes/waits.yaml").write_text(f"# a word\n{WAITS}")
    told = cli("plan", "--detailed-exitcode")
    assert told.code == 0
    assert "only comments or layout differ in waits" in told.out


def test_a_file_that_moved_keeps_its_recipe(cli: Command, repository: Path) -> None:
    (repository / "recipes/deep").mkdir()
    (repository / "recipes/waits.yaml").rename(repository / "recipes/deep/waits.yaml")
    told = cli("plan").out
    assert "its file: recipes/waits.yaml → recipes/deep/waits.yaml" in told


def test_a_schedule_that_is_over_never_fires_again(cli: Command, repository: Path) -> None:
    over = DAILY.replace('"0 9 * * *"', '{at: "2020-01-01 09:00"}')
    (repository / "recipes/daily.yaml").write_text(over)
    assert "schedule 2020-01-01 09:00: never again" in cli("plan").out


def test_a_new_loop_is_told(cli: Command, repository: Path) -> None:
    (repository / "recipes/loop.yaml").write_text(
        "trigger: {webhook: poll.created}\nactions:\n- action: polls.create\n"
        "  with: {event_ref: '{{ trigger.data.poll_event_ref }}', question: q, options: [a]}\n"
    )
    told = cli("plan")
    assert "new findings:" in told.out
    assert "[loop]" in told.out
    (repository / "recipes/other.yaml").write_text(WAITS)
    git("add", "-A")
    git("commit", "-qm", "With a loop")
    assert "[loop]" not in cli("plan").out


def test_json_has_the_same_as_data(cli: Command, repository: Path) -> None:
    (repository / "recipes/waits.yaml").write_text(WAITS.replace("10m", "5m"))
    (repository / "recipes/daily.yaml").write_text(DAILY)
    told = json.loads(cli("plan", "--json").out)
    assert (told["version"], told["changes"], told["unchanged"]) == (1, True, 2)
    daily, waits = told["recipes"]
    assert (daily["recipe"], daily["fate"]) == ("daily", "added")
    assert len(daily["schedules"][0]["next"]) == 3
    assert waits["changes"][0] == {
        "kind": "changed",
        "where": "step 1",
        "title": "wait",
        "what": "wait",
        "before": "10m",
        "after": "5m",
        "text": "step 1 `wait`: 10m → 5m (what follows happens 5m earlier)",
    }


def test_any_revision_can_be_the_base(cli: Command, repository: Path) -> None:
    (repository / "recipes/waits.yaml").write_text(WAITS.replace("10m", "5m"))
    git("commit", "-qam", "Shorter")
    assert cli("plan").out.endswith("no changes: 3 recipes do as before\n")
    assert "10m → 5m" in cli("plan", "--base", "HEAD~1").out


def test_runs_under_way_end_on_the_old_text(cli: Command, repository: Path) -> None:
    asyncio.run(_park_a_run("an-older-text"))
    assert "under way" not in cli("plan").out
    (repository / "recipes/waits.yaml").write_text(WAITS.replace("10m", "5m"))
    told = cli("plan")
    assert "1 run under way ends on the old text: r-1 (waiting until 1970-01-12" in told.out
    assert json.loads(cli("plan", "--json").out)["recipes"][0]["runs"][0]["id"] == "r-1"


async def _park_a_run(text: str) -> None:
    journal = await open_journal(read_setup(None).config)
    try:
        event = NewEvent("k", "main", "event.created", 0.0, b"{}")
        await journal.admit(Admission(event, (Start("waits", text),)))
        await journal.park("r-1", (), 1_000_000.0)
    finally:
        await journal.close()


def test_blueprints_and_earlier_settings_are_read_from_the_revision(
    cli: Command, repository: Path
) -> None:
    recipes = repository / "recipes"
    (recipes / "blueprints").mkdir()
    (recipes / "blueprints/pause.yaml").write_text(
        "inputs: {long: {type: duration}}\ntrigger: {webhook: event.created}\n"
        "actions: [{wait: '{{ inputs.long }}'}]\n"
    )
    (recipes / "used.yaml").write_text("use: blueprints/pause.yaml\nwith: {long: 1h}\n")
    git("add", "-A")
    git("commit", "-qm", "With a blueprint")
    (recipes / "used.yaml").write_text("use: blueprints/pause.yaml\nwith: {long: 2h}\n")
    config = repository / "beeflow.yaml"
    config.write_text(f"{config.read_text()}timezone: Europe/Copenhagen\n")
    told = cli("plan").out
    assert "input `long`: 1h → 2h (used in step 1 `wait`)" in told
    assert "`timezone`: UTC → Europe/Copenhagen" in told


@pytest.mark.usefixtures("project")
def test_without_a_repository_the_mend_is_told(cli: Command) -> None:
    refused = cli("plan")
    assert refused.code == 2
    assert "not in a git repository: run `git init`" in refused.err
    assert cli("plan", "--detailed-exitcode").code == 1


@pytest.mark.usefixtures("project")
def test_without_a_commit_there_is_nothing_to_compare_with(cli: Command) -> None:
    git("init", "-q", ".")
    refused = cli("plan")
    assert refused.code == 2
    assert "nothing has been committed yet" in refused.err


@pytest.mark.usefixtures("repository")
@pytest.mark.parametrize("name", ["nowhere", "--help-me", "HEAD~9"])
def test_an_unknown_revision_is_refused(cli: Command, name: str) -> None:
    refused = cli("plan", f"--base={name}")
    assert refused.code == 2
    assert f"--base {name}: git knows no such revision" in refused.err
    detailed = cli("plan", f"--base={name}", "--detailed-exitcode")
    assert detailed.code == 1


@pytest.mark.usefixtures("repository")
def test_a_wrong_option_never_looks_like_changes(cli: Command) -> None:
    assert cli("plan", "--bse", "x").code == 2
    assert cli("plan", "--detailed-exitcode", "--bse", "x").code == 1


def test_no_git_and_recipes_elsewhere_are_told(
    cli: Command, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = repository.parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "live.yaml").write_text(LIVE)
    monkeypatch.setenv("BEEFLOW_RECIPES", str(elsewhere))
    assert "lies outside the git repository" in cli("plan").err
    monkeypatch.setenv("PATH", str(elsewhere))
    assert "git is not installed" in cli("plan").err


def test_no_recipes_at_all_is_nothing_found(cli: Command, repository: Path) -> None:
    (repository / "other").mkdir()
    config = repository / "beeflow.yaml"
    config.write_text(f"recipes: other\n{config.read_text()}")
    git("commit", "-qam", "Elsewhere")
    refused = cli("plan")
    assert refused.code == 3
    assert "there are no recipes in other" in refused.err
