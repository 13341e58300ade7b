"""Tables are made from wheels, without importing or running anything in them."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest
from flake8_qdrant.libraries.loader import TABLES, load_document
from flake8_qdrant.libraries.model import ClassInfo, Kind, TableError

from tools.library_tables.__main__ import OVERLAYS, generate, main

if TYPE_CHECKING:
    from pathlib import Path

OVERLAY = """
roots = ["shop.Client", "shop.AsyncClient"]
embeds_by = ["_encode"]

[head]
distribution = "shop"

[plain]
quiet = ["Client.close"]

[facts."shop.base.AsyncBase"]
properties = ["url"]
returns.url = "Self"

[facts."shop.AsyncClient"]
close = "aclose"
blocking = ["__init__ <1.10"]
quiet = ["__init__ >=1.10"]
returns.send = "shop.Receipt"

[extra.classes."shop.Receipt"]
default = "quiet"
"""
PACKAGE = """
raise SystemExit("this module was run")
from .client import AsyncClient as AsyncClient
from .client import Client
"""
OLD = """
from typing import TYPE_CHECKING, Iterator, Optional
from .base import Base, AsyncBase

class Client(Base):
    name: str

    def __init__(self):
        self.orders = Orders()
        self._secret = Orders()

    def find(self, what): ...
    def stream(self) -> Iterator[str]:
        yield "a"
    def close(self): ...
    def upload(self): ...
    def _private(self): ...
    @property
    def url(self) -> str: ...

class AsyncClient(AsyncBase):
    def __init__(self):
        self.orders = AsyncOrders()

    async def find(self, what):
        return self._encode(what)
    async def stream(self):
        yield "a"
    async def upload(self): ...
    async def aclose(self): ...
    @property
    def url(self) -> str: ...

class Orders:
    def place(self): ...

class AsyncOrders:
    async def place(self): ...
"""
BASE = """
class Base:
    def ping(self): ...
    def __enter__(self) -> "Base": ...

class AsyncBase:
    async def ping(self): ...
    async def __aenter__(self) -> "AsyncBase": ...
