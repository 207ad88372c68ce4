"""The sandbox over HTTP: the platform's API, and the controls under `/_sandbox`."""
