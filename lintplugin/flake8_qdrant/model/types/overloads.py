"""Which `@overload` of a function a call means, as far as its `Literal` parameters say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flake8_qdrant.facts.arguments import argument_for
from flake8_qdrant.facts.nodes import string_value
from flake8_qdrant.model.values import Function, is_constant, texts

if TYPE_CHECKING:
    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.facts.scopes import Scope
    from flake8_qdrant.facts.source import Source
    from flake8_qdrant.model.evaluation import Evaluation
    from flake8_qdrant.model.values import Type

_CONSTANTS: Final = {"true": "True", "false": "False", "none": "None"}


def chosen(model: Evaluation, source: Source, call: Node, value: Function) -> Function:
    """Return the overload that a call means; the function itself where that is not certain."""
    scope = value.scope
    bindings = scope.parent.bindings.get(scope.name, ()) if scope.parent is not None else ()
    if len(bindings) < 2:  # noqa: PLR2004  (an overload stands beside others)
        return value
    overloads = [one.defines for one in bindings if one.defines and _is_overload(one.defines)]
    bound = value.receiver is not None
    fitting = [one for one in overloads if _fits(model, source, call, one, bound=bound)]
    return Function(fitting[0], value.receiver) if len(fitting) == 1 else value


def _is_overload(scope: Scope) -> bool:
    return any(one.text.rpartition(".")[2] == "overload" for one in scope.decorators)


def _fits(model: Evaluation, source: Source, call: Node, scope: Scope, *, bound: bool) -> bool:
    for parameter in scope.parameters[bound:]:
        allowed = _allowed(parameter.annotation)
        if allowed is None or parameter.star:
            continue
        given = argument_for(parameter, call, bound=bound)
        if given is None:
            if parameter.default is None:
                return False
            continue
        if not _may_be(model.type_of(source, given), allowed):
            return False
    return True


def _allowed(annotation: Node | None) -> set[str] | None:
    """Return what `Literal["a", True]` allows: texts, and constants by their names."""
    if annotation is None or "Literal[" not in annotation.text:
        return None
    found = {repr(text) for one in annotation.find_all("string") if (text := string_value(one))}
    for kind, name in _CONSTANTS.items():
        found |= {name} if annotation.has(kind) else set()
    return found


def _may_be(type_: Type, allowed: set[str]) -> bool:
    """Tell whether a value may be among what is allowed; what is not known may be anything."""
    named = {repr(text) for text in texts(type_) or ()}
    if not named and type_ and all(map(is_constant, type_)):
        named = {getattr(one, "name", "") for one in type_}
    return not named or bool(named & allowed)
