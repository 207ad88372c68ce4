"""Recorded events through two versions of the recipes: whose decisions and calls differ."""
