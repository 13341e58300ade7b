"""The evaluator: the one place where all parts of the model come together."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from flake8_qdrant.facts.placement import is_cut_off
from flake8_qdrant.facts.scopes import Scope
from flake8_qdrant.model.evaluation import Ancestry, Decoration
from flake8_qdrant.model.fixed_point import FixedPoint
from flake8_qdrant.model.order import in_order
from flake8_qdrant.model.patched import Patch, PatchedModule
from flake8_qdrant.model.types.annotations import read_annotation
from flake8_qdrant.model.types.bindings import bound_type
from flake8_qdrant.model.types.calls import call_result
from flake8_qdrant.model.types.classes import find_ancestry, find_attribute, find_member
from flake8_qdrant.model.types.decorators import decorate
from flake8_qdrant.model.types.expressions import CONSTANTS, infer
from flake8_qdrant.model.types.functions import find_parameter, find_returns, find_yields
from flake8_qdrant.model.types.handed import depending
from flake8_qdrant.model.types.names import global_name
from flake8_qdrant.model.types.narrowing import facts
from flake8_qdrant.model.types.truth import has_constants, is_settled, truth
from flake8_qdrant.model.values import NOTHING, UNKNOWN, bounded

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.facts.scopes import Binding, Parameter
    from flake8_qdrant.facts.source import Source
    from flake8_qdrant.libraries.loader import Tables
    from flake8_qdrant.model.evaluation import Evaluation
    from flake8_qdrant.model.modules import Project
    from flake8_qdrant.model.patched import Patches
    from flake8_qdrant.model.values import Function, Given, Type, Value


Fact = TypeVar("Fact")
_MATCH: Final = "match_statement"
_DEEPEST: Final = 300
"""Questions within questions; a deeper chain is not worth Python's stack."""


