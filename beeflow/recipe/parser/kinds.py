"""The kind of a trigger: the key that it has here, or a value, as other tools write it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from beeflow.recipe.document import Entry, MappingNode, ScalarNode
from beeflow.recipe.parser.foreign import called_here
from beeflow.recipe.parser.reading import Finding, Reading, did_you_mean, nearest
from beeflow.recipe.parser.vocabulary import TRIGGERS

if TYPE_CHECKING:
    from beeflow.recipe.parser.place import Place

_NAMING: Final = frozenset({"platform", "trigger", "kind", "type", "source", "on"})
_KINDS: Final = {
    **{kind: kind for kind in TRIGGERS},
    **dict.fromkeys(("event", "hook"), "webhook"),
    **dict.fromkeys(("cron", "time", "time_pattern", "interval", "timer"), "schedule"),
    **dict.fromkeys(("poll", "state", "template"), "watch"),
}
_VALUES: Final = {
    "webhook": frozenset({"webhook", "webhook_id", "event", "event_type", "events", "topic"}),
    "schedule": frozenset({"schedule", "cron", "expression"}),
}


def with_kind(reading: Reading, place: Place, node: MappingNode) -> MappingNode | None:
    """Return a trigger whose kind is a key; None (reported) where nothing tells what it waits for.

    `platform: webhook` names a kind as a value, which is reported.
    """
    naming = next((entry for entry in node if _kind_named(entry)), None)
    kind = _kind_named(naming) if naming else None
    if naming is None or kind is None:
        return node
    value = next((entry for entry in node if entry.name in _VALUES.get(kind, ())), None)
    value = value if value and _fits(kind, value) else None
    shown = value.value.text if value and isinstance(value.value, ScalarNode) else "…"
    reading.report(
        place.child(naming.name, naming.key),
        Finding(
            "unknown-key",
            f"a trigger has no key `{naming.name}`",
            f"the kind of a trigger is a key of its own: write {kind}: {shown}",
            (kind,),
        ),
    )
    if value is None:
        return None
    called = Entry(replace(value.key, text=kind, value=kind), value.value)
    rest = [entry for entry in node if entry not in {naming, value}]
    meant = replace(node, entries=(called, *rest))
    reading.meant[node.span] = meant.entries
    return meant


def _kind_named(entry: Entry) -> str | None:
    """Return the kind of trigger that a key says as its value."""
    if entry.name not in _NAMING or not isinstance(entry.value, ScalarNode):
        return None
    return _KINDS.get(entry.value.text)


def _fits(kind: str, value: Entry) -> bool:
    """Whether a value may be what such a trigger waits for: a webhook's type has a dot in it."""
    return kind != "webhook" or not isinstance(value.value, ScalarNode) or "." in value.value.text


def kind_of(reading: Reading, place: Place, node: MappingNode) -> str:
    """Return the kind of a trigger; "" (reported) where there is none, or several are."""
    kinds = [entry.name for entry in node if entry.name in TRIGGERS]
    if len(kinds) > 1:
        message = f"a trigger is one thing, and this one has `{kinds[0]}` and `{kinds[1]}`"
        help_ = "make a list of them: any of them will start the recipe"
        reading.report(place, Finding("conflicting-keys", message, help_))
        return ""
    if kinds:
        return kinds[0]
    for entry in node:
        for kind, vocabulary in TRIGGERS.items():
            if called_here(entry, vocabulary) == kind:
                return kind
        if near := nearest(entry.name, TRIGGERS):
            return near[0]
    message = "this trigger does not say what starts the recipe"
    help_ = did_you_mean((), tuple(TRIGGERS))
    reading.report(place, Finding("missing-key", message, help_))
    return ""
