from __future__ import annotations

import pytest
from recipe.parsing import parse, recipe

from beeflow.errors import UsageError
from beeflow.recipe.document import Source
from beeflow.recipe.model import Bundle
from beeflow.recipe.parser import Defaults, parse_bundle, parse_recipe

PAGE_ONE = """
    version: 1
    name: Announce the event and open a poll when it goes live
    trigger:
      webhook: event.updated.status
      match: {data.status: live}
    fetch:
      event:
        action: events.get
        with: {event_ref: "{{ trigger.data.event_ref }}"}
    conditions:
      - not event.event_title.startswith('[test]')
    cancel_on: {webhook: event.deleted}
    actions:
      - action: slack.post
        with:
          channel: "#events"
          text: "*{{ event.event_title }}* is live"
      - wait: 10m
      - action: polls.create
        as: poll
        with:
          event_ref: "{{ trigger.data.event_ref }}"
          question: How is the sound?
          options: [Great, OK, Bad]
      - action: polls.set_state
        with: {event_ref: "{{ trigger.data.event_ref }}", poll_ref: "{{ poll.poll_ref }}", state: true}
"""


def test_the_first_recipe_of_the_language_page() -> None:
    read = recipe(PAGE_ONE)
    assert [type(step).__name__ for step in read.actions] == [
        "ActionStep",
        "WaitStep",
        "ActionStep",
        "ActionStep",
    ]
    assert len(read.cancel_on) == 1
    assert read.hash == read.bundle.digest


def test_a_source_is_read_as_its_text() -> None:
    parsed = parse_recipe(Source("x", "actions: []"), path="a.yaml", prefix="recipes/")
    assert parsed.recipe is not None
    assert parsed.document.source.path == "recipes/a.yaml"
    assert parsed.recipe.bundle == Bundle("a.yaml", (("a.yaml", "actions: []"),))


def test_a_file_without_a_value_is_said_to_be_empty() -> None:
    for text in ("", "# only a comment\n"):
        (problem,) = parse(text).problems
        assert problem.message == "the file is empty"
    (problem,) = parse("null").problems
    assert problem.rule == "wrong-type"


def test_problems_are_sorted_and_belong_to_the_recipe() -> None:
    parsed = parse("actions: [{wait: 1}]\nid: mine\ntimeout: 2\nmode: x\n")
    starts = [problem.span.start for problem in parsed.problems]
    assert len(starts) == 3
    assert starts == sorted(starts)
    assert {problem.recipe for problem in parsed.problems} == {"mine"}


def test_a_pinned_recipe_is_read_again_from_its_bundle() -> None:
    defaults = Defaults("Asia/Tokyo")
    files = {"b.yaml": "inputs: {a: {type: string}}\nactions: []\n"}
    parsed = parse_recipe(
        "use: b.yaml\nwith: {a: x}", path="r.yaml", load=files.get, defaults=defaults
    )
    assert parsed.recipe is not None
    assert parse_bundle(parsed.recipe.bundle, defaults) == parsed.recipe


def test_a_bundle_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(UsageError, match="cannot be read any more: the file is empty"):
        parse_bundle(Bundle("r.yaml", ()))
