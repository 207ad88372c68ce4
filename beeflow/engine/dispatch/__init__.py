"""Who runs a run, when."""
