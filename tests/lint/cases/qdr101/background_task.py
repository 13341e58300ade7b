"""An `async def` background task runs on the loop, after the response."""

import httpx
from fastapi import BackgroundTasks, FastAPI
from qdrant_client import QdrantClient

app = FastAPI()
client = QdrantClient(url="http://localhost:6333")


async def forget(user: str) -> None:
    client.delete_payload("docs", keys=[user], points=[1])  # error: QDR101


@app.delete("/users/{user}")
async def delete_user(user: str, tasks: BackgroundTasks) -> dict[str, str]:
    tasks.add_task(forget, user)
    return {"deleted": user}


async def main() -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
        assert (await http.delete("/users/ada")).status_code == 200
