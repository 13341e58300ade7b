"""The test of a user's own ASGI service: traffic over HTTP, and whose line held its event loop."""
