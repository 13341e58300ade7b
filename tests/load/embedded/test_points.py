"""Writing, reading and deleting points, held against qdrant-client's local mode."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import numpy as np
import pytest
from qdrant_client import models

if TYPE_CHECKING:
    from embedded_oracle import Twins

UUID_ID = "5c56c793-69f3-4fbf-87e6-c4bf54c28c26"
DIMENSION = 8


def vectors(count: int, seed: int = 0) -> list[list[float]]:
    return np.random.default_rng(seed).normal(size=(count, DIMENSION)).tolist()


@pytest.fixture
def stored(twins: Twins) -> Twins:
    """Twelve points: eleven numbered from 1, one with a UUID."""
    twins.create(vectors_config=models.VectorParams(size=DIMENSION, distance=models.Distance.DOT))
    ids = [*range(1, 12), UUID_ID]
    points = [
        models.PointStruct(
            id=id_,
            vector=vector,
            payload={"city": ["Berlin", "Tunis", "Pune"][i % 3], "rank": i, "tags": ["a"] * i},
        )
        for i, (id_, vector) in enumerate(zip(ids, vectors(12), strict=True))
    ]
    twins.do("upsert", points=points, wait=True)
    return twins


def test_points_are_stored_with_payload_and_vectors(stored: Twins) -> None:
    stored.agree_on_points()
    stored.agree("retrieve", ids=[3, UUID_ID, 99], with_vectors=True)
    stored.agree("count")


def test_every_json_value_survives_as_payload(twins: Twins) -> None:
    twins.create(vectors_config=models.VectorParams(size=2, distance=models.Distance.DOT))
    payload = {
        "text": "ü ☃ \u0000 end",
        "whole": 2**62,
        "negative": -(2**53) - 1,
        "fraction": 0.1,
        "yes": True,
        "no": False,
        "nothing": None,
        "nested": {"list": [1, "two", None, [3.5, {"deep": []}]], "empty": {}},
        "a.b": "a key with a dot",
    }
    point = models.PointStruct(id=1, vector=[1.0, 2.0], payload=payload)
    twins.do("upsert", points=[point], wait=True)
    (record,) = twins.agree("retrieve", ids=[1])
    assert record.payload == payload


def test_batch_form_writes_the_same_points(stored: Twins) -> None:
    batch = models.Batch(
        ids=[20, 21], vectors=vectors(2, seed=1), payloads=[{"city": "Oslo"}, {"rank": 5}]
    )
    stored.do("upsert", points=batch, wait=True)
    stored.agree_on_points()


def test_upsert_replaces_vector_and_payload(stored: Twins) -> None:
    point = models.PointStruct(id=1, vector=vectors(1, seed=2)[0], payload={"new": True})
    stored.do("upsert", points=[point], wait=True)
    stored.agree_on_points()
    stored.agree("count")


def test_delete_by_ids_and_by_filter(stored: Twins) -> None:
    stored.do("delete", points_selector=[1, UUID_ID, 77], wait=True)
    stored.agree_on_points()
    berlin = models.FieldCondition(key="city", match=models.MatchValue(value="Berlin"))
    stored.do("delete", points_selector=models.Filter(must=[berlin]), wait=True)
    stored.agree_on_points()


@pytest.mark.parametrize(
    "selector",
    [
        [1, 2, UUID_ID],
        models.Filter(must=[models.FieldCondition(key="rank", range=models.Range(gte=5))]),
    ],
    ids=["ids", "filter"],
)
def test_payload_is_set_overwritten_deleted_and_cleared(stored: Twins, selector: object) -> None:
    stored.do("set_payload", payload={"seen": {"by": "me"}}, points=selector, wait=True)
    stored.agree_on_points()
    stored.do("set_payload", payload={"at": 3}, key="seen", points=selector, wait=True)
    stored.agree_on_points()
    stored.do("delete_payload", keys=["rank", "seen.by"], points=[1, 2], wait=True)
    stored.agree_on_points()
    stored.do("overwrite_payload", payload={"only": "this", "rank": 7}, points=selector, wait=True)
    stored.agree_on_points()
    stored.do("clear_payload", points_selector=selector, wait=True)
    stored.agree_on_points()


def test_vectors_are_updated(stored: Twins) -> None:
    points = [models.PointVectors(id=i, vector=v) for i, v in enumerate(vectors(3, seed=3), 1)]
    stored.do("update_vectors", points=points)
    stored.agree_on_points()


def test_named_sparse_and_multi_vectors(twins: Twins) -> None:
    twins.create(
        vectors_config={
            "text": models.VectorParams(size=4, distance=models.Distance.DOT),
            "image": models.VectorParams(size=3, distance=models.Distance.COSINE),
            "tokens": models.VectorParams(
                size=2,
                distance=models.Distance.DOT,
                multivector_config=models.MultiVectorConfig(
                    comparator=models.MultiVectorComparator.MAX_SIM
                ),
            ),
        },
        sparse_vectors_config={"words": models.SparseVectorParams()},
    )
    points = [
        models.PointStruct(
            id=i,
            vector={
                "text": [float(i), 1.0, 0.0, 2.0],
                "image": [1.0, float(i), 0.5],
                "tokens": [[1.0, float(j)] for j in range(i + 1)],
                "words": models.SparseVector(indices=[i, 50], values=[0.5, float(i)]),
            },
        )
        for i in range(1, 6)
    ]
    twins.do("upsert", points=points, wait=True)
    twins.agree_on_points()
    twins.agree("query_points", query=[1.0, 0.0, 0.0, 1.0], using="text", with_vectors=["image"])
    twins.agree("query_points", query=[[1.0, 0.3], [0.1, 1.0]], using="tokens")
    sparse = models.SparseVector(indices=[3, 50], values=[2.0, 1.0])
    twins.agree("query_points", query=sparse, using="words")
    twins.do(
        "update_vectors",
        points=[models.PointVectors(id=2, vector={"text": [9.0, 9.0, 9.0, 9.0]})],
    )
    twins.do("delete_vectors", vectors=["image", "words"], points=[3, 4])
    twins.agree_on_points()
    has_image = models.Filter(must=[models.HasVectorCondition(has_vector="image")])
    assert twins.agree("count", count_filter=has_image).count == 3


def test_batch_form_takes_named_vectors(twins: Twins) -> None:
    twins.create(
        vectors_config={"text": models.VectorParams(size=2, distance=models.Distance.DOT)},
        sparse_vectors_config={"words": models.SparseVectorParams()},
    )
    batch = models.Batch(
        ids=[1, 2],
        vectors={
            "text": [[1.0, 2.0], [3.0, 4.0]],
            "words": [
                models.SparseVector(indices=[1], values=[1.0]),
                models.SparseVector(indices=[2], values=[2.0]),
            ],
        },
    )
    twins.do("upsert", points=batch, wait=True)
    twins.agree_on_points()


def test_batch_update_applies_changes_in_order(stored: Twins) -> None:
    first, second = vectors(2, seed=4)
    point = models.PointStruct(id=50, vector=first, payload={"rank": 50})
    operations = [
        models.UpsertOperation(upsert=models.PointsList(points=[point])),
        models.SetPayloadOperation(
            set_payload=models.SetPayload(payload={"late": True}, points=[50])
        ),
        models.OverwritePayloadOperation(
            overwrite_payload=models.SetPayload(payload={"over": 1}, points=[1])
        ),
        models.DeletePayloadOperation(
            delete_payload=models.DeletePayload(keys=["rank"], points=[2])
        ),
        models.ClearPayloadOperation(clear_payload=models.PointIdsList(points=[3])),
        models.UpdateVectorsOperation(
            update_vectors=models.UpdateVectors(points=[models.PointVectors(id=50, vector=second)])
        ),
        models.DeleteOperation(delete=models.PointIdsList(points=[4])),
    ]
    results = stored.do("batch_update_points", update_operations=operations, wait=True)
    assert [result.status for result in results] == [models.UpdateStatus.COMPLETED] * 7
    stored.agree_on_points()


def test_what_came_before_a_bad_change_in_a_batch_stays(stored: Twins) -> None:
    good = models.DeleteOperation(delete=models.PointIdsList(points=[1]))
    short = models.PointStruct(id=2, vector=[1.0])
    bad = models.UpsertOperation(upsert=models.PointsList(points=[short]))
    with pytest.raises(Exception, match="expected dim: 8, got 1"):
        stored.client.batch_update_points(stored.name, update_operations=[good, bad])
    stored.local.delete(stored.name, models.PointIdsList(points=[1]))
    stored.agree_on_points()


def test_conditional_upsert_changes_only_what_matches(stored: Twins) -> None:
    low = models.Filter(must=[models.FieldCondition(key="rank", range=models.Range(lt=3))])
    points = [
        models.PointStruct(id=i, vector=v, payload={"changed": True})
        for i, v in zip((1, 11), vectors(2, seed=5), strict=True)
    ]
    stored.do("upsert", points=points, update_filter=low, wait=True)
    stored.agree_on_points()


@pytest.mark.parametrize("mode", list(models.UpdateMode))
def test_update_modes(stored: Twins, mode: models.UpdateMode) -> None:
    points = [
        models.PointStruct(id=i, vector=v, payload={"mode": mode.value})
        for i, v in zip((1, 100), vectors(2, seed=6), strict=True)
    ]
    stored.do("upsert", points=points, update_mode=mode, wait=True)
    stored.agree_on_points()


def test_writes_are_numbered_and_say_whether_they_were_waited_for(stored: Twins) -> None:
    point = models.PointStruct(id=1, vector=vectors(1)[0])
    waited = stored.client.upsert(stored.name, [point], wait=True)
    unwaited = stored.client.upsert(stored.name, [point], wait=False)
    assert waited.status == models.UpdateStatus.COMPLETED
    assert unwaited.status == models.UpdateStatus.ACKNOWLEDGED
    assert unwaited.operation_id == waited.operation_id + 1


def test_a_write_is_read_at_once(stored: Twins) -> None:
    for number in range(20):
        point = models.PointStruct(id=7, vector=vectors(1)[0], payload={"number": number})
        stored.client.upsert(stored.name, [point], wait=True)
        (record,) = stored.client.retrieve(stored.name, ids=[7])
        assert record.payload == {"number": number}


def test_ids_may_be_uuids_in_any_form(stored: Twins) -> None:
    assert [r.id for r in stored.client.retrieve(stored.name, ids=[UUID(UUID_ID).hex])] == [UUID_ID]
