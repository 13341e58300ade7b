"""A coroutine that may be missing is tested, closed or awaited."""

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def describe(name: str, *, with_size: bool) -> str:
    job = client.count(name) if with_size else None
    if job:
        return f"{name}: {(await job).count}"
    return name


async def first(names: list[str]) -> int:
    jobs = [client.count(name) for name in names]
    try:
        return (await jobs[0]).count
    finally:
        for job in jobs[1:]:
            job.close()


async def forget(ids: list[int], *, dry_run: bool) -> None:
    job = client.delete("docs", points_selector=ids)
    if dry_run:
        print(f"would run {job.__name__}")
        job.close()
    else:
        await job


async def main() -> None:
    assert await describe("docs", with_size=True) == "docs: 2"
    assert await describe("docs", with_size=False) == "docs"
    assert await first(["docs", "images"]) == 2
    await forget([1], dry_run=True)
    await forget([1], dry_run=False)
