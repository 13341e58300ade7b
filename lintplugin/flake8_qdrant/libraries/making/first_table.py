"""The first table of a library, from its installed source: what is certain, and what to decide."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any, Final

from flake8_qdrant.libraries.making.history import merge
from flake8_qdrant.libraries.making.installed import find_installed
from flake8_qdrant.libraries.making.modules import ClassSource, Modules
from flake8_qdrant.libraries.making.overlay import Overlay
from flake8_qdrant.libraries.making.reading import Reader
from flake8_qdrant.libraries.making.surface import Form, read_members
from flake8_qdrant.libraries.making.table import build, lines_of
from flake8_qdrant.libraries.model import TableError, other_colour

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from flake8_qdrant.libraries.making.history import PastClass
    from flake8_qdrant.libraries.making.installed import Installed

_TWINS: Final = ("a{}", "async_{}", "{}_async")
_ASYNC_FOLDERS: Final = frozenset({"aio", "async_", "asyncio", "_async", "_aio", "_asyncio"})
_AWAITED: Final = (Form.COROUTINE, Form.ASYNC_GENERATOR)
_WIDTH: Final = 96
_HEADER: Final = """\
A first table of {label}, read from its source; nothing of it was run. Put it into \
pyproject.toml. Signatures tell coroutines, and a plain method blocks that has a coroutine \
function for a twin. Of the others nothing tells whether they do I/O: they stand as comments. Put \
those that do into `blocking`, those that return at once into `quiet`, and delete what your code \
does not call. A name that is in no list is unknown, and unknown is never reported."""


def first_table(package: str, root: Path) -> str:
    """Return the text of a table for `pyproject.toml`.

    Args:
        package: an installed package's import name, or the name pip installs it by.
        root: the project's folder, whose environment goes before this program's.

    Raises:
        TableError: it is not installed, is no Python, or has no class with a coroutine function.
    """
    installed = find_installed(package, root)
    modules = Modules(installed.name, installed.files())
    clients = _clients(modules)
    if not clients:
        raise TableError(
            f"{package}: no class of it has a coroutine function or an asynchronous twin, so there "
            "is nothing to begin with; write the table by hand"
        )
    overlay = Overlay(
        head={"distribution": installed.distribution, "label": installed.distribution},
        roots=tuple(sorted(clients)),
        pairs=_pairs(clients),
        twins=_TWINS,
    )
    reader = Reader(modules, overlay)
    history = merge([(installed.version or "0", reader.read())])
    table = build(history, overlay, ("", ""))
    undecided = {_name_of(path, history): set(names) for path, names in reader.undecided.items()}
    for name, names in undecided.items():
        names.difference_update(*(undecided.get(base, ()) for base in history[name].bases))
    return "\n".join(_text(installed, overlay.head, table["classes"], undecided)).rstrip() + "\n"


def _clients(modules: Modules) -> dict[str, ClassSource]:
    """Return the public classes that have coroutine functions, and those they are twins of."""
    public = {
        path: source
        for names in modules.exports.values()
        if (path := min(names, key=lambda one: (one.count("."), one)))
        and (source := modules.find(path)) is not None
    }
    awaited = {
        path
        for path, source in public.items()
        if any(shape.form in _AWAITED for shape in read_members(modules, source).values())
    }
    twins = {plain for plain, twin in _pairs(public).items() if plain in awaited or twin in awaited}
    return {path: source for path, source in public.items() if path in awaited | twins}


def _pairs(classes: Mapping[str, ClassSource]) -> dict[str, str]:
    """Return the asynchronous class by the plain one: `AsyncX`, or `X` of an async package."""
    by_name: dict[str, list[str]] = {}
    for path in sorted(classes):
        by_name.setdefault(path.rpartition(".")[2], []).append(path)
    found = {}
    for path in sorted(classes):
        name = path.rpartition(".")[2]
        if name.startswith("Async") or _is_async_path(path):
            continue
        twins = [one for other in other_colour(name) for one in by_name.get(other, ())]
        twins += [one for one in by_name[name] if _is_async_path(one)]
        if twins:
            found[path] = twins[0]
    return found


def _is_async_path(path: str) -> bool:
    return not _ASYNC_FOLDERS.isdisjoint(path.split(".")[:-1])


def _name_of(path: str, history: Mapping[str, PastClass]) -> str:
    return next(name for name, past in history.items() if path in (name, *past.also))


def _text(
    installed: Installed,
    head: Mapping[str, object],
    classes: Any,  # noqa: ANN401 - nested dictionaries, as TOML has them
    undecided: Mapping[str, set[str]],
) -> Iterator[str]:
    place = ("tool", "flake8-qdrant", "libraries", installed.name)
    label = f"{installed.distribution} {installed.version}".strip()
    yield from _comment(_HEADER.format(label=label))
    yield ""
    yield from lines_of(head, place)
    for name, body in classes.items():
        if not body and not undecided.get(name):
            continue
        yield from filter(None, lines_of(body, (*place, "classes", name)))
        if undecided.get(name):
            yield from _comment("Nothing tells what these do:")
            listed = ", ".join(f'"{one}"' for one in sorted(undecided[name]))
            yield from _comment(f"{listed},")
        yield ""


def _comment(text: str) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent="# ",
        subsequent_indent="# ",
        break_on_hyphens=False,
        break_long_words=False,
    )
