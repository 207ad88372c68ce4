"""From a recipe's document to its model: the whole language, with every slip given its place."""

from beeflow.recipe.parser.parsed import Defaults, Load, Parsed, Setting
from beeflow.recipe.parser.recipes import parse_bundle, parse_file, parse_recipe

__all__ = ["Defaults", "Load", "Parsed", "Setting", "parse_bundle", "parse_file", "parse_recipe"]
