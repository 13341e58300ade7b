"""Helpers that call themselves with what they got from themselves stand beside the mistake."""

import asyncio

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


def settle(plan):
    if not plan:
        return plan
    reduced = settle(plan[1:])
    return settle(reduced)


def even(plan, other):
    return odd(even(plan[1:], odd(other, other)), other) if plan else other


def odd(plan, other):
    return even(odd(plan[1:], even(other, other)), other) if plan else other


async def store() -> None:
    client.upsert("plants", points=[])  # error: QDR201


async def fill() -> None:
    settle([1, 2])
    even([], odd([], []))
    await client.count("plants")
    await store()


def run() -> None:
    asyncio.run(fill())


async def main() -> None:
    await asyncio.to_thread(run)
