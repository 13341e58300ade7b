"""Expressions: what each kind of node may be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flake8_qdrant.facts.kinds import CODES
from flake8_qdrant.facts.nodes import string_value
from flake8_qdrant.facts.scopes import Import
from flake8_qdrant.facts.source import called_name
from flake8_qdrant.model.framework_state import LIFESPAN, STATES
from flake8_qdrant.model.types.classes import field_at
from flake8_qdrant.model.types.containers import filled_item, item_of_object
from flake8_qdrant.model.types.depends import is_provided, provided
from flake8_qdrant.model.types.imports import imported
from flake8_qdrant.model.types.iteration import element
from flake8_qdrant.model.types.names import lookup
from flake8_qdrant.model.types.narrowing import narrowed
from flake8_qdrant.model.types.offloading import awaited
from flake8_qdrant.model.types.stored import (
    asked_item,
    has_state,
    items_of_application,
    lifespan_context,
)
from flake8_qdrant.model.types.test_doubles import is_replaced
from flake8_qdrant.model.types.truth import truth
from flake8_qdrant.model.values import (
    FALSE,
    NONE,
    NOTHING,
    PLAIN,
    SWITCHES,
    TRUE,
    UNKNOWN,
    Class,
    Collection,
    External,
    Function,
    Instance,
    Mapping,
    Module,
    Plain,
    Record,
    Sdk,
    State,
    Tuple,
    Type,
    Value,
    closed,
    is_known,
    only,
    present,
    texts,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.facts.source import Source
    from flake8_qdrant.model.evaluation import Evaluation

_MODULES: Final = External("sys.modules")
_MOST_ITEMS: Final = 40
"""Literals with more items are data."""
_LONGEST_NAME: Final = 100
"""Longer texts choose nothing."""


def infer(model: Evaluation, source: Source, node: Node) -> Type:
    """Tell what an expression may be."""
    handler = _HANDLERS.get(node.kind)
    return handler(model, source, node) if handler is not None else UNKNOWN


def _identifier(model: Evaluation, source: Source, node: Node) -> Type:
    return narrowed(model, source, node, lookup(model, source, node))


def _attribute(model: Evaluation, source: Source, node: Node) -> Type:
    owner, attribute = node.field("object"), node.field("attribute")
    if owner is None or attribute is None:
        return UNKNOWN
    name = attribute.text
    held = present(model.type_of(source, owner))
    if any(isinstance(value, Sdk) for value in held) and is_replaced(source, node):
        return UNKNOWN
    found = union(model.attribute(value, name) for value in held)
    if not is_known(found):
        if name in STATES and has_state(owner):
            return only(State())
        if name == LIFESPAN:
            found = lifespan_context(model) or UNKNOWN
    return narrowed(model, source, node, found)


def _call(model: Evaluation, source: Source, node: Node) -> Type:
    function = node.field("function")
    if function is None:
        return UNKNOWN
    values = present(model.type_of(source, function))
    found = union(model.result(source, node, value) for value in values)
    if is_known(found) or called_name(node) != "get":
        return found
    stored = asked_item(model, source, node)
    return found if stored is None else stored


def _await(model: Evaluation, source: Source, node: Node) -> Type:
    inner = node.children
    return awaited(model, model.type_of(source, inner[0])) if inner else UNKNOWN


def _inner(model: Evaluation, source: Source, node: Node) -> Type:
    inner = node.children
    return model.type_of(source, inner[0]) if inner else UNKNOWN


def _field(name: str) -> Callable[[Evaluation, Source, Node], Type]:
    def handler(model: Evaluation, source: Source, node: Node) -> Type:
        value = node.field(name)
        return model.type_of(source, value) if value is not None else UNKNOWN

    return handler


def _boolean(model: Evaluation, source: Source, node: Node) -> Type:
    left, right = node.field("left"), node.field("right")
    if left is None or right is None:
        return UNKNOWN
    chosen = model.type_of(source, right)
    if node.operator == "and":
        return union((chosen, NONE))
    return with_default(model.type_of(source, left), chosen)


def with_default(given: Type, default: Type) -> Type:
    """Tell what `given or default` is.

    Where nothing is known of what is given, the default says what the code after it works with.
    """
    if not is_known(given) and is_known(default):
        return union((closed(given), default))
    return union((present(given), default))


def _conditional(model: Evaluation, source: Source, node: Node) -> Type:
    parts = node.children
    if len(parts) != 3:  # noqa: PLR2004  (value, condition, other value)
        return UNKNOWN
    first, second = model.type_of(source, parts[0]), model.type_of(source, parts[2])
    chooses = _may_choose(first | second) or (
        NONE in (first, second) and model.depends(source, parts[1])
    )
    holds = truth(model, source, parts[1]) if chooses else None
    if holds is not None:
        return first if holds else second
    if is_known(second) and parts[0].text in parts[1].text:
        return with_default(first, second)
    if is_known(first) and parts[2].text in parts[1].text:
        return with_default(second, first)
    return union((first, second))


def _may_choose(type_: Type) -> bool:
    return sum(isinstance(one, Sdk) for one in type_) > 1


def _tuple(model: Evaluation, source: Source, node: Node) -> Type:
    items = node.children
    if len(items) > _MOST_ITEMS or any(item.kind == "list_splat" for item in items):
        return only(Collection(UNKNOWN))
    return only(Tuple(tuple(model.type_of(source, item) for item in items)))


def _items(model: Evaluation, source: Source, node: Node) -> Type:
    items = [item for item in node.children if item.kind != "comment"]
    if len(items) > _MOST_ITEMS:
        return only(Collection(UNKNOWN))
    types = []
    for item in items:
        if item.kind == "list_splat":
            types.append(element(model, _inner(model, source, item)))
        else:
            types.append(model.type_of(source, item))
    return only(Collection(union(types)))


def _dictionary(model: Evaluation, source: Source, node: Node) -> Type:
    pairs = [pair for pair in node.children if pair.kind != "comment"]
    if len(pairs) > _MOST_ITEMS:
        return only(Mapping(UNKNOWN))
    table = Mapping(NOTHING)
    for pair in pairs:
        table = table.joined(_pair(model, source, pair))
    return only(table)


def _pair(model: Evaluation, source: Source, pair: Node) -> Mapping:
    """Tell what one part of a dictionary puts into it: a value under its key, or another table."""
    if pair.kind == "dictionary_splat":
        return _table(_inner(model, source, pair))
    key, value = pair.field("key"), pair.field("value")
    held = UNKNOWN if value is None else model.type_of(source, value)
    name = string_value(key) if key is not None else None
    return Mapping(held, () if name is None else ((name, held),))


def _table(type_: Type) -> Mapping:
    """Return what is known of a table that goes into another one."""
    held = next(iter(type_)) if len(type_) == 1 else None
    return held if isinstance(held, Mapping) else Mapping(UNKNOWN)


def _joined_tables(model: Evaluation, source: Source, node: Node) -> Type:
    """Tell what `table | other` holds."""
    left, right = node.field("left"), node.field("right")
    if left is None or right is None or node.operator != "|":
        return UNKNOWN
    first, second = (_table(model.type_of(source, one)) for one in (left, right))
    return only(first.joined(second)) if is_known(first.value | second.value) else UNKNOWN


def _comprehension(model: Evaluation, source: Source, node: Node) -> Type:
    body = node.field("body")
    if body is None:
        return UNKNOWN
    if body.kind == "pair":
        value = body.field("value")
        return only(Mapping(UNKNOWN if value is None else model.type_of(source, value)))
    return only(Collection(model.type_of(source, body)))


def _lambda(_model: Evaluation, source: Source, node: Node) -> Type:
    body = node.field("body")
    if body is None:
        return UNKNOWN
    scope = next((s for s in source.scopes if s.node == node), None)
    return UNKNOWN if scope is None else only(Function(scope))


def _subscript(model: Evaluation, source: Source, node: Node) -> Type:
    value, indexes = node.field("value"), node.fields("subscript")
    if value is None or len(indexes) != 1:
        return UNKNOWN
    index = indexes[0]
    stored = items_of_application(model, source, value, index)
    if stored is not None:
        return stored
    held = present(model.type_of(source, value))
    found = union(_item_of(model, source, node, index, one) for one in held)
    return filled_item(model, source, node, found)


def _item_of(model: Evaluation, source: Source, node: Node, index: Node, one: Value) -> Type:
    if isinstance(one, Mapping):
        return _under(model, source, one, index)
    if isinstance(one, Instance) and (own := item_of_object(model, one)) is not None:
        return own
    if isinstance(one, (Instance, Module, State)) and (key := string_value(index)) is not None:
        return model.attribute(one, key)
    if isinstance(one, Record):
        return _item(Tuple(tuple(type_ for _, type_ in one.fields)), index)
    if isinstance(one, Collection):
        return only(one) if index.kind == "slice" else one.item
    if isinstance(one, Tuple):
        return _item(one, index)
    if isinstance(one, Class):
        return only(one)
    if one == _MODULES:
        return _module(model, source, index)
    return provided(model, source, node, index) if is_provided(one) else UNKNOWN


def _under(model: Evaluation, source: Source, table: Mapping, index: Node) -> Type:
    """Tell what a table holds under a key, which is written there or known to be a certain text."""
    key = string_value(index)
    known = texts(model.type_of(source, index)) if key is None and table.keys else None
    return table.at(key) if known is None else union(map(table.at, known))


def _module(model: Evaluation, source: Source, index: Node) -> Type:
    """Tell what `sys.modules[name]` is."""
    if index.text == "__name__":
        return only(Module(source.path.stem, source.name))
    name = string_value(index)
    return UNKNOWN if name is None else imported(model, source.name, Import(name))


def _item(value: Tuple, index: Node) -> Type:
    try:
        return value.items[int(index.text)]
    except (ValueError, IndexError):
        return union(value.items)


def _string(_model: Evaluation, _source: Source, node: Node) -> Type:
    value = string_value(node)
    told = value is not None and len(value) <= _LONGEST_NAME
    return only(Plain(repr(value) if told else "str"))


def _integer(_model: Evaluation, _source: Source, node: Node) -> Type:
    return only(Plain(node.text if node.text in SWITCHES else "int"))


def _constant(type_: Type) -> Callable[[Evaluation, Source, Node], Type]:
    return lambda _model, _source, _node: type_


def unpacked(model: Evaluation, type_: Type, path: tuple[int, ...]) -> Type:
    """Tell what a target gets that stands at the given indexes of an assignment's left side."""
    for index in path:
        if index < 0:
            return only(Collection(element(model, type_)))
        parts = []
        for value in present(type_):
            if isinstance(value, Tuple) and index < len(value.items):
                parts.append(value.items[index])
            elif isinstance(value, Record) and index < len(value.fields):
                parts.append(value.fields[index][1])
            elif isinstance(value, Instance) and (name := field_at(model, value.cls, index)):
                parts.append(model.attribute(value, name))
            else:
                parts.append(element(model, only(value)))
        type_ = union(parts)
    return type_


