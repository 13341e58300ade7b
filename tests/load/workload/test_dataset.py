"""Vectors and payloads: made up in clusters, or from a file."""

from __future__ import annotations

import json
import sys

import h5py
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from locust_qdrant.config.dataset import Dataset, PointNames, number_of, same_vector
from locust_qdrant.config.file import from_options
from locust_qdrant.config.synthetic import Sparse
from locust_qdrant.errors import UsageError
from qdrant_client import models

NAMES = PointNames(2**63 + 5)


def dataset(seed=0, **options):
    workload = from_options({"collection.dim": 8, **options})
    return Dataset(workload.collection, workload.data, seed)


def numbers(data, count=2000):
    """Return the vectors of the first points as an array, and the group of each."""
    points = [NAMES.name(number) for number in range(count)]
    vectors = np.array([data.vectors(point, 0)[""] for point in points])
    return vectors, np.array([data.payload(point, 0)["group"] for point in points])


@settings(deadline=None)
@given(st.integers(0, 2**64 - 1), st.integers(0, 2**48 - 1))
def test_an_id_is_a_uuid_and_tells_its_number(run, number):
    name = PointNames(run).name(number)
    assert number_of(name) == number
    assert len(name) == 36
    assert int(name.replace("-", ""), 16) >> 64 == run


def test_the_same_seed_gives_the_same_points_and_queries():
    first, again, other = dataset(1), dataset(1), dataset(2)
    point = NAMES.name(3)
    assert first.vectors(point, 0) == again.vectors(point, 0)
    assert first.query("", 12345) == again.query("", 12345)
    assert first.payload(point, 2) == again.payload(point, 2)
    assert first.vectors(point, 0) != other.vectors(point, 0)
    assert first.vectors(point, 0) != first.vectors(point, 1)
    assert len(first.query("", 12345)) == 8


def test_payloads_tell_versions_and_points_apart():
    data = dataset()
    seen = [data.payload(NAMES.name(n), version) for n in range(3) for version in range(3)]
    assert all(one != other for i, one in enumerate(seen) for other in seen[i + 1 :])
    assert data.version_of(seen[1]) == (1, 0)
    assert data.version_of({**seen[1], **data.revision(7)}) == (1, 7)
    assert data.version_of({"rank": 1}) is None


def test_vectors_of_a_group_are_near_each_other_and_queries_near_some_group():
    data = dataset(**{"data.clusters": 4, "collection.dim": 32})
    vectors, groups = numbers(data)
    centres = np.array([vectors[groups == group].mean(axis=0) for group in range(4)])
    nearest = np.linalg.norm(vectors[:, None] - centres[None], axis=2).argmin(axis=1)
    assert (nearest == groups).mean() > 0.95
    asked = np.array([data.query("", number) for number in range(100)])
    distance = np.linalg.norm(asked[:, None] - centres[None], axis=2).min(axis=1)
    assert distance.max() < np.linalg.norm(vectors - centres.mean(axis=0), axis=1).mean() * 1.5
    assert not any(list(query) in vectors.tolist() for query in asked)


def test_fields_for_filters_are_spread_evenly():
    data = dataset(**{"data.tenants": 50})
    payloads = [data.payload(NAMES.name(number), 0) for number in range(10_000)]
    tenants = [payload["tenant"] for payload in payloads]
    assert {tenants.count(tenant) for tenant in set(tenants)} == {200}
    for tenant in set(tenants):
        ranks = [each["rank"] for each in payloads if each["tenant"] == tenant]
        assert abs(sum(rank < 0.1 for rank in ranks) - 20) <= 2
    # A new version stays with its tenant, as a document does.
    assert data.payload(NAMES.name(3), 9)["tenant"] == tenants[3]


def test_multivectors_and_sparse_vectors():
    data = dataset(**{"collection.multi": 3, "collection.sparse": ["words"]})
    vectors = data.vectors(NAMES.name(0), 0)
    assert np.shape(vectors[""]) == np.shape(data.query("", 5)) == (3, 8)
    words = vectors["words"]
    assert words.indices == sorted(set(words.indices))
    assert len(words.values) == len(words.indices) > 5
    assert 0 < len(data.query("words", 1).indices) <= 6


def same(point, version, data, found):
    return data.has_vectors(point, version, {"": found})


def test_what_a_server_does_to_vectors_is_no_difference_and_anything_else_is():
    data = dataset()
    point = NAMES.name(1)
    vector = np.array(data.vectors(point, 0)[""])
    unit = (vector / np.linalg.norm(vector)).astype(np.float32)
    assert same(point, 0, data, vector.tolist())
    assert same(point, 0, data, unit.tolist())
    assert not same(point, 0, data, (unit * 1.01).tolist())
    assert not same(point, 0, data, (-unit).tolist())
    assert not same(point, 0, data, unit[:-1].tolist())
    assert not same(point, 0, data, None)
    assert not same(point, 1, data, unit.tolist())
    assert not data.has_vectors(point, 0, {})


FLOATS = st.lists(st.floats(-1e3, 1e3, width=32), min_size=2, max_size=6)


@settings(deadline=None)
@given(FLOATS, st.booleans())
def test_single_precision_is_enough(values, normalised):
    after = np.array(values, dtype=np.float32)
    length = np.linalg.norm(after)
    if normalised and length:
        after /= length
    assert same_vector(values, after.tolist())


def test_a_sparse_vector_is_the_same_in_any_order():
    written = Sparse([1, 5], [0.5, 0.25])
    assert same_vector(written, models.SparseVector(indices=[5, 1], values=[0.25, 0.5]))
    assert not same_vector(written, models.SparseVector(indices=[5, 1], values=[0.5, 0.25]))
    assert not same_vector(written, models.SparseVector(indices=[1], values=[0.5]))
    assert not same_vector(written, [0.5, 0.25])


