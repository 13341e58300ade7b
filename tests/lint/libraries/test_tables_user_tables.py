"""Users describe their own client libraries in pyproject.toml, in the form of our tables."""

from __future__ import annotations

import pickle
import re
import sys
from pathlib import Path

import pytest
from flake8_qdrant.libraries.loader import load_tables
from flake8_qdrant.libraries.model import (
    Colour,
    DecoratorRole,
    Family,
    Gives,
    Kind,
    TableError,
    Takes,
)

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PAGE = Path(__file__).parents[3] / "docs" / "library-tables.md"
EXAMPLES = re.findall(r"^```toml\n(.*?)^```", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
REDIS, SQLALCHEMY, HELPERS = (
    tomllib.loads(text)["tool"]["flake8-qdrant"]["libraries"] for text in EXAMPLES
)


def read(text: str) -> dict[str, object]:
    return tomllib.loads(text)


def test_a_library_of_the_user_is_known_like_ours() -> None:
    tables = load_tables(REDIS)
    sync = tables.class_at("redis.StrictRedis")
    asynchronous = tables.class_at("redis.asyncio.Redis")

    assert sync.name == "redis.Redis"
    assert sync.colour is Colour.SYNC
    assert sync.member("get").kind is Kind.BLOCKING
    assert tables.class_at(sync.member("pipeline").returns).member("execute").kind is Kind.BLOCKING
    assert sync.member("from_url").returns == "redis.Redis"
    assert asynchronous.is_async_context_manager
    assert tables.class_at(sync.counterpart) is asynchronous
    assert asynchronous.member("get").kind is Kind.COROUTINE
    assert asynchronous.library.label == "Redis"
    assert asynchronous.library.family is Family.BESIDE
    assert tables.function_at("redis.from_url").returns == "redis.Redis"


def test_files_that_name_the_library_become_interesting() -> None:
    assert b"redis" in load_tables(REDIS).names()


def test_the_version_in_use_chooses_the_members() -> None:
    tables = load_tables(REDIS, versions={"redis": "5.0.0"})

    assert not tables.class_at("redis.asyncio.Redis").has("aclose")


def test_our_tables_are_still_there() -> None:
    assert load_tables(REDIS).class_at("qdrant_client.QdrantClient") is not None


def test_a_table_of_the_user_survives_the_way_to_another_process() -> None:
    tables = pickle.loads(pickle.dumps(load_tables(REDIS)))

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


def test_a_user_may_name_helpers_of_his_own() -> None:
    tables = load_tables(HELPERS)

    assert tables.offloader("shop.threads.in_thread").gives is Gives.COROUTINE
    assert tables.decorator("shop.metrics.timed") is DecoratorRole.KEEP
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
    (TABLE + "clases = {}", "redis.clases: unknown key; allowed: aliases, callers, classes,"),
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
    (A_CLASS + 'quiet = ["get()"]', "quiet: 'get()' is no name with releases; write 'name',"),
    (
        TABLE + 'classes.Redis.blocking = ["get"]',
        "redis: 'Redis' does not begin with one of the table's imports: redis",
    ),
    (
        TABLE + 'functions.quiet = ["shop.redis"]',
        "redis: 'shop.redis' does not begin with one of the table's imports: redis",
    ),
    (
        TABLE + 'offloaders."shop.run" = { position = 0 }',
        "redis: 'shop.run' does not begin with one of the table's imports: redis",
    ),
    (
        A_CLASS + 'quiet = ["pipe"]\nreturns.pipe = "redis.Pipe"',
        f"{IN_CLASS}.returns.pipe: 'redis.Pipe' is a class that no table describes",
    ),
    (
        A_CLASS + 'bases = ["redis.Base"]',
        f"{IN_CLASS}.bases: 'redis.Base' is a class that no table describes",
    ),
    (
        TABLE + 'functions.quiet = ["redis.make"]\nfunctions.returns."redis.make" = "redis.X"',
        "redis.functions.returns.\"redis.make\": 'redis.X' is a class that no table describes",
    ),
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
    assert told.startswith("service/pyproject.toml: tool.flake8-qdrant.libraries.redis")
    assert message in told
    assert "\n" not in told


def test_bases_that_lead_in_a_circle_come_to_an_end() -> None:
    text = """
    [redis]
    distribution = "redis"
    [redis.classes."redis.A"]
    bases = ["redis.B", "redis.A"]
    blocking = ["get"]
    [redis.classes."redis.B"]
    bases = ["redis.A"]
    blocking = ["set"]
    """
    tables = load_tables(read(text))

    assert tables.class_at("redis.A").member("set").kind is Kind.BLOCKING
    assert tables.class_at("redis.B").member("get").kind is Kind.BLOCKING
    assert tables.offloader("redis.A.get") is None


def test_tables_that_are_no_table_are_told() -> None:
    with pytest.raises(TableError, match=r"flake8-qdrant\.libraries: must be a"):
        load_tables(["redis"])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "place",
    [
        "",
        '[redis.classes."redis.Redis"]\n',
        "[redis.functions]\n",
        "[redis.decorators]\n",
        "[redis.inference]\n",
        '[redis.offloaders."redis.run"]\n',
    ],
)
def test_the_page_explains_every_key(place: str) -> None:
    with pytest.raises(TableError) as raised:
        load_tables(read(f"{TABLE}{place}nonsense = 1"))

    allowed = str(raised.value).partition("allowed: ")[2].split(", ")
    page = PAGE.read_text("utf-8")
    # They only say what the table was made from.
    written_by_the_generator = {"first_read", "last_read"}
    assert len(allowed) > 1
    for key in set(allowed) - written_by_the_generator:
        assert f"`{key}" in page, key


