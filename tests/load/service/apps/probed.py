"""The planted service with a profile of its own, as a running service would have."""

import json
from pathlib import Path
from typing import Any

from locust_qdrant.service.sampler import LoopSampler
from planted import app as planted


class Probed:
    def __init__(self) -> None:
        self.sampler: LoopSampler | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["path"] != "/-/loop-profile":
            await planted(scope, receive, send)
            return
        if self.sampler is None:
            self.sampler = LoopSampler(Path(__file__).parent)
            self.sampler.start()
        known = (b"authorization", b"Bearer the-token-of-the-probe") in scope["headers"]
        body = json.dumps(self.sampler.profile()).encode() if known else b"{}"
        status = 200 if known else 401
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": body})


app = Probed()
