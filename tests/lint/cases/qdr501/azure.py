"""The Azure client is a sync OpenAI client, too; so is one in a `with` block."""

from openai import AzureOpenAI, OpenAI
from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


def get_token() -> str:
    return "token of the service"


class Assistant:
    def __init__(self, llm: OpenAI | None = None) -> None:
        self.llm = llm or AzureOpenAI(
            api_version="2024-10-21",
            azure_endpoint="https://example.openai.azure.com",
            azure_ad_token_provider=get_token,
        )

    async def answer(self, question: str) -> str | None:
        completion = self.llm.chat.completions.create(  # error: QDR501
            model="gpt-4o-mini", messages=[{"role": "user", "content": question}]
        )
        return completion.choices[0].message.content


async def embed(text: str) -> list[float]:
    with OpenAI() as openai:
        response = openai.embeddings.create(  # error: QDR501
            model="text-embedding-3-small", input=text
        )
    return response.data[0].embedding


async def main() -> None:
    hits = await client.query_points("docs", query=await embed("desert planet"))
    await Assistant().answer(f"Who? {hits.points}")
