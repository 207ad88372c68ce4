"""The journal: what beeflow remembers. One protocol, an embedded implementation, one in memory."""
