"""What is built holds what a user needs, and installing the linter installs the linter alone."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tarfile
import zipfile
from email import message_from_bytes
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from locust_qdrant import cli
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message

ROOT = Path(__file__).resolve().parent.parent
LINTER_ALONE = {"ast-grep-py", "flake8", "pathspec", "tomli"}
STANDARD_LIBRARY = sys.stdlib_module_names | {"tomllib"}  # not in that of 3.10
# Those that Python 3.10 cannot tell from their metadata, and one that comes with another.
DISTRIBUTIONS = {
    "google": ["protobuf"],
    "pydantic_core": ["pydantic"],
    "qdrant_edge": ["qdrant-edge-py"],
}
OURS = {"flake8_qdrant", "locust_qdrant"}
#: pytest imports our plugin, and is there then; fastembed is looked for, and told when it is not.
LOOKED_FOR = {"pytest", "fastembed"}
SOURCES = ("lintplugin", "loadtest")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Iterator[zipfile.ZipFile]:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as archive:
        yield archive


@pytest.fixture(scope="module")
def metadata(wheel: zipfile.ZipFile) -> Message:
    name = next(name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    return message_from_bytes(wheel.read(name))


def package_files(source: str) -> list[Path]:
    files = (file for file in (ROOT / source).rglob("*") if file.is_file())
    return [file for file in files if file.suffix != ".pyc" and ".egg-info" not in str(file)]


def test_the_wheel_holds_every_file_of_the_packages(wheel: zipfile.ZipFile) -> None:
    packages = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert packages == {
        file.relative_to(ROOT / source).as_posix()
        for source in SOURCES
        for file in package_files(source)
    }


@pytest.mark.parametrize(
    "file",
    [
        "flake8_qdrant/py.typed",
        "flake8_qdrant/libraries/tables/qdrant_client.toml",
        "locust_qdrant/probe/profile.schema.json",
        "locust_qdrant/py.typed",
        "locust_qdrant/report/pages/report.html",
    ],
)
def test_the_wheel_holds_what_is_no_code(wheel: zipfile.ZipFile, file: str) -> None:
    assert file in wheel.namelist()


def test_the_source_distribution_can_be_built_tested_and_read(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    sources = {
        file.relative_to(ROOT).as_posix() for source in SOURCES for file in package_files(source)
    }
    assert sources <= names
    assert {"LICENSE", "README.md", "pyproject.toml", "tox.ini", "examples/demo.py"} <= names
    assert {"docs/index.md", "tests/test_packaging.py"} <= names


def test_the_linter_alone_needs_no_client_and_no_load_generator(metadata: Message) -> None:
    required = map(Requirement, metadata.get_all("Requires-Dist", []))
    always = {each.name for each in required if "extra" not in str(each.marker or "")}
    assert always == LINTER_ALONE


@pytest.mark.parametrize(("source", "extra"), [("lintplugin", None), ("loadtest", "loadtest")])
def test_what_is_imported_is_declared(metadata: Message, source: str, extra: str | None) -> None:
    declared = {
        canonicalize_name(requirement.name)
        for requirement in map(Requirement, metadata.get_all("Requires-Dist", []))
        if extra_of(requirement) in (None, extra)
    }
    distributions = packages_distributions() | DISTRIBUTIONS
    imported = {
        canonicalize_name(distributions.get(name, [name])[0]) for name in foreign_names(source)
    }
    assert imported <= declared


def test_each_package_of_the_extra_that_is_missing_is_told_in_one_sentence() -> None:
    # Those of the extra `data` are told where a file needs them.
    assert foreign_names("loadtest") - {"h5py", "pyarrow", "tomli"} <= cli.EXTRA


def foreign_names(source: str) -> set[str]:
    """Return the top-level names of all packages but ours that the code of `source` imports."""
    trees = (ast.parse(each.read_text("utf-8")) for each in package_files(source) if is_code(each))
    return set().union(*map(imports, trees)) - STANDARD_LIBRARY - OURS - LOOKED_FOR


def is_code(file: Path) -> bool:
    return file.suffix == ".py"


def extra_of(requirement: Requirement) -> str | None:
    found = re.search(r'extra == "([^"]+)"', str(requirement.marker or ""))
    return found[1] if found else None


def imports(node: ast.AST) -> set[str]:
    """Return the top-level names that run-time code imports, at the top or in functions."""
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return set()
    if isinstance(node, ast.Import):
        return {alias.name.partition(".")[0] for alias in node.names}
    if isinstance(node, ast.ImportFrom):
        return {(node.module or "").partition(".")[0]}
    return set().union(*map(imports, ast.iter_child_nodes(node)))


def test_the_linter_runs_without_importing_a_client_or_a_load_generator() -> None:
    program = (
        "import sys; from flake8_qdrant.cli import main; main(['check', 'examples']); "
        "loaded = {'gevent', 'httpx', 'locust', 'numpy', 'qdrant_client'} & set(sys.modules); "
        "sys.exit(f'loaded: {loaded}' if loaded else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "QDR101" in done.stdout


def test_the_probe_needs_the_standard_library_alone() -> None:
    folder = str(ROOT / "loadtest")
    program = f"import sys; sys.path.insert(0, {folder!r}); import locust_qdrant.probe.loop_probe"
    command = [sys.executable, "-I", "-S", "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_ci_runs_the_test_command_of_the_readme() -> None:
    command = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()[-1]
    assert f"\n{command}" in (ROOT / "README.md").read_text("utf-8")
