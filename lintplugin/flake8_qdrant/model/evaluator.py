"""The evaluator: the one place where all parts of the model come together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from flake8_qdrant.model.evaluation import Ancestry, Decoration
from flake8_qdrant.model.fixed_point import FixedPoint
from flake8_qdrant.model.order import in_order
from flake8_qdrant.model.types.annotations import read_annotation
from flake8_qdrant.model.types.bindings import bound_type
from flake8_qdrant.model.types.calls import call_result
from flake8_qdrant.model.types.classes import find_ancestry, find_attribute, find_member
from flake8_qdrant.model.types.decorators import decorate
from flake8_qdrant.model.types.expressions import infer
from flake8_qdrant.model.types.functions import find_parameter, find_returns, find_yields
from flake8_qdrant.model.types.names import global_name
from flake8_qdrant.model.values import NOTHING

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
        self._reads = project.reads
        self._memo = FixedPoint(_DEEPEST, in_order, project.reads)

    def type_of(self, source: Source, node: Node) -> Type:
        """Tell what an expression may be."""
        return self._memo.ask((source, node), lambda: infer(self, self._on(source), node), NOTHING)

    def annotation(self, source: Source, node: Node) -> Type:
        """Tell what an annotation promises."""
        key = ("annotation", source, node)
        return self._memo.ask(key, lambda: read_annotation(self, self._on(source), node), NOTHING)

    def binding(self, binding: Binding) -> Type:
        """Tell what a binding gives its name."""
        return self.remember((binding,), binding.scope, lambda: bound_type(self, binding), NOTHING)

    def global_name(self, source: Source, name: str) -> Type:
        """Tell what a name of a module may be, seen from outside or from a function."""
        key = (source, name)
        return self._memo.ask(key, lambda: global_name(self, self._on(source), name), NOTHING)

    def parameter(self, scope: Scope, parameter: Parameter) -> Type:
        """Tell what a function's parameter may be."""
        key = (scope, parameter.position)
        return self.remember(key, scope, lambda: find_parameter(self, scope, parameter), NOTHING)

    def attribute(self, value: Value, name: str) -> Type:
        """Tell what an attribute of a value may be."""
        return self._memo.ask((value, name), lambda: find_attribute(self, value, name), NOTHING)

    def member(self, cls: Scope, name: str) -> Type:
        """Tell what a class of the project has under a name, before it is bound to a receiver."""
        key = ("member", cls, name)
        return self.remember(key, cls, lambda: find_member(self, cls, name), NOTHING)

    def result(self, source: Source, call: Node, value: Value) -> Type:
        """Tell what a call gives when this is what it calls."""
        return call_result(self, source, call, value)

    def returns(self, function: Function) -> Type:
        """Tell what a function's body returns, whether or not a caller must await it."""
        key = ("returns", function)
        return self.remember(key, function.scope, lambda: find_returns(self, function), NOTHING)

    def yields(self, function: Function) -> Type:
        """Tell what a generator's body yields."""
        key = ("yields", function)
        return self.remember(key, function.scope, lambda: find_yields(self, function), NOTHING)

    def decoration(self, scope: Scope) -> Decoration:
        """Tell what its decorators make of a function."""
        return self.remember(
            ("decoration", scope), scope, lambda: decorate(self, scope), Decoration()
        )

    def ancestry(self, cls: Scope) -> Ancestry:
        """Give a class of the project and its bases."""
        least = Ancestry((cls,), open=True)
        return self.remember(("ancestry", cls), cls, lambda: find_ancestry(self, cls), least)

    def remember(self, key: Hashable, scope: Scope, find: Callable[[], Fact], least: Fact) -> Fact:
        """Give a fact that is found once in what a scope holds, and may lead back to itself.

        Args:
            key: what stands for the question.
            scope: where the answer is looked for.
            find: finds it.
            least: what is told to whoever asks while it is being found.
        """

        def found() -> Fact:
            self._on(scope.source)
            return find()

        return self._memo.ask(key, found, least)

    def once(self, key: Hashable, find: Callable[[], Fact], least: Fact) -> Fact:
        """Give a fact of the project that is found once, and may lead back to itself.

        Args:
            key: what stands for the question.
            find: finds it.
            least: what is told to whoever asks while it is being found.
        """
        return self._memo.ask(("once", key), find, least)

    def forget(self, dirty: int) -> None:
        """Forget what rests on objects that are there no more, by their bits in `project.reads`."""
        self._memo.forget(dirty)

    def _on(self, source: Source) -> Source:
        """Note that an answer rests on a file."""
        self._reads.note_file(source.name)
        return source
