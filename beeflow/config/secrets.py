"""Secrets by name: `BEEFLOW_SECRET_NAME` in the environment, or a file NAME in a folder."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from beeflow.config.masking import Masker
from beeflow.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from pathlib import Path

    from beeflow.config.settings import Config
    from beeflow.types import Json

VARIABLE = "BEEFLOW_SECRET_"

_LONGEST = 64 * 1024


class Secrets:
    """All secrets, and their removal from whatever people may see.

    The environment wins over the folder, and what is blank is no secret. `literals` are values that
    are written out elsewhere and are masked as well. Raises `ConfigError` for a folder or file that
    cannot be read.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        folder: Path | None = None,
        literals: Iterable[str] = (),
    ) -> None:
        self._given = {
            name.removeprefix(VARIABLE): value
            for name, value in environ.items()
            if name.startswith(VARIABLE) and value.strip()
        }
        self._folder = folder
        self._literals = tuple(literals)
        self._values: Mapping[str, str] = {}
        self._retired: frozenset[str] = frozenset()
        self.reload()

    def get(self, name: str) -> str | None:
        """Return a secret's value, None where there is none."""
        return self._values.get(name)

    def names(self) -> tuple[str, ...]:
        """All names, sorted."""
        return tuple(sorted(self._values))

    def missing(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return those of `names` that there is no secret for, sorted."""
        return tuple(sorted(set(names) - set(self._values)))

    def mask(self, value: Json) -> Json:
        """Replace every secret value inside by `***`; the same object where there is none."""
        return self._masker.json(value)

    def found_in(self, value: Json) -> tuple[str, ...]:
        """Return the secret values that stand in `value`."""
        return self._masker.found_in(value)

    def hiding(self, values: Collection[str]) -> Callable[[Json], Json]:
        """Return what replaces other values in the same way."""
        return _masker(frozenset(values)).json

    def mask_text(self, text: str) -> str:
        """Replace every secret value in a text, such as a line of a log."""
        return self._masker.text(text)

    def reload(self) -> None:
        """Read the folder again. Values that are gone stay masked."""
        files = _read_folder(self._folder) if self._folder else {}
        self._retired |= frozenset(self._values.values())
        self._values = {**files, **self._given}
        self._masker = Masker([*self._values.values(), *self._literals, *self._retired])

    def __repr__(self) -> str:
        return f"Secrets({', '.join(self.names())})"


@lru_cache(maxsize=256)
def _masker(values: frozenset[str]) -> Masker:
    """Return what takes out these values: run after run, a recipe computes the same ones."""
    return Masker(values)


def open_secrets(config: Config, environ: Mapping[str, str]) -> Secrets:
    """Return the secrets that `config` and the environment give."""
    literals = [credential.text for credential in config.credentials() if credential.secret is None]
    return Secrets(environ, config.secrets.dir, literals)


def _read_folder(folder: Path) -> dict[str, str]:
    try:
        files = sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
        read = {file.name: _read_file(file) for file in files if file.is_file()}
    except OSError as error:
        raise ConfigError(
            f"`secrets.dir`: {error.filename} cannot be read: {error.strerror}"
        ) from None
    return {name: text for name, text in read.items() if text.strip()}


def _read_file(file: Path) -> str:
    raw = file.read_bytes()
    if len(raw) > _LONGEST:
        raise ConfigError(f"`secrets.dir`: {file} is longer than {_LONGEST} bytes: no secret is")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise ConfigError(f"`secrets.dir`: {file} is not UTF-8 text") from None
    return text.removesuffix("\n").removesuffix("\r")
