"""The exceptions of beeflow, all under one root.

::

    BeeflowError
    ├── UsageError             the command line or a file named on it is wrong (exit 2)
    │   └── ConfigError        the configuration is wrong, with its place
    ├── NothingFound           there is nothing to work on (exit 3)
    ├── ActionError            a call to the outside world did not do what it should
    ├── ExpressionError        an expression or template could not be evaluated
    │   ├── UndefinedName      something in it does not exist
    │   └── LimitReached       it is too large, or takes too long
    ├── WebhookError           a webhook's body is not what it should be
    ├── Overloaded             too much at once: the same is taken later
    └── JournalError           the journal cannot do what was asked
        ├── JournalFull        no room left: try again later
        ├── JournalBroken      an I/O error: nothing may be acknowledged any more
        ├── JournalLocked      another process owns it
        ├── JournalTooNew      it was written by a later beeflow
        └── StaleRun           another worker has taken this run over

Some rooms have exceptions that never leave them; each is drawn, or told, where it lives::

    BeeflowError
    ├── Interrupt              a run leaves its steps early      (engine.interpreter.interrupts)
    ├── Diverged               a run's records do not fit it     (engine.machine)
    ├── TransportError, …      a call went wrong on the wire     (beestreamed)
    ├── Refused                a request is answered with 4xx    (server.answers)
    ├── Refusal                likewise, in the sandbox          (sandbox.reply)
    └── SceneFailed            the demo cannot go on             (cli.demo.stage)

What a user got wrong in a recipe is never an exception: it is a finding (`beeflow.recipe.problem`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.types import Json


class BeeflowError(Exception):
    """The root of all our exceptions."""


class UsageError(BeeflowError):
    """What was asked for cannot be done as it was written."""


class ConfigError(UsageError):
    """The configuration is wrong; the message names place, value, what is allowed and the mend."""


class NothingFound(BeeflowError):  # noqa: N818 - it reads as what it says
    """There is nothing to work on."""


ErrorKind = Literal[
    "http",
    "timeout",
    "connection",
    "template",
    "unknown",
    "limit",
    "stopped",
    "action",
]
"""The closed list of `error.kind` (recipe language, section 10)."""


class Failure(msgspec.Struct, frozen=True):
    """Why a call failed, as data: this is what is journaled and fed to the interpreter."""

    kind: ErrorKind
    message: str
    status: int | None = None
    """The HTTP status, where there was one."""
    open: bool = False
    """Whether the call may have taken effect all the same."""
    retryable: bool = False
    """Whether the same call may succeed later."""
    retry_after: float | None = None
    """Seconds before which nothing may be sent again."""
    detail: Mapping[str, Json] | None = None
    """More for a reader: the request, the body of the answer (already masked)."""


class ActionError(BeeflowError):
    """A call to the outside world failed; `failure` says how."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


class ExpressionError(BeeflowError):
    """An expression or template could not be evaluated.

    `offset` and `length` are characters within the text of the expression or template.
    `operands` are the parts and their values, for the reader of a failed run.
    """

    def __init__(
        self,
        message: str,
        *,
        offset: int = 0,
        length: int = 0,
        operands: tuple[tuple[str, Json], ...] = (),
        suggestion: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.length = length
        self.operands = operands
        self.suggestion = suggestion


class UndefinedName(ExpressionError):  # noqa: N818 - it reads as what it says
    """A name, attribute or item does not exist."""


class LimitReached(ExpressionError):  # noqa: N818 - it reads as what it says
    """A bound on size or work was reached."""


class Overloaded(BeeflowError):  # noqa: N818 - it reads as what it says
    """Too much at once; nothing was done, and the same will be taken later."""


class WebhookError(BeeflowError):
    """A webhook's body is refused; `code` is what the sender is told (interfaces, HTTP)."""

    def __init__(
        self, code: Literal["invalid_json", "invalid_envelope", "stale"], message: str
    ) -> None:
        super().__init__(message)
        self.code = code


class JournalError(BeeflowError):
    """The journal cannot do what was asked."""


class JournalFull(JournalError):  # noqa: N818 - it reads as what it says
    """There is no room left; the journal works again once there is."""


class JournalBroken(JournalError):  # noqa: N818 - it reads as what it says
    """An I/O error other than a full disk: the journal takes nothing any more."""


class JournalLocked(JournalError):  # noqa: N818 - it reads as what it says
    """Another process owns the journal: `holder` is its id, `address` where it listens.

    Both are None where it did not say so.
    """

    def __init__(self, message: str, address: str | None = None, holder: str | None = None) -> None:
        super().__init__(message)
        self.address = address
        self.holder = holder


class JournalTooNew(JournalError):  # noqa: N818 - it reads as what it says
    """The journal was written by a later version of beeflow."""


class StaleRun(JournalError):  # noqa: N818 - it reads as what it says
    """The run was taken over by another worker; what this one has is void."""
