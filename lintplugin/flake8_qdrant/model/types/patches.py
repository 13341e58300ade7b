"""What is replaced where a test runs: by `patch`, `monkeypatch`, `mocker` or a plain assignment.

A patch is active in the test itself, and by its fixtures, its class, `setUp` and helpers.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Final

from flake8_qdrant.facts.arguments import arguments, keyword, positional
from flake8_qdrant.facts.nodes import string_value
from flake8_qdrant.facts.placement import entered_around
from flake8_qdrant.facts.running import inline_calls
from flake8_qdrant.facts.scopes import Scope, ScopeKind
from flake8_qdrant.model.patched import Patch, PatchedModule
from flake8_qdrant.model.types.fixtures import fixture_name, visible_fixtures
from flake8_qdrant.model.types.functions import callers
from flake8_qdrant.model.values import (
    Class,
    Function,
    Instance,
    Module,
    Plain,
    Sdk,
    is_known,
    present,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.facts.source import Source
    from flake8_qdrant.model.evaluation import Evaluation
    from flake8_qdrant.model.patched import Patches
    from flake8_qdrant.model.values import Type

_PATCH: Final = re.compile(r"(?:^|\.)patch(?:\.(object|multiple|dict))?$")
_MODULES: Final = ("sys.modules", "modules")
_SET_UP: Final = (
    "asyncSetUp",
    "setUp",
    "setUpClass",
    "setup",
    "setup_class",
    "setup_method",
)
_SET_UP_MODULE: Final = ("setUpModule", "setup_function", "setup_module")
_DEEPEST: Final = 3


_NOTHING: Final[Patches] = frozenset()
_ANYTHING: Final = Patch(None, "*")


def active_patches(model: Evaluation, source: Source, node: Node, depth: int = 0) -> Patches:
    """Return what is replaced where a node of a test, or of what a test is made of, runs."""
    if not _is_test_code(model, source):
        return _NOTHING  # a service that calls `setattr` puts no double anywhere
    frame = source.scope_of(node).frame()
    found = set(_of_frame(model, frame, depth))
    inner: Node | None = node
    scope: Scope | None = frame
    while inner is not None and scope is not None:
        for item in entered_around(inner):
            found |= _of_entered(model, source, item)
        inner = None if scope.kind is ScopeKind.MODULE else scope.node
        scope = scope.parent
    return frozenset(found)


def _of_entered(model: Evaluation, source: Source, item: Node) -> Patches:
    found: set[Patch | PatchedModule] = set()
    for call in item.find_all("call"):
        found |= set(_by_call(model, source, call)) | _of_helper(model, source, call, 0)
    return frozenset(found)


def _of_frame(model: Evaluation, frame: Scope, depth: int) -> Patches:
    """Return what is replaced in a function as a whole."""
    if depth > _DEEPEST:
        return _NOTHING
    key = ("patches", frame, depth)
    return model.remember(key, frame, lambda: _find_of_frame(model, frame, depth), _NOTHING)


def _find_of_frame(model: Evaluation, frame: Scope, depth: int) -> Patches:
    found: set[Patch | PatchedModule] = set()
    scope: Scope | None = frame
    while scope is not None:
        if scope.kind is ScopeKind.FUNCTION:
            found |= _standing(model, scope) | _by_decorators(model, scope)
        elif scope.kind is ScopeKind.CLASS:
            found |= _by_decorators(model, scope)
        scope = scope.parent
    found |= _standing(model, frame.source.module)
    outermost = _outermost(frame)
    if outermost is not None:
        found |= _by_fixtures(model, outermost) | _by_set_up(model, outermost)
    if frame is not outermost or not frame.name.startswith("test"):
        for source, call, _ in callers(model, frame) if frame.kind is ScopeKind.FUNCTION else ():
            if source.scope_of(call).frame() is not frame:
                found |= active_patches(model, source, call, depth + 1)
    return frozenset(found)


def _is_test_code(model: Evaluation, source: Source) -> bool:
    if model.project.layout.is_of_tests(source.name):
        return True
    return any(one.name.lower().startswith("test") for one in source.module.children)


def _outermost(frame: Scope) -> Scope | None:
    """Return the function of a module or class that a frame is or stands in."""
    scope: Scope | None = frame
    found = None
    while scope is not None and scope.kind is not ScopeKind.MODULE:
        if scope.kind is ScopeKind.FUNCTION:
            found = scope
        scope = scope.parent
    return found


def _standing(model: Evaluation, scope: Scope) -> Patches:
    """Return what a function's own code replaces until it ends, or for longer."""
    found: set[Patch | PatchedModule] = set()
    for call in inline_calls(scope):
        if not _is_entered(call) and not _decorates(call):
            found |= set(_by_call(model, scope.source, call))
            found |= _of_helper(model, scope.source, call, 0)
    return frozenset(found | set(_by_assignments(model, scope)))


def _is_entered(call: Node) -> bool:
    around = call.parent
    if around is not None and around.kind == "as_pattern":
        around = around.parent
    return around is not None and around.kind == "with_item"


