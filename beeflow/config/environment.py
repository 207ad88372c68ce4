"""The environment as configuration: `BEEFLOW_SERVER_PORT` is `server.port`.

Names that a user chooses stand in the middle: `BEEFLOW_SOURCES_MAIN_SECRETS` is
`sources.main.secrets`, and an underscore in such a name means the file's name that reads the
same in capitals, else a dash. Lists are separated by commas. An empty variable counts as not set.
"""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from beeflow.config.findings import Finding, Variable, refuse
from beeflow.config.schema import ANY, Leaf, leaves

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from beeflow.config.document import Document
    from beeflow.config.document import Path as KeyPath
    from beeflow.types import Json

PREFIX = "BEEFLOW_"
SECRET_PREFIX = "BEEFLOW_SECRET_"  # noqa: S105 - the name of variables, not a password

_KUBERNETES = re.compile(r"BEEFLOW_(SERVICE_(HOST|PORT)(_.*)?|PORT(_\d+_(TCP|UDP|SCTP).*)?)")
"""Kubernetes gives these to every container beside a service that is called beeflow."""

_TESTS = "BEEFLOW_TEST_"
"""Left to test suites."""

_DEBUG = "BEEFLOW_DEBUG"
"""Shows where a fault of ours is; no setting."""


def lay_over(document: Document, environ: Mapping[str, str]) -> None:
    """Put what the environment sets over what the file sets. Raises `ConfigError`."""
    findings: list[Finding] = []
    for name, text in sorted(environ.items()):
        if not _is_ours(name) or not text.strip():
            continue
        path, leaf = _find(name, document)
        if leaf is None:
            findings.append(_unknown(name))
            continue
        _put(document, path, _typed(text, leaf), name)
    if findings:
        raise refuse(findings)


def variable_of(path: tuple[str, ...]) -> str:
    """Return the variable that sets the value at `path`."""
    return PREFIX + "_".join(path).upper().replace("-", "_")


def _is_ours(name: str) -> bool:
    if not name.startswith(PREFIX) or name.startswith((SECRET_PREFIX, _TESTS)):
        return False
    if name == _DEBUG:
        return False
    return _KUBERNETES.fullmatch(name) is None


def _find(name: str, document: Document) -> tuple[KeyPath, Leaf | None]:
    for leaf in leaves():
        match = _pattern(leaf).fullmatch(name)
        if match is None:
            continue
        if ANY not in leaf.path:
            return leaf.path, leaf
        section, known = leaf.path[0], document.root.get(leaf.path[0])
        chosen = _chosen(match["name"], known if isinstance(known, dict) else {})
        return (section, chosen, *leaf.path[2:]), leaf
    return (), None


def _pattern(leaf: Leaf) -> re.Pattern[str]:
    parts = ["(?P<name>[A-Z0-9_]+)" if part == ANY else part.upper() for part in leaf.path]
    return re.compile(PREFIX + "_".join(parts))


def _chosen(text: str, known: Mapping[str, Json]) -> str:
    for name in known:
        if name.upper().replace("-", "_") == text:
            return name
    return text.lower().replace("_", "-")


def _typed(text: str, leaf: Leaf) -> Json:
    kind = leaf.schema.get("type")
    kinds = kind if isinstance(kind, list) else [kind]
    if "array" in kinds:
        return [part.strip() for part in text.split(",") if part.strip()]
    if "null" in kinds and text.strip() == "null":
        return None
    if "integer" in kinds and re.fullmatch(r"\s*-?[0-9]{1,18}\s*", text):
        return int(text)
    return text


def _put(document: Document, path: KeyPath, value: Json, name: str) -> None:
    target = document.root
    for part in path[:-1]:
        below = target.get(str(part))
        if not isinstance(below, dict):
            below = {}
            target[str(part)] = below
        target = below
    target[str(path[-1])] = value
    for end in range(1, len(path) + 1):
        document.values.setdefault(path[:end], Variable(name))
        document.keys.setdefault(path[:end], Variable(name))
    for known in [known for known in document.values if known[: len(path)] == path]:
        document.values[known] = Variable(name)


def _unknown(name: str) -> Finding:
    close = difflib.get_close_matches(name, list(_names()), n=1)
    mend = f"did you mean {close[0]}?" if close else "see the configuration's reference"
    return Finding("unknown-key", f"{name} is not a setting", Variable(name), mend)


def _names() -> Iterator[str]:
    for leaf in leaves():
        yield variable_of(tuple("NAME" if part == ANY else part for part in leaf.path))
