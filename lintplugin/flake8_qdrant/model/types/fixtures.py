"""What pytest hands to the parameters of tests: the fixture of that name."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Final

from flake8_qdrant.facts.arguments import keyword
from flake8_qdrant.facts.nodes import string_value
from flake8_qdrant.facts.scopes import Scope, ScopeKind
from flake8_qdrant.model.values import External, Function, Instance, Type, union

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.facts.scopes import Parameter
    from flake8_qdrant.facts.source import Source
    from flake8_qdrant.model.evaluation import Evaluation

_DECORATORS: Final = frozenset(
    External(name) for name in ("pytest.fixture", "pytest_asyncio.fixture", "pytest.yield_fixture")
)
_CONFTEST: Final = "conftest.py"


def fixture(model: Evaluation, scope: Scope, parameter: Parameter) -> Type | None:
    """Tell what the fixture gives that a test or fixture asks for; None if it asks for none.

    The nearest one counts: in the test's class, its module, then the `conftest.py` of each folder
    above. A generator's value is what it yields, that of a coroutine function its result.
    """
    if parameter.default is not None or not _is_filled_by_pytest(model, scope):
        return None
    for one in visible_fixtures(model, scope):
        found = one.get(parameter.name)
        if found is not None and found is not scope:
            receiver = Instance(found.parent) if found.is_method and found.parent else None
            function = Function(found, receiver)
            return _value(model, function)
    return None


def _value(model: Evaluation, function: Function) -> Type:
    """Tell what a fixture gives: what its body does, whatever it promises its users."""
    scope = function.scope
    given = [one for node in (scope.yields or scope.returns) for one in node.children[:1]]
    found = union(model.type_of(scope.source, one) for one in given)
    if found:
        return found
    return model.yields(function) if scope.is_generator else model.returns(function)


def _is_filled_by_pytest(model: Evaluation, scope: Scope) -> bool:
    file = scope.source.path.name
    if not (file.startswith("test_") or file.endswith("_test.py") or "pytest" in scope.source.text):
        return False
    is_test = scope.name.startswith("test") and (
        scope.is_method or scope.parent is scope.source.module
    )
    return is_test or fixture_name(model, scope) is not None


def visible_fixtures(model: Evaluation, scope: Scope) -> Iterator[dict[str, Scope]]:
    """Give the fixtures that a function may ask for by their names, the nearest first."""
    cls = scope.parent if scope.is_method else None
    if cls is not None:
        for one in model.ancestry(cls).classes:
            if isinstance(one, Scope):
                yield _in_class(model, one)
    yield _in_module(model, scope.source)
    folder = posixpath.dirname(str(scope.source.path))
    while True:
        path = posixpath.join(folder, _CONFTEST)
        source = model.project.source(path) if path in model.project.layout.files else None
        if source is not None and source is not scope.source:
            yield _in_module(model, source)
        above = posixpath.dirname(folder)
        if folder in (model.project.layout.root, above):
            return
        folder = above


def _in_class(model: Evaluation, cls: Scope) -> dict[str, Scope]:
    return model.once(("fixtures", cls), lambda: _named(model, cls.children), {})


def _in_module(model: Evaluation, source: Source) -> dict[str, Scope]:
    return model.once(("fixtures", source), lambda: _find_in_module(model, source), {})


def _find_in_module(model: Evaluation, source: Source) -> dict[str, Scope]:
    """Find what a module defines, and the fixtures that it imports by name."""
    found = {}
    for name, bindings in source.module.bindings.items():
        if name == "*" or not bindings or bindings[-1].imported is None:
            continue
        for value in model.global_name(source, name):
            if isinstance(value, Function) and fixture_name(model, value.scope) is not None:
                found[name] = value.scope
    return found | _named(model, source.module.children)


def _named(model: Evaluation, scopes: list[Scope]) -> dict[str, Scope]:
    named = ((fixture_name(model, one), one) for one in scopes if one.kind is ScopeKind.FUNCTION)
    return {name: scope for name, scope in named if name is not None}


def fixture_name(model: Evaluation, scope: Scope) -> str | None:
    """Return the name by which tests ask for a function, or None if it is no fixture."""
    for decorator in scope.decorators:
        called = decorator.field("function") if decorator.kind == "call" else None
        if model.type_of(scope.source, called or decorator) & _DECORATORS:
            return _given_name(decorator) or scope.name
    return None


def _given_name(decorator: Node) -> str | None:
    given = keyword(decorator, "name") if decorator.kind == "call" else None
    return None if given is None else string_value(given)
