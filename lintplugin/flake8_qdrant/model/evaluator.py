"""The evaluator: the one place where all parts of the model come together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from flake8_qdrant.model.evaluation import Ancestry, Decoration
from flake8_qdrant.model.fixed_point import FixedPoint
from flake8_qdrant.model.types.annotations import read_annotation
from flake8_qdrant.model.types.bindings import bound_type
from flake8_qdrant.model.types.calls import call_result
from flake8_qdrant.model.types.classes import find_ancestry, find_attribute, find_member
from flake8_qdrant.model.types.decorators import decorate
from flake8_qdrant.model.types.expressions import infer
from flake8_qdrant.model.types.functions import find_parameter, find_returns, find_yields
from flake8_qdrant.model.types.names import global_name
from flake8_qdrant.model.values import NOTHING, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.facts.scopes import Binding, Parameter, Scope
    from flake8_qdrant.facts.source import Source
    from flake8_qdrant.libraries.loader import Tables
    from flake8_qdrant.model.modules import Project
    from flake8_qdrant.model.values import Function, Type, Value


Fact = TypeVar("Fact")
_DEEPEST: Final = 300
"""Questions within questions; a deeper chain is not worth Python's stack."""


class Evaluator:
    """Implements `Evaluation` by the functions of the other modules; remembers their answers."""

    def __init__(self, project: Project, tables: Tables) -> None:
        self.project = project
        self.tables = tables
        self._memo: FixedPoint[Type] = FixedPoint(NOTHING, UNKNOWN, _DEEPEST)
        self._decorations: dict[Scope, Decoration] = {}
        self._ancestries: dict[Scope, Ancestry] = {}
        self._facts: dict[Hashable, Any] = {}

    def type_of(self, source: Source, node: Node) -> Type:
        """Tell what an expression may be."""
        return self._memo.ask((source, node), lambda: infer(self, source, node))

    def annotation(self, source: Source, node: Node) -> Type:
        """Tell what an annotation promises."""
        key = ("annotation", source, node)
        return self._memo.ask(key, lambda: read_annotation(self, source, node))

    def binding(self, binding: Binding) -> Type:
        """Tell what a binding gives its name."""
        return self._memo.ask((binding,), lambda: bound_type(self, binding))

    def global_name(self, source: Source, name: str) -> Type:
        """Tell what a name of a module may be, seen from outside or from a function."""
        return self._memo.ask((source, name), lambda: global_name(self, source, name))

    def parameter(self, scope: Scope, parameter: Parameter) -> Type:
        """Tell what a function's parameter may be."""
        key = (scope, parameter.position)
        return self._memo.ask(key, lambda: find_parameter(self, scope, parameter))

    def attribute(self, value: Value, name: str) -> Type:
        """Tell what an attribute of a value may be."""
        return self._memo.ask((value, name), lambda: find_attribute(self, value, name))

    def member(self, cls: Scope, name: str) -> Type:
        """Tell what a class of the project has under a name, before it is bound to a receiver."""
        return self._memo.ask(("member", cls, name), lambda: find_member(self, cls, name))

    def result(self, source: Source, call: Node, value: Value) -> Type:
        """Tell what a call gives when this is what it calls."""
        return call_result(self, source, call, value)

    def returns(self, function: Function) -> Type:
        """Tell what a function's body returns, whether or not a caller must await it."""
        return self._memo.ask(("returns", function), lambda: find_returns(self, function))

    def yields(self, function: Function) -> Type:
        """Tell what a generator's body yields."""
        return self._memo.ask(("yields", function), lambda: find_yields(self, function))

    def decoration(self, scope: Scope) -> Decoration:
        """Tell what its decorators make of a function."""
        if scope not in self._decorations:
            self._decorations[scope] = Decoration()
            self._decorations[scope] = decorate(self, scope)
        return self._decorations[scope]

    def ancestry(self, cls: Scope) -> Ancestry:
        """Give a class of the project and its bases."""
        if cls not in self._ancestries:
            self._ancestries[cls] = Ancestry((cls,), open=True)
            self._ancestries[cls] = find_ancestry(self, cls)
        return self._ancestries[cls]

    def once(self, key: Hashable, find: Callable[[], Fact]) -> Fact:
        """Give a fact of the project that is found once; it must not ask for itself."""
        if key not in self._facts:
            self._facts[key] = find()
        found: Fact = self._facts[key]
        return found
