"""What actions are called with, as rules ask for it: worked out once for each action."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from beeflow.remembering import by_identity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.check.facts import Action, Parameter


class Signature(msgspec.Struct, frozen=True):
    """The parameters of an action, by name; `needed` are those that a call must have.

    `addresses` are those that hold one (`x-address` of the schema says who connects to it).
    """

    parameters: Mapping[str, Parameter]
    needed: tuple[Parameter, ...]
    addresses: tuple[Parameter, ...]


@by_identity(1024)
def signature_of(action: Action) -> Signature:
    """Return what an action is called with."""
    return Signature(
        {one.name: one for one in action.parameters},
        tuple(one for one in action.parameters if one.required),
        tuple(one for one in action.parameters if "x-address" in one.schema),
    )
