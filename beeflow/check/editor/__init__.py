"""The JSON Schema of recipes: what editors complete, check while one types, and show on hover."""

from beeflow.check.editor.schema import editor_schema

__all__ = ["editor_schema"]
