"""What came takes the place of what was expected, and all else stays as it was written."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from drivers.testing.bench import LIVE, bench

from beeflow.drivers.testing.updating import updated

if TYPE_CHECKING:
    from pathlib import Path

    from beeflow.drivers.testing.verdict import Verdict

HEAD = """\
# about the recipe
recipe: live
tests:
  - name: it   # the only one
    event: {webhook: event.updated.status, data: {status: live, event_ref: E1}}
    mocks: {events.get: {event_title: Launch}, slack.post: {}, polls.create: {}}
"""


def update(root: Path, expect: str, recipe: str = LIVE) -> str:
    """Return the expectation as it is after an update; then the test passes."""
    one = bench(root, HEAD + expect, live=recipe)
    assert not one.suite.broken, [problem.message for problem in one.suite.problems]

    async def run(free: bool) -> list[Verdict]:
        return [await one.run(case, free=free) for case in one.suite.cases]

    text = updated(one.suite.document.source, asyncio.run(run(free=True)))
    assert text.startswith(HEAD)
    one = bench(root, text, live=recipe)
    assert not one.suite.broken, (text, [problem.message for problem in one.suite.problems])
    assert all(verdict.passed for verdict in asyncio.run(run(free=False))), text
    return text.removeprefix(HEAD)


ALL = """\
        - slack.post: {channel: "#events", text: "*Launch* is live"}
        - polls.create: {event_ref: E1, question: OK?, options: [Great, Bad]}
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("    expect: {runs: 3}\n", "    expect: {runs: 1}\n"),
        ("    expect: {outcome: failed}  # ?\n", "    expect: {outcome: succeeded}  # ?\n"),
        ("    expect: {outcome: [failed, failed]}\n", "    expect: {outcome: succeeded}\n"),
        (
            "    expect:\n      calls: []   # none\n",
            f"    expect:\n      calls:   # none\n{ALL}",
        ),
        (
            "    expect: {calls: [polls.create]}\n",
            '    expect: {calls: [{slack.post: {channel: "#events", text: "*Launch* is live"}}, polls.create]}\n',
        ),
        (
            "    expect: {calls: [slack.post: {text: x}, log.write, polls.create: {}], runs: 1}\n",
            '    expect: {calls: [slack.post: {text: "*Launch* is live"}, polls.create: {}], runs: 1}\n',
        ),
        (
            "    expect:\n      calls: [slack.post, polls.create, email.send]\n      runs: 1\n",
            "    expect:\n      calls: [slack.post, polls.create]\n      runs: 1\n",
        ),
        (
            (
                "    expect:\n"
                "      calls:\n"
                "        # the team first\n"
                "        - slack.post: {text: x}   # told\n"
                "        - log.write:\n"
                "            message: |\n"
                "              gone\n"
                "            level: info\n"
                "        # then the poll\n"
                "        - polls.create:\n"
                "            options: [A, B]   # answers\n"
                "          at: 3m   # later\n"
                "      runs: 2\n"
            ),
            (
                "    expect:\n"
                "      calls:\n"
                "        # the team first\n"
                '        - slack.post: {text: "*Launch* is live"}   # told\n'
                "        # then the poll\n"
                "        - polls.create:\n"
                "            options: [Great, Bad]   # answers\n"
                "          at: 10m   # later\n"
                "      runs: 1\n"
            ),
        ),
        (
            "    expect:\n      calls:\n        - polls.create\n",
            (
                "    expect:\n      calls:\n"
                '        - slack.post: {channel: "#events", text: "*Launch* is live"}\n'
                "        - polls.create\n"
            ),
        ),
        (
            "    expect:\n      calls:\n        - slack.post: {blocks: [], text: {prefix: '*'}}\n        - polls.create: {}\n",
            "    expect:\n      calls:\n        - slack.post: {text: {prefix: '*'}}\n        - polls.create: {}\n",
        ),
        (
            "    expect:\n      calls:\n        - slack.post:\n            username: me\n        - polls.create\n",
            "    expect:\n      calls:\n        - slack.post:\n            {}\n        - polls.create\n",
        ),
    ],
)
def test_only_what_differs_is_touched(tmp_path: Path, before: str, after: str) -> None:
    assert update(tmp_path, before) == after


IDLE = LIVE.replace("data.status: live", "data.status: done")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("    expect: {outcome: succeeded}\n", "    expect: {runs: 0}\n"),
        ("    expect: {runs: 1, outcome: succeeded}\n", "    expect: {runs: 0}\n"),
        ("    expect: {outcome: succeeded, runs: 1}\n", "    expect: {runs: 0}\n"),
        (
            "    expect:\n      outcome: succeeded   # well\n      runs: 1\n",
            "    expect:\n      runs: 0\n",
        ),
        (
            "    expect:\n      calls:\n        - slack.post   # told\n        - polls.create\n",
            "    expect:\n      calls: []\n",
        ),
        ("    expect: {calls: [slack.post, polls.create]}\n", "    expect: {calls: []}\n"),
    ],
)
def test_a_test_in_which_nothing_happens_any_more(tmp_path: Path, before: str, after: str) -> None:
    assert update(tmp_path, before, IDLE) == after


def test_outcomes_that_are_not_all_alike(tmp_path: Path) -> None:
    two = HEAD.replace(
        "    event: {webhook: event.updated.status, data: {status: live, event_ref: E1}}\n"
        "    mocks: {events.get: {event_title: Launch}, slack.post: {}, polls.create: {}}\n",
        "    events: [{manual: {}}, {manual: {}}]\n    mocks: {log.write: [{error: {status: 400}}, null]}\n",
    )
    recipe = "actions:\n  - action: log.write\n    with: {message: x}\n"
    one = bench(tmp_path, f"{two}    expect: {{outcome: succeeded}}\n", live=recipe)
    verdict = asyncio.run(one.run(one.suite.cases[0]))
    text = updated(one.suite.document.source, [verdict])
    assert text.endswith("expect: {outcome: [failed, succeeded]}\n")


def test_a_test_that_did_not_end_is_left_alone(tmp_path: Path) -> None:
    one = bench(tmp_path, f"{HEAD}    expect: {{runs: 2}}\n")
    verdict = asyncio.run(one.run(one.suite.cases[0]))
    verdict.played.trouble = "it went on for ever"
    assert updated(one.suite.document.source, [verdict]) == one.suite.document.source.text


def test_a_file_without_a_last_line_break(tmp_path: Path) -> None:
    expect = "    expect:\n      calls: [slack.post: {text: x}, polls.create: {event_ref: a, question: OK?, options: [Great, Bad]}]"
    assert update(tmp_path, expect).endswith("options: [Great, Bad]}\n")
    assert update(tmp_path, "    expect: {runs: 1}") == "    expect: {runs: 1}"
