"""The sources of a library: its modules, and what their names are bound to."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from flake8_qdrant.libraries.model import TableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class ClassSource:
    """A class statement and the module in which it stands."""

    module: str
    node: ast.ClassDef

    @property
    def path(self) -> str:
        """The dotted path of the definition."""
        return f"{self.module}.{self.node.name}"


@dataclass(frozen=True, slots=True)
class FunctionSource:
    """A function statement and the module in which it stands."""

    module: str
    node: FunctionNode


@dataclass(frozen=True, slots=True)
class _Import:
    """A name bound by an import: a whole module, or a name of one."""

    module: str
    name: str | None


_Bound = ClassSource | FunctionSource | _Import
_Found = ClassSource | FunctionSource | str | None
"""A definition, the name of a module, or nothing in the library."""


class Modules:
    """The modules of one release of a library, and of what its classes derive from.

    Args:
        label: the library and its version, for errors.
        files: path from where Python imports, and contents.

    Raises:
        TableError: by any method, for a source that is no Python.
    """

    def __init__(self, label: str, files: Iterable[tuple[str, bytes]]) -> None:
        self._label = label
        self._sources: dict[str, bytes] = {}
        self._packages: set[str] = set()
        self._trees: dict[str, ast.Module] = {}
        self._bound: dict[str, Mapping[str, _Bound]] = {}
        for path, source in files:
            if path.endswith(".py"):
                self._add(path, source)

    def resolve(self, module: str, dotted: str) -> ClassSource | None:
        """Give the class of the library that an expression in a module names, or None."""
        found = self._lookup(module, dotted, frozenset())
        return found if isinstance(found, ClassSource) else None

    def resolve_function(self, module: str, dotted: str) -> FunctionSource | None:
        """Give the function of the library that an expression in a module names, or None."""
        found = self._lookup(module, dotted, frozenset())
        return found if isinstance(found, FunctionSource) else None

    def resolve_imported(self, module: str, node: ast.ImportFrom, name: str) -> ClassSource | None:
        """Give the class that an import inside a function binds to a name, or None."""
        target = dict(self._imported(module, node)).get(name)
        if target is None or target.name is None:
            return None
        return self.resolve(target.module, target.name)

    def binds(self, module: str, name: str) -> bool:
        """Tell whether a module has a name at its top level."""
        return name in self._names(module)

    def find(self, path: str) -> ClassSource | None:
        """Give the class that can be imported under a dotted path."""
        module, _, name = path.rpartition(".")
        return self.resolve(module, name) if module in self._sources else None

    @cached_property
    def exports(self) -> dict[str, tuple[str, ...]]:
        """The dotted paths in packages under which each class can be imported, by its own path."""
        paths: dict[str, list[str]] = {}
        for package in sorted(self._packages):
            for name in self._names(package):
                if name.startswith("_"):
                    continue
                source = self.resolve(package, name)
                if source is not None:
                    paths.setdefault(source.path, []).append(f"{package}.{name}")
        return {path: tuple(found) for path, found in paths.items()}

    def _add(self, entry: str, source: bytes) -> None:
        module = entry.removesuffix(".py").replace("/", ".")
        if module.endswith(".__init__"):
            module = module.removesuffix(".__init__")
            self._packages.add(module)
        self._sources[module] = source

    def _lookup(self, module: str, dotted: str, seen: frozenset[tuple[str, str]]) -> _Found:
        if (module, dotted) in seen:
            return None
        seen |= {(module, dotted)}
        first, _, rest = dotted.partition(".")
        found = self._bound_to(module, first, seen)
        if isinstance(found, str) and rest:
            return self._lookup(found, rest, seen)
        return None if rest else found

    def _bound_to(self, module: str, name: str, seen: frozenset[tuple[str, str]]) -> _Found:
        bound = self._names(module).get(name)
        if isinstance(bound, ClassSource | FunctionSource):
            return bound
        if bound is None:
            submodule = f"{module}.{name}"
            return submodule if submodule in self._sources else None
        if bound.name is None:
            return bound.module
        return self._lookup(bound.module, bound.name, seen)

    def _names(self, module: str) -> Mapping[str, _Bound]:
        if module not in self._bound:
            self._bound[module] = {}
            tree = self._tree(module)
            self._bound[module] = dict(self._bindings(module, tree)) if tree else {}
        return self._bound[module]

    def _tree(self, module: str) -> ast.Module | None:
        if module not in self._sources:
            return None
        if module not in self._trees:
            try:
                self._trees[module] = ast.parse(self._sources[module])
            except SyntaxError as error:
                raise TableError(
                    f"{self._label}: {module}: {error.msg} (line {error.lineno})"
                ) from None
        return self._trees[module]

    def _bindings(self, module: str, tree: ast.Module) -> Iterator[tuple[str, _Bound]]:
        for node in top_level(tree.body):
            if isinstance(node, ast.ClassDef):
                yield node.name, ClassSource(module, node)
            elif isinstance(node, FunctionNode):
                yield node.name, FunctionSource(module, node)
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    bound = alias.asname or alias.name.partition(".")[0]
                    yield bound, _Import(alias.name if alias.asname else bound, None)
            elif isinstance(node, ast.ImportFrom):
                yield from self._imported(module, node)
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                yield from self._alias(module, node.targets[0].id, node.value)

    def _alias(self, module: str, name: str, value: ast.expr) -> Iterator[tuple[str, _Bound]]:
        aliased = dotted_name(value)
        if aliased is not None and "." not in aliased:
            yield name, _Import(module, aliased)

    def _imported(self, module: str, node: ast.ImportFrom) -> Iterator[tuple[str, _Import]]:
        """Give what ``from ... import ...`` binds."""
        source = self._absolute(module, node)
        for alias in node.names:
            if alias.name == "*":
                for name in self._names(source):
                    if not name.startswith("_"):
                        yield name, _Import(source, name)
            else:
                yield alias.asname or alias.name, _Import(source, alias.name)

    def _absolute(self, module: str, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = module.split(".")
        keep = len(parts) - node.level + (1 if module in self._packages else 0)
        return ".".join((*parts[:keep], *([node.module] if node.module else [])))


def top_level(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Give the statements of a body, those under ``if`` and ``try`` included."""
    for node in body:
        yield node
        if isinstance(node, ast.If):
            yield from top_level([*node.body, *node.orelse])
        elif isinstance(node, ast.Try):
            yield from top_level([*node.body, *(s for h in node.handlers for s in h.body)])


def dotted_name(node: ast.expr) -> str | None:
    """Spell a name or a chain of attributes of one; None for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted_name(node.value)
        return f"{before}.{node.attr}" if before else None
    return None
