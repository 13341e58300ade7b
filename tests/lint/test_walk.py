"""Folders are walked as ruff walks them, and as git means its ignore files."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from flake8_qdrant.files import Patterns, project_root, python_files
from hypothesis import example, given, settings
from hypothesis import strategies as st


def tree(root: Path, *names: str, **contents: str) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return root


def found(folder: Path, excluded: Patterns | None = None, root: Path | None = None) -> list[str]:
    base = root or folder
    return sorted(
        Path(path).relative_to(base).as_posix() for path in python_files(str(folder), excluded)
    )


@pytest.fixture
def repository(tmp_path):
    (tmp_path / ".git").mkdir()
    return tmp_path


def test_python_files_and_stubs_are_found_and_nothing_else(tmp_path):
    tree(tmp_path, "a.py", "b.pyi", "c.txt", "d.pyc", "deep/er/e.py", "README")
    assert found(tmp_path) == ["a.py", "b.pyi", "deep/er/e.py"]


def test_the_usual_folders_are_left_out_at_any_depth(tmp_path):
    tree(tmp_path, "a.py", ".venv/b.py", "x/node_modules/c.py", "x/.tox/d.py", "build/e.py")
    assert found(tmp_path) == ["a.py", "build/e.py"]


def test_a_usual_folder_that_is_named_is_walked(tmp_path):
    tree(tmp_path, ".venv/b.py", ".venv/lib/site-packages/c.py")
    assert found(tmp_path / ".venv") == ["b.py"]


def test_git_ignores_count_inside_a_repository_only(tmp_path):
    tree(tmp_path, "a.py", "made.py")
    (tmp_path / ".gitignore").write_text("made.py\n")
    assert found(tmp_path) == ["a.py", "made.py"]
    (tmp_path / ".git").mkdir()
    assert found(tmp_path) == ["a.py"]


def test_nested_and_negated_git_ignores(repository):
    tree(repository, "a.gen.py", "x/b.gen.py", "x/keep.gen.py", "x/y/c.py", "z/c.py")
    (repository / ".gitignore").write_text("*.gen.py\nz/*\n")
    (repository / "x/.gitignore").write_text("!keep.gen.py\n/y/\n")
    assert found(repository) == ["x/keep.gen.py"]


def test_the_ignore_files_above_a_named_folder_count(repository):
    tree(repository, "x/a.py", "x/b.gen.py")
    (repository / ".gitignore").write_text("*.gen.py\n")
    assert found(repository / "x") == ["a.py"]


def test_an_ignored_folder_that_is_named_is_walked(repository):
    tree(repository, "made/a.py", "made/deep/b.py")
    (repository / ".gitignore").write_text("made/\n")
    assert found(repository) == []
    assert found(repository / "made") == ["a.py", "deep/b.py"]


def test_gits_own_exclude_file_counts(repository):
    tree(repository, "a.py", "mine.py", ".git/info/exclude")
    (repository / ".git/info/exclude").write_text("mine.py\n")
    assert found(repository) == ["a.py"]


def test_excluded_patterns_count_from_their_folder(tmp_path):
    tree(tmp_path, "a.py", "x/a.py", "x/y/b.py")
    assert found(tmp_path, Patterns(str(tmp_path), ["/a.py", "y"])) == ["x/a.py"]
    assert found(tmp_path / "x" / "y", Patterns(str(tmp_path), ["y"])) == ["b.py"]


def test_links_to_files_are_followed_and_links_to_folders_are_not(tmp_path):
    tree(tmp_path, "x/a.py")
    (tmp_path / "link.py").symlink_to("x/a.py")
    (tmp_path / "folder").symlink_to("x")
    (tmp_path / "folder.py").symlink_to("x")
    (tmp_path / "x/round").symlink_to("..")
    (tmp_path / "lost.py").symlink_to("nowhere")
    assert found(tmp_path) == ["link.py", "lost.py", "x/a.py"]


def test_a_folder_that_is_gone_holds_nothing(tmp_path):
    assert found(tmp_path / "gone") == []


NAMES = st.sampled_from(["a", "b", "made", "build"])
FILES = st.lists(
    st.tuples(st.lists(NAMES, max_size=3), NAMES).map(lambda x: "/".join([*x[0], f"{x[1]}.py"])),
    min_size=1,
    max_size=8,
)
LINES = st.sampled_from(
    ["a.py", "/a.py", "made/", "made", "!made", "*.py", "!b.py", "a/**", "**/b.py", "a/*.py",
     "# made", "", "build/*", "!build/a.py", "b/made", "?.py", "[ab].py", "!a/"]
)  # fmt: skip


@pytest.mark.skipif(shutil.which("git") is None, reason="git is what this is held against")
@example(["a/made/a.py"], ["a.py"], ["!made"])
@example(["a/b/a.py", "a/b/b.py"], ["a/**", "!a/b"], [])
@settings(deadline=None, max_examples=40)
@given(FILES, st.lists(LINES, max_size=4), st.lists(LINES, max_size=3))
def test_git_finds_the_same_files(tmp_path_factory, files, top, nested):
    root = tmp_path_factory.mktemp("tree")
    tree(root, *files)
    (root / ".gitignore").write_text("\n".join(top) + "\n")
    if (root / "a").is_dir():
        (root / "a/.gitignore").write_text("\n".join(nested) + "\n")
    git = ["git", "-c", "core.excludesFile=/dev/null", "-C", str(root)]
    subprocess.run([*git, "init", "-q"], check=True)
    listing = subprocess.run(
        [*git, "ls-files", "--others", "--exclude-standard"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert found(root) == sorted(name for name in listing.stdout.split() if name.endswith(".py"))


class TestProjectRoot:
    def root(self, folder: Path, working_directory: Path | str = "/") -> str:
        return project_root(str(folder), str(working_directory))

    def test_is_the_repository(self, tmp_path):
        tree(tmp_path, "one/.git/x", "one/pyproject.toml", "one/src/app/__init__.py", "setup.py")
        assert self.root(tmp_path / "one/src/app") == str(tmp_path / "one")

    def test_is_the_outermost_folder_that_configures_a_project(self, tmp_path):
        tree(tmp_path, "two/pyproject.toml", "two/part/setup.py", "two/part/app/a.py")
        assert self.root(tmp_path / "two/part/app") == str(tmp_path / "two")

    def test_is_the_working_directory_if_nothing_else_tells(self, tmp_path):
        tree(tmp_path, "three/deep/a.py")
        assert self.root(tmp_path / "three/deep", tmp_path / "three") == str(tmp_path / "three")

    def test_is_never_the_whole_disk_or_a_home(self, tmp_path, monkeypatch):
        tree(tmp_path, "home/app/deep/__init__.py", "home/app/__init__.py", "home/notes/a.py")
        monkeypatch.setenv("HOME", str(tmp_path / "home"))
        assert self.root(tmp_path / "home/notes", tmp_path / "home") == str(tmp_path / "home/notes")
        assert self.root(tmp_path / "home/app/deep", "/") == str(tmp_path / "home")

    def test_of_an_environment_is_its_site_packages(self, tmp_path):
        tree(tmp_path, "four/.git/x", "four/.venv/lib/site-packages/lib/a.py")
        packages = tmp_path / "four/.venv/lib/site-packages"
        assert self.root(packages / "lib") == str(packages)
