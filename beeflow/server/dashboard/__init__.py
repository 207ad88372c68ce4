"""The dashboard: a few static files that ask `/api`, and the login before them."""
