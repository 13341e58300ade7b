from abc import ABC, abstractmethod


class VectorDatabase(ABC):
    @abstractmethod
    def search(self, vector: list[float]) -> list[str]: ...

    @abstractmethod
    def delete(self, name: str) -> None: ...
