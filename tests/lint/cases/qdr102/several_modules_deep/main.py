"""The way to the request leads through three modules."""

from app.api import handlers


async def main() -> None:
    await handlers.startup()
