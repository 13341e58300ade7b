"""What is asked of the server: the data, the mix of operations, and how long."""

from locust_qdrant.config.model import Workload, as_data

__all__ = ["Workload", "as_data"]
