"""What recipes can use: importing this registers every filter, test, method and function."""

from beeflow.recipe.templates.builtins import (
    functions,
    grouping,
    methods,
    numbers,
    predicates,
    sequences,
    text,
    times,
)
from beeflow.recipe.templates.registry import FILTERS, FUNCTIONS, METHODS, TESTS

__all__ = [
    "FILTERS",
    "FUNCTIONS",
    "METHODS",
    "TESTS",
    "functions",
    "grouping",
    "methods",
    "numbers",
    "predicates",
    "sequences",
    "text",
    "times",
]
