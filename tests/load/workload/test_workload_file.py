"""A workload file: every default, every mistake with its line, and options that win."""

from __future__ import annotations

import json
import pickle

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from locust_qdrant.errors import UsageError
from locust_qdrant.workload import as_data
from locust_qdrant.workload.file import from_options, load
from locust_qdrant.workload.model import OperationSpec, Stage, VectorSpec


@pytest.fixture
def written(tmp_path):
    """Write a workload file and load it."""

    def write(text: str, overrides=None):
        file = tmp_path / "w.toml"
        file.write_text(text, "utf-8")
        return load(file, overrides)

    return write


@pytest.fixture
def refused(written, tmp_path):
    """Load a text that must be refused; return the sentence, without the folder."""

    def load_it(text: str, overrides=None) -> str:
        with pytest.raises(UsageError) as caught:
            written(text, overrides)
        return str(caught.value).replace(f"{tmp_path}/", "")

    return load_it


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
        "grpc_channels": 3,
        "clients": 1,
    }


def test_every_table_reaches_the_model(written):
    workload = written("""
        name = "Everything"
        seed = 7
        path = "both"
        thresholds = ["find.p99 < 50ms", "errors == 0"]
        checks = ["my.checks:good"]
        [collection]
        name = "articles"
        use_existing = true
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


QUERY = '[[operations]]\nkind = "query"\n'

BAD = [
    (
        "[collection]\n\ndims = 3",
        (
            "w.toml, line 3: there is no key collection.dims; did you mean dim? Keys here are "
            "name, use_existing, points, dim, distance, multi, vectors, sparse, quantization, "
            "hnsw, optimizers, shards, replication, payload_indexes."
        ),
    ),
    (
        "[colection]\ndim = 3",
        (
            "w.toml, line 1: there is no key colection; did you mean collection? Keys here are "
            "name, seed, path, thresholds, checks, collection, data, client, traffic, "
            "operations, phases."
        ),
    ),
    (
        "[collection]\ndim = 0",
        "w.toml, line 2: collection.dim must be a whole number from 1 to 65,536, not 0.",
    ),
    (
        "[collection]\ndim = '8'",
        'w.toml, line 2: collection.dim must be a whole number from 1 to 65,536, not "8".',
    ),
    (
        "[collection]\ndim = 8.0",
        "w.toml, line 2: collection.dim must be a whole number from 1 to 65,536, not 8.0.",
    ),
    (
        "[collection.vectors.a]\ndistance = 'near'",
        (
            "w.toml, line 2: collection.vectors.a.distance must be one of cosine, dot, euclid, "
            'manhattan, not "near".'
        ),
    ),
    (
        "[collection]\nhnsw = { m = 16, ef = 3 }",
        (
            "w.toml, line 2: there is no key collection.hnsw.ef; keys here are m, ef_construct, "
            "full_scan_threshold, max_indexing_threads, on_disk, payload_m."
        ),
    ),
    (
        "[collection]\nvectors = { a = 3 }",
        "w.toml, line 2: collection.vectors.a must be a table, not 3.",
    ),
    (
        "[collection]\nsparse = [\n 'a',\n 'a',\n]",
        'w.toml, line 2: collection.sparse: the name "a" appears twice.',
    ),
    (
        "[collection]\nuse_existing = true",
        "w.toml, line 2: collection.use_existing needs a collection.name, the one that exists.",
    ),
    ("collection = 3", "w.toml, line 1: collection must be a table, [collection], not 3."),
    (
        "seed = true",
        (
            "w.toml, line 1: seed must be a whole number from 0 to 9,223,372,036,854,775,807, not "
            "true."
        ),
    ),
    (
        "[client]\ntimeout = '1500ms'",
        "w.toml, line 2: client.timeout must be whole seconds, not 1.5.",
    ),
    (
        "[traffic]\nduration = 'long'",
        (
            "w.toml, line 2: traffic.duration must be a duration such as `30s`, `1m30s` or a "
            'number of seconds above 0 and up to 604,800, not "long".'
        ),
    ),
    (
        "[traffic]\nduration = nan",
        (
            "w.toml, line 2: traffic.duration must be a duration such as `30s`, `1m30s` or a "
            "number of seconds above 0 and up to 604,800, not NaN."
        ),
    ),
    (
        "[traffic]\nusers = 1\nrate = 1",
        (
            "w.toml, line 3: traffic.rate and traffic.users exclude each other; leave one out, or "
            'say which counts with traffic.model = "open" or "closed".'
        ),
    ),
    (
        "[traffic]\nmodel = 'open'",
        "w.toml, line 2: traffic.model open needs a traffic.rate, requests a second.",
    ),
    (
        "[traffic]\nmodel = 'closed'\nrate = 3",
        'w.toml, line 3: traffic.rate belongs to traffic.model = "open", not "closed".',
    ),
    ("operations = []", "w.toml, line 1: operations: there must be at least one."),
    (
        "operations = 'query'",
        "w.toml, line 1: operations must be tables, each under [[operations]].",
    ),
    (
        QUERY + "\n[[operations]]\nweight = 2",
        (
            "w.toml, line 4: operations.kind is missing; it must be one of upsert, query, hybrid, "
            "query_batch, scroll, retrieve, delete, set_payload."
        ),
    ),
    (
        "[[operations]]\nkind = 'search'",
        (
            "w.toml, line 2: operations.kind must be one of upsert, query, hybrid, query_batch, "
            'scroll, retrieve, delete, set_payload, not "search".'
        ),
    ),
    (
        QUERY + "batch_size = 3",
        (
            "w.toml, line 3: there is no key operations.batch_size; keys here are kind, name, "
            "weight, match, selectivity, limit, vector, hnsw_ef, exact, with_payload, with_vectors."
        ),
    ),
    (
        QUERY + "selectivity = 0",
        "w.toml, line 3: operations.selectivity must be a number above 0 and up to 1, not 0.",
    ),
    (
        QUERY + "name = 'a.b'",
        'w.toml, line 3: operations.name must be a name of letters, digits, _ and -, not "a.b".',
    ),
    (
        QUERY + "name = 'loop'",
        'w.toml, line 3: operations.name must not be "loop", which is the name of a figure.',
    ),
    (
        QUERY + "\n" + QUERY,
        'w.toml, line 4: operations: "query" appears twice; give each a name of its own.',
    ),
    (
        QUERY + "vector = 'title'",
        (
            'w.toml, line 3: operations.vector: the collection has no vector "title": its vectors '
            "have no names."
        ),
    ),
    (
        "[[operations]]\nkind = 'hybrid'",
        (
            "w.toml, line 2: operations.kind hybrid needs a sparse vector; name one in "
            "collection.sparse."
        ),
    ),
    (
        "phases = [\n{ kind = 'ramp' },\n]",
        (
            "w.toml, line 2: phases.duration is missing; it must be a duration such as `30s`, "
            "`1m30s` or a number of seconds above 0 and up to 604,800."
        ),
    ),
    (
        "[[phases]]\nkind = 'ramp'\nduration = 3\nto = '5%%'",
        (
            "w.toml, line 4: phases.to must be a number of users (closed model) or requests a "
            'second (open model), or a share of the traffic\'s own such as `50%`, not "5%%".'
        ),
    ),
    (
        "[[phases]]\nkind = 'warmup'\nduration = 3",
        "w.toml, line 1: phases: no phase has load that is measured; add one besides warmup.",
    ),
    (
        "[traffic]\nwarm_up = 3\n[[phases]]\nkind = 'soak'\nduration = 3",
        "w.toml, line 2: traffic.warm_up has no effect beside phases; use a phase of kind warmup.",
    ),
    (
        "thresholds = [\n  'errors == 0',\n  'search.p99 < 5ms',\n]",
        (
            "w.toml, line 3: the threshold 'search.p99 < 5ms': this workload has no operation "
            "'search'; choose from upsert, query."
        ),
    ),
    (
        "checks = ['my_checks']",
        (
            "w.toml, line 1: checks must be a module and a function in it, such as "
            '`my_checks:recall_is_high`, not "my_checks".'
        ),
    ),
    (
        "[data]\nfile = 'vectors.csv'",
        (
            "w.toml, line 2: data.file must be a file of kind .npy, .hdf5, .h5, .parquet, .jsonl, "
            'not "vectors.csv".'
        ),
    ),
    ("[data]\nfile = 'v.npy'", "w.toml, line 2: data.file: there is no file v.npy."),
    ("a = ", "w.toml, line 1: this is no TOML: Invalid value."),
    ("seed = 1\nseed = 2", "w.toml, line 2: this is no TOML: Cannot overwrite a value."),
    ("seed = 1\n\n[a", "w.toml, line 3: this is no TOML: Expected ']' at the end of a table"),
]


@pytest.mark.parametrize(("text", "sentence"), BAD)
def test_a_mistake_is_one_sentence_with_file_line_key_and_what_is_allowed(refused, text, sentence):
    said = refused(text)
    assert said.startswith(sentence)
    assert said.endswith(".")
    assert "\n" not in said


def test_a_file_that_cannot_be_read(tmp_path):
    with pytest.raises(UsageError, match=r"cannot be read: No such file or directory\.$"):
        load(tmp_path / "no.toml")
    with pytest.raises(UsageError, match="cannot be read: Is a directory"):
        load(tmp_path)
    (tmp_path / "latin.toml").write_bytes(b'name = "\xe9"')
    with pytest.raises(UsageError, match="it is no UTF-8 text"):
        load(tmp_path / "latin.toml")


def test_options_win_over_the_file(written):
    workload = written(
        'thresholds = ["errors == 0"]\n[collection]\ndim = 8\n[traffic]\nusers = 3\n'
        '[[operations]]\nkind = "query"\n'
        'name = "find"\nlimit = 7\n',
        {
            "collection.dim": 512,
            "collection.vectors.title.multi": 2,
            "traffic.rate": 50,
            "operations.find.limit": 3,
            "thresholds": ["find.errors == 0"],
        },
    )
    assert workload.collection.vectors == {"title": VectorSpec(512, "cosine", 2)}
    assert workload.load.open
    assert workload.load.stages[-1].end == 50
    assert workload.operations[0].options["limit"] == 3
    assert [each.operation for each in workload.thresholds] == ["", "find"]


def test_a_mix_chooses_among_the_operations_of_the_file_and_the_kinds(written):
    text = (
        '[[operations]]\nkind = "query"\nname = "find"\nlimit = 7\n[[operations]]\nkind = "scroll"'
    )
    workload = written(text, {"mix": "find=5,upsert=2", "batch_size": 4, "limit": 8})
    assert [(each.name, each.kind, each.weight) for each in workload.operations] == [
        ("find", "query", 5),
        ("upsert", "upsert", 2),
    ]
    assert workload.operations[0].options["limit"] == 8
    assert workload.operations[1].options["batch_size"] == 4


@pytest.mark.parametrize(
    ("overrides", "sentence"),
    [
        ({"collection.dim": 0}, "collection.dim must be a whole number from 1 to 65,536, not 0."),
        ({"collection.dims": 3}, "there is no key collection.dims; did you mean dim? Keys"),
        (
            {"operations.find.limit": 0},
            "operations.find.limit: operations.limit must be a whole number from 1 to 10,000, not",
        ),
        (
            {"operations.seek.limit": 1},
            "operations.seek.limit: there is no 'seek' here; choose from find.",
        ),
        ({"operations.find": 1}, "operations.find is one of several tables; name a key in it"),
        ({"collection.name.x": 1}, 'collection.name.x: collection.name must be a text, not {"x"'),
        ({"seed.x.y": 1}, "seed.x.y: seed is no table."),
        ({"mix": "query"}, "the mix 'query': 'query' is not of the form name=weight with a whole"),
        ({"thresholds": ["p99 < 5"]}, "thresholds: the threshold 'p99 < 5': p99 is compared with"),
        ({"batch_size": 0, "mix": "upsert=1"}, "operations.batch_size must be a"),
    ],
)
def test_a_wrong_option_is_named_as_it_was_given(refused, overrides, sentence):
    text = 'seed = 3\n[[operations]]\nkind = "query"\nname = "find"\n'
    assert refused(text, overrides).startswith(sentence)


def test_a_data_file_is_looked_for_beside_the_workload(written, tmp_path):
    (tmp_path / "v.npy").touch()
    assert written('[data]\nfile = "v.npy"').data.file == tmp_path / "v.npy"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
KEYS = st.sampled_from(
    [
        "collection.dim",
        "collection.vectors",
        "collection.sparse",
        "collection.hnsw",
        "collection.payload_indexes",
        "data.file",
        "client.timeout",
        "traffic.users",
        "traffic.rate",
        "traffic.duration",
        "traffic",
        "operations",
        "operations.query.kind",
        "operations.upsert.update_share",
        "phases",
        "thresholds",
        "checks",
        "mix",
        "limit",
        "path",
        "",
        ".",
    ]
)


def said_of(options) -> str:
    """Return the sentence that refuses `options`, or an empty one."""
    try:
        workload = from_options(options)
    except UsageError as error:
        return str(error)
    assert workload.operations
    assert workload.load.seconds > 0
    return ""


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(KEYS, VALUES, max_size=3))
def test_whatever_the_options_are_there_is_a_workload_or_a_sentence(options):
    said = said_of(options)
    assert not said or said.endswith(".")
    assert len(said.splitlines()) <= 1
