"""How late an event loop is, and which line holds it. Needs the standard library only."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .loop_probe import LoopProbe
    from .profile import Profile, ProfileError

__version__ = "0.1.0"
__all__ = ["LoopProbe", "Profile", "ProfileError"]

_MODULES = {"LoopProbe": "loop_probe", "Profile": "profile", "ProfileError": "profile"}


def __getattr__(name: str) -> object:
    # Late: pytest imports this package in every run, for a fixture that is rarely used.
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    member: object = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    return member
