"""`event` and `events`: what happens in a test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from beeflow.check.answers import problems_of_data
from beeflow.drivers.testing import vocabulary as terms
from beeflow.drivers.testing.model import Down, Entry, Manual, Passing, Reload, Webhook
from beeflow.drivers.testing.reading import literals
from beeflow.recipe.document import MappingNode, SequenceNode
from beeflow.recipe.parser.fields import Fields, items, open_fields
from beeflow.recipe.parser.reading import Finding, Reading, did_you_mean, nearest
from beeflow.recipe.parser.vocabulary import Vocabulary
from beeflow.recipe.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.drivers.testing.model import Happening
    from beeflow.drivers.testing.reading.known import Known
    from beeflow.recipe.parser.place import Place
    from beeflow.types import Json

_EXAMPLE: Final = "{webhook: event.updated.status, data: {status: live}}"


def happenings(reading: Reading, fields: Fields, known: Known) -> tuple[Entry, ...]:
    """Read what happens: `event`, or the list `events`."""
    one, several = fields.get("event"), fields.get("events")
    if one is not None and several is not None:
        message = "`event` and `events` exclude each other"
        reading.report(fields.key("event"), Finding("conflicting-keys", message, "leave out one"))
    if several is not None:
        listed = items(reading, several, "entries", f"[{_EXAMPLE}]")
        read = [_entry(reading, place, known) for place in listed]
        if isinstance(several.node, SequenceNode) and not several.node.items:
            message = "nothing happens: the list is empty"
            reading.report(several, Finding("bad-value", message, f"add {_EXAMPLE}"))
        return tuple(entry for entry in read if entry is not None)
    if one is None:
        message = "nothing happens in this test: it has neither `event` nor `events`"
        help_ = f"add event: {_EXAMPLE}"
        reading.report(fields.place, Finding("missing-key", message, help_), fields.place.top)
        return ()
    entry = _entry(reading, one, known)
    return (entry,) if entry is not None else ()


def _entry(reading: Reading, place: Place, known: Known) -> Entry | None:
    node = place.node
    if not isinstance(node, MappingNode):
        reading.wrong_type(place, "an entry", _EXAMPLE)
        return None
    there = [kind for kind in terms.ENTRIES if node.entry(kind) is not None]
    if not there:
        _no_kind(reading, place, node)
        return None
    kinds = [kind for kind in there if kind != "after"]
    if len(kinds) > 1:
        message = f"an entry is one thing, and this has `{kinds[0]}` and `{kinds[1]}`"
        reading.report(place, Finding("conflicting-keys", message, "make two entries of it"))
        return None
    kind = there[0]
    words = terms.ENTRIES[kind]
    if kind == "webhook":
        words = _of_webhook(node, known)
    fields = open_fields(reading, place, words)
    return None if fields is None else _read(reading, fields, kind, known)


def _no_kind(reading: Reading, place: Place, node: MappingNode) -> None:
    """Report an entry that does not say what happens; a key that is near is likely meant."""
    for entry in node:
        near = nearest(entry.name, tuple(terms.ENTRIES))
        if near:
            message = f"an entry has no key `{entry.name}`"
            help_ = did_you_mean(near, tuple(terms.ENTRIES))
            reading.report(
                place.child(entry.name, entry.key), Finding("unknown-key", message, help_, near)
            )
            return
    message = "this entry does not say what happens"
    help_ = f"it needs one of {', '.join(terms.ENTRIES)}: {_EXAMPLE}"
    reading.report(place, Finding("missing-key", message, help_), place.top)


def _of_webhook(node: MappingNode, known: Known) -> Vocabulary:
    """Return the keys of a webhook: ours, and what its documented payload has beside `data`."""
    entry = node.entry("webhook")
    kind = entry.value.plain() if entry is not None else None
    found = known.facts.webhooks.get(kind) if isinstance(kind, str) else None
    fields: Mapping[str, Json] = found.schema.get("properties", {}) if found else {}
    sample = known.samples.webhook(kind) if isinstance(kind, str) else None
    more = {
        name: "Laid over the payload."
        for name in (*fields, *(sample or {}))
        if name not in {"type", "data"}
    }
    base = terms.WEBHOOK
    return Vocabulary(base.of, {**more, **base.keys}, base.required)


def _read(reading: Reading, fields: Fields, kind: str, known: Known) -> Entry | None:
    place = fields.get("after")
    after = literals.duration(reading, place) if place is not None else 0.0
    what = _what(reading, fields, kind, known)
    if after is None or what is None:
        return None
    return Entry(what, after, fields.place.top)


def _what(reading: Reading, fields: Fields, kind: str, known: Known) -> Happening | None:
    place = fields.get(kind)
    if place is None:
        return None
    if kind == "webhook":
        return _webhook(reading, fields, place, known)
    if kind == "manual":
        return Manual(literals.mapping(reading, place, "a mapping of inputs", "{channel: '#crew'}"))
    if kind == "down":
        seconds = literals.duration(reading, place)
        return None if seconds is None else Down(seconds)
    if kind == "reload":
        return _reload(reading, place)
    return Passing()


def _reload(reading: Reading, place: Place) -> Reload | None:
    folder = literals.text(reading, place, "the folder of the other recipes, such as _next")
    if folder is not None and folder.startswith("/"):
        message = f"`{folder}` is not relative to this file"
        help_ = "write it from this file's folder, such as _next"
        reading.report(place, Finding("bad-value", message, help_))
        return None
    return None if folder is None else Reload(folder)


def _webhook(reading: Reading, fields: Fields, place: Place, known: Known) -> Webhook | None:
    kind = literals.text(reading, place, "one type, such as event.updated.status")
    if kind is None:
        return None
    if known.samples.webhook(kind) is None:
        types = known.samples.types("*")
        near = nearest(kind, types)
        help_ = did_you_mean(near) if near else f"the types are: {', '.join(types)}"
        message = f"there is no webhook `{kind}`"
        reading.report(place, Finding("unknown-webhook-type", message, help_, near))
        return None
    over: dict[str, Json] = {
        name: entry.value.plain()
        for name, entry in fields.entries.items()
        if name not in {"webhook", "after", "data"}
    }
    data = fields.get("data")
    if data is not None:
        over["data"] = literals.mapping(reading, data, "a mapping", "{status: live}")
        _hold_data(reading, data, known.facts.webhooks[kind].schema)
    _hold_envelope(reading, fields, over)
    return Webhook(kind, over)


def _hold_data(reading: Reading, place: Place, schema: Mapping[str, Any]) -> None:
    """Warn of what the webhook is not documented to have: the platform may send more than that."""
    about = schema.get("properties", {}).get("data", {})
    for problem in problems_of_data(place.node, about):
        reading.problems.append(
            Problem(
                "undocumented-data",
                problem.message,
                problem.node.span,
                severity="warning",
                help=problem.help,
                suggestions=problem.suggestions,
                path=place.path,
            )
        )


def _hold_envelope(reading: Reading, fields: Fields, over: Mapping[str, Json]) -> None:
    """Report an id or timestamp that no webhook can have."""
    stamp, ident = fields.get("timestamp"), fields.get("id")
    if stamp is not None:
        literals.whole_number(reading, stamp, 0, 2**53 - 1)
    if ident is not None and not isinstance(over.get("id"), str):
        literals.text(reading, ident)
