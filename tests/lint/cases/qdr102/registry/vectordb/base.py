from abc import ABC, abstractmethod


class BaseVectorDB(ABC):
    def __init__(self, url: str) -> None:
        self.url = url

    @abstractmethod
    def size(self, name: str) -> int:
        raise NotImplementedError

    @abstractmethod
    def drop(self, name: str) -> None:
        """Remove a collection."""
