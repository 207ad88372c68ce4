"""Conditions as logic: what they ask, what is known where they are asked, and what must follow."""