class Evaluator:
    """Implements `Evaluation` by the functions of the other modules; remembers their answers."""

    def __init__(self, project: Project, tables: Tables) -> None:
        self.project = project
        self.tables = tables
        self._reads = project.reads
        self._memo = FixedPoint(_DEEPEST, in_order, project.reads)
        self._plain = self
        """The evaluator of what holds whoever calls."""
        self._patched: dict[Patches, Evaluator] = {}

    def type_of(self, source: Source, node: Node) -> Type:
        """Tell what an expression may be."""
        key = (source, node)
        known = self._memo.final.get(key)  # most questions were answered before
        if known is not None:
            self._reads.add(known[1])
            answer: Type = known[0]
            return answer
        if node.table.kinds[node.row] in CONSTANTS:
            return infer(self._plain, self._on(source), node)
        return self._memo.solve(
            key, lambda: bounded(infer(self._plain, self._on(source), node)), NOTHING
        )

    def annotation(self, source: Source, node: Node) -> Type:
        """Tell what an annotation promises."""
        key = ("annotation", source, node)
        return self._memo.solve(
            key, lambda: read_annotation(self._plain, self._on(source), node), NOTHING
        )

    def binding(self, binding: Binding) -> Type:
        """Tell what a binding gives its name."""
        return self.remember(
            (binding,), binding.scope, lambda: bound_type(self._plain, binding), NOTHING
        )

    def global_name(self, source: Source, name: str) -> Type:
        """Tell what a name of a module may be, seen from outside or from a function."""
        key = (source, name)
        return self._memo.solve(
            key, lambda: global_name(self._plain, self._on(source), name), NOTHING
        )

    def parameter(self, scope: Scope, parameter: Parameter) -> Type:
        """Tell what a function's parameter may be."""
        key = (scope, parameter.position)
        return self.remember(
            key, scope, lambda: find_parameter(self._plain, scope, parameter), NOTHING
        )

    def attribute(self, value: Value, name: str) -> Type:
        """Tell what an attribute of a value may be."""
        return self._memo.solve(
            (value, name), lambda: find_attribute(self._plain, value, name), NOTHING
        )

    def member(self, cls: Scope, name: str) -> Type:
        """Tell what a class of the project has under a name, before it is bound to a receiver."""
        key = ("member", cls, name)
        return self.remember(key, cls, lambda: find_member(self._plain, cls, name), NOTHING)

    def result(self, source: Source, call: Node, value: Value) -> Type:
        """Tell what a call gives when this is what it calls."""
        return call_result(self, source, call, value)

    def returns(self, function: Function) -> Type:
        """Tell what a function's body returns, whether or not a caller must await it."""
        key = ("returns", function)
        return self.remember(
            key, function.scope, lambda: find_returns(self._plain, function), NOTHING
        )

    def yields(self, function: Function) -> Type:
        """Tell what a generator's body yields."""
        key = ("yields", function)
        return self.remember(
            key, function.scope, lambda: find_yields(self._plain, function), NOTHING
        )

    def decoration(self, scope: Scope) -> Decoration:
        """Tell what its decorators make of a function."""
        return self.remember(
            ("decoration", scope), scope, lambda: decorate(self._plain, scope), Decoration()
        )

    def ancestry(self, cls: Scope) -> Ancestry:
        """Give a class of the project and its bases."""
        least = Ancestry((cls,), open=True)
        return self.remember(("ancestry", cls), cls, lambda: find_ancestry(self._plain, cls), least)

    def remember(self, key: Hashable, scope: Scope, find: Callable[[], Fact], least: Fact) -> Fact:
        """Give a fact that is found once in what a scope holds, and may lead back to itself.

        Args:
            key: what stands for the question.
            scope: where the answer is looked for.
            find: finds it.
            least: what is told to whoever asks while it is being found.
        """
        if not self._reads.recording:
            return self._memo.solve(key, find, least)

        def found() -> Fact:
            self._on(scope.source)
            return find()

        return self._memo.solve(key, found, least)

    def once(self, key: Hashable, find: Callable[[], Fact], least: Fact) -> Fact:
        """Give a fact of the project that is found once, and may lead back to itself.

        Args:
            key: what stands for the question.
            find: finds it.
            least: what is told to whoever asks while it is being found.
        """
        return self._memo.solve(("once", key), find, least)

    def depends(self, source: Source, node: Node) -> bool:
        """Tell whether an expression depends on what a call hands over: here none is looked at."""
        return False

    def runs(self, source: Source, node: Node) -> bool:
        """Tell whether a place in a body may be reached by the call that is looked at."""
        if is_cut_off(node):
            return False
        return not self._has_constants(source) or all(
            truth(self, source, fact.condition) in (fact.holds, None)
            for fact in facts(node)
            if is_settled(self, source, fact.condition)
        )

    def _has_constants(self, source: Source) -> bool:
        key = ("constants", source)
        return self.remember(key, source.module, lambda: has_constants(source), least=False)

    def within(self, scope: Scope, given: Given) -> Evaluation:
        """Return the evaluator of a function's body in the calls that hand over such values."""
        return _Within(self._plain, scope, given)

    def without(self, replaced: Patches) -> Evaluation:
        """Return the evaluator of what holds while a test has replaced certain things."""
        known = self._patched.get(replaced)
        if known is None:
            known = self._patched[replaced] = _Patched(self.project, self.tables, replaced)
        return known

    def forget(self, dirty: int) -> None:
        """Forget what rests on objects that are there no more, by their bits in `project.reads`."""
        self._patched.clear()
        self._memo.forget(dirty)

    def _on(self, source: Source) -> Source:
        """Note that an answer rests on a file."""
        self._reads.note_file(source.name)
        return source


