import app.services.index as index_service


async def startup() -> None:
    index_service.prepare("docs")  # error: QDR102
