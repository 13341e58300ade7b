"""Qdrant's own engine behind Qdrant's REST and gRPC API, for machines without a Qdrant server.

Neither Locust nor gevent is imported from here, so the server's processes are free of them.
"""

from locust_qdrant.embedded.process import EmbeddedServer

__all__ = ["EmbeddedServer"]
