"""`http.request`: any HTTP service, within limits."""
