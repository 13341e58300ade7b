"""Where a request's body is wrong: one place and one reason, out of all that pydantic tried."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def where_and_what(errors: Sequence[Any], body: bytes) -> str:
    """Return the error that reaches deepest into the body, as `points[0].vector[3]: reason`.

    A body that may have one of several forms yields errors for each form. The form that was meant
    is the one in which reading came furthest, and among these the one with the fewest errors.
    """
    document = from_json(body)
    in_form = Counter(error["loc"][:-1] for error in errors)

    def likeness(error: Any) -> tuple[int, int, bool]:
        depth = len(_path(error, document))
        return depth, -in_form[error["loc"][:-1]], error["type"] != "missing"

    meant = max(errors, key=likeness)
    return f"{_render(_path(meant, document)) or 'body'}: {meant['msg']}"


def _path(error: Any, document: Any) -> list[str | int]:
    """Keep of pydantic's location what is a place in the document, not the name of a form."""
    *parents, last = error["loc"] or [""]
    path: list[str | int] = []
    for part in parents:
        if _has(document, part):
            path.append(part)
            document = document[part]
    if _has(document, last) or error["type"] == "missing":
        path.append(last)
    return path


def _has(document: Any, part: str | int) -> bool:
    if isinstance(document, list):
        return isinstance(part, int) and part < len(document)
    return isinstance(document, dict) and part in document


def _render(path: Iterable[str | int]) -> str:
    rendered = ""
    for part in path:
        rendered += f"[{part}]" if isinstance(part, int) else f".{part}"
    return rendered.removeprefix(".")
