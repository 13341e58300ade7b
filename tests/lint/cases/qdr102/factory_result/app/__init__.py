from .factory import get_store

__all__ = ["get_store"]
