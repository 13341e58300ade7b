"""How late an event loop is, and which line holds it. Needs the standard library only."""

from locust_qdrant.probe.loop_probe import LoopProbe
from locust_qdrant.probe.profile import Profile, ProfileError

__all__ = ["LoopProbe", "Profile", "ProfileError"]
