"""The imported service has plain methods for scripts and coroutines for the loop."""

from service import service


async def main() -> None:
    assert await service.asize("docs") == 2
    assert service.describe() == "2 collections known"