@pytest.mark.parametrize("choice", [*Kind, *Gives, *Takes, *Family, *DecoratorRole])
def test_the_page_explains_every_value(choice: Kind) -> None:
    assert f"`{choice.value}`" in PAGE.read_text("utf-8")


SESSIONS = """\
from sqlalchemy import create_engine, select
from sqlalchemy.ext.asyncio import async_sessionmaker
from sqlalchemy.orm import Session, sessionmaker

engine = create_engine("sqlite://")
local = sessionmaker(bind=engine)
beside = async_sessionmaker()


async def in_a_block():
    with Session(engine) as session:
        return session.execute(select(1))  # QDR501


async def of_a_factory():
    return local().query(int).filter(True).order_by(1).first()  # QDR501


def helper(session: Session):
    session.commit()


async def handed_over(session: Session):
    session.add(1)
    helper(session)  # QDR503


async def lost():
    async with beside() as session:
        session.commit()  # QDR502
        await session.execute(select(1))
"""


def test_sessions_of_sqlalchemy_are_followed(project, check) -> None:
    table = next(text for text in EXAMPLES if "sqlalchemy" in text)
    project({"app.py": SESSIONS, "pyproject.toml": table})
    expected = [
        (number, line[-6:])
        for number, line in enumerate(SESSIONS.splitlines(), start=1)
        if line[-6:].startswith("QDR")
    ]
    found = [(int(line.split(":")[1]), line.split()[1]) for line in check().lines]
    assert found == expected


def test_the_tables_of_the_page_are_each_of_a_library() -> None:
    assert load_tables(SQLALCHEMY).class_at("sqlalchemy.orm.Session").counterpart is not None


def test_a_counterpart_of_the_same_name_is_told_by_its_path(project, check) -> None:
    source = "import redis\n\nr = redis.Redis()\n\n\nasync def f():\n    r.get('a')\n"
    project({"app.py": source, "pyproject.toml": EXAMPLES[0]})
    assert "await the same method of `redis.asyncio.Redis`, or" in check().out
