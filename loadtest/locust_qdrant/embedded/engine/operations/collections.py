"""Operations on collections and their aliases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from pydantic import BaseModel

from locust_qdrant.embedded.engine.operations.description import FURTHER_PARAMS, describe
from locust_qdrant.embedded.engine.problems import (
    RequestError,
    invalid_body,
    invalid_path,
    no_collection,
    not_served,
    wrong_input,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from qdrant_client.http import models

    from locust_qdrant.embedded.engine.catalog import Catalog
    from locust_qdrant.embedded.engine.operations.call import Call

_WRONG_CHARACTERS = frozenset('<>:"/\\|?*\0\x1f')


def list_collections(catalog: Catalog, _: Call) -> dict[str, Any]:
    """Return the names of all collections."""
    return {"collections": [{"name": name} for name in catalog.collections]}


def exists(catalog: Catalog, call: Call) -> dict[str, bool]:
    """Return whether a collection or alias has this name."""
    known = call.collection in catalog.collections or call.collection in catalog.aliases
    return {"exists": known}


def info(catalog: Catalog, call: Call) -> dict[str, Any]:
    """Return a collection's settings and how large it is."""
    return describe(catalog[call.collection])


def create(catalog: Catalog, call: Call) -> bool:
    """Create a collection.

    Raises:
        RequestError: 409 if it exists; 422 for an impossible name or vector; 501 for settings
            that the engine cannot follow.
    """
    _check_name(call.collection)
    _check_settings(call.body)
    catalog.create(call.collection, call.body)
    return True


def delete(catalog: Catalog, call: Call) -> bool:
    """Delete a collection, and return whether there was one."""
    return catalog.delete(call.collection)


def update(catalog: Catalog, call: Call) -> bool:
    """Change a collection's settings; what is indexed so far is rebuilt where it has to be.

    Raises:
        RequestError: 501 for settings that the engine cannot change.
    """
    collection, diff = catalog[call.collection], call.body
    _check_optimizers(diff.optimizers_config)
    current = collection.entry.request
    further = {**collection.entry.further, **_plain_params(diff.params)}
    changed = current.model_copy(
        update={
            "hnsw_config": _merged(current.hnsw_config, diff.hnsw_config),
            "optimizers_config": _merged(current.optimizers_config, diff.optimizers_config),
            "quantization_config": _quantization(
                current.quantization_config, diff.quantization_config
            ),
            "strict_mode_config": _merged(current.strict_mode_config, diff.strict_mode_config),
            "vectors": _changed_vectors(current.vectors, diff.vectors or {}),
            "sparse_vectors": _changed_sparse(
                current.sparse_vectors, getattr(diff, "sparse_vectors", None) or {}
            ),
            **_changed_params(diff.params),
        }
    )
    if getattr(diff, "metadata", None) is not None:
        merged = (getattr(current, "metadata", None) or {}) | diff.metadata
        changed.metadata = {key: value for key, value in merged.items() if value is not None}
    collection.reconfigure(changed)
    collection.change(further=further)
    if collection.shard.info().points_count:
        collection.backlog.force()
    return True


def optimizations(catalog: Catalog, call: Call) -> dict[str, Any]:
    """Return what is being optimised or due; the engine optimises a collection as a whole."""
    collection = catalog[call.collection]
    segments, due = collection.shard.info().segments_count, collection.rebuild_due
    busy = collection.rebuilding
    queued = due and not busy
    document: dict[str, Any] = {
        "summary": {
            "queued_optimizations": int(queued),
            "queued_segments": segments if queued else 0,
            "queued_points": collection.backlog.unindexed if queued else 0,
            "idle_segments": 0 if busy or queued else segments,
        },
        "running": [collection.rebuild_report()] if busy else [],
    }
    # The engine remembers no optimisation that is over, and does not tell its segments apart.
    idle = [{"uuid": str(UUID(int=n)), "points_count": 0} for n in range(segments)]
    further = {"queued": [], "completed": [], "idle_segments": [] if busy or queued else idle}
    wanted = {name.strip() for name in call.parameters.get("with", "").split(",")}
    return document | {name: value for name, value in further.items() if name in wanted}


def list_aliases(catalog: Catalog, _: Call) -> dict[str, Any]:
    """Return all aliases."""
    return _aliases(catalog.aliases)


def list_collection_aliases(catalog: Catalog, call: Call) -> dict[str, Any]:
    """Return the aliases of one collection."""
    return _aliases({a: c for a, c in catalog.aliases.items() if c == call.collection})


def change_aliases(catalog: Catalog, call: Call) -> bool:
    """Create, rename and delete aliases, up to the first action that is refused."""
    aliases = dict(catalog.aliases)
    try:
        for action in call.body.actions:
            _ALIAS_ACTIONS[type(action).__name__](catalog, aliases, action)
    finally:
        catalog.set_aliases(aliases)
    return True


