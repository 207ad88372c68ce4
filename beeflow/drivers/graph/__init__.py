"""Recipes as pictures: what one does, and what triggers what, as Mermaid and as SVG."""