def _decorates(call: Node) -> bool:
    around = call.parent
    return around is not None and around.kind == "decorator"


def _whole(model: Evaluation, scope: Scope, depth: int = 0) -> Patches:
    """Return all that a fixture or helper replaces, for the time that it lasts."""
    found = set(_by_assignments(model, scope)) | _by_decorators(model, scope)
    for call in inline_calls(scope):
        found |= set(_by_call(model, scope.source, call))
        found |= _of_helper(model, scope.source, call, depth + 1)
    return frozenset(found)


def _of_helper(model: Evaluation, source: Source, call: Node, depth: int) -> Patches:
    """Return what a function of the tests replaces for the test that calls it."""
    function = call.field("function")
    if function is None or depth > 1:
        return _NOTHING
    found: set[Patch | PatchedModule] = set()
    for value in model.type_of(source, function):
        if isinstance(value, Function) and _is_test_code(model, value.scope.source):
            found |= _whole(model, value.scope, depth)
    return frozenset(found)


def _by_assignments(model: Evaluation, scope: Scope) -> Iterator[Patch | PatchedModule]:
    source = scope.source
    for one in source.outside_attributes_in(scope):
        if scope.kind is ScopeKind.FUNCTION:
            given = model.binding(one.binding)
            if not (is_known(given) and any(isinstance(value, Sdk) for value in given)):
                yield from _in_object(model, source, one.target, one.binding.name)
    for put in source.puts:
        if put.target.text in _MODULES and put.key and source.scope_of(put.target).frame() is scope:
            yield PatchedModule(put.key)


def _by_decorators(model: Evaluation, scope: Scope) -> Patches:
    calls = (one for one in scope.decorators if one.kind == "call")
    return frozenset(patch for call in calls for patch in _by_call(model, scope.source, call))


def _by_fixtures(model: Evaluation, scope: Scope) -> Patches:
    """Return what the fixtures replace that a test gets, asked for or not."""
    tables = list(visible_fixtures(model, scope))
    asked = [one.name for one in scope.parameters] + [*_used(scope)]
    asked += (name for table in tables for name, one in table.items() if _is_automatic(one))
    found: set[Patch | PatchedModule] = set()
    seen: set[Scope] = {scope}
    while asked:
        name = asked.pop()
        one = next((table[name] for table in tables if name in table), None)
        if one is not None and one not in seen:
            seen.add(one)
            found |= _whole(model, one)
            asked += (parameter.name for parameter in one.parameters)
    return frozenset(found)


def _used(scope: Scope) -> Iterator[str]:
    """Give the names in `usefixtures` of a test, its class and its module."""
    around: Scope | None = scope
    marks: list[Node] = []
    while around is not None:
        marks += around.decorators
        marks += (one.value for one in around.bindings.get("pytestmark", ()) if one.value)
        around = around.parent
    for mark in marks:
        for call in mark.find_all("call"):
            function = call.field("function")
            if function is not None and function.text.endswith("usefixtures"):
                yield from filter(None, map(string_value, positional(call)))


def _is_automatic(fixture: Scope) -> bool:
    for decorator in fixture.decorators:
        given = keyword(decorator, "autouse") if decorator.kind == "call" else None
        if given is not None and given.text == "True":
            return True
    return False


def _by_set_up(model: Evaluation, scope: Scope) -> Patches:
    found: set[Patch | PatchedModule] = set()
    cls = scope.parent if scope.is_method else None
    classes = model.ancestry(cls).classes if cls is not None else ()
    for one in classes:
        if isinstance(one, Scope):
            names = (child for child in one.children if child.name in _SET_UP)
            found |= {patch for child in names for patch in _whole(model, child)}
    for child in scope.source.module.children:
        if child.name in _SET_UP_MODULE and fixture_name(model, child) is None:
            found |= _whole(model, child)
    return frozenset(found)


def _by_call(model: Evaluation, source: Source, call: Node) -> Iterator[Patch | PatchedModule]:
    """Give what a call replaces, if it is one that replaces anything."""
    function = call.field("function")
    if function is None:
        return
    match = _PATCH.search(_called(model, source, function))
    given = positional(call)
    if function.text.rpartition(".")[2] == "setattr":
        yield from _by_setattr(model, source, given)
    elif function.text.endswith(".setitem") and given and given[0].text in _MODULES:
        name = string_value(given[1]) if len(given) > 1 else None
        yield _ANYTHING if name is None else PatchedModule(name)
    elif match is None or keyword(call, "wraps") is not None:
        return
    elif match[1] == "object":
        target = given[0] if given else keyword(call, "target")
        named = given[1] if len(given) > 1 else keyword(call, "attribute")
        name = None if named is None else _text(model, source, named)
        if target is not None:
            yield from [_ANYTHING] if name is None else _in_object(model, source, target, name)
    elif match[1] == "multiple":
        yield from _by_multiple(model, source, call)
    elif match[1] == "dict":
        yield from _by_dict(model, source, call)
    else:
        target = given[0] if given else keyword(call, "target")
        text = None if target is None else _text(model, source, target)
        yield _ANYTHING if text is None else _named(model, source, text)


