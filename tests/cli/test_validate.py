from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from cli.project import HELLO, Command

if TYPE_CHECKING:
    from pathlib import Path

WRONG = HELLO.replace("message:", "mesage:")
DOUBTFUL = """\
trigger: {webhook: event.created}
actions:
  - if: trigger.data.event_ref == 'x'
    then:
      - set: {a: 1}
  - action: log.write
    with: {message: "{{ a }}"}
"""


@pytest.mark.usefixtures("project")
def test_the_recipes_folder_is_checked_by_default(cli: Command) -> None:
    shown = cli("validate")
    assert (shown.code, shown.out) == (0, "0 errors, 0 warnings in 2 recipes\n")


def test_a_finding_is_told_with_its_place_and_mend(cli: Command, project: Path) -> None:
    (project / "recipes/hello.yaml").write_text(WRONG)
    shown = cli("validate", "recipes/hello.yaml")
    assert shown.code == 1
    assert shown.out.startswith("recipes/hello.yaml:6:")
    assert "did you mean `message`?" in shown.out
    assert shown.out.endswith("1 error, 0 warnings in 1 recipe\n")


@pytest.mark.usefixtures("project")
def test_one_recipe_may_come_on_stdin(cli: Command) -> None:
    assert cli("validate", "-", stdin=HELLO).code == 0
    shown = cli("validate", "-", stdin=WRONG)
    assert shown.code == 1
    assert "<stdin>:6:" in shown.out
    assert cli("validate", "-", stdin=b"\xff").code == 2
    assert cli("validate", "-", stdin=b" " * 5_000_000).code == 2
    assert cli("validate", "-", "recipes").code == 2


@pytest.mark.usefixtures("project")
def test_stdin_may_hold_a_file_that_is_being_edited(cli: Command) -> None:
    shown = cli("validate", "-", "--stdin-filename", "recipes/other.yaml", stdin=WRONG)
    assert shown.code == 1
    assert shown.out.startswith("recipes/other.yaml:6:")
    assert cli("validate", "-", "--stdin-filename", "recipes/other.yaml", stdin=HELLO).code == 0
    assert cli("validate", "recipes", "--stdin-filename", "x.yaml").code == 2


def test_strict_counts_warnings(cli: Command, project: Path) -> None:
    (project / "recipes/hello.yaml").write_text(DOUBTFUL)
    relaxed = cli("validate")
    assert relaxed.code == 0
    assert "1 warning" in relaxed.out
    strict = cli("validate", "--strict")
    assert strict.code == 1
    assert "1 error, 0 warnings" in strict.out
    assert 'failures="1"' in cli("validate", "--strict", "--format", "junit").out


def test_secrets_are_looked_for_where_they_are_said_to_be(cli: Command, project: Path) -> None:
    recipe = HELLO.replace("inputs.who", "secrets.WHO")
    (project / "recipes/hello.yaml").write_text(recipe)
    (project / ".env").write_text("OTHER=1\nBEEFLOW_SECRET_WHOM=1\n")
    assert cli("validate").code == 0
    shown = cli("validate", "--env", ".env")
    assert shown.code == 1
    assert "did you mean `WHOM`?" in shown.out
    (project / ".env").write_text("BEEFLOW_SECRET_WHO=1\n")
    assert cli("validate", "--env", ".env").code == 0
    assert cli("validate", "--env", "gone.env").code == 2


@pytest.mark.parametrize("form", ["json", "sarif", "github", "junit"])
def test_other_formats_are_for_machines(cli: Command, project: Path, form: str) -> None:
    (project / "recipes/hello.yaml").write_text(WRONG)
    shown = cli("validate", "--format", form)
    assert shown.code == 1
    assert "mesage" in shown.out
    if form in {"json", "sarif"}:
        assert json.loads(shown.out)["version"]


@pytest.mark.usefixtures("project")
def test_a_rule_can_be_explained(cli: Command) -> None:
    shown = cli("validate", "--explain", "unknown-field")
    assert shown.code == 0
    assert "Right:" in shown.out
    assert cli("validate", "--explain", "unknown-feild").code == 2


def test_all_rules_can_be_listed(cli: Command) -> None:
    shown = cli("validate", "--rules")
    assert (shown.code, shown.out.splitlines()[0].split()[:2]) == (0, ["yaml-syntax", "error"])
    assert cli("validate", "--rules", "--markdown").out.startswith("# Rules\n")
    assert "--rules" in cli("validate", "--markdown").err


