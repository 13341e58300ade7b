"""What a call calls in the end: builtins call what they are given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flake8_qdrant.inference.arguments import keyword, positional
from flake8_qdrant.inference.running import is_consumed
from flake8_qdrant.inference.values import NOTHING, External, Partial, Type, only, present, union

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from flake8_qdrant.inference.ask import Ask
    from flake8_qdrant.syntax.source import Source

_MAPPING: Final = frozenset({External("builtins.map"), External("builtins.filter")})
_ORDERING: Final = frozenset(External(f"builtins.{name}") for name in ("max", "min", "sorted"))


def callees(ask: Ask, source: Source, call: SgNode) -> Type:
    """Return what a call may call, None left out.

    `partial(f)()` calls `f`; so do `list(map(f, items))` and `sorted(items, key=f)`.
    """
    function = call.field("function")
    if function is None:
        return NOTHING
    called = present(ask.type_of(source, function))
    given = None
    if called and called <= _ORDERING:
        given = keyword(call, "key")
    elif called and called <= _MAPPING and is_consumed(call):
        given = next(iter(positional(call)), None)
    return _unwrapped(called if given is None else ask.type_of(source, given))


def _unwrapped(type_: Type) -> Type:
    """Put what a `functools.partial` calls in its place."""
    return union(
        _unwrapped(value.function) if isinstance(value, Partial) else only(value)
        for value in present(type_)
    )