_HANDLERS: Final[dict[str, Callable[[Evaluation, Source, Node], Type]]] = {
    "assignment": _field("right"),
    "attribute": _attribute,
    "await": _await,
    "binary_operator": _joined_tables,
    "boolean_operator": _boolean,
    "call": _call,
    "comparison_operator": _constant(PLAIN),
    "concatenated_string": _constant(only(Plain("str"))),
    "conditional_expression": _conditional,
    "dictionary": _dictionary,
    "dictionary_comprehension": _comprehension,
    "expression_list": _tuple,
    "false": _constant(FALSE),
    "float": _constant(only(Plain("float"))),
    "generator_expression": _comprehension,
    "identifier": _identifier,
    "integer": _integer,
    "keyword_argument": _field("value"),
    "lambda": _lambda,
    "list": _items,
    "list_comprehension": _comprehension,
    "list_splat": _inner,
    "named_expression": _field("value"),
    "none": _constant(NONE),
    "not_operator": _constant(only(Plain("bool"))),
    "parenthesized_expression": _inner,
    "set": _items,
    "set_comprehension": _comprehension,
    "string": _string,
    "subscript": _subscript,
    "true": _constant(TRUE),
    "tuple": _tuple,
    "type": _inner,
}
CONSTANTS: Final = bytes(
    CODES[kind]
    for kind in (
        *("comparison_operator", "concatenated_string", "false", "float", "integer", "none"),
        *("not_operator", "string", "true"),
    )
)
"""Kinds that are answered by a look at the node itself, sooner than an answer is looked up."""
