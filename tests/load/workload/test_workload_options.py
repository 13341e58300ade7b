"""Options of the command: they win over the workload file, and each mistake is a sentence."""

from __future__ import annotations

import argparse

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from locust_qdrant.cli import build_parser, run_options
from locust_qdrant.config import keys
from locust_qdrant.config.file import from_options
from locust_qdrant.config.model import VectorSpec
from locust_qdrant.errors import UsageError


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


def test_what_an_open_model_takes_arrives_in_its_load(written):
    text = '[traffic]\nrate = 50\nmost_in_flight = 7\narrivals = "poisson"\n'
    load = written(text).load
    assert (load.open, load.poisson, load.most_in_flight) == (True, True, 7)


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
        (
            {"collection.name.x": 1},
            'collection.name.x: collection.name must be a text other than . and .., not {"x"',
        ),
        ({"seed.x.y": 1}, "seed.x.y: seed is no table."),
        ({"mix": "query"}, "the mix 'query': 'query' is not of the form name=weight with a whole"),
        ({"thresholds": ["p99 < 5"]}, "thresholds: the threshold 'p99 < 5': p99 is compared with"),
        ({"batch_size": 0, "mix": "upsert=1"}, "operations.batch_size must be a"),
    ],
)
def test_a_wrong_option_is_named_as_it_was_given(refused, overrides, sentence):
    text = 'seed = 3\n[[operations]]\nkind = "query"\nname = "find"\n'
    assert refused(text, overrides).startswith(sentence)


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


SHORT_FORMS = [
    (o, k) for o, k in sorted(run_options.KEYS.items()) if k not in {"mix", "thresholds"}
]
NARROWER = {"path", "traffic.rate", *keys.FOR_ALL_OPERATIONS}


@pytest.mark.parametrize(("option", "key"), SHORT_FORMS)
def test_an_option_has_the_bounds_and_the_default_of_its_key(option, key):
    parser = argparse.ArgumentParser()
    run_options.add_options(parser)
    action = next(each for each in parser._actions if each.dest == option)
    assert action.default is None
    assert key in NARROWER or action.help == keys.help_of(key)
    for mark in keys.field_of(key).metadata:
        if limit := getattr(mark, "le", None):
            assert action.type(str(limit)) == limit
            with pytest.raises(argparse.ArgumentTypeError, match="must be"):
                action.type(str(limit * 10))


def test_durations_are_written_alike_everywhere():
    for command in (["run"], ["sweep"], ["compare"], ["capacity", "--slo", "errors == 0"]):
        given = [*command, "--timeout", "10s"]
        assert build_parser().parse_args(given).timeout == 10
    assert build_parser().parse_args(["run", "--duration", "1m30s"]).duration == 90
    assert build_parser().parse_args(["run", "--warm-up", "500ms"]).warm_up == 0.5
    assert build_parser().parse_args(["sweep", "--step-seconds", "2s"]).step_seconds == 2


@pytest.mark.parametrize(
    ("options", "pause"),
    [
        ({}, 0.02),
        ({"traffic.duration": 5.0}, 0.02),
        ({"traffic.think_time": 0.0}, 0),
        ({"traffic.users": 10}, 0),
        ({"traffic.users": 10, "traffic.think_time": 0.5}, 0.5),
        ({"traffic.rate": 10.0}, 0),
        ({"phases": [{"kind": "constant", "duration": 5, "level": 3}]}, 0),
    ],
)
def test_users_pause_only_where_nobody_says_how_much_is_asked(options, pause):
    assert from_options(options).load.think_seconds == pause
