"""A dotenv file, as `beeflow validate --env FILE` reads it."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

from dotenv.parser import parse_stream

from beeflow.config.findings import Finding, Place, refuse
from beeflow.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path


def read_dotenv(path: Path) -> dict[str, str]:
    """Read a dotenv file. Raises `ConfigError` with the line that is wrong.

    Nothing is interpolated: a `$` in a secret is a `$`.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: is not UTF-8; save the file as UTF-8") from None
    found: dict[str, str] = {}
    findings: list[Finding] = []
    for binding in parse_stream(StringIO(text)):
        if binding.error:
            before = binding.original.string
            line = binding.original.line + len(before) - len(before.lstrip("\n"))
            place = Place(str(path), line, 1, 1, "")
            findings.append(Finding("syntax", "not a setting", place, "write NAME=value"))
        elif binding.key is not None and binding.value is not None:
            found[binding.key] = binding.value
    if findings:
        raise refuse(findings)
    return found
