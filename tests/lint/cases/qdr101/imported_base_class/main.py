"""The base class in another module sets the attribute."""

from base import BaseStore, Settings


class NoteStore(BaseStore):
    async def size(self) -> int:
        return self.client.count("notes").count  # error: QDR101


async def main() -> None:
    await NoteStore(Settings()).size()