"""
NEW = (
    OLD.replace("async def upload(self): ...", "async def send(self): ...")
    .replace("def upload(self): ...", "def send(self): ...")
    .replace("    async def find(self, what):\n", "    def find(self, what):\n")
)


def wheel(directory: Path, version: str, client: str) -> None:
    sources = {"__init__.py": PACKAGE, "client.py": client, "base.py": BASE}
    with zipfile.ZipFile(directory / f"shop-{version}-py3-none-any.whl", "w") as archive:
        for name, text in sources.items():
            archive.writestr(f"shop/{name}", text)


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    directory = tmp_path / "wheels"
    directory.mkdir()
    wheel(directory, "1.9", OLD)
    wheel(directory, "1.10", NEW)
    return directory


def written(tmp_path: Path, overlay: str) -> Path:
    path = tmp_path / "overlay.toml"
    path.write_text(overlay, "utf-8")
    return path


def run(tmp_path: Path, overlay: str = OVERLAY) -> tuple[int, Path]:
    arguments = ["shop", "--wheels", str(tmp_path / "wheels"), "--output", str(tmp_path / "out")]
    code = main([*arguments, "--overlay", str(written(tmp_path, overlay))])
    return code, tmp_path / "out" / "shop.toml"


DECIDED = OVERLAY.replace(
    "[plain]", '[plain]\nblocking = ["Client.find", "AsyncClient.find"]'
).replace('"Client.close"]', '"Client.close", "Client.__enter__"]')


def read_class(path: Path, name: str) -> ClassInfo:
    document = load_document(path)
    return document.read_class(
        name, {base: document.read_class(base, {}) for base in document.base_names(name)}
    )


def test_kinds_come_from_signatures_and_counterparts(wheels: Path, tmp_path: Path) -> None:
    code, table = run(tmp_path, DECIDED)
    sync, asynchronous = (read_class(table, f"shop.{name}") for name in ("Client", "AsyncClient"))

    assert code == 0
    assert sync.member("send").kind is Kind.BLOCKING
    assert sync.member("ping").kind is Kind.BLOCKING
    assert sync.member("stream").kind is Kind.BLOCKING
    assert sync.member("stream").lazy
    assert sync.member("close").kind is Kind.QUIET
    assert sync.member("url").is_property
    assert asynchronous.member("send").kind is Kind.COROUTINE
    assert asynchronous.member("stream").kind is Kind.ASYNC_ITERATOR
    assert asynchronous.is_async_context_manager
    assert {"_private", "_secret", "name"}.isdisjoint(sync.names())


def test_a_changed_kind_and_a_new_name_get_their_releases(wheels: Path, tmp_path: Path) -> None:
    _, table = run(tmp_path, DECIDED)
    text = table.read_text("utf-8")
    found = read_class(table, "shop.AsyncClient").members["find"]

    assert [(member.kind, str(member.span)) for member in found] == [
        (Kind.COROUTINE, "<1.10"),
        (Kind.BLOCKING, ">=1.10"),
    ]
    assert '"send >=1.10"' in text
    assert '"upload <1.10"' in text
    assert 'first_read = "1.9"' in text


def test_classes_below_a_client_are_read_too(wheels: Path, tmp_path: Path) -> None:
    _, table = run(tmp_path, DECIDED)
    orders = read_class(table, "shop.AsyncClient").member("orders")

    assert orders.is_property
    assert orders.returns == "shop.client.AsyncOrders"
    assert read_class(table, "shop.client.AsyncOrders").member("place").kind is Kind.COROUTINE
    assert read_class(table, "shop.client.Orders").member("place").kind is Kind.BLOCKING


def test_every_path_of_a_class_is_told_and_facts_are_kept(wheels: Path, tmp_path: Path) -> None:
    _, table = run(tmp_path, DECIDED)
    info = read_class(table, "shop.AsyncClient")

    assert info.paths == ("shop.AsyncClient", "shop.client.AsyncClient")
    assert info.counterpart == "shop.Client"
    assert info.close == "aclose"
    assert info.member("find").embeds is not None


def test_what_is_written_by_hand_joins_what_was_read(wheels: Path, tmp_path: Path) -> None:
    _, table = run(tmp_path, DECIDED)
    info = read_class(table, "shop.AsyncClient")

    assert [member.kind for member in info.members["__init__"]] == [Kind.BLOCKING, Kind.QUIET]
    assert info.member("find").kind is Kind.BLOCKING
    assert info.member("send").returns == "shop.Receipt"
    assert info.member("orders").returns == "shop.client.AsyncOrders"
    assert read_class(table, "shop.Receipt").member("anything").kind is Kind.QUIET


def test_what_a_base_is_told_to_have_is_not_listed_again(wheels: Path, tmp_path: Path) -> None:
    _, table = run(tmp_path, DECIDED)

    assert table.read_text("utf-8").count('"url"') == 2
    assert read_class(table, "shop.AsyncClient").member("url").returns == "shop.AsyncClient"


def test_the_same_wheels_give_the_same_text(wheels: Path, tmp_path: Path) -> None:
    overlay = written(tmp_path, DECIDED)

    assert generate("shop", wheels, overlay) == generate("shop", wheels, overlay)


def test_what_nothing_tells_is_asked_for(
    wheels: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, table = run(tmp_path)

    assert code == 2
    assert not table.exists()
    assert "error: shop 1.10: nothing tells whether these do I/O" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "message"), [(b"no zip", "shop-2.0-py3-none-any.whl: "), (None, "invalid syntax")]
)
def test_a_broken_wheel_is_told(
    wheels: Path, tmp_path: Path, content: bytes | None, message: str
) -> None:
    if content is None:
        wheel(wheels, "2.0", "class Client(:")
    else:
        (wheels / "shop-2.0-py3-none-any.whl").write_bytes(content)

    with pytest.raises(TableError, match=message):
        generate("shop", wheels, written(tmp_path, DECIDED))


def test_an_overlay_that_matches_nothing_is_refused(wheels: Path, tmp_path: Path) -> None:
    overlay = DECIDED.replace('"Client.close"', '"Client.close", "Client.colse"')

    with pytest.raises(TableError, match=r"nothing in the wheels matches Client\.colse"):
        generate("shop", wheels, written(tmp_path, overlay))


def test_facts_about_no_class_are_refused(wheels: Path, tmp_path: Path) -> None:
    overlay = DECIDED + '\n[facts."shop.Clinet"]\nclose = "close"\n'

    with pytest.raises(TableError, match=r"nothing in the wheels matches shop\.Clinet"):
        generate("shop", wheels, written(tmp_path, overlay))


def test_a_directory_without_wheels_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "wheels").mkdir()
    code, _ = run(tmp_path)

    assert code == 2
    assert "has no wheel of shop" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("library", "overlay", "message"),
    [
        ("nothing", "", "nothing.toml"),
        ("shop", "roots = 1", "overlay.toml: roots: must be a list of strings"),
        ("shop", "rots = []", "overlay.toml: rots: unknown key"),
        ("shop", "roots = [", "overlay.toml: "),
    ],
)
def test_a_bad_overlay_is_told_in_one_line(
    wheels: Path,
    tmp_path: Path,
    library: str,
    overlay: str,
    message: str,
) -> None:
    extra = ["--overlay", str(written(tmp_path, overlay))] if overlay else []
    command = [sys.executable, "-m", "tools.library_tables", library]
    done = subprocess.run(
        [*command, "--wheels", str(wheels), "--output", str(tmp_path), *extra],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


def test_every_table_of_a_library_has_its_overlay() -> None:
    overlays = {path.stem for path in OVERLAYS.glob("*.toml")}

    by_hand = {
        path.stem
        for path in TABLES.glob("*.toml")
        if "Written by hand" in path.read_text("utf-8").splitlines()[0]
    }

    assert by_hand == {"instructor", "langfuse", "langsmith", "runtime"}
    assert overlays == {path.stem for path in TABLES.glob("*.toml")} - by_hand


@pytest.mark.parametrize("name", sorted(path.stem for path in OVERLAYS.glob("*.toml")))
def test_a_generated_table_says_how_it_was_made(name: str) -> None:
    first = (TABLES / f"{name}.toml").read_text("utf-8").splitlines()[0]

    assert f"python -m tools.library_tables {name} --wheels DIR" in first
