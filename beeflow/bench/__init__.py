"""Measuring what this machine makes of beeflow, against a bare floor of the same work."""