def _called(model: Evaluation, source: Source, function: Node) -> str:
    """Name what is called, as it is written or, under another name, by where it comes from."""
    if _PATCH.search(function.text):
        return function.text
    names = (getattr(one, "name", "") for one in model.type_of(source, function))
    return next((name for name in names if name.startswith(("unittest.mock.", "mock."))), "")


def _by_setattr(model: Evaluation, source: Source, given: list[Node]) -> Iterator[Patch]:
    name = _text(model, source, given[1]) if len(given) > 2 else None  # noqa: PLR2004
    if name is not None:
        yield from _in_object(model, source, given[0], name)
    elif given:
        text = _text(model, source, given[0])
        if text is not None:
            yield _named(model, source, text)
        elif len(given) == 2:  # noqa: PLR2004  (a dotted name that cannot be told, and the value)
            yield _ANYTHING


def _by_multiple(model: Evaluation, source: Source, call: Node) -> Iterator[Patch]:
    target = next(iter(positional(call)), None)
    text = None if target is None else _text(model, source, target)
    for one in arguments(call):
        name = one.field("name") if one.kind == "keyword_argument" else None
        if name is not None and text is not None:
            yield _named(model, source, f"{text}.{name.text}")
        elif name is not None and target is not None:
            yield from _in_object(model, source, target, name.text)


def _by_dict(model: Evaluation, source: Source, call: Node) -> Iterator[PatchedModule]:
    given = positional(call)
    if not given or (given[0].text not in _MODULES and string_value(given[0]) != "sys.modules"):
        return
    for pair in (pair for one in given[1:] for pair in one.find_all("pair")):
        key = pair.field("key")
        name = None if key is None else _text(model, source, key)
        if name is not None:
            yield PatchedModule(name)


def _in_object(model: Evaluation, source: Source, target: Node, name: str) -> Iterator[Patch]:
    """Give what `target.name` is, for each of the things that the target may be."""
    if target.text.replace(" ", "") == "sys.modules[__name__]":
        yield Patch(source.name, name)
        return
    for value in present(model.type_of(source, target)) or (None,):
        if isinstance(value, Module):
            yield Patch(value.path, name)
        elif isinstance(value, (Class, Instance)):
            yield Patch(value.cls, name)
        else:
            yield Patch(None, name)


def _named(model: Evaluation, source: Source, dotted: str) -> Patch:
    """Return what a dotted name stands for, in the project or anywhere."""
    *parts, name = dotted.split(".")
    if parts == ["__name__"]:
        return Patch(source.name, name)
    for end in range(len(parts), 0, -1):
        path = model.project.layout.find(".".join(parts[:end]), 0, source.name)
        origin = model.project.source(path) if path is not None else None
        if origin is None or path is None:
            continue
        if end == len(parts):
            return Patch(path, name)
        held = _held(model, origin, parts[end:])
        return Patch(held, name)
    return Patch(None, name)


def _held(model: Evaluation, origin: Source, names: list[str]) -> Scope | None:
    found: Type = model.global_name(origin, names[0])
    for name in names[1:]:
        found = frozenset(one for value in found for one in model.attribute(value, name))
    classes = {one.cls for one in found if isinstance(one, (Class, Instance))}
    return classes.pop() if len(classes) == 1 else None


def _text(model: Evaluation, source: Source, node: Node) -> str | None:
    """Return the text that an expression certainly is; of a name, at least its last part."""
    plain = string_value(node) if node.kind == "string" else None
    if plain is not None:
        return plain
    if node.kind == "string":
        return _formatted(model, source, node)
    if node.kind == "binary_operator":
        parts = [_text(model, source, one) for one in node.children]
        if node.operator == "%":
            format_, value = parts
            known = format_ is not None and value is not None and format_.count("%s") == 1
            return format_.replace("%s", value) if known and format_ and value else None
        return None if parts[-1] is None else "".join(one or "" for one in parts)
    if node.kind == "attribute" and node.text.endswith("__name__"):
        return None
    if node.kind == "identifier" and node.text == "__name__":
        return "__name__"
    values = model.type_of(source, node)
    names = [one.name for one in values if isinstance(one, Plain) and one.name[:1] in ("'", '"')]
    if len(names) != 1 or len(values) != 1:
        return None
    return str(ast.literal_eval(names[0]))


def _formatted(model: Evaluation, source: Source, node: Node) -> str | None:
    """Return what an f-string gives, as far as its parts are known."""
    known: dict[str, str] = {}
    for hole in node.find_all("interpolation"):
        inner = next(iter(hole.children), None)
        known[hole.text] = "" if inner is None else _text(model, source, inner) or ""
    text = node.text.lstrip("rRfF").strip("'\"")
    for hole_text, value in known.items():
        text = text.replace(hole_text, value)
    return text.strip(".") or None
