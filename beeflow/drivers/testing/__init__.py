"""Recipe tests: read, played on the stage, judged (recipe language, section 9)."""
