"""What comments promise, as code did before annotations: `# type: (QdrantClient) -> None`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from flake8_qdrant.facts.parse import parse
from flake8_qdrant.model.values import UNKNOWN

if TYPE_CHECKING:
    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.facts.scopes import Binding, Parameter, Scope
    from flake8_qdrant.model.evaluation import Evaluation
    from flake8_qdrant.model.values import Type

_PROMISE: Final = re.compile(r"[ \t]*,?[ \t]*#[ \t]*type:(?![ \t]*ignore\b)[ \t]*([^#\n]+)")
_SIGNATURE: Final = re.compile(r"#[ \t]*type:[ \t]*\((.*)\)[ \t]*->[ \t]*([^#\n]+)")
_WORD: Final = "type:"


def promised_by_comment(model: Evaluation, binding: Binding) -> Type | None:
    """Return what a comment promises after an assignment: `client = get()  # type: Client`."""
    source = binding.scope.source
    match = _PROMISE.match(source.text, binding.end) if source.mentions(_WORD) else None
    if match is None or binding.unpack:
        return None
    return _read(model, binding.scope, match[1])


def parameter_by_comment(model: Evaluation, scope: Scope, parameter: Parameter) -> Type | None:
    """Return what a comment promises of a parameter: its own, or that of the function."""
    if not scope.source.mentions(_WORD):
        return None
    listing = scope.node.field("parameters")
    listed = listing.children if listing is not None else []
    if parameter.position >= len(listed):
        return None
    own = _PROMISE.match(scope.source.text, listed[parameter.position].end)
    if own is not None:
        return _read(model, scope, own[1])
    signature = _signature(scope)
    types = [] if signature is None else _split(signature[1])
    at = parameter.position - (scope.is_method and len(types) < len(listed))
    known = 0 <= at < len(types) and types[at].strip(" *.")
    return _read(model, scope, types[at].strip(" *")) if known else None


def returned_by_comment(model: Evaluation, scope: Scope) -> Type | None:
    """Return what a function's comment promises of its result."""
    signature = _signature(scope) if scope.source.mentions(_WORD) else None
    return None if signature is None else _read(model, scope, signature[2])


def _signature(scope: Scope) -> re.Match[str] | None:
    """Find the comment between the head of a function and its body."""
    listing = scope.node.field("parameters")
    if listing is None:
        return None
    return _SIGNATURE.search(scope.source.text, listing.end, scope.start)


def _split(types: str) -> list[str]:
    """Split at the commas that are in no brackets."""
    found, depth = [""], 0
    for char in types:
        depth += (char in "[(") - (char in "])")
        if char == "," and not depth:
            found.append("")
        else:
            found[-1] += char
    return found


def _read(model: Evaluation, scope: Scope, text: str) -> Type:
    node: Node | None = model.once(
        ("type comment", scope.source, text), lambda: parse(text).root, None
    )
    return UNKNOWN if node is None else model.annotation(scope.source, node)
