"""Services with a probe around them, one of each framework, that hold their loop in `/hold`."""

from __future__ import annotations

import time

from fastapi import FastAPI
from locust_qdrant.probe import LoopProbe
from quart import Quart

HOLD_SECONDS = 0.1

fastapi_app = FastAPI()
fastapi_app.add_middleware(LoopProbe)

quart_app = Quart(__name__)
quart_app.asgi_app = LoopProbe(quart_app.asgi_app)


def hold() -> str:
    time.sleep(HOLD_SECONDS)  # held
    return "held"


@fastapi_app.get("/hold")
async def fastapi_hold() -> str:
    return hold()


@quart_app.get("/hold")
async def quart_hold() -> str:
    return hold()
