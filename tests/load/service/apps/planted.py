"""Endpoints that each do one thing to the service, at lines that the tests look for."""

import os
import time
from typing import Annotated

from fastapi import Body, FastAPI, Header, HTTPException

app = FastAPI()


@app.get("/free", tags=["free"])
async def free() -> str:
    return "free"


@app.get("/held", tags=["held"])
async def held() -> str:
    time.sleep(0.04)  # noqa: ASYNC251 - the planted hold
    return "held"


@app.post("/double", tags=["free"])
async def double(number: Annotated[int, Body(examples=[21], embed=True)]) -> int:
    return 2 * number


@app.get("/find/{name}", tags=["free"])
async def find(name: str) -> None:
    raise HTTPException(404, f"there is no {name}")


@app.get("/whoami", tags=["free"])
async def whoami(authorization: Annotated[str, Header()]) -> None:
    raise HTTPException(403, f"you sent {authorization}")


@app.get("/environment", tags=["free"])
async def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if "QDRANT" in name}


@app.delete("/broken", tags=["free"])
async def broken() -> None:
    raise ValueError("it broke, as planted")


@app.delete("/process", tags=["free"])
async def end() -> None:
    print("the last words, with the-secret-of-the-service", flush=True)
    os._exit(7)
