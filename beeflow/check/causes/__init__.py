"""What starts what: the recipes of a folder as a graph, and the loops in it.

A recipe starts another by a webhook that one of its actions causes (`x-webhooks` of the API
description), by a `run` step, or by its end where a `run` trigger listens. Patterns, conditions
and guards are held against what is known of the webhook: a recipe that sets the status to `done`
does not start one that waits for `live`.

    graph = trace(loaded.recipes.values(), facts.actions)
    graph.links                # who starts whom, by what, and what may keep it from happening
    find_loops(graph)          # the circles in it
"""

from beeflow.check.causes.graph import Graph, Link, trace
from beeflow.check.causes.knowledge import Knowledge
from beeflow.check.causes.loops import Loop, find_loops
from beeflow.check.causes.walking import Doubt

__all__ = ["Doubt", "Graph", "Knowledge", "Link", "Loop", "find_loops", "trace"]
