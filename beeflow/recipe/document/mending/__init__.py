"""Reading on behind a mistake in a file's YAML: what was meant is guessed, tried, and told.

Where the parser stops, each kind of mistake that people make there is a guess with its mend. The
first whose mended text reads further is what the user is told, with the mended line; and the rest
of the file is checked as if it had been written so. What nothing mends is left out.
"""

from beeflow.recipe.document.mending.mend import Mended, mended

__all__ = ["Mended", "mended"]
