"""The operations on collections, their aliases and vector names."""

from __future__ import annotations

from qdrant_client import grpc as pb
from qdrant_client.http import models

from locust_qdrant.embedded.engine.grpc import reading, writing
from locust_qdrant.embedded.engine.operations import collections, vectors
from locust_qdrant.embedded.engine.table.entry import (
    CHANGE,
    COLLECTION,
    WRITE,
    Grpc,
    Rest,
    ServedOperation,
)


def collection_operations() -> list[ServedOperation]:
    """Return the operations on collections, aliases and vector names."""
    flag = (writing.flag, pb.CollectionOperationResponse)
    aliases = (writing.aliases, pb.ListAliasesResponse)
    return [
        ServedOperation(
            collections.list_collections,
            (Rest("GET /collections"),),
            (
                Grpc(
                    "Collections/List",
                    pb.ListCollectionsRequest,
                    reading.bare,
                    writing.collections,
                    pb.ListCollectionsResponse,
                ),
            ),
        ),
        ServedOperation(
            collections.info,
            (Rest(f"GET {COLLECTION}"),),
            (
                Grpc(
                    "Collections/Get",
                    pb.GetCollectionInfoRequest,
                    reading.bare,
                    writing.collection_info,
                    pb.GetCollectionInfoResponse,
                ),
            ),
        ),
        ServedOperation(
            collections.exists,
            (Rest(f"GET {COLLECTION}/exists"),),
            (
                Grpc(
                    "Collections/CollectionExists",
                    pb.CollectionExistsRequest,
                    reading.bare,
                    writing.exists,
                    pb.CollectionExistsResponse,
                ),
            ),
        ),
        ServedOperation(
            collections.create,
            (Rest(f"PUT {COLLECTION}", models.CreateCollection, parameters=CHANGE),),
            (Grpc("Collections/Create", pb.CreateCollection, reading.create_collection, *flag),),
        ),
        ServedOperation(
            collections.update,
            (Rest(f"PATCH {COLLECTION}", models.UpdateCollection, parameters=CHANGE),),
            (Grpc("Collections/Update", pb.UpdateCollection, reading.update_collection, *flag),),
        ),
        ServedOperation(
            collections.delete,
            (Rest(f"DELETE {COLLECTION}", parameters=CHANGE),),
            (Grpc("Collections/Delete", pb.DeleteCollection, reading.bare, *flag),),
        ),
        ServedOperation(
            collections.change_aliases,
            (
                Rest(
                    "POST /collections/aliases",
                    models.ChangeAliasesOperation,
                    parameters=CHANGE,
                ),
            ),
            (Grpc("Collections/UpdateAliases", pb.ChangeAliases, reading.change_aliases, *flag),),
        ),
        ServedOperation(
            collections.list_aliases,
            (Rest("GET /aliases"),),
            (Grpc("Collections/ListAliases", pb.ListAliasesRequest, reading.bare, *aliases),),
        ),
        ServedOperation(
            collections.list_collection_aliases,
            (Rest(f"GET {COLLECTION}/aliases"),),
            (
                Grpc(
                    "Collections/ListCollectionAliases",
                    pb.ListCollectionAliasesRequest,
                    reading.bare,
                    *aliases,
                ),
            ),
        ),
        ServedOperation(
            vectors.create,
            (
                Rest(
                    f"PUT {COLLECTION}/vectors/{{target}}",
                    models.VectorNameConfig,
                    parameters=WRITE,
                ),
            ),
            (
                Grpc(
                    "Points/CreateVectorName",
                    pb.CreateVectorNameRequest,
                    reading.create_vector_name,
                    writing.update,
                    pb.PointsOperationResponse,
                ),
            ),
        ),
        ServedOperation(
            vectors.delete,
            (Rest(f"DELETE {COLLECTION}/vectors/{{target}}", parameters=WRITE),),
            (
                Grpc(
                    "Points/DeleteVectorName",
                    pb.DeleteVectorNameRequest,
                    reading.delete_vector_name,
                    writing.update,
                    pb.PointsOperationResponse,
                ),
            ),
        ),
        ServedOperation(
            collections.optimizations,
            (Rest(f"GET {COLLECTION}/optimizations", parameters=("with", "completed_limit")),),
        ),
    ]
