"""The questions that the parts of the model ask each other; `evaluator` answers them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from flake8_qdrant.facts.scopes import Scope
from flake8_qdrant.libraries.model import ClassInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.facts.scopes import Binding, Parameter
    from flake8_qdrant.facts.source import Source
    from flake8_qdrant.libraries.loader import Tables
    from flake8_qdrant.model.modules import Project
    from flake8_qdrant.model.patched import Patches
    from flake8_qdrant.model.values import Function, Given, Type, Value

Fact = TypeVar("Fact")


@dataclass(frozen=True, slots=True)
class Decoration:
    """What its decorators make of a function.

    `opaque`: something replaced it, so that calling it need not run its body here.
    """

    is_property: bool = False
    is_static: bool = False
    is_class: bool = False
    is_context: bool = False
    is_async_context: bool = False
    is_abstract: bool = False
    opaque: bool = False


@dataclass(frozen=True, slots=True)
class Ancestry:
    """The classes in which a member is looked up, in order.

    `open` tells that there is a base class of which nothing is known.
    """

    classes: tuple[Scope | ClassInfo, ...]
    open: bool


class Evaluation(Protocol):
    """Every answer is remembered; a question that leads back to itself is answered with nothing."""

    @property
    def tables(self) -> Tables:
        """What is known of the client libraries."""

    @property
    def project(self) -> Project:
        """The files."""

    def type_of(self, source: Source, node: Node) -> Type:
        """Tell what an expression may be."""

    def annotation(self, source: Source, node: Node) -> Type:
        """Tell what an annotation promises."""

    def binding(self, binding: Binding) -> Type:
        """Tell what a binding gives its name."""

    def global_name(self, source: Source, name: str) -> Type:
        """Tell what a name of a module may be, seen from outside or from a function."""

    def parameter(self, scope: Scope, parameter: Parameter) -> Type:
        """Tell what a function's parameter may be."""

    def attribute(self, value: Value, name: str) -> Type:
        """Tell what an attribute of a value may be."""

    def member(self, cls: Scope, name: str) -> Type:
        """Tell what a class of the project has under a name, before it is bound to a receiver."""

    def ancestry(self, cls: Scope) -> Ancestry:
        """Give a class of the project and its bases."""

    def decoration(self, scope: Scope) -> Decoration:
        """Tell what its decorators make of a function."""

    def result(self, source: Source, call: Node, value: Value) -> Type:
        """Tell what a call gives when this is what it calls."""

    def returns(self, function: Function) -> Type:
        """Tell what a function's body returns, whether or not a caller must await it."""

    def yields(self, function: Function) -> Type:
        """Tell what a generator's body yields."""

    def depends(self, source: Source, node: Node) -> bool:
        """Tell whether an expression depends on what the call that is looked at hands over."""

    def runs(self, source: Source, node: Node) -> bool:
        """Tell whether a place in a body may be reached by the call that is looked at."""

    def within(self, scope: Scope, given: Given) -> Evaluation:
        """Return the evaluator of a function's body in the calls that hand over such values."""

    def without(self, replaced: Patches) -> Evaluation:
        """Return the evaluator of what holds while a test has replaced certain things."""

    def remember(self, key: Hashable, scope: Scope, find: Callable[[], Fact], least: Fact) -> Fact:
        """Give a fact that is found once in what a scope holds, and may lead back to itself."""

    def once(self, key: Hashable, find: Callable[[], Fact], least: Fact) -> Fact:
        """Give a fact of the project that is found once, and may lead back to itself."""
