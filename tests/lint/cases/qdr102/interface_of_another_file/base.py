from abc import ABC, abstractmethod


class Store(ABC):
    @abstractmethod
    def size(self, name: str) -> int: ...

    def sizes(self, names: list[str]) -> list[int]:
        return [self.size(name) for name in names]