def test_nothing_to_check_is_3(cli: Command, project: Path) -> None:
    assert cli("validate", "gone.yaml").code == 3
    (project / "empty").mkdir()
    assert cli("validate", "empty").code == 3


def test_a_broken_configuration_hinders_only_what_needs_it(cli: Command, project: Path) -> None:
    (project / "beeflow.yaml").write_text("recipies: here\n")
    refused = cli("validate")
    assert refused.code == 2
    assert "did you mean `recipes`" in refused.err
    assert cli("validate", "recipes").code == 0


@pytest.mark.usefixtures("project")
def test_a_dry_run_tells_a_line_for_each_recipe(cli: Command) -> None:
    shown = cli("validate", "--dry-run")
    assert shown.code == 0
    assert "recipes/hello.yaml: event.created: 1 call, succeeded\n" in shown.out
    assert "recipes/live.yaml: event.updated.status: 1 call, succeeded\n" in shown.out


def test_a_dry_run_finds_what_only_shows_when_it_runs(cli: Command, project: Path) -> None:
    broken = HELLO.replace("{{ inputs.who }}", "{{ inputs.who | datetime }}")
    (project / "recipes/hello.yaml").write_text(broken)
    assert cli("validate").code == 0
    shown = cli("validate", "--dry-run", "--format", "json")
    assert shown.code == 1
    (finding,) = json.loads(shown.out)["findings"]
    assert finding["rule"] == "dry-run"
    assert finding["range"]["start"]["line"] == 6
    assert "`text` is not a time" in finding["message"] or "not a time" in finding["message"]


def test_a_dry_run_leaves_out_what_is_broken_anyway(cli: Command, project: Path) -> None:
    (project / "recipes/hello.yaml").write_text(WRONG)
    shown = cli("validate", "--dry-run")
    assert shown.code == 1
    assert "recipes/hello.yaml: event" not in shown.out
    assert "recipes/live.yaml: event" in shown.out


def test_every_kind_of_required_input_has_a_stand_in(cli: Command, project: Path) -> None:
    kinds = ["string", "integer", "number", "boolean", "duration", "datetime", "list", "secret"]
    inputs = "".join(f"  i{kind}: {{type: {kind}}}\n" for kind in kinds)
    (project / "recipes/hello.yaml").write_text(
        f"inputs:\n{inputs}  ichoice: {{type: choice, options: [a, b]}}\n"
        "actions:\n  - set: {x: '{{ inputs.ichoice }} {{ inputs.isecret }}'}\n"
    )
    shown = cli("validate", "--dry-run")
    assert "recipes/hello.yaml: manual: 0 calls, succeeded\n" in shown.out


def test_checking_alone_imports_neither_engine_nor_http() -> None:
    probe = (
        "import sys\n"
        "from beeflow.cli.ending import run\nfrom beeflow.cli.group import beeflow\n"
        "run(beeflow, ['validate', '-'])\n"
        "sys.exit(sum(name in sys.modules for name in ('aiohttp', 'rich', 'beeflow.daemon',"
        " 'beeflow.engine.interpreter', 'jsonschema', 'apscheduler')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe], input=HELLO.encode(), capture_output=True, check=False
    )
    assert done.returncode == 0
    assert b"0 errors" in done.stdout


def test_what_cannot_be_dry_run_says_why(cli: Command, project: Path) -> None:
    (project / "recipes/hello.yaml").write_text(
        "trigger: {schedule: {at: '2020-01-01 09:00'}}\nactions:\n  - set: {a: 1}\n"
    )
    shown = cli("validate", "--dry-run")
    assert shown.code == 0
    assert "recipes/hello.yaml: not dry-run: the schedule never fires again" in shown.out


@pytest.mark.parametrize("where", ["recipes", "recipes/deep/user.yaml"])
def test_a_blueprint_is_found_from_wherever_the_recipe_is_named(
    cli: Command, project: Path, where: str
) -> None:
    (project / "recipes/blueprints").mkdir()
    (project / "recipes/deep").mkdir()
    blueprint = HELLO.replace(", default: you", "")
    (project / "recipes/blueprints/hello.yaml").write_text(blueprint)
    (project / "recipes/deep/user.yaml").write_text(
        "use: ../blueprints/hello.yaml\nwith: {who: Ada}\n"
    )
    shown = cli("validate", "--dry-run", where)
    assert shown.code == 0, shown.out
    assert "recipes/deep/user.yaml: event.created: 1 call, succeeded" in shown.out
    assert "message: hello Ada" in cli("dry-run", "recipes/deep/user.yaml").out
    assert "message: hello Ada" in cli("dry-run", str(project / "recipes/deep/user.yaml")).out


