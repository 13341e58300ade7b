"""What a program stores under a key with a framework: an application's items, a user's session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flake8_qdrant.facts.arguments import positional
from flake8_qdrant.model.values import (
    NOTHING,
    External,
    ExternalInstance,
    ExternalMethod,
    Key,
    State,
    Type,
    is_known,
    only,
    present,
    union,
)

if TYPE_CHECKING:
    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.facts.source import Source
    from flake8_qdrant.model.evaluation import Evaluation
    from flake8_qdrant.model.values import Value

_HOLDERS: Final = ("app", "application", "config", "config_dict", "extensions", "user_session")
"""Names under which handlers find their application, its settings or their user's session."""


def made_key(ask: Evaluation, source: Source, call: Node) -> Type:
    """Return the key that `AppKey("client", QdrantClient)` makes, with what it says."""
    given = positional(call)
    return only(Key(ask.annotation(source, given[1]) if len(given) > 1 else NOTHING))


def items_of_application(ask: Evaluation, source: Source, holder: Node, index: Node) -> Type | None:
    """Tell what `request.app[key]` holds: what its key says, or what is stored under the key.

    None for anything but an application of a framework.
    """
    if not _is_holder(holder) or not _is_of_framework(ask, source, holder):
        return None
    keys = (one.held for one in ask.type_of(source, index) if isinstance(one, Key))
    promised = union(keys)
    return promised if is_known(promised) else _stored(ask, index)


def session_item(ask: Evaluation, source: Source, call: Node) -> Type | None:
    """Tell what `user_session.get(key)` gives: what is stored under the key."""
    function, given = call.field("function"), positional(call)
    holder = function.field("object") if function is not None else None
    if function is None or holder is None or not given or not function.text.endswith(".get"):
        return None
    if not _is_holder(holder) or not _is_of_framework(ask, source, holder):
        return None
    return _stored(ask, given[0])


def _is_holder(holder: Node) -> bool:
    return holder.text.rpartition(".")[2] in _HOLDERS


def _is_of_framework(ask: Evaluation, source: Source, holder: Node) -> bool:
    """Tell whether a holder is none of the project's own objects."""
    return all(map(_is_foreign, present(ask.type_of(source, holder))))


def _is_foreign(value: Value) -> bool:
    foreign = (External, ExternalInstance, ExternalMethod, State)
    return isinstance(value, foreign) or not is_known(only(value))


def _stored(ask: Evaluation, index: Node) -> Type | None:
    """Join what the project stores under a key in any holder."""
    last = index.text.rpartition(".")[2]
    puts = [put for name in _HOLDERS for put in ask.project.puts(name)]
    found = [
        ask.type_of(put.source, put.value)
        for put in puts
        if put.index is not None and put.index.text.rpartition(".")[2] == last
    ]
    return union(found) if found else None
