"""The examples of rules as files.

An example is the text of one file, or of several, each under a line that names it:

    # go-live.yaml
    actions:
      - run: notify-crew
    # notify-crew.yaml
    actions:
      - stop: done

`# .env` holds secrets, as for `--env`; `# live.yaml -> elsewhere.yaml` is a link.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

ONLY: Final = "recipe.yaml"
"""The name of an example's file where it has only one."""

_NAMED: Final = re.compile(r"^# (\.env|[\w./-]+\.ya?ml)(?: -> (\S+))?\n?$")


class ExampleFile(msgspec.Struct, frozen=True):
    """A file of an example; `target` is where a link leads."""

    name: str
    text: str
    target: str | None = None


def files_of(example: str) -> tuple[ExampleFile, ...]:
    """Return the files that an example consists of."""
    files: list[ExampleFile] = []
    for line in example.splitlines(keepends=True):
        if named := _NAMED.match(line):
            files.append(ExampleFile(named[1], "", named[2]))
        elif files:
            files[-1] = ExampleFile(files[-1].name, files[-1].text + line, files[-1].target)
        else:
            files.append(ExampleFile(ONLY, line))
    return tuple(files)
