"""The platform's actions: one for each operation of the API, and the friendly ones on top."""
