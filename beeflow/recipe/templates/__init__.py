"""Expressions and templates: Jinja2's grammar, our own closed evaluator.

Text becomes a syntax tree by Jinja2's lexer and parser; the tree becomes closures that only know
what is listed here (`evaluator`, `statements`, `builtins`). All work is counted and every size is
bounded (`limits`), so that a hostile template ends in `LimitReached` and not in a hang, and a
replay gives the same result. Text from a payload is data: nothing that was rendered is parsed.
"""

from beeflow.recipe.templates.expression import Explanation, Expression, parse_expression
from beeflow.recipe.templates.faults import Salvage, salvage
from beeflow.recipe.templates.limits import Context, Limits, Taint
from beeflow.recipe.templates.reference import reference
from beeflow.recipe.templates.references import Reference
from beeflow.recipe.templates.registry import Entry
from beeflow.recipe.templates.rendering import render_value, templates_in, value_names
from beeflow.recipe.templates.syntax import Syntax
from beeflow.recipe.templates.template import TemplateText, parse_template
from beeflow.recipe.templates.tracing import trace_expression, trace_template
from beeflow.recipe.templates.unknown import Shape, Unknown
from beeflow.recipe.templates.values import Accessible

__all__ = [
    "Accessible",
    "Context",
    "Entry",
    "Explanation",
    "Expression",
    "Limits",
    "Reference",
    "Salvage",
    "Shape",
    "Syntax",
    "Taint",
    "TemplateText",
    "Unknown",
    "parse_expression",
    "parse_template",
    "reference",
    "render_value",
    "salvage",
    "templates_in",
    "trace_expression",
    "trace_template",
    "value_names",
]
