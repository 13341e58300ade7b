"""Users describe their own client libraries in pyproject.toml, in the form of our tables."""

from __future__ import annotations

import pickle
import sys

import pytest
from flake8_qdrant.sdk.loader import load_tables
from flake8_qdrant.sdk.model import Colour, Family, Gives, Kind, TableError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

REDIS = """
[redis]
distribution = "redis"
label = "Redis"

[redis.classes."redis.Redis"]
also = ["redis.client.Redis", "redis.StrictRedis"]
colour = "sync"
counterpart = "redis.asyncio.Redis"
close = "close"
blocking = ["get", "set", "hset", "close", "__enter__"]
quiet = ["pipeline"]
returns.pipeline = "redis.client.Pipeline"
returns.__enter__ = "Self"

[redis.classes."redis.client.Pipeline"]
colour = "sync"
blocking = ["execute"]
quiet = ["get", "set"]

[redis.classes."redis.asyncio.Redis"]
colour = "async"
close = "aclose"
loop_bound = true
coroutine = ["get", "set", "hset", "aclose >=5.0.1", "close <5.0.1", "__aenter__"]

[redis.functions]
quiet = ["redis.from_url"]
returns."redis.from_url" = "redis.Redis"
"""


def read(text: str) -> dict[str, object]:
    return tomllib.loads(text)


def test_a_library_of_the_user_is_known_like_ours() -> None:
    tables = load_tables(read(REDIS))
    sync = tables.class_at("redis.StrictRedis")
    asynchronous = tables.class_at("redis.asyncio.Redis")

    assert sync.name == "redis.Redis"
    assert sync.colour is Colour.SYNC
    assert sync.member("get").kind is Kind.BLOCKING
    assert tables.class_at(sync.member("pipeline").returns).member("execute").kind is Kind.BLOCKING
    assert sync.is_context_manager
    assert tables.class_at(sync.counterpart) is asynchronous
    assert asynchronous.member("get").kind is Kind.COROUTINE
    assert asynchronous.library.label == "Redis"
    assert asynchronous.library.family is Family.BESIDE
    assert tables.function_at("redis.from_url").returns == "redis.Redis"


def test_files_that_name_the_library_become_interesting() -> None:
    assert b"redis" in load_tables(read(REDIS)).names()


def test_the_version_in_use_chooses_the_members() -> None:
    tables = load_tables(read(REDIS), versions={"redis": "5.0.0"})

    assert tables.class_at("redis.asyncio.Redis").has("close")
    assert not tables.class_at("redis.asyncio.Redis").has("aclose")


def test_our_tables_are_still_there() -> None:
    assert load_tables(read(REDIS)).class_at("qdrant_client.QdrantClient") is not None


def test_a_table_of_the_user_survives_the_way_to_another_process() -> None:
    tables = pickle.loads(pickle.dumps(load_tables(read(REDIS))))

    assert tables.class_at("redis.Redis").member("set").kind is Kind.BLOCKING


def test_a_user_may_add_a_class_to_a_library_of_ours() -> None:
    text = """
    [wrapper]
    distribution = "qdrant-client"
    imports = ["qdrant_client"]
    [wrapper.classes."qdrant_client.fork.PatchedClient"]
    bases = ["qdrant_client.QdrantClient"]
    blocking = ["search_everything"]
    """
    tables = load_tables(read(text))
    patched = tables.class_at("qdrant_client.fork.PatchedClient")

    assert patched.member("search_everything").kind is Kind.BLOCKING
    assert patched.member("upsert").kind is Kind.BLOCKING
    assert tables.class_at("qdrant_client.QdrantClient").member("search_everything") is None


def test_a_user_may_name_what_runs_functions_in_threads() -> None:
    text = """
    [threads]
    family = "runtime"
    imports = ["shop"]
    offloaders."shop.threads.in_thread" = { position = 0, gives = "async_function" }
    loop_callbacks."shop.loop.later" = { keyword = "callback" }
    decorators.keep = ["shop.metrics.timed"]
    """
    tables = load_tables(read(text))

    assert tables.offloader("shop.threads.in_thread").gives is Gives.ASYNC_FUNCTION
    assert tables.loop_callback("shop.loop.later").keyword == "callback"
    assert tables.decorator("shop.metrics.timed") is not None
    assert b"shop" not in tables.names()


