"""What one file lets others have of a client: which of its names carry one, and whom it hands one.

A *node* stands for something that may carry: a function, a class, a member of one, a name of a
module. A node carries if a client, a coroutine of one or a call of one can be reached through it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from flake8_qdrant.facts.arguments import arguments
from flake8_qdrant.facts.scopes import BindingKind, Scope, ScopeKind
from flake8_qdrant.libraries.model import ClassInfo, Family
from flake8_qdrant.model.lifetimes.loop_entry import runner_of
from flake8_qdrant.model.types.callees import callees
from flake8_qdrant.model.types.classes import getter, implementers
from flake8_qdrant.model.types.decorators import is_stub
from flake8_qdrant.model.values import (
    Alias,
    Call,
    Class,
    Collection,
    ContainerMethod,
    Context,
    Coroutine,
    Entered,
    External,
    ExternalInstance,
    Factory,
    Function,
    Instance,
    Job,
    Mapping,
    Module,
    Partial,
    Sdk,
    SdkClass,
    SdkMethod,
    State,
    Super,
    Tuple,
    TypeVariable,
    Wait,
    present,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.facts.scopes import AttributeAssignment, Put
    from flake8_qdrant.facts.source import Source
    from flake8_qdrant.libraries.model import Library
    from flake8_qdrant.model.evaluation import Evaluation
    from flake8_qdrant.model.values import Type, Value

CLIENT: Final = "a client"
"""The node from which everything is carried."""
_BUILDING: Final = ("__init__", "__new__", "__post_init__")
_ENTERING: Final = ("__enter__", "__exit__", "__aenter__", "__aexit__")
_RUNNABLE: Final = (Function, Partial, SdkMethod, Call, Coroutine)


@dataclass(slots=True)
class Outflow:
    """What flows out of a file, as data.

    Attributes:
        steps: pairs of nodes: if the first carries, so does the second.
        handed: pairs of a node and a path: if the node carries, the file must be looked at.
        told: pairs of a node and a word: if the node carries, so may every `.word` anywhere.
        agreed: a node, and those of which each must carry for it to carry.
        bases: the classes below each class, by node.
        members: the names that each class binds in its own body.
    """

    steps: set[tuple[str, str]] = field(default_factory=set)
    handed: set[tuple[str, str]] = field(default_factory=set)
    told: set[tuple[str, str]] = field(default_factory=set)
    agreed: dict[str, tuple[frozenset[str], ...]] = field(default_factory=dict)
    bases: set[tuple[str, str]] = field(default_factory=set)
    members: dict[str, frozenset[str]] = field(default_factory=dict)


def node_of(scope: Scope) -> str:
    """Return the node of a function or class."""
    return member_of(scope.source.name, scope.qualified_name)


def member_of(above: str, name: str) -> str:
    """Return the node of a name in a module, given its path, or in a class, given its node."""
    return f"{above}.{name}" if "::" in above else f"{above}::{name}"


def outflow(ask: Evaluation, source: Source) -> Outflow:
    """Return what flows out of a file."""
    reader = _Reader(ask, source)
    reader.read()
    return reader.found


class _Reader:
    def __init__(self, ask: Evaluation, source: Source) -> None:
        self.ask = ask
        self.source = source
        self.found = Outflow()

    def read(self) -> None:
        """Look at everything in the file that can carry a value out of it."""
        for scope in self.source.scopes:
            self._scope(scope)
            for call in scope.calls:
                self._call(scope, call)
        for frame, reads in self.ask.project.property_reads(self.source).items():
            for read in reads:
                self._property(frame, read)
        for statement in self.source.tree.find_all("with_item", "for_statement", "for_in_clause"):
            self._implicit_call(statement)
        for assignment in self.source.outside_attributes:
            self._set_outside(assignment)
        for puts in self.source.puts_by_name.values():
            for put in puts:
                self._put(put)
        self._names()

    def _scope(self, scope: Scope) -> None:
        own = node_of(scope)
        around = scope.parent.frame() if scope.parent is not None else None
        if (
            around is not None
            and around.kind is not ScopeKind.MODULE
            and not scope.is_comprehension
        ):
            self._step(own, node_of(around))
        if scope.kind is ScopeKind.CLASS:
            self._class(scope, own)
        elif scope.kind in (ScopeKind.FUNCTION, ScopeKind.LAMBDA):
            self._function(scope, own)

    def _function(self, scope: Scope, own: str) -> None:
        cls = scope.parent if scope.is_method else None
        function = Function(scope, None if cls is None else Instance(cls))
        self._steps(self.ask.returns(function), own)
        if scope.is_generator:
            self._steps(self.ask.yields(function), own)
        if cls is not None and (is_stub(scope) or self.ask.decoration(scope).is_abstract):
            self._abstract(cls, scope.name, own)

    def _abstract(self, cls: Scope, name: str, own: str) -> None:
        """A method without a body does what all that implement it do."""
        each = []
        for with_doubles in (True, False):
            below = implementers(self.ask, cls, with_doubles=with_doubles)
            found = {
                one.scope
                for real in below
                for one in self.ask.member(real, name)
                if isinstance(one, Function) and not is_stub(one.scope)
            }
            if found:
                each.append(frozenset(map(node_of, found)))
                self.found.handed |= {(one, self.source.name) for one in each[-1]}
        if each:
            self.found.agreed[own] = tuple(each)

    def _class(self, cls: Scope, own: str) -> None:
        for base in self.ask.ancestry(cls).classes:
            if isinstance(base, ClassInfo):
                self._step(CLIENT, own)
                self.found.bases.add((CLIENT, own))
            elif base is not cls:
                self._step(node_of(base), own)
                self.found.bases.add((node_of(base), own))
                self._hand({own}, base.source.name)
        self.found.members[own] = frozenset(cls.bindings)
        methods = {one.name for one in cls.children if one.kind is ScopeKind.FUNCTION}
        for name in {*cls.attributes, *cls.bindings} - methods:
            member = member_of(own, name)
            self._steps(self.ask.member(cls, name), member)
            self._step(member, own)

    def _call(self, scope: Scope, call: Node) -> None:
        called = callees(self.ask, self.source, call)
        owner = self._owner(scope)
        homes = set()
        for value in called:
            for target in self._run_by(value):
                self._step(target, owner)
            homes |= self._homes(value)
        if runner_of(self.ask, self.source, call) is not None:
            self._step(CLIENT, owner)
        given = [self.ask.type_of(self.source, one) for one in arguments(call)] if called else []
        for type_ in given:
            nodes = self._nodes(type_)
            for home in homes:
                self._hand(nodes, home)
            if homes or any(isinstance(value, _RUNNABLE) for value in type_):
                for one in nodes:
                    self._step(one, owner)

    def _owner(self, scope: Scope) -> str:
        frame = scope.frame()
        return member_of(self.source.name, "") if frame is self.source.module else node_of(frame)

    def _run_by(self, value: Value) -> Iterator[str]:
        """Give the nodes whose bodies run when a value is called."""
        if isinstance(value, SdkClass):
            if value.cls.library.family not in (Family.BESIDE, Family.RUNTIME):
                yield CLIENT
        elif isinstance(value, Class):
            for name in _BUILDING:
                yield from self._members(value.cls, name)
        elif isinstance(value, Instance):
            yield from self._members(value.cls, "__call__")
        else:
            yield from self._nodes_of(value)

    def _homes(self, value: Value) -> set[str]:
        """Return the paths of what gets the arguments of a call."""
        if isinstance(value, Function):
            return {value.scope.source.name}
        if not isinstance(value, (Class, Instance)):
            return set()
        names = _BUILDING if isinstance(value, Class) else ("__call__",)
        found = (one for name in names for one in self.ask.member(value.cls, name))
        called = {one.scope.source.name for one in found if isinstance(one, Function)}
        return called | {value.cls.source.name}

    def _members(self, cls: Scope, name: str) -> Iterator[str]:
        for one in self.ask.member(cls, name):
            if isinstance(one, Function):
                yield node_of(one.scope)

    def _property(self, frame: Scope, read: Node) -> None:
        owner, name = read.field("object"), read.field("attribute")
        if owner is None or name is None:
            return
        for value in present(self.ask.type_of(self.source, owner)):
            function = getter(self.ask, value, name.text)
            if function is not None:
                self._step(node_of(function.scope), self._owner(frame))

    def _implicit_call(self, statement: Node) -> None:
        """`with` enters what it is given, and a loop steps through it."""
        value = statement.field("value" if statement.kind == "with_item" else "right")
        if value is None:
            return
        if value.kind == "as_pattern" and value.children:
            value = value.children[0]
        owner = self._owner(self.source.scope_of(statement))
        for one in present(self.ask.type_of(self.source, value)):
            if isinstance(one, Instance):
                for name in _ENTERING:
                    for node in self._members(one.cls, name):
                        self._step(node, owner)
            else:
                for node in self._nodes_of(one):
                    self._step(node, owner)

    def _set_outside(self, assignment: AttributeAssignment) -> None:
        binding, name = assignment.binding, assignment.binding.name
        nodes = self._nodes(self.ask.binding(binding))
        if not nodes:
            return
        holders = present(self.ask.type_of(self.source, assignment.target))
        for holder in holders:
            if isinstance(holder, (Instance, Class)):
                self._give(nodes, node_of(holder.cls), name, holder.cls.source.name)
            elif isinstance(holder, Module):
                self._give(nodes, holder.path, name, holder.path)
        if any(isinstance(one, (External, ExternalInstance, State)) for one in holders) or (
            assignment.target.text.endswith("state")
        ):
            self.found.told |= {(node, name) for node in nodes}

    def _give(self, nodes: Iterable[str], above: str, name: str, path: str) -> None:
        member = member_of(above, name)
        for node in nodes:
            self._step(node, member)
        if "::" in above:
            self._step(member, above)
        self._hand(nodes, path)

    def _put(self, put: Put) -> None:
        """What is put into a container is held by whoever made it."""
        nodes = self._nodes(self.ask.type_of(self.source, put.value))
        if not nodes:
            return
        target = put.target
        if target.kind == "identifier":
            self._put_into_import(nodes, target.text)
            return
        owner, name = target.field("object"), target.field("attribute")
        if owner is None or name is None:
            return
        for holder in self.ask.type_of(self.source, owner):
            if isinstance(holder, (Instance, Class)):
                for cls in self.ask.ancestry(holder.cls).classes:
                    if isinstance(cls, Scope):
                        self._give(nodes, node_of(cls), name.text, cls.source.name)
            elif isinstance(holder, Module):
                self._give(nodes, holder.path, name.text, holder.path)

    def _put_into_import(self, nodes: Iterable[str], name: str) -> None:
        for binding in self.source.module.bindings.get(name, ()):
            what = binding.imported
            if what is None or what.name is None:
                continue
            path = self.ask.project.layout.find(what.module, what.level, self.source.name)
            if path is not None:
                self._give(nodes, path, what.name, path)

    def _names(self) -> None:
        """What the module's variables hold; imports are followed by whoever knows all files."""
        for name, bindings in self.source.module.bindings.items():
            held = [one for one in bindings if one.kind is not BindingKind.IMPORT]
            if any(one.defines is None for one in held):
                own = member_of(self.source.name, name)
                self._steps(self.ask.global_name(self.source, name), own)

    def _steps(self, type_: Type, to: str) -> None:
        for node in self._nodes(type_):
            self._step(node, to)

    def _step(self, node: str, to: str) -> None:
        if node != to:
            self.found.steps.add((node, to))

    def _hand(self, nodes: Iterable[str], path: str) -> None:
        if path != self.source.name:
            self.found.handed |= {(node, path) for node in nodes}

    def _nodes(self, type_: Type) -> set[str]:
        return {node for value in type_ for node in self._nodes_of(value)}

    def _nodes_of(self, value: Value) -> Iterator[str]:
        """Give the nodes that carry what a value does."""
        if isinstance(value, (Sdk, SdkClass)):
            yield from _client_of(value.cls.library)
        elif isinstance(value, SdkMethod):
            yield from _client_of(value.library)
        elif isinstance(value, (Instance, Class)):
            yield node_of(value.cls)
            yield from self._given(value)
        elif isinstance(value, Super):
            yield node_of(value.receiver.cls)
        elif isinstance(value, (Function, Call, Context)):
            function = value if isinstance(value, Function) else value.function
            yield node_of(function.scope)
            yield from self._given(function.receiver)
        elif isinstance(value, Coroutine):
            if value.method is not None:
                yield from _client_of(value.method.library)
            yield from self._nodes(value.result)
        else:
            for type_ in self._parts(value):
                yield from self._nodes(type_)

    def _given(self, holder: Instance | Class | None) -> Iterator[str]:
        """Give what carries in that which an object's constructor was handed over."""
        if isinstance(holder, Instance):
            for _, type_ in holder.given:
                yield from self._nodes(type_)

    def _parts(self, value: Value) -> Iterator[Type]:
        if isinstance(value, Alias):
            yield self.ask.annotation(value.source, value.node)
        else:
            yield from _parts(value)


def _client_of(library: Library) -> Iterator[str]:
    if library.family is not Family.RUNTIME:
        yield CLIENT


def _parts(value: Value) -> Iterator[Type]:
    if isinstance(value, Entered):
        yield value.value
    elif isinstance(value, Tuple):
        yield from value.items
    elif isinstance(value, Collection):
        yield value.item
    elif isinstance(value, Mapping):
        yield value.value
        yield from (type_ for _, type_ in value.keys)
    elif isinstance(value, ContainerMethod):
        yield from _parts(value.owner)
    elif isinstance(value, Partial):
        yield value.function
    elif isinstance(value, (Job, Wait)):
        job = value if isinstance(value, Job) else value.job
        yield job.called
        yield job.result
    elif isinstance(value, TypeVariable):
        yield value.allowed
    elif isinstance(value, Factory):
        yield value.result
