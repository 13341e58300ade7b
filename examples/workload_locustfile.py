"""A workload file under Locust: its web page, its master and workers.

WORKLOAD=examples/workloads/rag-chatbot.toml locust -f examples/workload_locustfile.py \
    --headless -u 20 -r 10 -t 20s --host http://localhost:6333 --processes 2
"""

import os

from locust_qdrant import workload_user

User = workload_user(os.environ.get("WORKLOAD", "examples/workloads/rag-chatbot.toml"))
