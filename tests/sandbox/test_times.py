from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from beeflow.sandbox.times import (
    end_of,
    local_date,
    offset_date,
    read_local,
    rfc3339,
    utc,
    zone_name,
)

if TYPE_CHECKING:
    from beeflow.sandbox import Sandbox


@pytest.mark.parametrize(
    ("timezone", "local", "offset", "name"),
    [
        (
            "Europe/Berlin",
            "2025-04-28 22:25:08",
            "2025-04-28 22:25:08 +02:00",
            "(UTC+01:00) Brussels, Copenhagen, Madrid, Paris",
        ),
        ("UTC", "2025-04-28 20:25:08", "2025-04-28 20:25:08 +00:00", "(UTC+00:00) UTC"),
        (
            "America/St_Johns",
            "2025-04-28 17:55:08",
            "2025-04-28 17:55:08 -02:30",
            "(UTC-03:30) America/St_Johns",
        ),
    ],
)
def test_an_events_date_is_written_in_its_own_zone(
    timezone: str, local: str, offset: str, name: str, sandbox: Sandbox
) -> None:
    event = sandbox.world.events[sandbox.refs.event]
    moved = replace(event, date=1_745_871_908.0, timezone=timezone)
    assert local_date(moved) == local
    assert offset_date(moved) == offset
    assert zone_name(moved) == name


def test_other_times_are_in_utc() -> None:
    assert utc(1_745_785_514) == "2025-04-27 20:25:14"
    assert utc(None) is None
    assert rfc3339(1_745_785_514) == "2025-04-27T20:25:14Z"


def test_a_bare_date_ends_with_its_day() -> None:
    assert end_of("2025-04-28", "UTC") - read_local("2025-04-28", "UTC") == 86399
    assert end_of("2025-04-28 10:00", "UTC") == read_local("2025-04-28 10:00", "UTC")


@pytest.mark.parametrize("text", ["1970-12-31", "9991-01-01", "0001-01-01", "tomorrow"])
def test_times_out_of_range_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=text):
        read_local(text, "UTC")
