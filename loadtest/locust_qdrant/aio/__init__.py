"""The work itself: the event loop in its thread, the clients, and the record of each call."""
