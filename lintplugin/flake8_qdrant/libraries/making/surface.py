"""What the source of one release says about a class: its members, and of what form each is."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Final, TypeGuard

from flake8_qdrant.libraries.making.modules import (
    ClassSource,
    FunctionNode,
    FunctionSource,
    dotted_name,
    top_level,
)
from flake8_qdrant.libraries.model import SELF

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_qdrant.libraries.making.modules import Modules

DUNDERS: Final = frozenset({"__aenter__", "__aiter__", "__call__", "__enter__", "__iter__"})
"""The special methods that statements call and that tables list."""
_PROPERTIES: Final = frozenset({"property", "cached_property"})
_MANAGERS: Final = frozenset({"asynccontextmanager", "contextmanager"})
_SKIPPED: Final = frozenset({"overload", "setter", "deleter"})


class Form(Enum):
    """How a member is written."""

    PROPERTY = "property"
    OBJECT = "attribute that holds an object"
    COROUTINE = "async def"
    ASYNC_GENERATOR = "async def with yield"
    PLAIN = "def"
    GENERATOR = "def with yield"


@dataclass(frozen=True, slots=True)
class Shape:
    """One member as its source says it.

    Attributes:
        form: how it is written.
        annotation: last name in the return annotation, or empty: ``AsyncPaginator``.
        returns: the class of the library that it gives, or `SELF`.
        calls: names of the methods that its body calls on ``self``.
    """

    form: Form
    annotation: str = ""
    returns: ClassSource | str | None = None
    calls: frozenset[str] = frozenset()


def linearize(modules: Modules, source: ClassSource) -> tuple[ClassSource, ...]:
    """Give a class and its bases in the library, those that come first in lookup first."""
    order = [source]
    for base in direct_bases(modules, source):
        order.extend(linearize(modules, base))
    last_seen = {found.path: position for position, found in enumerate(order)}
    return tuple(found for position, found in enumerate(order) if last_seen[found.path] == position)


def direct_bases(modules: Modules, source: ClassSource) -> Iterator[ClassSource]:
    """Give the bases of a class that are in the library."""
    for expression in source.node.bases:
        base = _class_named(modules, source.module, expression)
        if isinstance(base, str) or base is None or base.path == source.path:
            continue
        yield base


def read_members(modules: Modules, source: ClassSource) -> dict[str, Shape]:
    """Read the public members of a class and its bases, and `DUNDERS`."""
    members: dict[str, Shape] = {}
    hidden: set[str] = set()
    for owner in linearize(modules, source):
        for name, shape in _own_members(modules, owner).items():
            if shape is None:
                hidden.add(name)
            elif name not in hidden:
                members.setdefault(name, shape)
    return members


def _own_members(modules: Modules, owner: ClassSource) -> dict[str, Shape | None]:
    """Read the members a class statement adds; None for a name that it takes away."""
    found: dict[str, Shape | None] = {}
    for node in top_level(owner.node.body):
        if isinstance(node, FunctionNode):
            found.update(_defined(modules, owner, node))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.update(_annotated(modules, owner, node.target.id, node.annotation))
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found.update(_aliased(modules, owner, node.targets[0].id, node.value, found))
    return {name: shape for name, shape in found.items() if _is_listed(name)}


def _is_listed(name: str) -> bool:
    return not name.startswith("_") or name in DUNDERS


def _defined(
    modules: Modules, owner: ClassSource, node: FunctionNode
) -> Iterator[tuple[str, Shape | None]]:
    decorators = {_last_name(decorator) for decorator in node.decorator_list}
    if node.name == "__init__":
        yield from _objects(modules, owner, node)
    elif not decorators & _SKIPPED:
        shape = _shape(modules, owner, node, is_property=bool(decorators & _PROPERTIES))
        # What it yields is for `with`, and the call itself returns at once.
        yield node.name, replace(shape, form=Form.PLAIN) if decorators & _MANAGERS else shape


def _annotated(
    modules: Modules, owner: ClassSource, name: str, annotation: ast.expr
) -> Iterator[tuple[str, Shape | None]]:
    if _last_name(annotation) == "Never":
        yield name, None
        return
    returns = _class_named(modules, owner.module, annotation)
    if returns is not None:
        yield name, Shape(Form.OBJECT, returns=returns)


def _aliased(
    modules: Modules,
    owner: ClassSource,
    name: str,
    value: ast.expr,
    found: dict[str, Shape | None],
) -> Iterator[tuple[str, Shape | None]]:
    """Give what a class's attribute is: a method's second name, a function, or an object."""
    if isinstance(value, ast.Call):
        returns = _class_named(modules, owner.module, value.func)
        if returns is not None:
            yield name, Shape(Form.OBJECT, returns=returns)
    if not isinstance(value, ast.Name):
        return
    if found.get(value.id) is not None:
        yield name, found[value.id]
        return
    function = modules.resolve_function(owner.module, value.id)
    if function is not None:
        yield name, _shape(modules, function, function.node)


def _objects(
    modules: Modules, owner: ClassSource, init: FunctionNode
) -> Iterator[tuple[str, Shape | None]]:
    """Give the attributes that the constructor fills with objects of the library's classes."""
    for node in ast.walk(init):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            target, returns = node.targets[0], _class_named(modules, owner.module, node.value.func)
            if _is_self_attribute(target) and returns is not None:
                yield target.attr, Shape(Form.OBJECT, returns=returns)


