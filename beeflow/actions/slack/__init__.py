"""`slack.post`: messages by an incoming webhook or a bot."""
