"""Every bound on a recipe's text, in one place: the number, and what it protects.

A recipe over a bound is refused with a problem of the rule `limit` that names the bound. The
numbers are far above what people write; they are there so that a broken or hostile file ends in
a message and not in a slow or dead daemon.
"""

from __future__ import annotations

from typing import Final

FILE_BYTES: Final = 1024 * 1024
"""Size of a recipe file."""

NODES: Final = 50_000
"""Values in a file, counted as if every YAML alias were written out."""

DEPTH: Final = 100
"""Mappings and lists inside one another, in any place of a file."""

STEPS: Final = 500
"""Steps of a recipe, those inside other steps and in `on_error` counted."""

TEXTS: Final = 5_000
"""Expressions and templates of a recipe."""

NAMES: Final = 500
"""Names that a recipe gives: as inputs, and by `fetch`, `as`, `set` and `into`."""

NESTING: Final = 20
"""Steps inside steps."""

CONDITIONS: Final = 200
"""Clauses of `conditions`, nested ones counted."""

TRIGGERS: Final = 50
"""Triggers of a recipe."""

FETCHES: Final = 50
"""Reads in one `fetch`."""

TYPES: Final = 50
"""Webhook types in one list."""

PARALLEL_BRANCHES: Final = 50
"""Branches of one `parallel`."""

ARMS: Final = 100
"""Arms of one `choose`."""

FOR_EACH_PARALLEL: Final = 100
"""Turns of one `for_each` at a time."""

TURNS: Final = 10_000
"""`times` and `max` of `repeat`."""

ATTEMPTS: Final = 100
"""`attempts` of a `retry`."""

CONCURRENT_RUNS: Final = 10_000
"""`max` of `concurrency`."""

BATCH: Final = 10_000
"""`max` of `batch`."""

PAGES: Final = 10_000
"""`pages` of a call."""

INPUTS: Final = 100
"""Declared inputs."""

OPTIONS: Final = 1_000
"""`options` of an input."""

LABELS: Final = 50
"""Labels of a recipe."""

TEXT: Final = 200
"""Characters of a name, a label, or an id."""

SHORTEST_EVERY: Final = 1.0
"""Seconds between two times of `every`, at least."""

PROBLEMS: Final = 200
"""Problems that are told of one file; the rest are cut off, and that is said."""
