"""Named tuples and namespaces: classes and objects that are made by a call, with named parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_qdrant.facts.arguments import arguments, keyword, positional
from flake8_qdrant.facts.nodes import string_value
from flake8_qdrant.model.values import UNKNOWN, Record, RecordClass, Type, only

if TYPE_CHECKING:
    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.facts.source import Source
    from flake8_qdrant.model.evaluation import Evaluation


def namedtuple(_model: Evaluation, _source: Source, call: Node) -> Type:
    """Tell which class a call of `namedtuple` makes."""
    given = positional(call)
    if len(given) < 2:  # noqa: PLR2004  (its name and those of its fields)
        return UNKNOWN
    written = string_value(given[1])
    if written is not None:
        return only(RecordClass(tuple(written.replace(",", " ").split())))
    names = [string_value(one) for one in given[1].children]
    if given[1].kind not in ("list", "tuple") or None in names:
        return UNKNOWN
    return only(RecordClass(tuple(one for one in names if one is not None)))


def record(model: Evaluation, source: Source, call: Node, value: RecordClass) -> Type:
    """Tell what an object of such a class holds."""
    given = positional(call)
    fields = []
    for at, name in enumerate(value.names):
        argument = given[at] if at < len(given) else keyword(call, name)
        fields.append((name, UNKNOWN if argument is None else model.type_of(source, argument)))
    return only(Record(tuple(fields)))


def namespace(model: Evaluation, source: Source, call: Node) -> Type:
    """`SimpleNamespace(client=value)` has what it is given by name."""
    named = [(one.field("name"), one.field("value")) for one in arguments(call)]
    fields = [
        (n.text, model.type_of(source, v)) for n, v in named if n is not None and v is not None
    ]
    return only(Record(tuple(fields)))