BOTH = """\
trigger:
  - {webhook: [event.created, event.updated.status]}
  - {schedule: {at: "2020-01-01 09:00"}}
  - {schedule: "0 9 * * *"}
actions:
  - action: log.write
    with: {message: "{{ trigger.data.status | default('none') }}"}
"""


def test_a_dry_run_plays_every_way_a_recipe_starts(cli: Command, project: Path) -> None:
    (project / "recipes/both.yaml").write_text(BOTH)
    told = cli("validate", "--dry-run", "recipes/both.yaml").out.splitlines()
    assert [line for line in told if line.startswith("recipes/both.yaml: ")] == [
        "recipes/both.yaml: event.created: 1 call, succeeded",
        "recipes/both.yaml: event.updated.status: 1 call, succeeded",
        "recipes/both.yaml: schedule: 1 call, succeeded",
        "recipes/both.yaml: not dry-run: the schedule never fires again: say when, with --at",
    ]


def test_a_dry_run_names_the_sample_that_fails_and_each_failure_once(
    cli: Command, project: Path
) -> None:
    only = "{'event.updated.status': 1}[trigger.type]"
    (project / "recipes/both.yaml").write_text(
        BOTH.replace("trigger.data.status | default('none')", only)
    )
    shown = cli("validate", "--dry-run", "recipes/both.yaml", "--format", "json")
    assert shown.code == 1
    dry = [one for one in json.loads(shown.out)["findings"] if one["rule"] == "dry-run"]
    assert [one["message"].partition(" fails: ")[0] for one in dry] == [
        "a dry run on the sample of event.created",
        "a dry run on the sample of schedule",
    ]
    assert dry[0]["help"].endswith("beeflow dry-run recipes/both.yaml --sample event.created")
    assert dry[1]["help"].endswith("beeflow dry-run recipes/both.yaml")


def test_a_dry_run_takes_a_stop_that_fails_as_meant(cli: Command, project: Path) -> None:
    stop = "trigger: {webhook: event.created}\nactions: [{stop: not today, outcome: failed}]\n"
    (project / "recipes/stop.yaml").write_text(stop)
    shown = cli("validate", "--dry-run", "recipes/stop.yaml")
    assert shown.code == 0
    assert "recipes/stop.yaml: event.created: 0 calls, failed\n" in shown.out


def test_a_dry_run_blames_nobody_for_fields_that_are_not_documented(
    cli: Command, project: Path
) -> None:
    bill = (
        "trigger: {webhook: billing.invoice.created}\nactions:\n"
        '  - {action: log.write, with: {message: "{{ trigger.data.amount / 100 }}"}}\n'
    )
    (project / "recipes/bill.yaml").write_text(bill)
    shown = cli("validate", "--dry-run", "recipes/bill.yaml")
    assert shown.code == 0
    assert "0 calls, failed (its fields are not documented)\n" in shown.out


def test_a_dry_run_that_fails_in_a_blueprint_is_told_there(cli: Command, project: Path) -> None:
    (project / "recipes/blueprints").mkdir()
    blueprint = HELLO.replace("{{ inputs.who }}", "{{ inputs.who | datetime }}")
    (project / "recipes/blueprints/hello.yaml").write_text(blueprint)
    (project / "recipes/user.yaml").write_text("use: blueprints/hello.yaml\nwith: {who: Ada}\n")
    shown = cli("validate", "--dry-run", "recipes/user.yaml", "--format", "json")
    (found,) = json.loads(shown.out)["findings"]
    assert (found["file"], found["recipe"]) == ("recipes/blueprints/hello.yaml", "user")
    start, end = found["range"]["start"], found["range"]["end"]
    line = blueprint.splitlines()[start["line"] - 1]
    assert blueprint[start["offset"] : end["offset"]] == line.strip()
    assert start["column"] == len(line) - len(line.lstrip()) + 1
    assert found["help"].endswith("beeflow dry-run recipes/user.yaml --sample event.created")
    told = cli("dry-run", "user").out
    assert "  recipes/user.yaml\nlines are those of the blueprint recipes/blueprints/" in told
    assert "lines are those" not in cli("dry-run", "hello").out
