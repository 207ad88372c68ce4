"""The configuration, read: file, then environment, then schema, then settings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from beeflow.config.building import build
from beeflow.config.document import Document, read_document
from beeflow.config.environment import lay_over
from beeflow.config.findings import Finding, Place, refuse
from beeflow.config.fitting import surely_fits
from beeflow.config.plain_secrets import fill_in, written_credentials
from beeflow.config.schema import config_schema
from beeflow.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.config.settings import Config

DEFAULT_FILE = Path("beeflow.yaml")
"""What is read from the working folder where no file is named."""


def load_config(path: Path | None, environ: Mapping[str, str]) -> Config:
    """Read the configuration from `path`, else `beeflow.yaml` where there is one, and `environ`.

    Without a file, the defaults and the environment serve. Raises `ConfigError` that tells
    everything that is wrong at once.
    """
    file = path or (DEFAULT_FILE if DEFAULT_FILE.is_file() else None)
    document = _read(file) if file else Document(values={(): Place("beeflow.yaml", 1, 1, 1, "")})
    lay_over(document, environ)
    findings = fill_in(document, environ) or _check(document)
    if findings:
        raise refuse(findings, written_credentials(document))
    return build(document, file)


def _check(document: Document) -> list[Finding]:
    if surely_fits(config_schema(), document.root):
        return []
    # jsonschema takes a good tenth of a second to import; where nothing is wrong, it is spared.
    from beeflow.config.checking import check  # noqa: PLC0415

    return check(document)


def _read(file: Path) -> Document:
    try:
        raw = file.read_bytes()
    except FileNotFoundError:
        raise ConfigError(f"{file}: there is no such file") from None
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}") from None
    return read_document(str(file), raw)
