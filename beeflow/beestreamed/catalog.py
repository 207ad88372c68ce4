"""The catalog: every operation and every webhook of the platform, read from `schemas/`.

It is read once and lazily: what a command does not ask for is not parsed.
"""

from __future__ import annotations

import fnmatch
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from beeflow.beestreamed.document import Document
from beeflow.beestreamed.lazy import LazyMapping
from beeflow.beestreamed.operation_reader import read_operation
from beeflow.beestreamed.webhook_type import WebhookType, read_webhook_type
from beeflow.resources import data_folder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from beeflow.beestreamed.operation import Operation

_SUFFIX = ".schema.json"


class Catalog(msgspec.Struct, frozen=True):
    """The platform as data. Operations by the name of their action, webhooks by type."""

    operations: Mapping[str, Operation]
    webhooks: Mapping[str, WebhookType]
    server: str
    """The address of the API."""

    def match_types(self, pattern: str) -> tuple[str, ...]:
        """Return the webhook types that a type or a `*` pattern means, sorted; none: a mistake."""
        if "*" not in pattern:
            return (pattern,) if pattern in self.webhooks else ()
        # Only `*` has a meaning in recipes; a type holds no other character that fnmatch knows.
        literal = pattern.replace("[", "[[]").replace("?", "[?]")
        return tuple(sorted(fnmatch.filter(self.webhooks, literal)))


@lru_cache(maxsize=1)
def load_catalog() -> Catalog:
    """Return the catalog of the schemas that came with this beeflow."""
    return read_catalog(data_folder("schemas"))


def read_catalog(folder: Path) -> Catalog:
    """Return the catalog of the schemas in `folder`."""
    document = Document((folder / "beestreamed.openapi.yaml").read_text("utf-8"))
    files = {
        file.name.removesuffix(_SUFFIX): file
        for file in sorted((folder / "webhooks").glob(f"*{_SUFFIX}"))
    }
    return Catalog(
        operations=LazyMapping(document.actions, lambda name: read_operation(document, name)),
        webhooks=LazyMapping(files, lambda name: read_webhook_type(files[name].read_bytes())),
        server=document.server,
    )
