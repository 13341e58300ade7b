"""From a tree to its scopes, in one sweep over the nodes that matter, in document order."""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flake8_qdrant.facts.arguments import positional
from flake8_qdrant.facts.imports import read_imports
from flake8_qdrant.facts.kinds import KINDS
from flake8_qdrant.facts.nodes import Node, string_value
from flake8_qdrant.facts.parameters import read_parameters
from flake8_qdrant.facts.scopes import (
    AttributeAssignment,
    Binding,
    BindingKind,
    Put,
    Scope,
    ScopeKind,
)
from flake8_qdrant.facts.targets import matched_class, targets

if TYPE_CHECKING:
    from collections.abc import Callable

    from flake8_qdrant.facts.source import Source

_SCOPES = {
    "class_definition": ScopeKind.CLASS,
    "function_definition": ScopeKind.FUNCTION,
    "lambda": ScopeKind.LAMBDA,
    "list_comprehension": ScopeKind.COMPREHENSION,
    "set_comprehension": ScopeKind.COMPREHENSION,
    "dictionary_comprehension": ScopeKind.COMPREHENSION,
    "generator_expression": ScopeKind.GENERATOR_EXPRESSION,
}


_HARMLESS: Final = frozenset(
    name
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, BaseException)
) | frozenset(
    (
        *("abs", "ascii", "bin", "bool", "bytes", "callable", "chr", "complex", "delattr"),
        *("divmod", "enumerate", "float", "format", "hasattr", "hash", "hex", "id", "int"),
        *("isinstance", "issubclass", "len", "oct", "ord", "pow", "print", "range", "repr"),
        *("reversed", "round", "slice", "str", "zip"),
    )
)
"""Builtins that call no function of the program, and give nothing of it that could be called."""


def build_scopes(source: Source) -> tuple[list[Scope], list[AttributeAssignment]]:
    """Return a file's scopes in document order, the module first, and its outside attributes.

    Those are the assignments to attributes that do not go through a method's receiver.
    """
    builder = _Builder(source)
    table = source.table
    handled = _BY_CODE
    for row, code in enumerate(table.kinds):
        if handled[code]:
            builder.visit(table.node(row))
    builder.forget_harmless_calls()
    scopes = sorted(builder.scopes, key=lambda scope: (scope.start, -scope.end))
    return scopes, builder.outside_attributes


@dataclass(frozen=True, slots=True)
class _Statement:
    """What gives values to one or more targets."""

    kind: BindingKind
    node: Node
    value: Node | None = None
    annotation: Node | None = None

    def binding(self, name: str, scope: Scope, unpack: tuple[int, ...] = ()) -> Binding:
        """Return the binding of one target."""
        return Binding(
            name,
            self.kind,
            scope,
            self.node,
            self.node.start,
            self.node.end,
            value=self.value,
            unpack=unpack,
            annotation=self.annotation,
        )


