"""Opening a mapping with a vocabulary: unknown and missing keys are found here and only here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from beeflow.recipe.document import Entry, MappingNode, ScalarNode, SequenceNode
from beeflow.recipe.parser.foreign import called_here, reason
from beeflow.recipe.parser.reading import Finding, Reading, did_you_mean, nearest
from beeflow.recipe.parser.shaping import Shaped, shaped
from beeflow.recipe.parser.slipped import as_meant, nested
from beeflow.recipe.parser.vocabulary import RECIPE, STEP

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beeflow.recipe.parser.place import Place
    from beeflow.recipe.parser.vocabulary import Vocabulary


class Fields(msgspec.Struct, frozen=True):
    """A mapping's known keys. A misspelt key is reported and then taken as what was meant.

    So a slip in `fetch` is one problem, and not one for each use of what it would have read.
    """

    place: Place
    entries: dict[str, Entry]

    def get(self, name: str) -> Place | None:
        """Return the place of the value of `name`, or None where the key is not there."""
        entry = self.entries.get(name)
        return self.place.child(name, entry.value) if entry else None

    def has(self, name: str) -> bool:
        """Whether the key is there, whatever its value."""
        return name in self.entries

    def key(self, name: str) -> Place:
        """Return the place of the key itself."""
        return self.place.child(name, self.entries[name].key)


def open_fields(reading: Reading, place: Place, vocabulary: Vocabulary) -> Fields | None:
    """Return the fields of a mapping; None (reported) where there is no mapping."""
    place = _unlisted(reading, place, "a mapping of keys to values")
    if not isinstance(place.node, MappingNode):
        reading.wrong_type(place, "a mapping of keys to values", _example(place, vocabulary))
        return None
    node = as_meant(reading, place, place.node, vocabulary)
    known = vocabulary.keys
    fields = Fields(place, {name: one for one in node.entries if (name := one.key.text) in known})
    if node is not place.node or len(fields.entries) < len(node.entries):
        _tell_strangers(reading, fields, node, vocabulary)
    for name in vocabulary.required:
        if name not in fields.entries:
            _missing_key(reading, place, name, vocabulary)
    return fields


def _tell_strangers(
    reading: Reading, fields: Fields, node: MappingNode, vocabulary: Vocabulary
) -> None:
    """Tell of keys that are not known, and keep what was meant by them."""
    strangers = [entry for entry in node if entry.name not in vocabulary.keys]
    for entry in _without_arguments(reading, fields, strangers, vocabulary):
        _unknown_key(reading, fields, entry, vocabulary)
    meant = tuple(_called(name, one) for name, one in fields.entries.items())
    written = fields.place.node
    if isinstance(written, MappingNode) and meant != written.entries:
        reading.meant[written.span] = meant


def _unlisted(reading: Reading, place: Place, wanted: str) -> Place:
    """Return the only mapping of a list (reported), where a mapping must stand and no list."""
    node = place.node
    if not isinstance(node, SequenceNode) or len(node.items) != 1 or not place.path:
        return place
    (inner,) = node.items
    line = reading.source.line(reading.source.position(node.span.start).line).strip()
    if not isinstance(inner, MappingNode) or not inner.entries or not line.startswith("- "):
        return place
    message = f"{place.title} must be {wanted}, and this is a list"
    help_ = f"take the `-` away: write {line.removeprefix('- ')}"
    reading.report(place, Finding("wrong-type", message, help_), inner.entries[0].key.span)
    return replace(place, node=inner)


def _example(place: Place, vocabulary: Vocabulary) -> str:
    """Return what was most likely meant: a single value is that of the first key needed."""
    key = next(iter(vocabulary.required or vocabulary.keys))
    needed = vocabulary.required or key == "attempts"
    if needed and isinstance(place.node, ScalarNode) and place.node.text:
        return f"{{{key}: {place.node.text}}}"
    return f"`{key}: …`"


def items(reading: Reading, place: Place, what: str, example: str) -> Iterator[Place]:
    """Yield the places of a list's items; nothing (reported) where there is no list."""
    if not isinstance(place.node, SequenceNode):
        reading.wrong_type(place, f"a list of {what}", example)
        return
    for number, node in enumerate(place.node.items):
        yield place.child(number, node)


