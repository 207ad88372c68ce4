from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from check.rules.telling import Tell


@pytest.mark.parametrize(
    ("condition", "mend"),
    [
        (
            "trigger.data.event_ref == 3",
            "write '3' in quotes, or make one of a text with `| number`",
        ),
        (
            "trigger.data.event_id == '3'",
            "write a number without quotes, or make one of a text with `| number`",
        ),
        ("trigger.data.event_title == true", "compare it with a text"),
        ("(trigger.data.event_id > 3) == 'true'", "write true or false without quotes"),
        (
            "now | weekday == 'mon'",
            "one of the two is true or false by itself: leave the comparison out",
        ),
    ],
)
def test_the_mend_is_for_the_side_that_is_written_out(
    tell: Tell, condition: str, mend: str
) -> None:
    text = (
        f'trigger: {{webhook: event.created}}\nconditions: ["{condition}"]\nactions: [{{stop: x}}]'
    )
    (line,) = tell(text)
    assert line.startswith("never-equal error")
    assert line.endswith(f" | {mend}")