class _Builder:
    """The sweep's state: the scopes that are open, and those whose body is still to come."""

    def __init__(self, source: Source) -> None:
        self.source = source
        root, end = source.tree, len(source.text) + 1
        module = Scope(ScopeKind.MODULE, "<module>", source, root, None, root, end)
        self.scopes = [module]
        self.open = [module]
        self.coming: list[Scope] = []
        self.outside_attributes: list[AttributeAssignment] = []
        self.harmless: dict[int, str] = {}
        """The rows of calls under the name of a harmless builtin, and that name."""

    def forget_harmless_calls(self) -> None:
        """Leave out the calls of builtins of which nothing ever comes: one in six of all calls."""
        bound = {name for scope in self.scopes for name in scope.bindings}
        if self.harmless and "*" not in bound:
            rows = {row for row, name in self.harmless.items() if name not in bound}
            for scope in self.scopes:
                scope.calls[:] = [call for call in scope.calls if call.row not in rows]

    def visit(self, node: Node) -> None:
        self.enter(node.start)
        _HANDLERS[node.kind](self, node)

    def enter(self, position: int) -> None:
        while True:
            if self.open[-1].end <= position:
                self.open.pop()
            elif self.coming and self.coming[-1].start <= position:
                self.open.append(self.coming.pop())
            else:
                return

    @property
    def scope(self) -> Scope:
        return self.open[-1]

    @property
    def namespace(self) -> Scope:
        """The scope in which an assignment expression or statement binds."""
        return self.scope.frame()

    def bind(self, name: str, statement: _Statement, unpack: tuple[int, ...] = ()) -> Binding:
        """Bind a name in the scope that it belongs to."""
        return self._bind_in(self._owner(name), name, statement, unpack)

    def bind_loop_variable(self, name: str, statement: _Statement, unpack: tuple[int, ...]) -> None:
        """Bind a comprehension's loop variable, which nothing outside sees."""
        self._bind_in(self.scope, name, statement, unpack)

    def _bind_in(
        self, scope: Scope, name: str, statement: _Statement, unpack: tuple[int, ...]
    ) -> Binding:
        binding = statement.binding(name, scope, unpack)
        scope.bindings.setdefault(name, []).append(binding)
        return binding

    def _owner(self, name: str) -> Scope:
        scope = self.namespace
        if name not in scope.outer_names:
            return scope
        outer = scope.parent
        while outer is not None and name not in outer.bindings:
            outer = outer.parent
        return outer or self.scopes[0]

    def bind_targets(self, target: Node, statement: _Statement) -> None:
        """Bind every name, attribute and item that an assignment's left side lists."""
        for part, unpack in targets(target):
            kind = part.kind
            if kind == "identifier":
                self.bind(part.text, statement, unpack)
            elif kind == "attribute":
                self._assign_attribute(part, statement, unpack)
            elif kind == "subscript" and statement.value is not None and not unpack:
                self._put(part, statement.value)

    def _assign_attribute(self, part: Node, statement: _Statement, unpack: tuple[int, ...]) -> None:
        owner, attribute = part.field("object"), part.field("attribute")
        if owner is None or attribute is None:
            return
        self._keep_attribute(owner, attribute.text, statement, unpack)

    def _keep_attribute(
        self, owner: Node, name: str, statement: _Statement, unpack: tuple[int, ...]
    ) -> None:
        assignment = AttributeAssignment(owner, statement.binding(name, self.scope, unpack))
        held_by = self._class_of_receiver(owner)
        if held_by is None:
            self.outside_attributes.append(assignment)
        else:
            held_by.attributes.setdefault(name, []).append(assignment)

    def assign_by_name(self, call: Node) -> None:
        """`setattr(owner, "name", value)` is an assignment to the attribute."""
        given = positional(call)
        name = string_value(given[1]) if len(given) == 3 else None  # noqa: PLR2004
        if name is not None and name.isidentifier():
            statement = _Statement(BindingKind.ASSIGNMENT, call, given[2])
            self._keep_attribute(given[0], name, statement, ())

    def _put(self, part: Node, value: Node) -> None:
        container, index = part.field("value"), part.field("subscript")
        if container is not None:
            key = string_value(index) if index is not None else None
            self.source.puts.append(Put(self.source, container, value, key, index))

    def _class_of_receiver(self, owner: Node) -> Scope | None:
        """Return the class whose method has `owner` as its first parameter."""
        if owner.kind != "identifier":
            return None
        name = owner.text
        scope: Scope | None = self.scope
        while scope is not None:
            if scope.kind is ScopeKind.FUNCTION and any(p.name == name for p in scope.parameters):
                return (
                    scope.parent if scope.is_method and scope.parameters[0].name == name else None
                )
            scope = scope.parent
        return None

    def open_scope(self, node: Node, kind: ScopeKind, name: str, region: Node) -> Scope:
        scope = Scope(kind, name, self.source, node, self.scope, region, region.end)
        self.scope.children.append(scope)
        self.scopes.append(scope)
        self.coming.append(scope)
        return scope


def _function(builder: _Builder, node: Node) -> None:
    name, body = node.field("name"), node.field("body")
    if name is None or body is None:
        return
    decorators = _decorators(node)
    scope = builder.open_scope(node, ScopeKind.FUNCTION, name.text, body)
    parameters = read_parameters(node)
    scope.define(is_async=node.is_async, parameters=parameters, decorators=decorators)
    builder.bind(name.text, _Statement(BindingKind.FUNCTION, node)).defines = scope
    _bind_parameters(scope)


def _class(builder: _Builder, node: Node) -> None:
    name, body = node.field("name"), node.field("body")
    if name is None or body is None:
        return
    scope = builder.open_scope(node, ScopeKind.CLASS, name.text, body)
    scope.define(decorators=_decorators(node))
    builder.bind(name.text, _Statement(BindingKind.CLASS, node)).defines = scope


def _lambda(builder: _Builder, node: Node) -> None:
    body = node.field("body")
    if body is not None:
        scope = builder.open_scope(node, ScopeKind.LAMBDA, "<lambda>", body)
        scope.define(parameters=read_parameters(node))
        _bind_parameters(scope)


def _comprehension(builder: _Builder, node: Node) -> None:
    builder.open_scope(node, _SCOPES[node.kind], "<comprehension>", node)
    builder.enter(node.start)


def _bind_parameters(scope: Scope) -> None:
    for parameter in scope.parameters:
        scope.bindings.setdefault(parameter.name, []).append(
            Binding(
                parameter.name,
                BindingKind.PARAMETER,
                scope,
                scope.node,
                scope.start,
                scope.start,
                parameter=parameter,
            )
        )


def _decorators(node: Node) -> tuple[Node, ...]:
    wrapper = node.parent
    if wrapper is None or wrapper.kind != "decorated_definition":
        return ()
    found = (child for child in wrapper.children if child.kind == "decorator")
    return tuple(named[0] for decorator in found if (named := decorator.children))


