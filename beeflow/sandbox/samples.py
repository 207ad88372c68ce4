"""The documented samples of webhooks, to send as they are or with something laid on top."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

from beeflow.beestreamed.catalog import load_catalog

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.types import Json


def sample(kind: str) -> dict[str, Json]:
    """Return the documented payload of a webhook type; raises `KeyError` for an unknown one."""
    return deepcopy(load_catalog().webhooks[kind].sample)


def sample_data(kind: str) -> dict[str, Json]:
    """Return what is under `data` in the documented payload."""
    data = sample(kind)["data"]
    return data if isinstance(data, dict) else {}


def laid_over(below: Mapping[str, Json], above: Mapping[str, Json]) -> dict[str, Json]:
    """Lay one mapping over another: mappings within are merged, anything else is replaced."""
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        if isinstance(under, dict) and isinstance(value, dict):
            merged[key] = laid_over(under, value)
        else:
            merged[key] = value
    return merged
