import state


async def size(name: str) -> int:
    return state.client.count(name).count  # error: QDR101
