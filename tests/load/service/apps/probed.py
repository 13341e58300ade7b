"""The planted service with the probe around it, as a running service would have."""

from pathlib import Path

from locust_qdrant.probe import LoopProbe
from planted import app as planted

app = LoopProbe(planted, root=Path(__file__).parent, token="the-token-of-the-probe")