def _create_alias(
    catalog: Catalog, aliases: dict[str, str], action: models.CreateAliasOperation
) -> None:
    alias, collection = action.create_alias.alias_name, action.create_alias.collection_name
    if collection not in catalog.collections:
        raise no_collection(collection)
    if alias in catalog.collections:
        raise RequestError(409, f"Wrong input: Collection `{alias}` already exists!")
    aliases[alias] = collection


def _delete_alias(_: Catalog, aliases: dict[str, str], action: models.DeleteAliasOperation) -> None:
    aliases.pop(action.delete_alias.alias_name, None)


def _rename_alias(_: Catalog, aliases: dict[str, str], action: models.RenameAliasOperation) -> None:
    old, new = action.rename_alias.old_alias_name, action.rename_alias.new_alias_name
    if old not in aliases:
        raise RequestError(404, f"Not found: Alias {old} does not exists!")
    aliases[new] = aliases.pop(old)


_ALIAS_ACTIONS: Mapping[str, Callable[[Catalog, dict[str, str], Any], None]] = {
    "CreateAliasOperation": _create_alias,
    "DeleteAliasOperation": _delete_alias,
    "RenameAliasOperation": _rename_alias,
}


def _aliases(aliases: dict[str, str]) -> dict[str, Any]:
    return {
        "aliases": [
            {"alias_name": alias, "collection_name": collection}
            for alias, collection in aliases.items()
        ]
    }


def _check_name(name: str) -> None:
    wrong = next((character for character in name if character in _WRONG_CHARACTERS), None)
    if wrong is not None:
        raise invalid_path(f'[collection_name: collection name cannot contain "{wrong}" char]')


def _check_optimizers(config: models.OptimizersConfigDiff | None) -> None:
    if getattr(config, "prevent_unoptimized", None):
        raise not_served("`prevent_unoptimized`, which hides points until they are optimised")


def _check_settings(request: models.CreateCollection) -> None:
    _check_optimizers(request.optimizers_config)
    if request.sharding_method is not None and request.sharding_method.value == "custom":
        raise not_served("custom sharding")
    vectors = request.vectors or {}
    for name, params in (request.sparse_vectors or {}).items():
        datatype = None if params.index is None else params.index.datatype
        if datatype is not None and datatype.value == "turbo4":
            raise invalid_body(
                f"[sparse_vectors.{name}.index.datatype: sparse vectors do not support `turbo4`]"
            )
        if not name:
            raise wrong_input("Sparse vector name cannot be empty")
        if name in (vectors if isinstance(vectors, dict) else {"": vectors} if vectors else {}):
            raise wrong_input(
                f"Dense and sparse vector names must be unique - duplicate found with '{name}'"
            )


def _merged(current: Any, diff: Any) -> Any:
    """Return settings with what a change of them sets, however deep it stands."""
    if not isinstance(current, BaseModel) or not isinstance(diff, BaseModel):
        return current if diff is None else diff
    names = [name for name, value in diff if value is not None]
    changes = {name: _merged(getattr(current, name), getattr(diff, name)) for name in names}
    return current.model_copy(update=changes)


def _quantization(current: Any, diff: Any) -> Any:
    if diff is None:
        return current
    return None if type(diff).__name__ == "Disabled" else diff


def _changed_vectors(current: Any, diffs: Mapping[str, models.VectorParamsDiff]) -> Any:
    vectors = current if isinstance(current, dict) else {"": current} if current else {}
    for name in diffs:
        if name not in vectors:
            raise RequestError(400, f"Wrong input: Not existing vector name error: {name}")
    changed = {
        name: params if name not in diffs else _changed_vector(params, diffs[name])
        for name, params in vectors.items()
    }
    return changed if isinstance(current, dict) or current is None else changed[""]


def _changed_vector(
    params: models.VectorParams, diff: models.VectorParamsDiff
) -> models.VectorParams:
    changes: dict[str, Any] = {
        "hnsw_config": _merged(params.hnsw_config, diff.hnsw_config),
        "quantization_config": _quantization(params.quantization_config, diff.quantization_config),
    }
    if diff.on_disk is not None:
        changes["on_disk"] = diff.on_disk
    return params.model_copy(update=changes)


def _changed_sparse(current: Any, diffs: Mapping[str, models.SparseVectorParams]) -> Any:
    for name in diffs:
        if name not in (current or {}):
            raise RequestError(400, f"Wrong input: Not existing vector name error: {name}")
    if current is None:
        return None
    return {name: _merged(params, diffs.get(name)) for name, params in current.items()}


def _changed_params(params: models.CollectionParamsDiff | None) -> dict[str, Any]:
    names = ("on_disk_payload", "replication_factor", "write_consistency_factor")
    changes = {name: getattr(params, name, None) for name in names}
    return {name: value for name, value in changes.items() if value is not None}


def _plain_params(params: models.CollectionParamsDiff | None) -> dict[str, int]:
    """Return what can be set of a collection later, but not when it is created."""
    changes = {name: getattr(params, name, None) for name in FURTHER_PARAMS}
    return {name: value for name, value in changes.items() if value is not None}
