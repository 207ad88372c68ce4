"""Rules over several parameters of an operation (`x-constraints` of the API description)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from beeflow.types import Json, format_duration

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping


class Constraint(Protocol):
    """One rule. `opaque` names parameters that are given, with values not known yet."""

    def problem(self, args: Mapping[str, Json], opaque: Collection[str]) -> str | None:
        """Say what is wrong, or None."""
        ...


class AtMostOne(msgspec.Struct, frozen=True):
    """Of these flags only one may be true."""

    of: tuple[str, ...]

    def problem(self, args: Mapping[str, Json], opaque: Collection[str]) -> str | None:
        """Say which flags exclude each other; an opaque one may turn out false."""
        on = [name for name in self.of if name not in opaque and args.get(name) is True]
        if len(on) < 2:  # noqa: PLR2004 - two exclude each other
            return None
        return f"{_names(on)} exclude each other: leave out all but one"


class AtLeastOne(msgspec.Struct, frozen=True):
    """One of these must be given."""

    of: tuple[str, ...]

    def problem(self, args: Mapping[str, Json], opaque: Collection[str]) -> str | None:
        """Say what could be given."""
        if any(name in args or name in opaque for name in self.of):
            return None
        return f"nothing to change is given: add at least one of {_names(self.of)}"


class Form(msgspec.Struct, frozen=True):
    """One way to call: these parameters and perhaps those."""

    needs: tuple[str, ...]
    may: tuple[str, ...]


class OneForm(msgspec.Struct, frozen=True):
    """Exactly one of the forms must be used."""

    forms: tuple[Form, ...]

    def problem(self, args: Mapping[str, Json], opaque: Collection[str]) -> str | None:
        """Say which parameters go together."""
        known = {name for form in self.forms for name in (*form.needs, *form.may)}
        given = {name for name in known if name in args or name in opaque}
        for form in self.forms:
            if given.issuperset(form.needs) and given.issubset((*form.needs, *form.may)):
                return None
        ways = "; or ".join(_form(form) for form in self.forms)
        return f"the parameters do not go together: give {ways}"


class TimeframeBelow(msgspec.Struct, frozen=True):
    """`timeframe` must span less than so many seconds when a parameter has a certain value.

    Documented on the page "Get analytics timeseries data".
    """

    below: float
    name: str
    value: Json
    default: Json

    def problem(self, args: Mapping[str, Json], opaque: Collection[str]) -> str | None:
        """Say how long it is and may be."""
        timeframe = args.get("timeframe")
        if self.name in opaque or "timeframe" in opaque or not isinstance(timeframe, str):
            return None
        if args.get(self.name, self.default) != self.value:
            return None
        span = _span(timeframe)
        if span is None or span < self.below:
            return None
        return (
            f"`timeframe` spans {format_duration(span)}, but `{self.name}: {self.value}`"
            f" needs less than {format_duration(self.below)}"
        )


def read_constraint(
    rule: Mapping[str, Any], defaults: Mapping[str, Json], body: Iterable[str]
) -> Constraint:
    """Read one entry of `x-constraints`.

    `defaults` are those of the parameters, `body` the names of those in the body.
    """
    match rule["rule"]:
        case "at_most_one":
            return AtMostOne(tuple(rule["of"]))
        case "at_least_one":
            return AtLeastOne(tuple(body))
        case "one_form":
            forms = (Form(tuple(form["needs"]), tuple(form["may"])) for form in rule["forms"])
            return OneForm(tuple(forms))
        case "timeframe":
            ((name, value),) = rule["when"].items()
            return TimeframeBelow(rule["below"], name, value, defaults.get(name))
        case other:
            raise ValueError(f"`{other}` is not a rule of x-constraints")


def _span(timeframe: str) -> float | None:
    start, _, end = timeframe.partition(",")
    return float(end) - float(start) if start.isdecimal() and end.isdecimal() else None


def _form(form: Form) -> str:
    text = " with ".join([f"`{form.needs[0]}`", *(f"`{name}`" for name in form.needs[1:])])
    return f"{text} (and, if wanted, {_names(form.may)})" if form.may else text


def _names(names: Collection[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
