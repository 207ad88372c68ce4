from __future__ import annotations

import pytest
from recipe.parsing import only, parse

REST = "\nactions: [{stop: x}]\n"


@pytest.mark.parametrize(
    ("trigger", "at", "mend", "count"),
    [
        (
            "{platform: webhook, event: event.created}",
            "platform",
            "write webhook: event.created",
            1,
        ),
        ("[{trigger: webhook, webhook_id: abc}]", "trigger", "write webhook: …", 0),
        ("{type: cron, cron: 0 9 * * *}", "type", "write schedule: 0 9 * * *", 1),
        ("{platform: time, at: '09:00'}", "platform", "write schedule: …", 0),
        ("{type: event.created}", "type", "did you mean `webhook`?", 1),
        (
            "{event_type: event.created, filter: {data.a: b}}",
            "event_type",
            "did you mean `webhook`?",
            None,
        ),
        ("{cron: 0 9 * * *}", "cron", "did you mean `schedule`?", 1),
        ("{every: 15m}", "every", "write schedule: {every: 15m}", 1),
        ("{at: 2026-12-01 09:00}", "at", "write schedule: {at: 2026-12-01 09:00}", 1),
        ("{before: 15m}", "before", "write event_start: -15m", 1),
        ("{nothing: x}", "{nothing: x}", "allowed: event_start, run, schedule, watch, webhook", 0),
        (
            "{webhook: a, schedule: b}",
            "{webhook: a, schedule: b}",
            "any of them will start the recipe",
            0,
        ),
    ],
)
def test_a_trigger_of_another_tool_is_told_once(
    trigger: str, at: str, mend: str, count: int | None
) -> None:
    text = f"trigger: {trigger}{REST}"
    if count is None:
        assert len(parse(text).problems) == 2
        return
    found = only(text)
    assert found.at == at
    assert found.help.endswith(mend)
    draft = parse(text).draft
    assert draft is not None
    assert len(draft.triggers) == count
