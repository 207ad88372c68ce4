"""The engine: what is remembered, who runs a run, and how a recipe is carried out."""
