from __future__ import annotations

import pytest
from drivers.rehearsing import recipe_of

from beeflow.drivers.account import Arm
from beeflow.drivers.outline import arms, outline

TEXT = """\
trigger: {webhook: event.created}
fetch:
  found: {action: signups.list, with: {event_ref: x}}
conditions:
  - not: {any: [found == 1, found == 2]}
actions:
  - choose:
      - when: found
        then:
          - set: {a: 1}
    else:
      - parallel:
          - - set: {b: 1}
  - for_each: found
    do:
      - name: Write
        action: log.write
        with: {message: x}
        on_error:
          - set: {d: 1}
on_error:
  - set: {e: 1}
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("fetch/found#1", 3),
        ("conditions", 5),
        ("actions/0/choose/0", 7),
        ("actions/0/choose/0/then/0", 10),
        ("actions/0/else/0/parallel/0/0", 13),
        ("actions/1/do#12/0#3", 16),
        ("actions/1/do#1/0/backoff#2", 16),
        ("actions/1/do#0/0/on_error/0", 20),
        ("on_error/0", 22),
    ],
)
def test_a_command_belongs_to_a_line(path: str, line: int) -> None:
    plan = outline(recipe_of(TEXT))
    entry = plan.entry(path)
    assert entry is not None
    assert plan.line(entry.span) == line


def test_names_are_known_and_nothing_is_made_up() -> None:
    plan = outline(recipe_of(TEXT))
    step = plan.entry("actions/1/do#0/0#1")
    assert step is not None
    assert step.name == "Write"
    assert plan.entry("start") is None
    assert plan.entry("nothing/at/all") is None


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("actions/0#1", ()),
        ("actions/0/guard", ()),
        ("actions/0/then/1#1", (Arm("actions/0", "then"),)),
        ("actions/0/else/0", (Arm("actions/0", "else"),)),
        ("actions/0/choose/1/then/0", (Arm("actions/0", "choice 2"),)),
        ("actions/0/parallel/1/0", (Arm("actions/0", "branch 2"),)),
        ("actions/0/on_error/0", (Arm("actions/0", "if it fails"),)),
        ("on_error/0", (Arm("", "because the run fails"),)),
        (
            "actions/1/do#0/2/then/0/do#3/0",
            (
                Arm("actions/1", "turn 1"),
                Arm("actions/1/do#0/2", "then"),
                Arm("actions/1/do#0/2/then/0", "turn 4"),
            ),
        ),
    ],
)
def test_arms_are_read_off_the_path(path: str, expected: tuple[Arm, ...]) -> None:
    assert arms(path) == expected


def test_loops_are_named_by_what_they_go_over() -> None:
    plan = outline(recipe_of(TEXT))
    assert plan.arms("actions/1/do#0/0#1") == (Arm("actions/1", "turn 1, for each item in found"),)
