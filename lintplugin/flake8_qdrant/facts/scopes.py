"""The scopes of one file, what each binds, and the calls that each makes."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flake8_qdrant.facts.nodes import Node
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


@dataclass(frozen=True, slots=True)
class Put:
    """A value put into a container: `target["key"] = value`, `target.append(value)`."""

    source: Source
    target: Node
    value: Node
    key: str | None = None
    index: Node | None = None


@dataclass(eq=False, slots=True)
class Scope:
    """A module, class, function, lambda or comprehension.

    `start` and `end` span the code that runs in the scope: a function's body, not its decorators
    and defaults. Equality is identity: a scope stands for the thing that it defines.
    """

    kind: ScopeKind
    name: str
    source: Source
    node: Node
    parent: Scope | None
    start: int
    end: int
    is_async: bool = False
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    parameters: tuple[Parameter, ...] = ()
    decorators: tuple[Node, ...] = ()
    calls: list[Node] = field(default_factory=list)
    returns: list[Node] = field(default_factory=list)
    yields: list[Node] = field(default_factory=list)
    outer_names: set[str] = field(default_factory=set)
    children: list[Scope] = field(default_factory=list)
    attributes: dict[str, list[AttributeAssignment]] = field(default_factory=dict)
    """For a class: what its methods assign to `self.name` and `cls.name`."""

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
