"""Probes for a running event loop: standard library only, so that any service can carry them."""
