try:
    from services.vectors import vector_service
except ImportError:
    from backend.services.vectors import vector_service


async def list_documents() -> list[str]:
    return vector_service.titles()  # error: QDR102


async def startup() -> None:
    from services import vectors

    vectors.ensure_collection("docs")  # error: QDR102
