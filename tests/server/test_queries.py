from __future__ import annotations

import pytest

from beeflow.engine.journal.records import Filter
from beeflow.server.answers import Refused
from beeflow.server.queries import EVENTS, RUNS, read_filter

NOW = 1_750_000_000.0


def test_without_parameters_it_is_the_last_fifty() -> None:
    assert read_filter({}, RUNS, NOW) == Filter(limit=50)


def test_every_parameter_is_read() -> None:
    query = {
        "limit": "0",
        "since": "7d",
        "recipe": "go-live",
        "outcome": "failed",
        "status": "done",
        "type": "event.*",
        "event": "ev-1",
    }
    assert read_filter(query, RUNS, NOW) == Filter(
        0, NOW - 7 * 86400, "go-live", "failed", "done", "event.*", None, "ev-1"
    )
    assert read_filter({"source": "main"}, EVENTS, NOW) == Filter(source="main")


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"limit": "-1"}, "limit: `-1` is not a number from 0 (all of them) up"),
        ({"limit": "many"}, "`many`"),
        ({"limit": ""}, "``"),
        ({"limit": "٣"}, "is not a number"),
        ({"limit": "9" * 10}, "is not a number"),
        ({"since": "soon"}, "since: `soon` is neither a duration nor a time: write 7d"),
        ({"since": "7x"}, "`7x` is not a duration"),
        ({"outcome": "suceeded"}, "did you mean `succeeded`? (there are: succeeded, failed"),
        ({"status": "xyz"}, "there is no status `xyz` (there are: delayed, queued"),
        ({"recipes": "x"}, "there is no parameter `recipes`: did you mean `recipe`?"),
        ({"colour": "x"}, "there is no parameter `colour` (there are: event, limit"),
    ],
)
def test_what_is_wrong_is_named_with_what_is_allowed(query: dict[str, str], told: str) -> None:
    with pytest.raises(Refused) as caught:
        read_filter(query, RUNS, NOW)
    assert caught.value.status == 400
    assert told in str(caught.value)
