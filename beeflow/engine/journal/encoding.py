"""Records, endings and texts as JSON, the way they lie in the journal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from beeflow.engine.journal.records import Record
from beeflow.errors import Failure
from beeflow.recipe.model import Bundle

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from beeflow.engine.commands import Ending
    from beeflow.types import Json


class _Stored(msgspec.Struct):
    """A record as it lies on disk."""

    path: str
    kind: str
    status: Literal["open", "done", "failed"]
    started_at: float
    ended_at: float | None = None
    input: Any = None
    output: Any = None
    failure: Any = None
    until: float | None = None


_encoder = msgspec.json.Encoder()
_stored = msgspec.json.Decoder(list[_Stored])
_any = msgspec.json.Decoder()
_bundle = msgspec.json.Decoder(Bundle)


def encode(value: object) -> bytes:
    """Write plain data, or a struct of it, as JSON in UTF-8.

    A lone surrogate, which an answer from outside may hold and UTF-8 cannot, becomes `?`.
    Raises `TypeError` for what is not data.
    """
    try:
        return _encoder.encode(value)
    except UnicodeEncodeError:
        plain = msgspec.to_builtins(value, str_keys=True)
        return json.dumps(plain, ensure_ascii=False).encode("utf-8", "replace")


def clean(text: str) -> str:
    """Return a text without lone surrogates, which the disk cannot hold: they become `?`."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def decode(data: bytes) -> Any:
    """Read JSON."""
    return _any.decode(data)


def decode_mapping(data: bytes | None) -> dict[str, Json]:
    """Read a JSON object, nothing as an empty one."""
    return dict(_any.decode(data)) if data else {}


def plain(value: object) -> Any:
    """Return a value as it would come back from the journal."""
    return decode(encode(value))


def encode_records(records: Iterable[Record]) -> bytes:
    """Write records, in their order."""
    kept = tuple(records)
    try:
        return _encoder.encode(kept)
    except UnicodeEncodeError:
        return encode(kept)


def decode_records(data: bytes) -> list[Record]:
    """Read records."""
    return [_from_stored(stored) for stored in _stored.decode(data)]


def _from_stored(stored: _Stored) -> Record:
    return Record(
        stored.path,
        stored.kind,
        stored.status,
        stored.started_at,
        stored.ended_at,
        stored.input,
        stored.output,
        stored.failure and Failure(**stored.failure),
        stored.until,
    )


def encode_ending(ending: Ending) -> bytes | None:
    """Write what of an ending its outcome and reason do not tell; None where that is all."""
    if ending.fault is None and ending.result is None:
        return None
    return encode({"fault": ending.fault, "result": ending.result})


def ending_of(outcome: str | None, reason: str, data: bytes | None) -> Mapping[str, Json] | None:
    """Return `Run.ending`: an `Ending` in plain data, None for a run that has not ended."""
    if outcome is None:
        return None
    rest = decode_mapping(data) or {"fault": None, "result": None}
    return {"outcome": outcome, "reason": reason, **rest}


def encode_bundle(bundle: Bundle) -> bytes:
    """Write the text of a recipe."""
    return encode(bundle)


def decode_bundle(data: bytes) -> Bundle:
    """Read the text of a recipe."""
    return _bundle.decode(data)
