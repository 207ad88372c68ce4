"""Tells where an answer differs from a sample, in keys and in types."""

from __future__ import annotations

from typing import Any

OPEN_MAPPINGS = {"signup_data", "events_log_response", "interaction_data"}
"""What is in them differs by event, by change, and by viewer."""


def differences(sample: Any, given: Any, path: str = "$", *, loose: bool = False) -> list[str]:
    """Say where keys or types differ; a null on either side fits anything."""
    if sample is None or given is None:
        return []
    if isinstance(sample, dict) and isinstance(given, dict):
        found = [f"{path}: keys {sorted(sample.keys() ^ given.keys())}"] * (
            sample.keys() != given.keys()
        )
        for key in sample.keys() & given.keys() - OPEN_MAPPINGS:
            found += differences(sample[key], given[key], f"{path}.{key}", loose=loose)
        return found
    if isinstance(sample, list) and isinstance(given, list):
        return [
            line
            for index, item in enumerate(given)
            for line in differences(sample[0], item, f"{path}[{index}]", loose=loose)
        ]
    if loose and isinstance(sample, str):
        return []
    numbers = isinstance(sample, int | float) and isinstance(given, int | float)
    same = type(sample) is type(given) or (
        numbers and isinstance(sample, bool) is isinstance(given, bool)
    )
    return [] if same else [f"{path}: {sample!r} but {given!r}"]