class TestFiles:
    """Each kind of file, with what it holds and what is wrong with it."""

    VECTORS = np.arange(80, dtype=np.float32).reshape(10, 8)

    def write(self, file):
        rows = [
            {"vector": vector.tolist(), "title": f"row {number}", "pages": number}
            for number, vector in enumerate(self.VECTORS)
        ]
        if file.suffix == ".npy":
            np.save(file, self.VECTORS)
        elif file.suffix == ".hdf5":
            with h5py.File(file, "w") as opened:
                opened["train"], opened["test"] = self.VECTORS, self.VECTORS[:2] + 0.5
                opened["neighbors"] = np.zeros((2, 3), dtype=np.int64)
        elif file.suffix == ".parquet":
            pq.write_table(pa.Table.from_pylist(rows), file)
        else:
            file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
        return file

    @pytest.mark.parametrize("suffix", [".npy", ".hdf5", ".parquet", ".jsonl"])
    def test_points_get_the_rows_one_after_the_other(self, tmp_path, suffix):
        file = self.write(tmp_path / f"data{suffix}")
        data = dataset(**{"data.file": str(file), "data.rows": 7})
        for number in (0, 6, 7):
            vector = data.vectors(NAMES.name(number), 0)[""]
            assert vector == self.VECTORS[number % 7].tolist()
        assert data.vectors(NAMES.name(0), 1)[""] != self.VECTORS[0].tolist()
        payload = data.payload(NAMES.name(8), 0)
        assert payload["version"] == 0
        if suffix in {".parquet", ".jsonl"}:
            assert (payload["title"], payload["pages"]) == ("row 1", 1)
            assert "vector" not in payload
        queries = [data.query("", number) for number in range(3)]
        if suffix == ".hdf5":
            assert queries[1] == (self.VECTORS[1] + 0.5).tolist()
            assert queries[0] == queries[2]
        else:
            assert queries[1] == self.VECTORS[1].tolist()

    def test_a_payload_may_stand_under_a_key_of_its_own(self, tmp_path):
        file = tmp_path / "data.jsonl"
        file.write_text('{"emb": [1, 2, 3, 4, 5, 6, 7, 8], "payload": {"a": [1, {"b": null}]}}\n')
        data = dataset(**{"data.file": str(file), "data.column": "emb"})
        assert data.payload(NAMES.name(0), 0)["a"] == [1, {"b": None}]

    def test_other_vectors_of_the_collection_are_made_up(self, tmp_path):
        file = self.write(tmp_path / "data.npy")
        data = dataset(
            **{
                "data.file": str(file),
                "data.vector": "b",
                "collection.vectors": {"a": {"dim": 3}, "b": {}},
            }
        )
        vectors = data.vectors(NAMES.name(2), 0)
        assert vectors["b"] == self.VECTORS[2].tolist()
        assert len(vectors["a"]) == 3

    @pytest.mark.parametrize(
        ("name", "content", "words"),
        [
            ("a.npy", b"", "cannot be read: "),
            ("a.npy", b"no numpy file at all", "cannot be read: "),
            ("a.hdf5", b"no HDF5 file at all", "cannot be read: "),
            ("a.parquet", b"no Parquet file at all", "cannot be read: "),
            ("a.jsonl", b"", "holds no vectors: they must be of shape (rows, dim), not (0,)"),
            ("a.jsonl", b'{"vector": [1]}\n[', "cannot be read: line 2 is no JSON"),
            ("a.jsonl", b'{"v": [1]}', "line 1 has no list under 'vector'; name the key in column"),
            ("a.jsonl", b'{"vector": [1]}\n{"vector": [1, 2]}', "cannot be read: "),
            ("a.jsonl", b'{"vector": ["x"]}', "cannot be read: "),
            (
                "a.jsonl",
                b'{"vector": [1, 2]}',
                "of 2 components, and the collection's vector is",
            ),
        ],
    )
    def test_a_file_that_cannot_be_used_is_one_sentence(self, tmp_path, name, content, words):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(UsageError) as caught:
            dataset(**{"data.file": str(tmp_path / name)})
        assert words in str(caught.value)
        assert str(tmp_path / name) in str(caught.value)
        assert "\n" not in str(caught.value)

    def test_a_file_without_what_is_looked_for(self, tmp_path):
        with h5py.File(tmp_path / "a.hdf5", "w") as opened:
            opened["vectors"] = self.VECTORS
        with pytest.raises(UsageError, match="it has no data set 'train', only vectors"):
            dataset(**{"data.file": str(tmp_path / "a.hdf5")})
        self.write(tmp_path / "a.parquet")
        with pytest.raises(UsageError, match="no column 'emb'; name one of vector, title, pages"):
            dataset(**{"data.file": str(tmp_path / "a.parquet"), "data.column": "emb"})
        np.save(tmp_path / "a.npy", np.array(["a", "b"]))
        with pytest.raises(UsageError, match="its values are <U1, not numbers"):
            dataset(**{"data.file": str(tmp_path / "a.npy")})

    @pytest.mark.parametrize(("suffix", "package"), [(".hdf5", "h5py"), (".parquet", "pyarrow")])
    def test_a_package_that_is_not_installed(self, tmp_path, monkeypatch, suffix, package):
        file = self.write(tmp_path / f"a{suffix}")
        # None in this place is what Python takes for a module that cannot be imported.
        for module in (package, f"{package}.parquet"):
            monkeypatch.setitem(sys.modules, module, None)
        with pytest.raises(UsageError) as caught:
            dataset(**{"data.file": str(file)})
        assert str(caught.value) == (
            f"The data file {file} needs {package}, which is not installed: run "
            f"pip install {package}."
        )
