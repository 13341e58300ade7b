"""The workload file, `workload.toml`: read, checked, and every mistake named with its line."""

from __future__ import annotations

import re
import sys
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from locust_qdrant.config import service
from locust_qdrant.config.assembly import (
    DEFAULT_OPERATIONS,
    READING_OPERATIONS,
    assemble,
    reweigh,
)
from locust_qdrant.config.overrides import apply
from locust_qdrant.config.validation import ProblemError
from locust_qdrant.errors import UsageError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from locust_qdrant.config.model import Workload
    from locust_qdrant.config.service import ServiceWorkload
    from locust_qdrant.config.validation import Path as KeyPath

    WorkloadT = TypeVar("WorkloadT")
    #: Where each override went, and what makes the workload.
    _Assembled = tuple[Mapping[KeyPath, str], Callable[[], WorkloadT]]

_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
# What may be missing after a line in the middle of a statement: only arrays and long strings have
# more than one line.
_ENDINGS = ("", "\n]", "\n]]", '"""', "'''", '"""]', "''']")


def load(path: Path, overrides: Mapping[str, Any] | None = None) -> Workload:
    """Return the workload of the file at `path`.

    Args:
        path: a TOML file.
        overrides: values by dotted keys, such as `collection.dim`, which win over the file; see
            `overrides.apply` for what else they may be.

    Raises:
        UsageError: the file cannot be read, or something in it or in `overrides` is wrong.
    """
    document, text = _read(path)
    return _checked(_for_qdrant, document, overrides or {}, path, text)


def from_options(options: Mapping[str, Any]) -> Workload:
    """Return the workload that `options` alone describe: values by dotted keys, as in a file.

    Raises:
        UsageError: one of them is wrong.
    """
    return _checked(_for_qdrant, {}, options, None, "")


def load_service(path: Path | None, overrides: Mapping[str, Any]) -> ServiceWorkload:
    """Return the workload of a service, of a file and of options, which win over it.

    Raises:
        UsageError: the file cannot be read, or something in it or in `overrides` is wrong.
    """
    document, text = ({}, "") if path is None else _read(path)
    return _checked(_for_service, document, overrides, path, text)


def line_of(text: str, path: KeyPath) -> int | None:
    """Return the number of the line, from 1, on which `path` first appears in `text`.

    The parser itself decides: it is the shortest beginning of the text that has the key.

    Args:
        text: a valid TOML document.
        path: keys and places in arrays; an empty one is the whole document.

    Returns:
        The line, or None where the document has no such key.
    """
    return next((number for number, found in _beginnings(text) if _has(found, path)), None)


def _read(path: Path) -> tuple[dict[str, Any], str]:
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        raise UsageError(f"The workload file {path} cannot be read: {reason}.") from error
    try:
        return tomllib.loads(text), text
    except tomllib.TOMLDecodeError as error:
        raise UsageError(_syntax(path, text, error)) from error


def _for_qdrant(
    document: dict[str, Any], values: dict[str, Any], folder: Path
) -> _Assembled[Workload]:
    if "endpoints" in document:
        raise ProblemError(
            ("endpoints",),
            "endpoints are those of a service; drive them with `locust-qdrant service`",
        )
    usual = READING_OPERATIONS if _reads_only(document, values) else DEFAULT_OPERATIONS
    document.setdefault("operations", deepcopy(list(usual)))
    mix = values.pop("mix", None)
    if mix is not None:
        document["operations"] = reweigh(document["operations"], str(mix))
    went = apply(document, values)
    return went, lambda: assemble(document, folder)


def _reads_only(document: dict[str, Any], values: dict[str, Any]) -> bool:
    """Tell whether the collection is somebody else's and may not be written to."""
    table = document.get("collection")
    said = table if isinstance(table, dict) else {}
    use, write = (
        values.get(f"collection.{key}", said.get(key)) for key in ("use_existing", "write")
    )
    return bool(use) and not write


def _for_service(
    document: dict[str, Any], values: dict[str, Any], _folder: Path
) -> _Assembled[ServiceWorkload]:
    if "operations" in document:
        raise ProblemError(
            ("operations",),
            "operations are those of Qdrant; drive them with `locust-qdrant run`, or name the "
            "service's [[endpoints]]",
        )
    went = apply(document, values)
    return went, lambda: service.assemble(document)


def _checked(
    prepare: Callable[[dict[str, Any], dict[str, Any], Path], _Assembled[WorkloadT]],
    document: dict[str, Any],
    overrides: Mapping[str, Any],
    path: Path | None,
    text: str,
) -> WorkloadT:
    values = dict(overrides)
    origins: dict[KeyPath, str] = {key: key[0] for key in [("mix",)]}
    origins |= {(key,): key for key in values if key != "mix"}
    try:
        went, assembled = prepare(document, values, Path() if path is None else path.parent)
        origins |= went
        return assembled()
    except ProblemError as problem:
        raise UsageError(_sentence(problem, origins, path, text)) from None


def _sentence(
    problem: ProblemError, origins: Mapping[KeyPath, str], path: Path | None, text: str
) -> str:
    where, sentence = problem.path, problem.sentence
    line = None if path is None else line_of(text, where)
    given = _option(where, origins, under=line is None)
    if given is not None:
        return f"{sentence}." if given in sentence else f"{given}: {sentence}."
    if path is None:
        return f"{sentence}."
    place = f"{path}:" if line is None else f"{path}, line {line}:"
    return f"{place} {sentence}."


def _option(where: KeyPath, origins: Mapping[KeyPath, str], *, under: bool) -> str | None:
    """Return the override that a problem comes from; with `under`, one that made its table."""
    for at, key in origins.items():
        if where[: len(at)] == at or (under and where and at[: len(where)] == where):
            return key
    return None


def _syntax(path: Path, text: str, error: tomllib.TOMLDecodeError) -> str:
    message = str(error)
    found = _PLACE.search(message)
    line = found[1] if found and found[1] else str(text.rstrip("\n").count("\n") + 1)
    words = message[: found.start()] if found else message
    return f"{path}, line {line}: this is no TOML: {words}."


def _beginnings(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    # As TOML counts lines: a form feed or a Unicode line separator in a string ends none.
    lines = text.replace("\r\n", "\n").split("\n")
    for number in range(1, len(lines) + 1):
        beginning = "\n".join(lines[:number])
        for ending in _ENDINGS:
            try:
                yield number, tomllib.loads(beginning + ending)
            except tomllib.TOMLDecodeError:
                continue
            break


def _has(value: Any, path: KeyPath) -> bool:  # noqa: ANN401 - whatever TOML can say
    for step in path:
        if isinstance(step, int):
            if not isinstance(value, list) or step >= len(value):
                return False
        elif not isinstance(value, dict) or step not in value:
            return False
        value = value[step]
    return True