def entries(
    reading: Reading, place: Place, what: str, example: str, of: Vocabulary | None = None
) -> Iterator[tuple[str, Place]]:
    """Yield names and places of a mapping with free keys; nothing (reported) without one.

    `of` is what each of them holds, where that is a mapping.
    """
    place = _unlisted(reading, place, what)
    place = nested(reading, place, of) if of else place
    if not isinstance(place.node, MappingNode):
        reading.wrong_type(place, what, example)
        return
    for entry in place.node:
        yield entry.name, place.child(entry.name, entry.value)


def _unknown_key(reading: Reading, fields: Fields, entry: Entry, vocabulary: Vocabulary) -> None:
    if reading.is_full:
        return
    here = called_here(entry, vocabulary)
    near = (here,) if here else nearest(entry.name, vocabulary.keys)
    value = shaped(here, entry, reading.source) if here else Shaped(entry.value)
    known = () if here else tuple(vocabulary.keys)
    told = reason(here, vocabulary) if here else _where(entry.name, vocabulary)
    told = told or did_you_mean(near, known)
    reading.report(
        fields.place.child(entry.name, entry.key),
        Finding(
            "unknown-key",
            f"{vocabulary.of} has no key `{entry.name}`",
            _joined(f"{told}{_looks_like(entry.name)}", value.mend),
            near,
        ),
    )
    if near and near[0] not in fields.entries:
        fields.entries[near[0]] = Entry(entry.key, value.node)


def _looks_like(name: str) -> str:
    """Name a letter of another alphabet in a key, which may look like one of ours."""
    other = next((char for char in name if char.isalpha() and not char.isascii()), None)
    return f" (the `{other}` in it is U+{ord(other):04X}, no letter from a to z)" if other else ""


def _joined(told: str, mend: str | None) -> str:
    if mend is None:
        return told
    return f"{told} {mend}" if told.endswith("?") else f"{told}: {mend}"


def _called(name: str, entry: Entry) -> Entry:
    """Return an entry under the name that was meant."""
    if entry.name == name:
        return entry
    return Entry(replace(entry.key, text=name, value=name), entry.value)


def _where(name: str, vocabulary: Vocabulary) -> str | None:
    """Say where a key belongs that is right, but not here."""
    if name in vocabulary.elsewhere:
        return vocabulary.elsewhere[name]
    if name in RECIPE.keys and name not in STEP.keys and "actions" not in vocabulary.keys:
        return f"`{name}` stands at the top of the recipe, not within {vocabulary.of}"
    return None


def _without_arguments(
    reading: Reading, fields: Fields, strangers: list[Entry], vocabulary: Vocabulary
) -> list[Entry]:
    """Return the unknown keys of a call that are none of its parameters, which stand beside it.

    These are reported, and read as if they stood below `with`.
    """
    if "action" not in vocabulary.keys or "action" not in fields.entries:
        return strangers
    loose = [one for one in strangers if _is_argument(one, fields, vocabulary)]
    if not loose:
        return strangers
    more = f" (nor the {len(loose) - 1} like it)" if len(loose) > 1 else ""
    listed = ", ".join(sorted(vocabulary.keys))
    reading.report(
        fields.place.child(loose[0].name, loose[0].key),
        Finding(
            "unknown-key",
            f"{vocabulary.of} has no key `{loose[0].name}`{more}",
            f"parameters of the action go below `with` (allowed here: {listed})",
        ),
    )
    held = fields.entries.get("with")
    if held is None or isinstance(held.value, MappingNode):
        given = held.value.entries if held and isinstance(held.value, MappingNode) else ()
        key = held.key if held else replace(loose[0].key, text="with", value="with")
        span = held.value.span if held else loose[0].value.span
        entries_ = (*given, *loose)
        size = 1 + sum(one.value.size for one in entries_)
        fields.entries["with"] = Entry(key, MappingNode(span, entries_, size, 2))
    return [one for one in strangers if one not in loose]


def _is_argument(entry: Entry, fields: Fields, vocabulary: Vocabulary) -> bool:
    """Whether a key is none that belongs to a step, here or elsewhere, nor a slip of one."""
    name = entry.name
    here = called_here(entry, vocabulary)
    if here is not None and here not in fields.entries:
        return False
    known = name in vocabulary.elsewhere or (name in RECIPE.keys and here is None)
    return not known and not nearest(name, vocabulary.keys)


def _missing_key(reading: Reading, place: Place, name: str, vocabulary: Vocabulary) -> None:
    reading.report(
        place,
        Finding(
            "missing-key",
            f"{vocabulary.of} needs `{name}`",
            f"add `{name}`: {vocabulary.keys[name]}",
        ),
        place.top,
    )
