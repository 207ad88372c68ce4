"""What is given on the command line or in a file: `k=v` pairs, YAML values, JSON documents."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from beeflow.errors import UsageError
from beeflow.recipe.document import Source, read_document
from beeflow.recipe.limits import FILE_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from beeflow.types import Json


def split_pair(option: str, text: str) -> tuple[str, str]:
    """Split `key=value`; raises `UsageError`."""
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise UsageError(f"{option} takes key=value, and this is `{text}`")
    return key.strip(), value


def yaml_value(option: str, text: str) -> Json:
    """Read a value as a recipe would: `true`, `7`, `[a, b]`; all else is text."""
    document = read_document(Source(option, text))
    if document.problems:
        raise UsageError(f"{option} {text}: {document.problems[0].message}")
    return None if document.root is None else document.root.plain()


def overlay(option: str, pairs: Iterable[str]) -> dict[str, Json]:
    """Read `key=value` pairs into one mapping; dots in a key lead into mappings."""
    result: dict[str, Json] = {}
    for pair in pairs:
        key, text = split_pair(option, pair)
        place = result
        *steps, last = key.split(".")
        for step in steps:
            inner = place.setdefault(step, {})
            if not isinstance(inner, dict):
                raise UsageError(f"{option} {pair}: `{step}` has a value already")
            place = inner
        place[last] = yaml_value(option, text)
    return result


def read_event(path: str) -> dict[str, Json]:
    """Read a webhook's payload from a JSON file (`-`: from stdin); raises `UsageError`.

    What `beeflow events show --json` printed is taken, too: the payload in it.
    """
    name = "stdin" if path == "-" else path
    try:
        text = sys.stdin.read() if path == "-" else Path(path).read_text("utf-8")
        payload = json.loads(text)
    except OSError as error:
        raise UsageError(f"{name}: cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{name}: this is not JSON: {error}") from None
    if not isinstance(payload, dict):
        raise UsageError(f"{name}: an event is a JSON object with `type` and `data`")
    inner = payload.get("payload")
    return inner if isinstance(inner, dict) and "data" not in payload else payload


def read_stdin_text() -> str:
    """Return what comes in on stdin; raises `UsageError` where it is too much or not UTF-8."""
    raw = sys.stdin.buffer.read(FILE_BYTES + 1)
    if len(raw) > FILE_BYTES:
        raise UsageError(f"stdin: more than {FILE_BYTES} bytes, which no recipe has")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise UsageError("stdin: this is not UTF-8") from None
