from __future__ import annotations

import pytest
from recipe.parsing import only, parse, recipe, said

from beeflow.recipe.model import EventStartTrigger
from beeflow.recipe.parser import Setting, parse_file

BLUEPRINT = """\
name: Reminder
timezone: Asia/Tokyo
inputs:
  offset: {type: duration, default: 1h}
  channel: {type: string}
trigger: {event_start: "-{{ inputs.offset }}"}
actions:
  - action: slack.post
    with: {channel: "{{ inputs.channel }}", text: "{{ secrets.A }}"}
"""


def load(path: str) -> str | None:
    return {
        "blueprints/reminder.yaml": BLUEPRINT,
        "blueprints/broken.yaml": "actions: [{wiat: 1m}]\n",
        "blueprints/list.yaml": "- a\n",
        "blueprints/syntax.yaml": "actions:\n  - stop: {{ x }} y\n",
        "blueprints/nested.yaml": "use: reminder.yaml\nactions: []\n",
        "blueprints/named.yaml": "id: x\nactions: []\n",
        "blueprints/empty.yaml": "",
        "deep/blueprints/b.yaml": "actions: []\n",
    }.get(path)


def test_an_instance_is_its_blueprint_with_values() -> None:
    read = recipe("use: blueprints/reminder.yaml\nwith: {offset: 24h, channel: '#c'}", load)
    assert (read.id, read.name, read.timezone) == ("recipe", "Reminder", "Asia/Tokyo")
    assert read.triggers == (EventStartTrigger(-86400.0),)
    assert read.inputs["channel"].value == "#c"
    assert not read.inputs["channel"].required
    assert read.secrets == {"A"}
    assert read.bundle.main == "recipe.yaml"
    assert [name for name, _ in read.bundle.files] == ["blueprints/reminder.yaml", "recipe.yaml"]


def test_an_instance_may_say_who_it_is() -> None:
    read = recipe(
        "use: blueprints/reminder.yaml\nwith: {channel: a}\nid: day\nname: Day before\n"
        "description: d\nlabels: [x]\nenabled: false\nmode: shadow\ntimezone: UTC",
        load,
    )
    assert (read.id, read.name, read.description) == ("day", "Day before", "d")
    assert (read.labels, read.enabled, read.mode, read.timezone) == (("x",), False, "shadow", "UTC")


def test_the_path_is_relative_to_the_file() -> None:
    parsed = parse("use: ../blueprints/b.yaml", load, path="deep/there/day.yaml")
    assert parsed.recipe is not None
    assert parsed.recipe.bundle.files[0][0] == "deep/blueprints/b.yaml"


@pytest.mark.parametrize(
    ("text", "rule", "at", "message"),
    [
        ("use: blueprints/nope.yaml", "missing-blueprint", "blueprints/nope.yaml", "no blueprint"),
        ("use: ../x.yaml", "missing-blueprint", "../x.yaml", "outside the recipes folder"),
        ("use: /etc/passwd", "missing-blueprint", "/etc/passwd", "outside"),
        ("use: recipe.yaml", "missing-blueprint", "recipe.yaml", "this file itself"),
        ("use: [a]", "wrong-type", "[a]", "path of a blueprint"),
        ("use: deep/blueprints/b.yaml\nactions: []", "unknown-key", "actions", "uses a blueprint"),
        ("use: deep/blueprints/b.yaml\nwith: {x: 1}", "unknown-input", "x", "no input"),
        ("use: deep/blueprints/b.yaml\nwith: 3", "wrong-type", "3", "a mapping of inputs"),
        (
            "use: blueprints/reminder.yaml\nwith: {channel: 3}",
            "bad-input",
            "3",
            "takes a text",
        ),
        ("use: blueprints/reminder.yaml", "missing-input", "blueprints/reminder.yaml", "`channel`"),
        ("use: blueprints/reminder.yaml\nwith: ", "missing-input", "", "`channel`"),
        (
            "use: blueprints/reminder.yaml\nwith: {chanel: a}",
            "unknown-input",
            "chanel",
            "no input",
        ),
    ],
)
def test_a_wrong_instance_says_what_is_wrong(text: str, rule: str, at: str, message: str) -> None:
    found = only(text, load)
    assert (found.rule, found.at) == (rule, at)
    assert message in found.message


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("broken", "unknown-key"),
        ("list", "wrong-type"),
        ("syntax", "yaml-syntax"),
        ("nested", "unknown-key"),
        ("named", "unknown-key"),
        ("empty", "missing-key"),
    ],
)
def test_what_is_wrong_in_a_blueprint_is_said_there_with_who_uses_it(name: str, rule: str) -> None:
    parsed = parse(f"use: blueprints/{name}.yaml", load)
    assert parsed.recipe is None
    (problem,) = parsed.problems
    assert problem.rule == rule
    assert problem.span.file == f"blueprints/{name}.yaml"
    assert problem.notes[-1].message == "the blueprint is used here"
    assert problem.notes[-1].span is not None
    assert problem.notes[-1].span.file == "recipe.yaml"


def test_a_blueprint_read_by_itself_leaves_open_what_its_inputs_would_say() -> None:
    text = BLUEPRINT.replace("default: 1h", "description: when")
    parsed = parse_file(text, "blueprints/reminder.yaml", Setting(blueprint=True))
    assert parsed.problems == ()
    assert parsed.draft is not None
    assert parsed.draft.triggers == ()


def test_several_slips_are_all_found() -> None:
    found = said("use: blueprints/reminder.yaml\nwith: {offset: 1, chan: 2}\nnmae: x", load)
    assert {one.rule for one in found} == {"bad-input", "unknown-input", "unknown-key"}
