"""The web of a folder: what starts each recipe, and which recipes start one another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.drivers.graph.web import Edge, Node, Web
from beeflow.drivers.wording.facets import trigger_facets
from beeflow.drivers.wording.steps import Facets, step_kind
from beeflow.recipe.model import RunTrigger

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from beeflow.check.causes import Graph, Link
    from beeflow.recipe.model import Recipe, Trigger


def web(recipes: Iterable[Recipe], graph: Graph) -> Web:
    """Return the web of recipes between which `graph` has the links."""
    listed = sorted(recipes, key=lambda one: one.id)
    nodes: dict[str, Node] = {}
    edges: dict[tuple[str, str, str], Edge] = {}
    for recipe in listed:
        for trigger in recipe.triggers:
            for node, edge in _triggered(recipe, trigger):
                nodes.setdefault(node.id, node)
                edges.setdefault((edge.source, edge.target, edge.label), edge)
    for recipe in listed:
        nodes[f"recipe {recipe.id}"] = _node(recipe)
    for link in graph.links:
        edge = _caused(link)
        key = (edge.source, edge.target, edge.label)
        if key not in edges or (edges[key].rare and not edge.rare):
            edges[key] = edge
    return Web(tuple(nodes.values()), tuple(edges.values()))


def _node(recipe: Recipe) -> Node:
    state = () if recipe.enabled else ("disabled",)
    shadow = ("shadow: writes are only recorded",) if recipe.mode == "shadow" else ()
    name = (recipe.name,) if recipe.name else ()
    return Node(f"recipe {recipe.id}", "action", recipe.id, (*name, *state, *shadow))


def _triggered(recipe: Recipe, trigger: Trigger) -> Iterator[tuple[Node, Edge]]:
    """Yield what starts a recipe, and the arrow from there; the ends of runs are links."""
    if isinstance(trigger, RunTrigger):
        return
    facets = trigger_facets(trigger)
    label = ", ".join(
        f"{name.removeprefix('match.')}: {value}"
        for name, value in facets.items()
        if name.startswith("match.")
    )
    for node in _starters(facets):
        # A disabled recipe has its triggers, and none of them starts it.
        yield node, Edge(node.id, f"recipe {recipe.id}", label, rare=not recipe.enabled)


def _starters(facets: Facets) -> Iterator[Node]:
    """Yield the nodes that a trigger is: one for each type of webhook."""
    key, text = next(iter(facets.items()))
    if key == "webhook":
        for one in text.split(", "):
            yield Node(f"webhook {one}", "trigger", one)
        return
    title = "watch" if key == "watch.every" else f"{key} {text}"
    lines = [facets["timezone"]] if "timezone" in facets else []
    if key == "watch.every":
        lines = [f"every {text}", facets.get("when") or f"each of {facets.get('items')}"]
    yield Node(" ".join((title, *lines)), "trigger", title, tuple(lines))


def _caused(link: Link) -> Edge:
    """Return the arrow from a recipe to the one that it starts."""
    if link.step is None:
        label = "its run ends"
    elif link.by == "run":
        label = "runs it"
    else:
        label = f"{step_kind(link.step)} sends {link.by}"
    source, target = f"recipe {link.source}", f"recipe {link.target}"
    return Edge(source, target, label, rare=bool(link.doubts))
