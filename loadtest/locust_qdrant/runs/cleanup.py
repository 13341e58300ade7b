"""Look for what a run left on a server, and remove it if asked: `locust-qdrant cleanup`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console

from locust_qdrant.client.failures import SERVER_FAILURES, describe
from locust_qdrant.errors import UsageError
from locust_qdrant.exit_codes import FAILED, PASSED
from locust_qdrant.targets.qdrant.cleanup import remains, remove
from locust_qdrant.targets.qdrant.connection import connect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qdrant_client import QdrantClient

    from locust_qdrant.client.factory import ClientSettings


def run(settings: ClientSettings, name: str, collections: Sequence[str], *, delete: bool) -> int:
    """Print what the run of that name left, and remove it if `delete`; return the exit code.

    Raises:
        UsageError: the server cannot be used.
    """
    client, _ = connect(settings)
    try:
        return _clean(client, name, collections, delete=delete)
    except SERVER_FAILURES as error:
        raise UsageError(f"what run {name} left cannot be removed: {describe(error)}.") from error
    finally:
        client.close()


def _clean(client: QdrantClient, name: str, collections: Sequence[str], *, delete: bool) -> int:
    console = Console(highlight=False, markup=False)
    found = remains(client, name, collections)
    if not found:
        console.print(f"Nothing of run {name} is on the server.")
        return PASSED
    for each in found:
        if delete:
            remove(client, name, each)
        console.print(f"{'Removed' if delete else 'Would remove'} {each}.")
    if not delete:
        console.print("Nothing was removed: say --delete to do so.")
        return PASSED
    left = remains(client, name, collections)
    for each in left:
        console.print(f"Still there: {each}.")
    return FAILED if left else PASSED
