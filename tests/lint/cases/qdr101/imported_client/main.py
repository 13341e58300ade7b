"""The client is made in one module and called in another."""

import db
from db import client, get_client
from db import client as vectors


async def sizes() -> list[int]:
    return [
        client.count("docs").count,  # error: QDR101
        vectors.count("docs").count,  # error: QDR101
        db.client.count("docs").count,  # error: QDR101
        get_client().count("docs").count,  # error: QDR101
        db.get_client().count("docs").count,  # error: QDR101
    ]


async def main() -> None:
    assert await sizes() == [2, 2, 2, 2, 2]
