"""A service that fails in its lifespan, one that hangs there, and one made by a function."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI


@asynccontextmanager
async def failing(_app: FastAPI) -> AsyncIterator[None]:
    raise RuntimeError("the model is missing")
    yield


@asynccontextmanager
async def hanging(_app: FastAPI) -> AsyncIterator[None]:
    await asyncio.sleep(1000)
    yield


app = FastAPI(lifespan=failing)
hangs = FastAPI(lifespan=hanging)


def create() -> FastAPI:
    made = FastAPI()

    @made.get("/made")
    async def route() -> str:
        return "made"

    return made
