"""A module makes its clients when they are first asked for (PEP 562)."""

import store
from store import plain


async def main() -> None:
    store.client.get_collections()  # error: QDR101
    store.by_table.get_collections()  # error: QDR101
    plain.get_collections()  # error: QDR101
    await store.awaited.get_collections()
    await store.awaited.close()
