"""A collection that exists: what it is really called, and how it compares vectors."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from locust_qdrant.client.failures import SERVER_FAILURES
from locust_qdrant.config.model import UNNAMED

if TYPE_CHECKING:
    from qdrant_client import QdrantClient

    from locust_qdrant.config.model import CollectionSpec


def looked_up(client: QdrantClient, spec: CollectionSpec) -> tuple[CollectionSpec, str]:
    """Return a spec with what a server says of its collection, and a sentence on its alias.

    An alias may be switched to another collection at any time, which is what it is for; a run that
    followed it would read back from a collection that it did not write to. What the server does not
    tell stays as it is: whoever opens the collection says what is wrong with it.
    """
    if not spec.use_existing:
        return spec, ""
    note = ""
    with suppress(*SERVER_FAILURES):
        aliases = {each.alias_name: each.collection_name for each in client.get_aliases().aliases}
        real = aliases.get(spec.name)
        if real is not None:
            note = f"{spec.name!r} was an alias of the collection {real!r}, which this run used."
            spec = replace(spec, name=real)
    with suppress(*SERVER_FAILURES):
        vectors = client.get_collection(spec.name).config.params.vectors or {}
        there = vectors if isinstance(vectors, dict) else {UNNAMED: vectors}
        spec = replace(
            spec,
            vectors={
                name: replace(each, distance=there[name].distance.value.lower())
                if name in there
                else each
                for name, each in spec.vectors.items()
            },
        )
    return spec, note
