"""HTTP of the daemon: webhooks in, history and control for people, health for machines."""
