"""Recipes in words: what each part of a recipe says, by the language's own keys."""
