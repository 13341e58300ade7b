"""The Locust side: users, their life, events and options. Only here is gevent imported."""

from locust_qdrant.locust_plugin.gevent_compat import ensure_native_threads

# Before any other module of this package imports Locust.
ensure_native_threads()
