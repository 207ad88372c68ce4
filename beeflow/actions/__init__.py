"""Actions: what a recipe can do to the world.

`definitions.describe_actions` gives all of them as data and opens nothing; `opening.open_actions`
gives those of a running daemon. `plugins` tells how other packages add theirs.
"""
