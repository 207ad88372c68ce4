from __future__ import annotations

from drivers.graph.everything import WEB

from beeflow.check.causes import trace
from beeflow.cli.knowledge import facts
from beeflow.drivers.graph.causes import web
from beeflow.drivers.graph.web import Edge, Node


def test_what_starts_each_recipe_and_what_each_starts() -> None:
    found = web(WEB, trace(WEB, facts().actions))
    assert Node("webhook poll.created", "trigger", "poll.created") in found.nodes
    assert Node("webhook chat.*", "trigger", "chat.*") in found.nodes
    assert Node("schedule every 1h UTC", "trigger", "schedule every 1h", ("UTC",)) in found.nodes
    assert (
        Node("watch every 1m s.x > 1", "trigger", "watch", ("every 1m", "s.x > 1")) in found.nodes
    )
    assert Node("recipe poller", "action", "poller", ("Makes polls",)) in found.nodes
    assert Node("recipe asleep", "action", "asleep", ("disabled",)) in found.nodes
    assert (
        Node("recipe alarm", "action", "alarm", ("shadow: writes are only recorded",))
        in found.nodes
    )
    edges = set(found.edges)
    assert {
        Edge("webhook poll.created", "recipe poller", "data.a: 1"),
        Edge("event_start 1h before", "recipe asleep", rare=True),
        Edge("recipe starter", "recipe poller", "runs it"),
        Edge("recipe poller", "recipe poller", "polls.create sends poll.created", rare=True),
        Edge("recipe watcher", "recipe starter", "runs it"),
    } <= edges
    ends = {edge.source for edge in edges if edge.label == "its run ends"}
    assert ends == {"recipe starter", "recipe poller", "recipe watcher"}
