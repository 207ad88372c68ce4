from __future__ import annotations

import json
from typing import TYPE_CHECKING

from beeflow.actions.definitions import describe_actions

if TYPE_CHECKING:
    from cli.project import Command


def test_all_actions_are_listed_with_their_effect(cli: Command) -> None:
    shown = cli("actions")
    names = [line.split()[0] for line in shown.out.splitlines()[1:]]
    assert names == list(describe_actions().names())
    assert "polls.create " in shown.out
    assert "guarded" in shown.out


def test_one_action_shows_parameters_effect_answer_and_sample(cli: Command) -> None:
    shown = cli("actions", "events.send_emails")
    assert shown.code == 0
    assert "effect  once: never repeated on its own" in shown.out
    assert "excludeSent" in shown.out
    shown = cli("actions", "events.list")
    assert "allowed: idle, live, video, done" in shown.out
    assert "default: created" in shown.out
    assert "pages  follows pages" in shown.out
    assert "\nSample\n[\n" in shown.out


def test_json_has_the_whole_reference(cli: Command) -> None:
    pages = json.loads(cli("actions", "--json").out)
    assert [page["name"] for page in pages] == list(describe_actions().names())
    one = json.loads(cli("actions", "polls.create", "--json").out)
    assert one in pages
    assert [field["name"] for field in one["parameters"]] == ["event_ref", "question", "options"]


def test_markdown_has_every_action_once(cli: Command) -> None:
    text = cli("actions", "--markdown").out
    for name in describe_actions().names():
        assert text.count(f"\n## `{name}`\n") == 1
        assert f"(#{name.replace('.', '')})" in text
    assert "| `event_ref` (required) | text |" in text


def test_an_unknown_action_is_refused_with_the_nearest(cli: Command) -> None:
    refused = cli("actions", "poll.create")
    assert refused.code == 2
    assert "`polls.create`" in refused.err
