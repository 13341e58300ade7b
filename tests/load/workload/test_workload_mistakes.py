"""Mistakes in a workload file: each is a sentence with its line, and with what is allowed."""

from __future__ import annotations

import pytest
from locust_qdrant.config.file import load
from locust_qdrant.errors import UsageError

QUERY = '[[operations]]\nkind = "query"\n'

BAD = [
    (
        "[collection]\n\ndims = 3",
        (
            "w.toml, line 3: there is no key collection.dims; did you mean dim? Keys here are "
            "name, use_existing, write, points, dim, distance, multi, vectors, sparse, index_wait, "
            "quantization, hnsw, optimizers, shards, replication, payload_indexes."
        ),
    ),
    (
        "[colection]\ndim = 3",
        (
            "w.toml, line 1: there is no key colection; did you mean collection? Keys here are "
            "name, seed, path, thresholds, checks, answer_checks, collection, data, client, "
            "traffic, operations, phases."
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
    # What follows is in the words of the library.
    ("a = ", "w.toml, line 1: this is no TOML: "),
    ("seed = 1\nseed = 2", "w.toml, line 2: this is no TOML: "),
    ("seed = 1\n\n[a", "w.toml, line 3: this is no TOML: "),
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
