"""The Locust side: users, their tasks, events and options. Only here is gevent imported."""

import os
import sys

from locust_qdrant.locust_plugin.gevent_compat import ensure_native_threads, is_locust_command
from locust_qdrant.redaction import guard_log, guard_process, keep_secret, secrets_in

# Before any other module of this package imports Locust.
ensure_native_threads()

if is_locust_command():
    # Its tables, its log and the tracebacks of its greenlets.
    keep_secret(os.environ.get("QDRANT_API_KEY"), *secrets_in(sys.argv))
    guard_process()
else:
    guard_log()
