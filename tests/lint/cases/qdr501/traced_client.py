"""A wrapper that traces a client gives it back: it blocks as before, and is awaited as before."""

from langsmith.wrappers import wrap_openai
from openai import AsyncOpenAI, OpenAI

traced = wrap_openai(OpenAI())
named = wrap_openai(client=OpenAI())
awaited = wrap_openai(AsyncOpenAI())


async def embed(text: str) -> object:
    return traced.embeddings.create(model="m", input=text)  # error: QDR501


async def embed_again(text: str) -> object:
    return named.embeddings.create(model="m", input=text)  # error: QDR501


async def embed_beside(text: str) -> object:
    return await awaited.embeddings.create(model="m", input=text)


async def main() -> None:
    await embed("dune")
    await embed_again("dune")
    await embed_beside("dune")
