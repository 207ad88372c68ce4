"""References and ids, in the forms that the documented samples show."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

_UPPER, _LOWER = string.ascii_uppercase[:16], string.ascii_lowercase[:16]
_MIXED = string.ascii_letters + string.digits


class Names:
    """Gives names that it has not given before, drawn from `rng`."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self._given: set[str] = set()

    def ref(self, length: int) -> str:
        """Return a reference such as `Hm0Ee8Pj6Me8`: upper case, lower case, digit, and again."""
        kinds = (_UPPER, _LOWER, string.digits)
        return self._new(lambda: "".join(self._one(kinds[i % 3]) for i in range(length)))

    def mixed(self, length: int) -> str:
        """Return letters and digits, as the video host's ids are."""
        return self._new(lambda: "".join(self._one(_MIXED) for _ in range(length)))

    def key(self) -> str:
        """Return a stream key such as `59f71f6b-3b8d-a98e-766f-21593f4f1c15`."""
        return self._new(lambda: "-".join(self._hex(size) for size in (8, 4, 4, 4, 12)))

    def webhook_id(self) -> str:
        """Return an id such as webhooks carry: a reference of 32, `_`, and 32 hex digits."""
        return f"{self.ref(32)}_{self._hex(32)}"

    def _new(self, draw: Callable[[], str]) -> str:
        name = draw()
        while name in self._given:
            name = draw()
        self._given.add(name)
        return name

    def _one(self, alphabet: str) -> str:
        return alphabet[int(self.rng.random() * len(alphabet))]

    def _hex(self, length: int) -> str:
        return f"{self.rng.getrandbits(4 * length):0{length}x}"
