"""Patterns on payloads, and the index that finds the recipes whose patterns match."""

from beeflow.recipe.patterns.checking import OPERATORS, PatternProblem, check_pattern
from beeflow.recipe.patterns.index import PatternIndex, type_matches
from beeflow.recipe.patterns.pattern import Clause, Pattern, PatternError, compile_pattern

__all__ = [
    "OPERATORS",
    "Clause",
    "Pattern",
    "PatternError",
    "PatternIndex",
    "PatternProblem",
    "check_pattern",
    "compile_pattern",
    "type_matches",
]
