"""`secret:NAME` in values that are no credentials, such as `platform.url`: filled in at once.

Credentials stay names until they are used, so that a new value is taken without a restart.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from beeflow.config.credential import PREFIX, how_to_give
from beeflow.config.findings import Finding, Variable
from beeflow.config.masking import SHORTEST
from beeflow.config.schema import leaf_at
from beeflow.config.secrets import Secrets

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from beeflow.config.document import Document
    from beeflow.config.document import Path as KeyPath
    from beeflow.types import Json


def fill_in(document: Document, environ: Mapping[str, str]) -> list[Finding]:
    """Replace such values; returns a finding for each whose secret is missing."""
    wanted = [
        (path, text.removeprefix(PREFIX))
        for path, text in _texts(document.root, ())
        if text.startswith(PREFIX) and not _is_credential(path)
    ]
    if not wanted:
        return []
    secrets = Secrets(environ, secrets_folder(document))
    findings: list[Finding] = []
    for path, name in wanted:
        value = secrets.get(name)
        if value is None:
            message = f"`{'.'.join(map(str, path))}` needs the secret {name}"
            findings.append(Finding("secret", message, document.place(path), how_to_give(name)))
        else:
            _replace(document.root, path, value)
    return findings


def written_credentials(document: Document) -> list[str]:
    """Return the credentials that are written out as they are, longest first."""
    found = [
        text
        for path, text in _texts(document.root, ())
        if len(text) >= SHORTEST and not text.startswith(PREFIX) and _is_credential(path)
    ]
    return sorted(found, key=len, reverse=True)


def secrets_folder(document: Document) -> Path | None:
    """Return the folder of secrets, None where there is none (or it is not a text)."""
    section = document.root.get("secrets")
    folder = section.get("dir") if isinstance(section, dict) else None
    if not isinstance(folder, str) or not folder:
        return None
    return located(document, ("secrets", "dir"), folder)


def located(document: Document, path: KeyPath, text: str) -> Path:
    """Return a path of the configuration, seen from the working folder.

    What a file says is relative to that file; what the environment says, to the working folder.
    """
    place = document.values.get(path)
    if place is None or isinstance(place, Variable):
        return Path(text).expanduser()
    return Path(place.file).parent / Path(text).expanduser()


def _is_credential(path: KeyPath) -> bool:
    leaf = leaf_at(tuple(part for part in path if isinstance(part, str)))
    return leaf is not None and leaf.is_credential


def _texts(value: Json, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, (*path, index))


def _replace(root: Json, path: KeyPath, value: str) -> None:
    holder = root
    for part in path[:-1]:
        holder = holder[part]  # type: ignore[index]  # the path was just walked
    holder[path[-1]] = value  # type: ignore[index]  # the path was just walked
