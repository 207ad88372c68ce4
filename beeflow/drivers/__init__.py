"""The other ways to drive the interpreter: no run of a recipe, but the same steps."""
