"""Reads `schemas/beestreamed.openapi.yaml` section by section.

The whole file takes some 40 ms to parse, a command mostly needs a few of its operations. So the
text is cut at the headings of paths and components, which stand at fixed depths (the file's own
comment says so), and each section is parsed when it is first asked for.
"""

from __future__ import annotations

import re
from typing import Any, TypeAlias

import yaml

from beeflow.beestreamed.lazy import LazyMapping

Section: TypeAlias = dict[str, Any]
"""A part of an OpenAPI document; of any shape by nature."""

# libyaml, where PyYAML was built with it, is ten times as fast.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_PATH = re.compile(r"^  (/\S*):$", re.MULTILINE)
_GROUP = re.compile(r"^  (\w+):$", re.MULTILINE)
_COMPONENT = re.compile(r"^    (\w+):(?=[ \n])", re.MULTILINE)
_ACTION = re.compile(r"^      x-action: (\S+)$", re.MULTILINE)
_METHODS = ("get", "post", "patch", "delete")


class Document:
    """An OpenAPI document: its paths, and whatever `$ref` points to, parsed when needed."""

    def __init__(self, text: str) -> None:
        head, _, rest = text.partition("\npaths:\n")
        paths, _, components = rest.partition("\ncomponents:\n")
        self._head = head
        self._path_texts = _cut(_PATH, paths)
        self._component_texts = {
            f"#/components/{group}/{name}": part
            for group, body in _cut(_GROUP, components).items()
            for name, part in _cut(_COMPONENT, body).items()
        }
        self._actions = {
            action: path
            for path, part in self._path_texts.items()
            for action in _ACTION.findall(part)
        }
        self._paths = LazyMapping(self._path_texts, self._parse_path)
        self._components = LazyMapping(self._component_texts, self._parse_component)

    @property
    def actions(self) -> list[str]:
        """The names of all actions, in the order of the document."""
        return list(self._actions)

    @property
    def server(self) -> str:
        """The address of the API."""
        return str(yaml.load(self._head, Loader=_Loader)["servers"][0]["url"])  # noqa: S506 - it is a SafeLoader

    def operation(self, action: str) -> tuple[str, str, Section]:
        """Return path, method (lower case) and operation; parameters of the path are included."""
        path = self._actions[action]
        item = self._paths[path]
        method = next(m for m in _METHODS if m in item and item[m]["x-action"] == action)
        parameters = [*item.get("parameters", []), *item[method].get("parameters", [])]
        return path, method, {**item[method], "parameters": parameters}

    def resolve(self, node: Any) -> Any:
        """Return `node` with every `$ref` in it replaced by what it points to."""
        if isinstance(node, list):
            return [self.resolve(item) for item in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            return self._components[node["$ref"]]
        return {key: self.resolve(value) for key, value in node.items()}

    def _parse_path(self, path: str) -> Section:
        return _parse(self._path_texts[path], path)

    def _parse_component(self, pointer: str) -> Any:
        name = pointer.rpartition("/")[2]
        return self.resolve(_parse(self._component_texts[pointer], name))


def _cut(heading: re.Pattern[str], text: str) -> dict[str, str]:
    """Cut `text` before each heading; each part begins with its own."""
    marks = list(heading.finditer(text))
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    return {mark[1]: text[mark.start() : end] for mark, end in zip(marks, ends, strict=True)}


def _parse(text: str, heading: str) -> Section:
    section: Section = yaml.load(text, Loader=_Loader)[heading]  # noqa: S506 - it is a SafeLoader
    return section