def test_a_section_may_be_empty() -> None:
    tables = load_tables(read('[redis]\ndistribution = "redis"'))

    assert b"redis" in tables.names()


TABLE = '[redis]\ndistribution = "redis"\n'
A_CLASS = TABLE + '[redis.classes."redis.Redis"]\n'
IN_CLASS = 'redis.classes."redis.Redis"'
MISTAKES = [
    ("redis = 1", "redis: must be a table, not a number"),
    ("[redis]", "redis.distribution: is missing; give the name pip installs it by"),
    ('[redis]\ndistribution = ["redis"]', "redis.distribution: must be a string, not a list"),
    (TABLE + 'family = "other"', "allowed: main, beside, cpu, runtime"),
    (TABLE + "clases = {}", "redis.clases: unknown key; allowed: classes, consumers, decorators,"),
    (
        TABLE + 'imports = ["redis.asyncio"]',
        "redis.imports: 'redis.asyncio' is no top-level package's name",
    ),
    (TABLE + 'imports = "redis"', "redis.imports: must be a list of strings, not a string"),
    (
        TABLE + '[redis.classes]\nRedis = "blocking"',
        "redis.classes.Redis: must be a table, not a string",
    ),
    (
        A_CLASS + 'bloking = ["get"]',
        f"{IN_CLASS}.bloking: unknown key; allowed: also, async_iterator,",
    ),
    (
        A_CLASS + 'blocking = ["get", 1]',
        f"{IN_CLASS}.blocking: must be a list of strings, not of a number",
    ),
    (
        A_CLASS + 'blocking = ["get ==1"]',
        "'get ==1' is no name with releases; write 'name', 'name >=1.2' or 'name >=1.2,<2'",
    ),
    (
        A_CLASS + 'blocking = ["get"]\ncoroutine = ["get >=5"]',
        f"{IN_CLASS}.get: is given two kinds for the same releases",
    ),
    (
        A_CLASS + 'lazy = ["scan"]',
        f"{IN_CLASS}.scan: has no kind; list it under one of blocking, coroutine,",
    ),
    (A_CLASS + 'colour = "red"', f"{IN_CLASS}.colour: 'red' is unknown; allowed: sync, async"),
    (A_CLASS + 'loop_bound = "yes"', f"{IN_CLASS}.loop_bound: must be true or false, not a string"),
    (
        A_CLASS + 'blocking = ["set"]\nbatch.set = "mset"',
        f"{IN_CLASS}.batch.set: 'mset' is no call; write 'method(parameter)'",
    ),
    (A_CLASS + "returns.pipe = 1", f"{IN_CLASS}.returns.pipe: must be a string, not a number"),
    (
        TABLE + 'offloaders."redis.run" = {}',
        'redis.offloaders."redis.run": names no argument; give position, keyword or both',
    ),
    (
        TABLE + 'offloaders."redis.run" = { position = -1 }',
        'redis.offloaders."redis.run".position: must be a whole number, zero or more',
    ),
    (
        TABLE + 'offloaders."redis.run" = { position = true }',
        'redis.offloaders."redis.run".position: must be a whole number, zero or more',
    ),
    (
        TABLE + 'runners."redis.run" = { position = 0, gives = "money" }',
        "redis.runners.\"redis.run\".gives: 'money' is unknown; allowed: coroutine, awaitable,",
    ),
    (
        TABLE + "decorators.keeps = []",
        "redis.decorators.keeps: unknown key; allowed: async_context_manager,",
    ),
    (
        TABLE + 'functions.sync = ["redis.from_url"]',
        "redis.functions.sync: unknown key; allowed: async_iterator,",
    ),
]


@pytest.mark.parametrize(("text", "message"), MISTAKES)
def test_a_mistake_is_told_in_one_line_with_file_and_key(text: str, message: str) -> None:
    with pytest.raises(TableError) as raised:
        load_tables(read(text), file="service/pyproject.toml")

    told = str(raised.value)
    assert told.startswith("service/pyproject.toml: tool.flake8-qdrant.sdk.redis")
    assert message in told
    assert "\n" not in told


def test_tables_that_are_no_table_are_told() -> None:
    with pytest.raises(TableError, match=r"pyproject\.toml: tool\.flake8-qdrant\.sdk: must be a"):
        load_tables(["redis"])  # type: ignore[arg-type]
