"""The workload file, `workload.toml`: read, checked, and every mistake named with its line."""

from __future__ import annotations

import re
import sys
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

from locust_qdrant.config.assembly import DEFAULT_OPERATIONS, assemble, reweigh
from locust_qdrant.config.overrides import apply
from locust_qdrant.config.source_lines import line_of
from locust_qdrant.config.validation import ProblemError
from locust_qdrant.errors import UsageError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Mapping

    from locust_qdrant.config.model import Workload
    from locust_qdrant.config.validation import Path as KeyPath

_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


def load(path: Path, overrides: Mapping[str, Any] | None = None) -> Workload:
    """Return the workload of the file at `path`.

    Args:
        path: a TOML file.
        overrides: values by dotted keys, such as `collection.dim`, which win over the file; see
            `overrides.apply` for what else they may be.

    Raises:
        UsageError: the file cannot be read, or something in it or in `overrides` is wrong.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        raise UsageError(f"The workload file {path} cannot be read: {reason}.") from error
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(_syntax(path, text, error)) from error
    return _workload(document, overrides or {}, path, text)


def from_options(options: Mapping[str, Any]) -> Workload:
    """Return the workload that `options` alone describe: values by dotted keys, as in a file.

    Raises:
        UsageError: one of them is wrong.
    """
    return _workload({}, options, None, "")


def _workload(
    document: dict[str, Any], overrides: Mapping[str, Any], path: Path | None, text: str
) -> Workload:
    values = dict(overrides)
    origins: dict[KeyPath, str] = {key: key[0] for key in [("mix",)]}
    document.setdefault("operations", deepcopy(list(DEFAULT_OPERATIONS)))
    try:
        mix = values.pop("mix", None)
        if mix is not None:
            document["operations"] = reweigh(document["operations"], str(mix))
        origins |= {(key,): key for key in values}
        origins |= apply(document, values)
        return assemble(document, Path() if path is None else path.parent)
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
