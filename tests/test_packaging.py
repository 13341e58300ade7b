"""What is built holds what a user needs, and each distribution installs what it needs alone."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from email import message_from_bytes
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import flake8_qdrant
import locust_qdrant
import locust_qdrant.probe
import pytest
from locust_qdrant import cli
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from email.message import Message

ROOT = Path(__file__).resolve().parent.parent
PROBE = ROOT / "loadtest" / "locust_qdrant" / "probe"
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
#: Of the folder of the probe, what only its own distribution needs.
PROBE_PROJECT = {"pyproject.toml", "README.md", "LICENSE"}


class Distribution(NamedTuple):
    """A distribution: its folder, the folder of its package, and the package's name."""

    project: Path
    package: Path
    name: str

    def files(self) -> dict[str, Path]:
        """Return the files of its package, by their names in the wheel."""
        files = (file for file in self.package.rglob("*") if file.is_file())
        return {
            f"{self.name}/{file.relative_to(self.package).as_posix()}": file
            for file in files
            if file.suffix != ".pyc"
            if not (file.parent == PROBE and file.name in PROBE_PROJECT)
        }


LINTER = Distribution(ROOT, ROOT / "lintplugin" / "flake8_qdrant", "flake8_qdrant")
LOAD_TEST = Distribution(ROOT / "loadtest", ROOT / "loadtest" / "locust_qdrant", "locust_qdrant")
LOOP_PROBE = Distribution(PROBE, PROBE, "qdrant_loop_probe")
ALL = (LINTER, LOAD_TEST, LOOP_PROBE)
each_distribution = pytest.mark.parametrize("distribution", ALL, ids=lambda one: one.name)


class Built:
    """What was built of one distribution."""

    def __init__(self, folder: Path) -> None:
        self.wheel_file = next(folder.glob("*.whl"))
        with zipfile.ZipFile(self.wheel_file) as wheel:
            self.wheel = set(wheel.namelist())
            (name,) = (name for name in self.wheel if name.endswith(".dist-info/METADATA"))
            self.metadata: Message = message_from_bytes(wheel.read(name))
        with tarfile.open(next(folder.glob("*.tar.gz"))) as source:
            self.source = {name.partition("/")[2] for name in source.getnames()}

    @property
    def requirements(self) -> list[Requirement]:
        return list(map(Requirement, self.metadata.get_all("Requires-Dist", [])))


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory):
    known: dict[Distribution, Built] = {}

    def built(distribution: Distribution) -> Built:
        if distribution not in known:
            folder = tmp_path_factory.mktemp(distribution.name)
            command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
            subprocess.run(command, cwd=distribution.project, check=True, capture_output=True)
            known[distribution] = Built(folder)
        return known[distribution]

    return built


@each_distribution
def test_the_wheel_holds_the_files_of_its_package_and_nothing_else(build, distribution) -> None:
    packages = {name for name in build(distribution).wheel if ".dist-info/" not in name}
    assert packages == set(distribution.files())


@pytest.mark.parametrize(
    ("distribution", "file"),
    [
        (LINTER, "flake8_qdrant/py.typed"),
        (LINTER, "flake8_qdrant/libraries/tables/qdrant_client.toml"),
        (LOAD_TEST, "locust_qdrant/probe/profile.schema.json"),
        (LOAD_TEST, "locust_qdrant/py.typed"),
        (LOAD_TEST, "locust_qdrant/report/pages/report.html"),
        (LOOP_PROBE, "qdrant_loop_probe/profile.schema.json"),
        (LOOP_PROBE, "qdrant_loop_probe/py.typed"),
    ],
)
def test_the_wheel_holds_what_is_no_code(build, distribution, file) -> None:
    assert file in build(distribution).wheel


@each_distribution
def test_the_source_distribution_can_be_built_again_and_read(build, distribution) -> None:
    sources = {
        file.relative_to(distribution.project).as_posix() for file in distribution.files().values()
    }
    names = build(distribution).source
    assert sources | {"LICENSE", "README.md", "pyproject.toml"} <= names
    assert not {name for name in names if name.endswith(".pyc") or "tests/" in name}


