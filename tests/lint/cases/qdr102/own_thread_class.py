"""To join a thread of one's own class on the loop takes as long as its `run`."""

from threading import Thread

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")


class Counting(Thread):
    def __init__(self, name: str) -> None:
        super().__init__()
        self.collection = name

    def run(self) -> None:
        client.count(self.collection)


class CountingTwice(Counting):
    def run(self) -> None:
        super().run()
        super().run()


async def main() -> None:
    one = Counting("docs")
    one.start()
    one.join()  # error: QDR102
    others = [CountingTwice("docs"), CountingTwice("more")]
    for each in others:
        each.start()
    for each in others:
        each.join()  # error: QDR102
