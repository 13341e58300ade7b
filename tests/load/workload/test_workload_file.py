"""A workload file: every default, and every table in the model."""

from __future__ import annotations

import json
import pickle

from locust_qdrant.config import as_data
from locust_qdrant.config.file import from_options
from locust_qdrant.config.model import OperationSpec, Stage, VectorSpec


def test_an_empty_file_is_the_command_without_options(written):
    workload = written("")
    assert workload == from_options({})
    assert workload.name == "upsert=1,query=4"
    assert (workload.seed, workload.path, workload.thresholds) == (0, "async", ())
    assert workload.collection.vectors == {"": VectorSpec(384, "cosine", 0)}
    assert (workload.collection.points, workload.collection.name) == (2000, "")
    assert [(each.name, each.weight) for each in workload.operations] == [
        ("upsert", 1),
        ("query", 4),
    ]
    assert workload.operations[0].options["batch_size"] == 16
    assert workload.operations[1].options["limit"] == 10
    assert not workload.load.open
    assert workload.load.stages == (
        Stage("warmup", 1.0, 10, 10, measured=False),
        Stage("constant", 10.0, 10, 10),
    )
    assert workload.client == {
        "grpc": False,
        "grpc_port": 6334,
        "timeout": 5,
        "connections": 100,
        "keepalive": 20,
        "keepalive_expiry": 5.0,
        "transport": "httpx",
        "compression": True,
        "http2": False,
        "ca_cert": "",
        "headers": {},
        "grpc_channels": 3,
        "grpc_options": {},
        "clients": 1,
    }


def test_every_table_reaches_the_model(written, tmp_path):
    (tmp_path / "v.npy").touch()
    workload = written("""
        name = "Everything"
        seed = 7
        path = "both"
        thresholds = ["find.p99 < 50ms", "errors == 0"]
        checks = ["my.checks:good"]
        [collection]
        name = "articles"
        points = 5
        distance = "dot"
        dim = 8
        sparse = ["words"]
        quantization = "scalar"
        shards = 2
        replication = 3
        hnsw = { m = 32, on_disk = true }
        optimizers.indexing_threshold = 100
        payload_indexes = { tenant = "tenant", rank = "float" }
        [collection.vectors.title]
        [collection.vectors.body]
        dim = 16
        distance = "euclid"
        multi = 3
        [data]
        clusters = 4
        tenants = 9
        file = "v.npy"
        vector = "body"
        [client]
        grpc = true
        timeout = "30s"
        [traffic]
        rate = 12.5
        arrivals = "poisson"
        duration = "1m"
        warm_up = 0
        [[operations]]
        kind = "query"
        name = "find"
        weight = 3
        limit = 5
        selectivity = 0.1
        [[operations]]
        kind = "hybrid"
    """)
    collection = workload.collection
    assert collection.vectors == {
        "title": VectorSpec(8, "dot", 0),
        "body": VectorSpec(16, "euclid", 3),
    }
    assert (collection.sparse, collection.quantization) == (("words",), "scalar")
    assert (collection.hnsw, collection.optimizers) == (
        {"m": 32, "on_disk": True},
        {"indexing_threshold": 100},
    )
    assert (collection.shards, collection.replication) == (2, 3)
    assert collection.payload_indexes == {"tenant": "tenant", "rank": "float"}
    assert (workload.data.clusters, workload.data.options["vector"]) == (4, "body")
    assert (workload.client["grpc"], workload.client["timeout"]) == (True, 30)
    assert (workload.load.open, workload.load.poisson) == (True, True)
    assert workload.load.stages == (Stage("constant", 60.0, 12.5, 12.5),)
    find = workload.operations[0]
    assert (find.kind, find.name, find.weight, find.options["limit"]) == ("query", "find", 3, 5)
    assert workload.operations[1] == OperationSpec(
        "hybrid", "hybrid", 1, workload.operations[1].options
    )
    assert [each.text for each in workload.thresholds] == ["find.p99 < 50ms", "errors == 0"]
    assert pickle.loads(pickle.dumps(workload)) == workload
    assert json.loads(json.dumps(as_data(workload))) == as_data(workload)


def test_a_data_file_is_looked_for_beside_the_workload(written, tmp_path):
    (tmp_path / "v.npy").touch()
    assert written('[data]\nfile = "v.npy"').data.file == tmp_path / "v.npy"
