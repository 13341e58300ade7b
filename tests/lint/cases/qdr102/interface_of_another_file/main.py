"""The service knows the interface only, and imports nothing that has to do with a client."""

import remote
import service


async def main() -> None:
    one = service.Service(remote.Remote())
    await one.one("docs")
    await one.all(["docs"])