def _shape(
    modules: Modules,
    owner: ClassSource | FunctionSource,
    node: FunctionNode,
    *,
    is_property: bool = False,
) -> Shape:
    yields = any(isinstance(inner, ast.Yield | ast.YieldFrom) for inner in _own_nodes(node))
    if is_property:
        form = Form.PROPERTY
    elif isinstance(node, ast.AsyncFunctionDef):
        form = Form.ASYNC_GENERATOR if yields else Form.COROUTINE
    else:
        form = Form.GENERATOR if yields else Form.PLAIN
    returns: ClassSource | str | None = None
    if node.returns is not None:
        returns = _class_named(modules, owner.module, node.returns)
    elif is_property:
        returns = _made_inside(modules, owner.module, node)
    called = frozenset(
        inner.func.attr
        for inner in ast.walk(node)
        if isinstance(inner, ast.Call) and _is_self_attribute(inner.func)
    )
    return Shape(form, _last_name(node.returns), returns, called)


def _made_inside(modules: Modules, module: str, node: FunctionNode) -> ClassSource | None:
    """Give the class of ``self._x = Class(...)`` in a property that makes its object lazily."""
    imports = [inner for inner in ast.walk(node) if isinstance(inner, ast.ImportFrom)]
    for inner in ast.walk(node):
        if not isinstance(inner, ast.Assign) or not _is_self_attribute(inner.targets[0]):
            continue
        name = dotted_name(inner.value.func) if isinstance(inner.value, ast.Call) else None
        if name is None:
            continue
        local = (modules.resolve_imported(module, statement, name) for statement in imports)
        return next(filter(None, local), None) or modules.resolve(module, name)
    return None


def _class_named(modules: Modules, module: str, node: ast.expr) -> ClassSource | str | None:
    """Give the class that an annotation or a callee names, ``Self``, or None."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return _class_named(modules, module, ast.parse(node.value, mode="eval").body)
    if isinstance(node, ast.BinOp):
        left = _class_named(modules, module, node.left)
        return left or _class_named(modules, module, node.right)
    if isinstance(node, ast.Subscript):
        inside = node.slice if _last_name(node.value) in {"Optional", "Annotated"} else node.value
        return _class_named(modules, module, inside)
    name = dotted_name(node)
    if name is None:
        return None
    return SELF if name.rpartition(".")[2] == SELF else modules.resolve(module, name)


def _own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Walk a function without the functions inside it."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, FunctionNode | ast.Lambda | ast.ClassDef):
            yield child
            yield from _own_nodes(child)


def _is_self_attribute(node: ast.expr) -> TypeGuard[ast.Attribute]:
    return (
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in {"self", "cls"}
    )


def _last_name(node: ast.expr | None) -> str:
    if isinstance(node, ast.Call):
        return _last_name(node.func)
    if isinstance(node, ast.Subscript):
        return _last_name(node.value)
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
