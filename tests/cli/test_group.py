from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from typing import TYPE_CHECKING

import click
import pytest

from beeflow.cli.group import COMMANDS, keep_lines

if TYPE_CHECKING:
    from pathlib import Path

    from cli.project import Command


def test_every_listed_command_has_its_module_help_and_an_example() -> None:
    for name, listed in COMMANDS.items():
        command = import_module(f"beeflow.cli.{listed.module}").command
        assert isinstance(command, click.Command)
        assert command.name == name
        assert "Example" in (command.help or ""), name


def test_every_subcommand_has_an_example() -> None:
    for name in ("events", "runs", "journal"):
        group = import_module(f"beeflow.cli.{name}").command
        for sub in group.commands.values():
            assert "Example" in (sub.help or ""), (name, sub.name)


def test_help_lists_all_commands_in_sections(cli: Command) -> None:
    shown = cli("--help")
    assert shown.code == 0
    for name in COMMANDS:
        assert f"\n  {name} " in shown.out
    assert "Write recipes:" in shown.out
    assert "\n    beeflow demo --once  " in shown.out


def test_short_help_works_for_a_subcommand_and_keeps_its_example_lines(cli: Command) -> None:
    shown = cli("runs", "resolve", "-h")
    assert shown.code == 0
    assert "\n    beeflow runs resolve r-2093 succeeded\n" in shown.out


def test_version(cli: Command) -> None:
    shown = cli("--version")
    assert shown.code == 0
    assert shown.out.startswith("beeflow ")


@pytest.mark.parametrize(
    ("args", "mend"),
    [
        (("dmo",), "did you mean `demo`?"),
        (("dryrun",), "did you mean `dry-run`?"),
        (("xyzzy",), "there are: demo, validate"),
        (("runs", "lst"), "did you mean `list`?"),
        (("events", "lisst"), "did you mean `list`?"),
    ],
)
def test_an_unknown_command_is_refused_with_the_nearest(
    cli: Command, args: tuple[str, ...], mend: str
) -> None:
    refused = cli(*args)
    assert refused.code == 2
    assert mend in refused.err
    assert refused.out == ""


def test_an_unknown_option_is_refused_with_the_nearest(cli: Command) -> None:
    refused = cli("validate", "--stric")
    assert refused.code == 2
    assert "--strict" in refused.err


def test_help_imports_no_command() -> None:
    probe = (
        "import sys\n"
        "from beeflow.cli.ending import run\nfrom beeflow.cli.group import beeflow\n"
        "run(beeflow, ['--help'])\n"
        "sys.exit(sum(name in sys.modules for name in ('rich', 'aiohttp', 'yaml', 'asyncio')))"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, check=False)
    assert done.returncode == 0


def test_checking_a_recipe_imports_nothing_that_runs_one_and_spares_the_collector_the_rest(
    project: Path,
) -> None:
    (project / "post.yaml").write_text("""\
trigger: {webhook: event.updated.status}
fetch: {event: {action: events.get, with: {event_ref: "{{ trigger.data.event_ref }}"}}}
actions:
  - action: slack.post
    with: {channel: "#crew", text: "{{ event.event_title }} is {{ trigger.data.status }}"}
""")
    probe = (
        "import gc, sys\n"
        "from beeflow.cli.ending import run\nfrom beeflow.cli.group import beeflow\n"
        "run(beeflow, ['validate', 'post.yaml'])\n"
        "assert gc.isenabled()\n"
        "assert gc.get_freeze_count() > 10_000\n"
        "unneeded = ('asyncio', 'email', 'http', 'importlib.metadata', 'jsonschema', 'logging', "
        "'rich', 'socket', 'sqlite3', 'ssl', 'yarl', 'beeflow.engine')\n"
        "sys.exit(', '.join(name for name in unneeded if name in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, check=False, text=True, cwd=project
    )
    assert done.stdout == "0 errors, 0 warnings in 1 recipe\n"
    assert not done.stderr.strip()


def test_paragraphs_without_indented_lines_may_be_wrapped() -> None:
    text = keep_lines("""One
    two.

    Examples:
      beeflow x
    """)
    assert text == "One\ntwo.\n\n\b\nExamples:\n  beeflow x"
