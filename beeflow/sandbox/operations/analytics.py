"""Figures about the simulated viewers (resource "Analytics"); all from the same views.

Times and durations are whole Unix seconds and seconds: the samples hold words in their place.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from beeflow.sandbox import audience, stage
from beeflow.sandbox.audience import GROUPINGS, MEASUREMENTS, METRICS
from beeflow.sandbox.paging import Page, cut
from beeflow.sandbox.reply import Refusal, wrapped
from beeflow.sandbox.world import not_found

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from beeflow.sandbox.audience import Watched
    from beeflow.sandbox.call import Call, Handler
    from beeflow.sandbox.records import Event, View
    from beeflow.sandbox.reply import Reply
    from beeflow.types import Json

_STEPS = {"minute": 60, "ten_minute": 600, "hour": 3600, "day": 86400}
_USUAL = {"minute": 3540, "ten_minute": 21000, "hour": 172_800, "day": 2_592_000}
"""Seconds that a series goes back when no timeframe is given."""
_MOST_STEPS = 5000


@dataclass(frozen=True, slots=True)
class _Timeframe:
    """From `start` to `end`, in Unix seconds."""

    start: int
    end: int


def overall(call: Call) -> Reply:
    """Answer "Get overall analytics data"."""
    event = call.event()
    metric = _one_of(call, "metric_id", METRICS)
    measurement = _one_of(call, "measurement", MEASUREMENTS)
    value = _value(call, event, _seen(call, event), metric, measurement)
    return wrapped({"metric": metric, "value": value, "measurement": measurement})


def timeseries(call: Call) -> Reply:
    """Answer "Get analytics timeseries data": the views that began in each step."""
    event, group = call.event(), call.text("group_by")
    now, step = int(call.sandbox.now()), _STEPS[group]
    frame = _timeframe(call) or _Timeframe(now - _USUAL[group], now)
    if (frame.end - frame.start) // step > _MOST_STEPS:
        raise Refusal(400, f"The timeframe has more than {_MOST_STEPS} steps of a {group}")
    counts = audience.series(stage.watched(call.sandbox, event), frame.start, frame.end, step)
    return wrapped([{"timestamp": moment, "value": count} for moment, count in counts])


def breakdown(call: Call) -> Reply:
    """Answer "Get analytics breakdown data"."""
    event, by = call.event(), _one_of(call, "group_by", GROUPINGS)
    metric = _one_of(call, "metric_id", METRICS)
    groups = audience.grouped(_seen(call, event), metric, by)
    return wrapped([{"group": group, "value": value} for group, value in groups])


def views(call: Call) -> Reply:
    """Answer "Get analytics views data"."""
    event = call.event()
    frame = _timeframe(call) or _Timeframe(int(event.created), int(call.sandbox.now()))
    seen = stage.watched(call.sandbox, event).within(frame.start, frame.end)
    page = cut(_ordered(call, seen.views), Page(call.number("limit", 25), call.number("page", 1)))
    return wrapped(
        {
            "views": [_view(seen, view) for view in page],
            "total_row_count": len(seen.views),
            "timeframe": [frame.start, frame.end],
        }
    )


def viewer(call: Call) -> Reply:
    """Answer "Get analytics viewer data", of somebody who has been there within the timeframe."""
    event, id_ = call.event(), call.path["viewer_id"]
    seen = _seen(call, event)
    own = [view for view in seen.views if view.viewer_id == id_]
    if not own:
        raise not_found("Viewer", id_)
    return wrapped(
        {
            "viewer_data": {
                "viewer_id": id_,
                "first_view": int(min(view.start for view in own)),
                "last_view": int(max(view.start for view in own)),
                "total_views": len(own),
                "total_duration": sum(round(seen.duration(view)) for view in own),
            },
            "interaction_data": {},
        }
    )


def _value(call: Call, event: Event, seen: Watched, metric: str, measurement: str) -> float:
    if metric == "engagement":
        return _interactions(call, event)
    return audience.measured(seen, metric, measurement)


def _interactions(call: Call, event: Event) -> int:
    """Count chat messages, questions and votes, as "Analytics: Introduction" has engagement."""
    world = call.world
    polls = [poll for poll in world.polls.values() if poll.event_ref == event.ref]
    messages = sum(row.event_ref == event.ref for row in world.messages.values())
    return messages + sum(len(world.entries[poll.ref]) for poll in polls)


def _seen(call: Call, event: Event) -> Watched:
    seen, frame = stage.watched(call.sandbox, event), _timeframe(call)
    return seen if frame is None else seen.within(frame.start, frame.end)


def _timeframe(call: Call) -> _Timeframe | None:
    if not call.has("timeframe"):
        return None
    start, end = (int(part) for part in call.text("timeframe").split(","))
    if start > end:
        raise Refusal(400, "The timeframe ends before it starts")
    return _Timeframe(start, end)


def _one_of(call: Call, name: str, allowed: tuple[str, ...]) -> str:
    value = call.text(name)
    if value in allowed:
        return value
    near = difflib.get_close_matches(value, allowed, n=1)
    hint = f", did you mean {near[0]}?" if near else ""
    raise Refusal(400, f"{name} must be one of {', '.join(allowed)}{hint}")


def _ordered(call: Call, views: Sequence[View]) -> list[View]:
    latest_first = call.text("order") == "desc"
    return sorted(views, key=lambda view: view.start, reverse=latest_first)


def _view(seen: Watched, view: View) -> dict[str, Json]:
    duration = round(seen.duration(view))
    return {
        "view_id": view.id,
        "view_start": int(view.start),
        "view_end": int(view.start) + duration,
        "view_duration": duration,
    }


HANDLERS: Mapping[str, Handler] = {
    "analytics.overall": overall,
    "analytics.timeseries": timeseries,
    "analytics.breakdown": breakdown,
    "analytics.views": views,
    "analytics.viewer": viewer,
}
