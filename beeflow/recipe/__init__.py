"""The recipe language: from YAML text to a model that the engine runs. No clock, no network."""
