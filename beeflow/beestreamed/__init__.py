"""The BeeStreamed platform: its API and webhooks as data, and the client that speaks to it.

Everything that is a fact of the platform stands in `schemas/`; the code here reads it. Start with
`catalog.load_catalog`.
"""
