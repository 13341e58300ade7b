"""The scopes of one file, what each binds, and the calls that each makes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from flake8_qdrant.facts.nodes import Node

if TYPE_CHECKING:
    from flake8_qdrant.facts.source import Source


class ScopeKind(Enum):
    """What opens a scope."""

    MODULE = "module"
    CLASS = "class"
    FUNCTION = "function"
    LAMBDA = "lambda"
    COMPREHENSION = "comprehension"
    GENERATOR_EXPRESSION = "generator expression"


class BindingKind(Enum):
    """How a name gets its value."""

    ASSIGNMENT = "assignment"
    ITERATION = "iteration"
    ASYNC_ITERATION = "async iteration"
    CONTEXT = "context"
    ASYNC_CONTEXT = "async context"
    PARAMETER = "parameter"
    IMPORT = "import"
    FUNCTION = "function"
    CLASS = "class"
    OPAQUE = "opaque"
    """Exceptions, patterns, augmented assignments: bound, to a value nobody asks for."""


@dataclass(frozen=True, slots=True)
class Import:
    """What an import statement names.

    `import a.b as c` has the module `a.b`; `import a.b` binds `a`; `from ..x import y` has level 2,
    the module `x` and the name `y`. A name of `*` stands for everything.
    """

    module: str
    level: int = 0
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a function or lambda. `star` is "", "*" or "**"."""

    name: str
    position: int
    annotation: Node | None
    default: Node | None
    star: str
    keyword_only: bool


class Scope:
    """A module, class, function, lambda or comprehension.

    `start` and `end` span the code that runs in the scope: a function's body, not its decorators
    and defaults; `row` is the first of it. Equality is identity: a scope stands for the thing that
    it defines.

    What is looked at is told to the table's `watch`, like the nodes that are.
    """

    __slots__ = (
        "_attributes", "_bindings", "_calls", "_children", "_decorators", "_is_async",
        "_outer_names", "_parameters", "_returns", "_yields", "end", "kind", "name", "node",
        "parent", "row", "source", "start",
    )  # fmt: skip

    def __init__(
        self,
        kind: ScopeKind,
        name: str,
        source: Source,
        node: Node,
        parent: Scope | None,
        region: Node,
        end: int,
    ) -> None:
        self.kind = kind
        self.name = name
        self.source = source
        self.node = node
        self.parent = parent
        self.row = region.row
        self.start = region.start
        self.end = end
        self._is_async = False
        self._parameters: tuple[Parameter, ...] = ()
        self._decorators: tuple[Node, ...] = ()
        self._bindings: dict[str, list[Binding]] = {}
        self._calls: list[Node] = []
        self._returns: list[Node] = []
        self._yields: list[Node] = []
        self._outer_names: set[str] = set()
        self._children: list[Scope] = []
        self._attributes: dict[str, list[AttributeAssignment]] = {}

    def define(
        self,
        *,
        is_async: bool = False,
        parameters: tuple[Parameter, ...] = (),
        decorators: tuple[Node, ...] = (),
    ) -> None:
        """Take what stands around the code that runs in it."""
        self._is_async = is_async
        self._parameters = parameters
        self._decorators = decorators

    def look_at(self) -> None:
        """Count the code that runs in it among what is looked at."""
        self._note(self.row)

    def _note(self, row: int) -> None:
        watch = self.node.table.watch
        if watch is not None:
            watch.seen.add(watch.parts[row])

    @property
    def is_async(self) -> bool:
        """Whether it is an `async def`."""
        self._note(self.node.row)
        return self._is_async

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """A function's or lambda's parameters, in order."""
        self._note(self.node.row)
        return self._parameters

    @property
    def decorators(self) -> tuple[Node, ...]:
        """The expressions of a function's or class's decorators, in order."""
        self._note(self.node.row)
        return self._decorators

    @property
    def bindings(self) -> dict[str, list[Binding]]:
        """What gives values to the names that it binds."""
        self._note(self.row)
        return self._bindings

    @property
    def calls(self) -> list[Node]:
        """The calls in its own code, in document order."""
        self._note(self.row)
        return self._calls

    @property
    def returns(self) -> list[Node]:
        """The `return` statements of a function."""
        self._note(self.row)
        return self._returns

    @property
    def yields(self) -> list[Node]:
        """The `yield` expressions of a function."""
        self._note(self.row)
        return self._yields

    @property
    def outer_names(self) -> set[str]:
        """The names that are `global` or `nonlocal` in it."""
        self._note(self.row)
        return self._outer_names

    @property
    def children(self) -> list[Scope]:
        """The scopes that are right in it."""
        self._note(self.row)
        return self._children

    @property
    def attributes(self) -> dict[str, list[AttributeAssignment]]:
        """For a class: what its methods assign to `self.name` and `cls.name`."""
        self._note(self.row)
        return self._attributes

    @property
    def is_comprehension(self) -> bool:
        """Whether the code runs within that of the scope around it, in a namespace of its own."""
        return self.kind in (ScopeKind.COMPREHENSION, ScopeKind.GENERATOR_EXPRESSION)

    @property
    def is_generator(self) -> bool:
        """Whether calling the function runs nothing until the result is iterated."""
        return bool(self.yields)

    @property
    def is_method(self) -> bool:
        """Whether the function stands in a class body."""
        return self.parent is not None and self.parent.kind is ScopeKind.CLASS

    @property
    def qualified_name(self) -> str:
        """The name with those of the classes and functions around it."""
        names = [self.name]
        scope = self.parent
        while scope is not None and scope.kind is not ScopeKind.MODULE:
            if not scope.is_comprehension:
                names.append(scope.name)
            scope = scope.parent
        return ".".join(reversed(names))

    @property
    def body(self) -> Node | None:
        """The block or expression that runs in the scope."""
        return self.node.field("body")

    def frame(self) -> Scope:
        """Return the function, lambda, class or module whose code this runs in."""
        scope = self
        while scope.is_comprehension and scope.parent is not None:
            scope = scope.parent
        return scope


@dataclass(eq=False, slots=True)
class Binding:
    """One place where a name gets a value.

    Attributes:
        unpack: indexes into the value for `a, (b, c) = value`; -1 stands for a starred target.
        start, end: the statement's span, as character offsets.
        imported, parameter, defines: present for the kinds that have them.
    """

    name: str
    kind: BindingKind
    scope: Scope
    node: Node
    start: int
    end: int
    value: Node | None = None
    unpack: tuple[int, ...] = ()
    annotation: Node | None = None
    imported: Import | None = None
    parameter: Parameter | None = None
    defines: Scope | None = None


@dataclass(eq=False, slots=True)
class AttributeAssignment:
    """One assignment to `target.name`; `binding` holds the value like any other assignment."""

    target: Node
    binding: Binding


class Put:
    """A value put into a container: `target["key"] = value`, `target.append(value)`."""

    __slots__ = ("index", "key", "source", "target", "value")

    def __init__(
        self,
        source: Source,
        target: Node,
        value: Node,
        key: str | None = None,
        index: Node | None = None,
    ) -> None:
        self.source = source
        self.target = target
        self.value = value
        self.key = key
        self.index = index
