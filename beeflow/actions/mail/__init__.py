"""`email.send`: a mail of its own for each recipient."""
