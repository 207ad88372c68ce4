"""The rules that only test files (`*.test.yaml`) have; `beeflow test` finds what they are about.

An example is a recipe, `live.yaml`, with its test file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from beeflow.check.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Mapping

_RECIPE: Final = """\
# live.yaml
trigger: {webhook: event.updated.status}
fetch: {event: {action: events.get, with: {event_ref: "{{ trigger.data.event_ref }}"}}}
actions: [{action: log.write, with: {message: "{{ event.event_title }}"}}]
"""


def _test(body: str, recipe: str = _RECIPE) -> str:
    return f"{recipe}# live.test.yaml\nrecipe: live\ntests:\n  - name: tells of it\n{body}"


_OF_TESTS: Final = (
    Rule(
        "bad-mock",
        "A mock gives a value that the platform is not documented to answer: of another type, or "
        "a list in the place of one thing. The test would pass with what never comes.",
        _test(
            "    event: {webhook: event.updated.status, data: {status: live}}\n"
            "    mocks: {events.get: {event_title: 3}}\n    expect: {runs: 1}\n"
        ),
        _test(
            "    event: {webhook: event.updated.status, data: {status: live}}\n"
            "    mocks: {events.get: {event_title: Launch}}\n    expect: {runs: 1}\n"
        ),
    ),
    Rule(
        "undocumented-data",
        "The data of a test's webhook has a field or a value that the platform is not documented "
        "to send. It may send more than it documents, so this is a warning.",
        _test(
            "    event: {webhook: event.updated.status, data: {statuss: live}}\n"
            "    expect: {runs: 1}\n"
        ),
        _test(
            "    event: {webhook: event.updated.status, data: {status: live}}\n"
            "    expect: {runs: 1}\n"
        ),
        severity="warning",
    ),
    Rule(
        "missing-folder",
        "`reload` names a folder whose texts are deployed in the middle of a test, and there is "
        "none beside the test file.",
        _test("    event: {reload: next}\n    expect: {runs: 0}\n"),
        "# next/live.yaml\ntrigger: {webhook: event.created}\nactions: [{stop: new}]\n"
        + _test("    event: {reload: next}\n    expect: {runs: 0}\n"),
    ),
    Rule(
        "broken-recipe",
        "The recipe under test does not validate, and is not tested: what is wrong with it is told "
        "with it.",
        _test(
            "    event: {webhook: event.updated.status}\n    expect: {runs: 1}\n",
            "# live.yaml\ntrigger: {webhook: event.updated.status}\nactions: [{stopp: it}]\n",
        ),
        _test(
            "    event: {webhook: event.updated.status}\n    expect: {runs: 1}\n",
            "# live.yaml\ntrigger: {webhook: event.updated.status}\nactions: [{stop: it}]\n",
        ),
    ),
)

OF_TESTS: Final[Mapping[str, Rule]] = {rule.name: rule for rule in _OF_TESTS}
"""Every rule that only a finding in a test file can have."""