class _Patched(Evaluator):
    """Evaluates what holds while a test has put something unknown in the place of other things."""

    def __init__(self, project: Project, tables: Tables, replaced: Patches) -> None:
        super().__init__(project, tables)
        self._replaced = replaced
        self._names = {one.name for one in replaced if isinstance(one, Patch) and not one.owner}
        self._modules = tuple(one.name for one in replaced if isinstance(one, PatchedModule))

    def binding(self, binding: Binding) -> Type:
        """Tell what a binding gives its name."""
        what = binding.imported
        if what is not None and not what.level and self._is_module(what.module):
            return UNKNOWN
        return super().binding(binding)

    def global_name(self, source: Source, name: str) -> Type:
        """Tell what a name of a module may be, seen from outside or from a function."""
        if self._is_any(name) or Patch(source.name, name) in self._replaced:
            return UNKNOWN
        return super().global_name(source, name)

    def member(self, cls: Scope, name: str) -> Type:
        """Tell what a class of the project has under a name, before it is bound to a receiver."""
        if self._is_any(name) or any(map(partial(self._is_of, cls, name), self._replaced)):
            return UNKNOWN
        return super().member(cls, name)

    def attribute(self, value: Value, name: str) -> Type:
        """Tell what an attribute of a value may be."""
        if self._is_any(name):
            return UNKNOWN
        return super().attribute(value, name)

    def _is_module(self, name: str) -> bool:
        return any(name == one or name.startswith(f"{one}.") for one in self._modules)

    def _is_any(self, name: str) -> bool:
        return name in self._names or "*" in self._names

    def _is_of(self, cls: Scope, name: str, patch: Patch | PatchedModule) -> bool:
        """Tell whether a patch is one of a member of a class, its bases or what derives from it."""
        if not isinstance(patch, Patch) or patch.name != name or not isinstance(patch.owner, Scope):
            return False
        families = self.ancestry(cls).classes, self.ancestry(patch.owner).classes
        return patch.owner in families[0] or cls in families[1]


class _Within(Evaluator):
    """Evaluates one function's body for calls that hand over certain values.

    What does not depend on these is asked of the evaluator around it.
    """

    def __init__(self, plain: Evaluator, scope: Scope, given: Given) -> None:
        self.project = plain.project
        self.tables = plain.tables
        self._reads = plain._reads  # noqa: SLF001 - it is one evaluator, seen from inside a call
        self._memo = plain._memo  # noqa: SLF001
        self._patched = plain._patched  # noqa: SLF001
        self._plain = plain
        self._scope = scope
        self._given = dict(given)
        self._key = ("within", scope, given)
        self._depending = depending(scope, self._given)

    def type_of(self, source: Source, node: Node) -> Type:
        """Tell what an expression may be."""
        if not self.depends(source, node):
            return self._plain.type_of(source, node)
        key = (self._key, source, node)
        return self._memo.solve(key, lambda: bounded(infer(self, self._on(source), node)), NOTHING)

    def binding(self, binding: Binding) -> Type:
        """Tell what a binding gives its name."""
        if binding.scope is not self._scope or binding.name not in self._depending:
            return self._plain.binding(binding)
        if binding.parameter is not None:
            given = self._given.get(binding.name)
            return self._plain.binding(binding) if given is None else given
        key = (self._key, binding)
        return self.remember(key, binding.scope, lambda: bound_type(self, binding), NOTHING)

    def parameter(self, scope: Scope, parameter: Parameter) -> Type:
        """Tell what a function's parameter may be."""
        given = self._given.get(parameter.name) if scope is self._scope else None
        return self._plain.parameter(scope, parameter) if given is None else given

    def runs(self, source: Source, node: Node) -> bool:
        """Tell whether a place in the body may be reached by the call that is looked at."""
        return not is_cut_off(node) and all(
            truth(self, source, fact.condition) in (fact.holds, None)
            for fact in facts(node)
            if self._decides(source, fact.condition)
        )

    def _decides(self, source: Source, condition: Node) -> bool:
        tested = condition
        if condition.kind == "case_pattern":
            tested = next((one for one in condition.ancestors() if one.kind == _MATCH), condition)
            tested = tested.field("subject") or condition
        if self.depends(source, tested):
            return True
        return self._has_constants(source) and is_settled(self, source, condition)

    def depends(self, source: Source, node: Node) -> bool:
        """Tell whether an expression depends on what the call that is looked at hands over."""
        if source is not self._scope.source or not node.is_within(self._scope.node):
            return False
        return any(next(node.find_names(name), None) for name in self._depending)
