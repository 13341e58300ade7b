"""Which files of a project can have a finding, and that no other one has any."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flake8_qdrant.project import open_project
from flake8_qdrant.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

STORE = """
from qdrant_client import QdrantClient

class Store:
    def __init__(self):
        self.client = QdrantClient("x")

    def find(self):
        return self.client.get_collections()
"""
HOLDER = "from store import Store\nstore = Store()\n"
SEARCH = "async def search(held):\n    return held.find()\n"

ARRIVALS = {
    "by a name": {"user.py": "from holder import store\nasync def f(): store.find()\n"},
    "by another name": {
        "pack/__init__.py": "from store import Store as Shop\n",
        "user.py": "from pack import Shop as S\nasync def f(): S().find()\n",
    },
    "by a star": {
        "pack/__init__.py": "from store import *\n",
        "user.py": "from pack import Store\nasync def f(): Store().find()\n",
    },
    "by a module": {"user.py": "import holder\nasync def f(): holder.store.find()\n"},
    "by a package": {
        "pack/__init__.py": "",
        "pack/inner.py": "from store import Store\nheld = Store()\n",
        "user.py": "import pack\nfrom pack import inner\nasync def f(): pack.inner.held.find()\n",
    },
    "by an import in a function": {
        "user.py": "async def f():\n    from holder import store\n    store.find()\n"
    },
    "by a parameter": {
        "user.py": SEARCH,
        "main.py": "from holder import store\nfrom user import search\nx = search(store)\n",
    },
    "by a constructor": {
        "user.py": (
            "class Service:\n    def __init__(self, held):\n        self.held = held\n"
            "    async def run(self):\n        return self.held.find()\n"
        ),
        "main.py": "from holder import store\nfrom user import Service\ns = Service(store)\n",
    },
    "by an attribute that is set": {
        "settings.py": "held = None\n",
        "main.py": "import settings\nfrom store import Store\nsettings.held = Store()\n",
        "user.py": "import settings\nasync def f(): settings.held.find()\n",
    },
    "by the state of an application": {
        "main.py": (
            "from fastapi import FastAPI\nfrom store import Store\n"
            "app = FastAPI()\napp.state.held = Store()\n"
        ),
        "user.py": "async def f(request): request.app.state.held.find()\n",
    },
    "by a container": {
        "registry.py": "known = {}\n",
        "main.py": "from registry import known\nfrom store import Store\nknown['a'] = Store()\n",
        "user.py": "import holder\nfrom registry import known\nasync def f(): known['a'].find()\n",
    },
    "by inheritance": {
        "middle.py": "from store import Store\nclass Middle(Store): pass\n",
        "user.py": "from middle import Middle\nasync def f(): Middle().find()\n",
    },
    "by the class below": {
        "user.py": "class Base:\n    async def run(self):\n        return self.link.find()\n",
        "main.py": (
            "from store import Store\nfrom user import Base\nclass Real(Base):\n"
            "    def __init__(self):\n        self.link = Store()\n"
        ),
    },
    "by a method without a body": {
        "base.py": (
            "import abc\nclass Base(abc.ABC):\n    @abc.abstractmethod\n    def find(self): ...\n"
        ),
        "real.py": (
            "from base import Base\nfrom store import Store\nclass Real(Base):\n"
            "    def find(self):\n        return Store().find()\n"
        ),
        "user.py": "import holder\nfrom base import Base\nasync def f(held: Base): held.find()\n",
    },
    "by a protocol": {
        "base.py": "from typing import Protocol\nclass Finds(Protocol):\n    def find(self): ...\n",
        "user.py": (
            "import holder\nfrom base import Finds\nasync def f(held: Finds): held.find()\n"
        ),
    },
    "by a fixture": {
        "conftest.py": (
            "import pytest\nfrom store import Store\n@pytest.fixture\ndef held():\n"
            "    return Store()\n"
        ),
        "test_it.py": "async def test_f(held): held.find()\n",
    },
    "by a function": {
        "make.py": "from store import Store\ndef make(): return Store()\n",
        "user.py": "from make import make\nasync def f(): make().find()\n",
    },
    "by a call on the way": {
        "middle.py": "from holder import store\ndef middle(): return store.find()\n",
        "user.py": "from middle import middle\nasync def f(): middle()\n",
    },
    "by a loop that is started": {
        "run.py": "import asyncio\ndef start(job): return asyncio.run(job())\n",
        "user.py": "import holder\nfrom run import start\nasync def f(job): start(job)\n",
    },
}


def project(folder: Path, files: dict[str, str]) -> list[str]:
    """Write files, and return their paths."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    (folder / "pyproject.toml").touch()
    return [str(folder / name) for name in files]


@pytest.mark.parametrize("way", ARRIVALS)
def test_a_client_is_followed_wherever_it_arrives(way: str, tmp_path: Path) -> None:
    files = project(tmp_path, {"store.py": STORE, "holder.py": HOLDER, **ARRIVALS[way]})
    checker = open_project(str(tmp_path), files, Settings())
    reached = checker.reached()

    with_findings = {path for path in files if checker.check(path)}

    assert with_findings, "the case has no finding"
    assert with_findings <= reached


def scripts(folder: Path, count: int) -> dict[str, str]:
    """Return a library with a store among others, and scripts that only hand it on."""
    others = {
        f"other{number}.py": "from base import Base\nclass Other(Base):\n    def find(self): pass\n"
        for number in range(3)
    }
    return {
        "store.py": STORE.replace("class Store", "from base import Base\nclass Store(Base)"),
        "base.py": "class Base:\n    def find(self): ...\n",
        "agent.py": (
            "from base import Base\nclass Agent:\n    def __init__(self, held: Base):\n"
            "        self.held = held\n    async def run(self):\n        return self.held.find()\n"
        ),
        "user.py": "from store import Store\nasync def f(): Store().find()\n",
        **others,
        **{
            f"script{number}.py": (
                "from store import Store\nfrom agent import Agent\n"
                f"agent = Agent(Store())\nasync def main():\n    await agent.run({number})\n"
            )
            for number in range(count)
        },
    }


def test_who_only_hands_a_client_on_is_not_looked_at(tmp_path: Path) -> None:
    """However many there are; and a base class is none of a client because one below it is."""
    sizes = []
    for count in (10, 60):
        folder = tmp_path / str(count)
        folder.mkdir()
        files = project(folder, scripts(folder, count))
        checker = open_project(str(folder), files, Settings())
        reached = checker.reached()
        sizes.append(len(reached))
        assert {path for path in files if checker.check(path)} <= reached
    assert str(tmp_path / "60" / "user.py") in reached
    assert str(tmp_path / "60" / "other1.py") not in reached