@each_distribution
def test_the_page_on_an_index_has_a_licence_links_and_no_relative_one(build, distribution) -> None:
    metadata = build(distribution).metadata
    assert metadata["License-Expression"] == "Apache-2.0"
    links = [line.partition(",")[0] for line in metadata.get_all("Project-URL", [])]
    assert {"Documentation", "Source", "Issues", "Changelog"} <= set(links)
    page = metadata.get_payload()
    assert page.startswith("# ")
    assert re.findall(r"\]\((?!https?:)[^)]+\)", page) == []


@each_distribution
def test_the_licence_and_the_version_are_those_of_the_project(build, distribution) -> None:
    licence = (ROOT / "LICENSE").read_bytes()
    assert (distribution.project / "LICENSE").read_bytes() == licence
    assert build(distribution).metadata["Version"] == flake8_qdrant.__version__
    versions = (locust_qdrant.__version__, locust_qdrant.probe.__version__)
    assert set(versions) == {flake8_qdrant.__version__}


def test_the_linter_alone_needs_no_client_and_no_load_generator(build) -> None:
    needed = build(LINTER).requirements
    alone = {each.name for each in needed if "extra ==" not in str(each.marker)}
    assert alone == LINTER_ALONE


def test_neither_half_needs_the_other_and_the_probe_needs_nothing(build) -> None:
    assert "flake8-qdrant" not in {each.name for each in build(LOAD_TEST).requirements}
    assert build(LOOP_PROBE).requirements == []


@pytest.mark.parametrize("distribution", [LINTER, LOAD_TEST], ids=lambda one: one.name)
def test_what_is_imported_is_declared(build, distribution) -> None:
    declared = {canonicalize_name(each.name) for each in build(distribution).requirements}
    distributions = packages_distributions() | DISTRIBUTIONS
    imported = {
        canonicalize_name(distributions.get(name, [name])[0])
        for name in foreign_names(distribution)
    }
    assert imported <= declared


def test_each_package_that_is_missing_is_told_in_one_sentence() -> None:
    # h5py and pyarrow are told where a file needs them.
    assert foreign_names(LOAD_TEST) - {"h5py", "pyarrow", "tomli"} <= set(cli.DISTRIBUTIONS)


def foreign_names(distribution: Distribution) -> set[str]:
    """Return the top-level names of all packages but ours that its code imports."""
    files = (file for file in distribution.files().values() if file.suffix == ".py")
    trees = (ast.parse(file.read_text("utf-8")) for file in files)
    return set().union(*map(imports, trees)) - STANDARD_LIBRARY - OURS - LOOKED_FOR - {""}


def imports(node: ast.AST) -> set[str]:
    """Return the top-level names that run-time code imports, at the top or in functions."""
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return set()
    if isinstance(node, ast.Import):
        return {alias.name.partition(".")[0] for alias in node.names}
    if isinstance(node, ast.ImportFrom):
        return set() if node.level else {(node.module or "").partition(".")[0]}
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


def test_the_probe_alone_works_with_the_standard_library_alone(build, tmp_path) -> None:
    program = f"""
import asyncio, sys, time
sys.path.insert(0, {str(build(LOOP_PROBE).wheel_file)!r})
from qdrant_loop_probe import LoopProbe

async def main():
    with LoopProbe(root={str(tmp_path)!r}) as probe:
        await asyncio.sleep(0.05)
        time.sleep(0.2)
        await asyncio.sleep(0.05)
    return probe.profile()

profile = asyncio.run(main())
assert profile.lag.max > 100, profile
"""
    command = [sys.executable, "-I", "-S", "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_test_runs_of_others_load_nothing_of_ours(tmp_path) -> None:
    (tmp_path / "test_theirs.py").write_text(
        "import sys\n\n\ndef test_it():\n    assert 'locust_qdrant' not in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_ci_runs_the_test_command_of_the_readme() -> None:
    command = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()[-1]
    assert f"\n{command}" in (ROOT / "README.md").read_text("utf-8")
