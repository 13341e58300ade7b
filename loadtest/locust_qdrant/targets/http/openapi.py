"""Endpoints from a service's own OpenAPI document (3.0 and 3.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from locust_qdrant.config.service import ALL, Endpoint

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_READING = ("get", "head")
_WRITING = ("post", "put", "patch")
_DELETING = ("delete",)
#: A schema may contain itself; no example is worth going deeper.
_DEEPEST = 12


class _UnknownError(Exception):
    """The document has no value for something: its message says for what."""


@dataclass(frozen=True)
class Offer:
    """What can be asked of a service without knowing more than its document says.

    Attributes:
        endpoints: what can.
        left_out: what cannot, a line each, with the reason.
    """

    endpoints: Sequence[Endpoint]
    left_out: Sequence[str]


def endpoints(document: Mapping[str, Any], headers: Mapping[str, str], *, write: bool) -> Offer:
    """Return the endpoints of `document`.

    A required parameter or body gets its example, its default, or its only allowed value; where
    there is none, the endpoint is left out.

    Args:
        document: the OpenAPI document.
        headers: sent with every request.
        write: whether POST, PUT and PATCH are wanted; DELETE never is.
    """
    found, left_out = [], []
    for method, path, operation in _operations(document):
        name = f"{method.upper()} {path}"
        try:
            _check_harmless(method, write=write)
            found.append(_Reader(document).endpoint(name, method, path, operation, headers))
        except _UnknownError as reason:
            left_out.append(f"{name}: {reason}")
    return Offer(found, left_out)


def _check_harmless(method: str, *, write: bool) -> None:
    if method in _DELETING:
        raise _UnknownError("it deletes")
    if method in _WRITING and not write:
        raise _UnknownError("it changes what a running service stores")


def _operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    paths = document.get("paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        for method, operation in item.items() if isinstance(item, dict) else ():
            if method in (*_READING, *_WRITING, *_DELETING) and isinstance(operation, dict):
                shared = item.get("parameters", [])
                parameters = [*shared, *operation.get("parameters", [])]
                yield method, path, {**operation, "parameters": parameters}


class _Reader:
    """Reads examples out of one document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document

    def endpoint(
        self,
        name: str,
        method: str,
        path: str,
        operation: Mapping[str, Any],
        headers: Mapping[str, str],
    ) -> Endpoint:
        values: dict[str, dict[str, Any]] = {"query": {}, "path": {}, "header": {}, "cookie": {}}
        given = {header.lower() for header in headers}
        for each in operation["parameters"]:
            parameter = self._resolved(each)
            place, key = str(parameter.get("in")), str(parameter.get("name"))
            if not parameter.get("required") or (place == "header" and key.lower() in given):
                continue
            values.setdefault(place, {})[key] = self._value(parameter, f"{key} ({place})")
        if values["cookie"]:
            raise _UnknownError("it needs a cookie")
        tags = operation.get("tags") or [ALL]
        return Endpoint(
            name=name,
            method=method.upper(),
            path=re.sub(r"\{([^}:]+)[^}]*\}", lambda part: _segment(values["path"], part[1]), path),
            query=values["query"],
            headers={**{key: str(each) for key, each in values["header"].items()}, **headers},
            json=self._body(operation.get("requestBody")),
            group=str(tags[0]),
        )

    def _body(self, body: object) -> Any:  # noqa: ANN401 - as JSON knows it
        resolved = self._resolved(body)
        if not resolved.get("required"):
            return None
        content = resolved.get("content", {})
        media = next((content[kind] for kind in content if "json" in kind), None)
        if not isinstance(media, dict):
            raise _UnknownError(f"its body is {', '.join(content) or 'of no known type'}")
        return self._value(media, "its body")

    def _value(self, holder: Mapping[str, Any], what: str) -> Any:  # noqa: ANN401 - as above
        """Return the example of a parameter or a media type."""
        if "example" in holder:
            return holder["example"]
        examples = holder.get("examples")
        for each in examples.values() if isinstance(examples, dict) else ():
            resolved = self._resolved(each)
            if "value" in resolved:
                return resolved["value"]
        return self._example(holder.get("schema"), what, 0)

    def _example(self, schema: object, what: str, depth: int) -> Any:  # noqa: ANN401 - as above
        found = self._resolved(schema)
        # What stands beside a reference is about this use of it, and comes first.
        for each in (schema if isinstance(schema, dict) else {}, found):
            if "example" in each:
                return each["example"]
            if each.get("examples"):
                return each["examples"][0]
            if "default" in each:
                return each["default"]
        if "const" in found:
            return found["const"]
        if found.get("enum"):
            return found["enum"][0]
        if depth < _DEEPEST:
            if len(found.get("allOf", ())) == 1:
                return self._example(found["allOf"][0], what, depth + 1)
            if found.get("type") == "object" or "properties" in found:
                properties = found.get("properties", {})
                return {
                    key: self._example(properties.get(key), f"{key} ({what})", depth + 1)
                    for key in found.get("required", ())
                }
        raise _UnknownError(f"no example or default for {what}")

    def _resolved(self, part: object) -> dict[str, Any]:
        for _ in range(_DEEPEST):
            if not isinstance(part, dict):
                return {}
            reference = part.get("$ref")
            if not isinstance(reference, str):
                return part
            part = self._document if reference.startswith("#/") else None
            for step in reference.removeprefix("#/").split("/"):
                key = step.replace("~1", "/").replace("~0", "~")
                part = part.get(key) if isinstance(part, dict) else None
        return {}


def _segment(values: Mapping[str, Any], name: str) -> str:
    if name not in values:
        raise _UnknownError(f"no example or default for {name} (path)")
    return quote(str(values[name]), safe="")
