"""Where a request's body is wrong: one place and one reason, out of all that pydantic tried."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic_core import from_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def where_and_what(errors: Iterable[Any], body: bytes) -> str:
    """Return the error that reaches deepest into the body, as `points[0].vector[3]: reason`.

    A body that may have one of several forms yields one error a form; the form that was meant is
    the one in which reading came furthest.
    """
    document = from_json(body)
    found = [(_path(error["loc"], document), error) for error in errors]
    path, error = max(found, key=lambda item: (len(item[0]), item[1]["type"] != "missing"))
    return f"{_render(path) or 'body'}: {error['msg']}"


def _path(location: Sequence[str | int], document: Any) -> list[str | int]:
    """Keep of pydantic's location what is a place in the document, not the name of a form."""
    path: list[str | int] = []
    for position, part in enumerate(location):
        inside = isinstance(part, int) or (isinstance(document, dict) and part in document)
        missing = position == len(location) - 1 and isinstance(document, dict)
        if not inside and not missing:
            continue
        path.append(part)
        document = _step(document, part)
    return path


def _step(document: Any, part: str | int) -> Any:
    try:
        return document[part]
    except (KeyError, IndexError, TypeError):
        return None


def _render(path: Iterable[str | int]) -> str:
    rendered = ""
    for part in path:
        rendered += f"[{part}]" if isinstance(part, int) else f".{part}"
    return rendered.removeprefix(".")
