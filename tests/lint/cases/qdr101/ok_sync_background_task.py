"""Starlette runs a plain background task in a thread."""

import httpx
from fastapi import BackgroundTasks, FastAPI
from qdrant_client import QdrantClient

app = FastAPI()
client = QdrantClient(url="http://localhost:6333")


def forget(user: str) -> None:
    client.delete_payload("docs", keys=[user], points=[1])


@app.delete("/users/{user}")
async def delete_user(user: str, tasks: BackgroundTasks) -> dict[str, str]:
    tasks.add_task(forget, user)
    tasks.add_task(client.create_snapshot, "docs")
    return {"deleted": user}


async def main() -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
        assert (await http.delete("/users/ada")).status_code == 200
