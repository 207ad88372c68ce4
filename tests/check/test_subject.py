from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.check.subject import Subject
from beeflow.recipe.document import ScalarNode
from beeflow.recipe.parser import parse_recipe

if TYPE_CHECKING:
    from beeflow.check import Facts

TEXT = """
fetch: {event: {action: events.get, with: {event_ref: E1}}}
actions:
  - if: event.event_title == 'a'
    then: [{action: log.write, with: {message: a}}, {stop: [there]}]
    else: [{action: crm.update, with: {tags: [a, [b]]}}]
"""


def subject(facts: Facts) -> Subject:
    parsed = parse_recipe(TEXT, path="r.yaml")
    assert parsed.draft is not None
    return Subject(parsed, parsed.draft, facts)


def test_mappings_and_lists_are_the_nodes_without_scalars_in_their_order(facts: Facts) -> None:
    one = subject(facts)
    assert [found.path for found in one.holders][:4] == [
        "",
        "fetch",
        "fetch/event",
        "fetch/event/with",
    ]
    assert list(one.holders) == [
        found for found in one.nodes if not isinstance(found.node, ScalarNode)
    ]
    assert one.by_path["actions/0/else/0/with"].path == "actions/0/else/0/with"
    assert "actions/0/else" not in one.by_path


def test_calls_are_listed_with_what_they_call_and_reads_first(facts: Facts) -> None:
    one = subject(facts)
    listed = [(call.call.action, call.fetched, call.path, call.action) for call in one.calls]
    assert listed == [
        ("events.get", True, "fetch/event", facts.actions["events.get"]),
        ("log.write", False, "actions/0/then/0", facts.actions["log.write"]),
        ("crm.update", False, "actions/0/else/0", None),
    ]
    assert one.calls is one.calls
