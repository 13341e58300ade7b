"""What a program stores with a framework: an application's items and state, a user's session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flake8_qdrant.facts.arguments import positional
from flake8_qdrant.facts.nodes import string_value
from flake8_qdrant.model.framework_state import GROUPS, STATES
from flake8_qdrant.model.values import (
    NOTHING,
    UNKNOWN,
    External,
    ExternalInstance,
    ExternalMethod,
    Function,
    Key,
    Mapping,
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

_BEARERS: Final = frozenset(
    ("app", "application", "connection", "request", "req", "websocket", "ws")
)
"""Names under which handlers find what has such an attribute."""
_STATE_CLASSES: Final = frozenset(
    (
        "litestar.datastructures.ImmutableState",
        "litestar.datastructures.State",
        "litestar.datastructures.state.ImmutableState",
        "litestar.datastructures.state.State",
        "starlette.datastructures.State",
    )
)
_HOLDERS: Final = {name: group for group in GROUPS for name in group}
_PLAIN_OBJECTS: Final = ("flask.g", "quart.g")
"""Objects of a framework whose attributes the program sets, and may read by `get`."""


def is_state_class(value: Value) -> bool:
    """Tell whether a value is the class of a framework's free-form state."""
    return isinstance(value, External) and value.name in _STATE_CLASSES


def has_state(owner: Node) -> bool:
    """Tell whether an expression is named like an application or a request."""
    return owner.text.rpartition(".")[2] in _BEARERS


def state_item(model: Evaluation, name: str) -> Type:
    """Tell what the application's state holds under a name.

    It is what the project assigns to `....state.name`, makes a `State` of, or yields in a lifespan.
    """
    if name in STATES:
        return only(State())
    held = [
        model.binding(assignment.binding)
        for _, assignment in model.project.attributes(name)
        if assignment.target.text.rpartition(".")[2] in STATES
    ]
    puts = (put for holder in STATES for put in model.project.puts(holder))
    held += (model.type_of(put.source, put.value) for put in puts if put.key == name)
    held += _made_with(model, name)
    yielded = (one for one in lifespan_context(model) if isinstance(one, Mapping))
    held += (dict(one.keys)[name] for one in yielded if name in dict(one.keys))
    return union(held) or UNKNOWN


def _made_with(model: Evaluation, name: str) -> list[Type]:
    """Return what calls such as `State({"name": value})` hold."""
    found = []
    for source, call in model.project.calls("State"):
        function, given = call.field("function"), positional(call)
        values = model.type_of(source, function) if function is not None else NOTHING
        if given and any(map(is_state_class, values)):
            held = (one for one in model.type_of(source, given[0]) if isinstance(one, Mapping))
            found += [dict(one.keys)[name] for one in held if name in dict(one.keys)]
    return found


def lifespan_context(model: Evaluation) -> Type:
    """Tell what the lifespans of the project's applications and servers yield."""
    return model.once("lifespans", lambda: _lifespans(model), NOTHING)


def _lifespans(model: Evaluation) -> Type:
    found = []
    for source in model.project.holding("lifespan"):
        for argument in source.tree.find_all("keyword_argument"):
            name, value = argument.field("name"), argument.field("value")
            if name is not None and value is not None and name.text == "lifespan":
                functions = model.type_of(source, value)
                found += [model.yields(one) for one in functions if isinstance(one, Function)]
    return union(found)


def made_key(model: Evaluation, source: Source, call: Node) -> Type:
    """Return the key that `AppKey("client", QdrantClient)` makes, with what it says."""
    given = positional(call)
    return only(Key(model.annotation(source, given[1]) if len(given) > 1 else NOTHING))


def items_of_application(
    model: Evaluation, source: Source, holder: Node, index: Node
) -> Type | None:
    """Tell what `request.app[key]` holds: what its key says, or what is stored under the key.

    None for anything but an application of a framework.
    """
    if not _is_holder(holder) or not _is_of_framework(model, source, holder):
        return None
    keys = (one.held for one in model.type_of(source, index) if isinstance(one, Key))
    promised = union(keys)
    return promised if is_known(promised) else _stored(model, source, holder, index)


def asked_item(model: Evaluation, source: Source, call: Node) -> Type | None:
    """Tell what `user_session.get(key)` gives: what is stored under the key."""
    function, given = call.field("function"), positional(call)
    holder = function.field("object") if function is not None else None
    if holder is None or not given:
        return None
    if not _is_of_framework(model, source, holder):
        return None
    name = string_value(given[0])
    if name is not None:
        held = model.type_of(source, holder)
        named = [one for one in held if isinstance(one, External) and one.name in _PLAIN_OBJECTS]
        if named:
            return union(model.attribute(one, name) for one in named)
    return items_of_application(model, source, holder, given[0]) if _is_holder(holder) else None


def _is_holder(holder: Node) -> bool:
    return holder.text.rpartition(".")[2] in _HOLDERS


def _is_of_framework(model: Evaluation, source: Source, holder: Node) -> bool:
    """Tell whether a holder is none of the project's own objects."""
    return all(map(_is_foreign, present(model.type_of(source, holder))))


def _is_foreign(value: Value) -> bool:
    foreign = (External, ExternalInstance, ExternalMethod, State)
    return isinstance(value, foreign) or not is_known(only(value))


def _stored(model: Evaluation, source: Source, holder: Node, index: Node) -> Type | None:
    """Join what the project stores under a key in a holder of that kind."""
    group = _HOLDERS[holder.text.rpartition(".")[2]]
    puts = [put for name in group for put in model.project.puts(name)]
    asked = _key(model, source, index)
    found = [
        model.type_of(put.source, put.value)
        for put in puts
        if (put.key if put.index is None else _key(model, put.source, put.index)) == asked
    ]
    return union(found) if found else None


def _key(model: Evaluation, source: Source, index: Node) -> str:
    """Return the text of a key where it is known, else the last name of its expression."""
    written = string_value(index)
    if written is not None:
        return written
    texts = [getattr(one, "name", "") for one in model.type_of(source, index)]
    if len(texts) == 1 and texts[0][:1] in ("'", '"'):
        return texts[0][1:-1]
    return index.text.rpartition(".")[2]