def _assignment(builder: _Builder, node: Node) -> None:
    left = node.field("left")
    if left is not None:
        value, annotation = node.field("right"), node.field("type")
        builder.bind_targets(left, _Statement(BindingKind.ASSIGNMENT, node, value, annotation))


def _augmented_assignment(builder: _Builder, node: Node) -> None:
    left = node.field("left")
    if left is not None and left.kind == "identifier":
        builder.bind(left.text, _Statement(BindingKind.OPAQUE, node))


def _named_expression(builder: _Builder, node: Node) -> None:
    name = node.field("name")
    if name is not None:
        statement = _Statement(BindingKind.ASSIGNMENT, node, node.field("value"))
        builder.bind(name.text, statement)


def _for(builder: _Builder, node: Node) -> None:
    left = node.field("left")
    if left is None:
        return
    kind = BindingKind.ASYNC_ITERATION if node.is_async else BindingKind.ITERATION
    statement = _Statement(kind, node, node.field("right"))
    if node.kind == "for_statement":
        builder.bind_targets(left, statement)
        return
    for part, unpack in targets(left):
        if part.kind == "identifier":
            builder.bind_loop_variable(part.text, statement, unpack)


def _as_pattern(builder: _Builder, node: Node) -> None:
    """`with value as target`, `except Error as target`, `case pattern as target`."""
    children = node.children
    around = node.parent
    if not children or around is None:
        return
    value, target = children[0], children[-1]
    if target.kind == "as_pattern_target":
        target = next(iter(target.children), target)
    outside = (outer for outer in node.ancestors() if outer.kind == "with_statement")
    statement = next(outside, None) if around.kind == "with_item" else None
    if statement is None:
        if target.kind == "identifier":
            matched = matched_class(value)
            kind = BindingKind.OPAQUE if matched is None else BindingKind.ASSIGNMENT
            builder.bind(target.text, _Statement(kind, node, annotation=matched))
        return
    kind = BindingKind.ASYNC_CONTEXT if statement.is_async else BindingKind.CONTEXT
    builder.bind_targets(target, _Statement(kind, node, value))


def _case_pattern(builder: _Builder, node: Node) -> None:
    """A bare name in a pattern captures; a dotted one is compared."""
    for child in node.children:
        if child.kind == "dotted_name" and "." not in child.text:
            builder.bind(child.text, _Statement(BindingKind.OPAQUE, node))


def _import(builder: _Builder, node: Node) -> None:
    for name, imported in read_imports(node):
        builder.bind(name, _Statement(BindingKind.IMPORT, node)).imported = imported


def _type_alias(builder: _Builder, node: Node) -> None:
    """`type Name = ...`, with or without parameters, is an assignment."""
    name, value = ([*one.children, None][0] for one in node.children[:2])
    if name is not None and name.kind == "generic_type":
        name = next(iter(name.children), None)
    if name is not None and name.kind == "identifier":
        builder.bind(name.text, _Statement(BindingKind.ASSIGNMENT, node, value))


def _outer_names(builder: _Builder, node: Node) -> None:
    names = {child.text for child in node.children}
    builder.namespace.outer_names.update(names)
    if node.kind == "global_statement":
        for name in names:
            builder.scopes[0].bindings.setdefault(name, [])


def _call(builder: _Builder, node: Node) -> None:
    builder.scope.calls.append(node)
    function = node.field("function")
    if function is None or function.kind != "identifier":
        return
    name = function.text
    if name in _HARMLESS:
        builder.harmless[node.row] = name
    elif name == "setattr":
        builder.assign_by_name(node)


def _return(builder: _Builder, node: Node) -> None:
    builder.namespace.returns.append(node)


def _yield(builder: _Builder, node: Node) -> None:
    builder.namespace.yields.append(node)


_HANDLERS: dict[str, Callable[[_Builder, Node], None]] = {
    "as_pattern": _as_pattern,
    "assignment": _assignment,
    "augmented_assignment": _augmented_assignment,
    "call": _call,
    "case_pattern": _case_pattern,
    "class_definition": _class,
    "dictionary_comprehension": _comprehension,
    "for_in_clause": _for,
    "for_statement": _for,
    "function_definition": _function,
    "generator_expression": _comprehension,
    "global_statement": _outer_names,
    "import_from_statement": _import,
    "import_statement": _import,
    "keyword_pattern": _case_pattern,
    "lambda": _lambda,
    "list_comprehension": _comprehension,
    "named_expression": _named_expression,
    "nonlocal_statement": _outer_names,
    "return_statement": _return,
    "set_comprehension": _comprehension,
    "type_alias_statement": _type_alias,
    "yield": _yield,
}
_BY_CODE: Final = bytes(kind in _HANDLERS for kind in KINDS)
