"""The service's modules are found from `backend`, its root."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "backend"))

from api.routes import list_documents, startup


async def main() -> None:
    await startup()
    await list_documents()
