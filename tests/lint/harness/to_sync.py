"""Rewrites a case to plain synchronous code, in which none of the mistakes is possible."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_Node = TypeVar("_Node", bound=ast.AST)

_NAMES = {
    "AsyncQdrantClient": "QdrantClient",
    "AsyncOpenAI": "OpenAI",
    "AsyncClientV2": "ClientV2",
    "AsyncExitStack": "ExitStack",
    "AsyncIterator": "Iterator",
    "asynccontextmanager": "contextmanager",
    "enter_async_context": "enter_context",
    "push_async_callback": "callback",
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
    "__aiter__": "__iter__",
    "__anext__": "__next__",
    "aadd_texts": "add_texts",
    "ainvoke": "invoke",
    "asimilarity_search": "similarity_search",
}


def to_sync(source: str) -> str:
    """Return the program without ``async``, ``await``, async clients and the calls that run them.

    ``async`` statements become their plain twins, an awaited expression stands alone, an async
    client becomes the sync one, and ``asyncio.gather``, ``create_task``, ``to_thread`` and their
    like become what they would have run. Anything else of ``asyncio`` is left: the text is for
    linters, and not every rewritten program can run to its end.
    """
    tree = _ToSync().visit(ast.parse(source))
    return ast.unparse(ast.fix_missing_locations(tree))


class _ToSync(ast.NodeTransformer):
    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self.visit_FunctionDef(_twin(ast.FunctionDef, node))

    def visit_AsyncFor(self, node: ast.AsyncFor) -> ast.AST:
        return self.generic_visit(_twin(ast.For, node))

    def visit_AsyncWith(self, node: ast.AsyncWith) -> ast.AST:
        return self.generic_visit(_twin(ast.With, node))

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.name = _renamed(node.name)
        return self.generic_visit(node)

    def visit_Await(self, node: ast.Await) -> ast.AST:
        self.generic_visit(node)
        return node.value

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        node.is_async = 0
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        node.id = _renamed(node.id)
        return node

    def visit_alias(self, node: ast.alias) -> ast.AST:
        node.name = _renamed(node.name)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        node.attr = _renamed(node.attr)
        return self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        # An annotation may stand in quotes.
        if isinstance(node.value, str):
            node.value = node.value.replace("AsyncQdrantClient", "QdrantClient")
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        unwrap = _UNWRAPPED.get(ast.unparse(node.func))
        return unwrap(node) if unwrap is not None else node


def _twin(kind: type[_Node], node: ast.AST) -> _Node:
    return ast.copy_location(kind(**dict(ast.iter_fields(node))), node)


def _renamed(name: str) -> str:
    return _NAMES.get(name, name)


def _first_argument(node: ast.Call) -> ast.expr:
    return node.args[0]


def _call_of_first_argument(node: ast.Call) -> ast.expr:
    function, *arguments = node.args
    return ast.Call(function, arguments, node.keywords)


def _call_of_second_argument(node: ast.Call) -> ast.expr:
    return ast.Call(node.args[1], node.args[2:], [])


def _nothing(_: ast.Call) -> ast.expr:
    return ast.Constant(None)


def _list_of_arguments(node: ast.Call) -> ast.expr:
    return ast.List(node.args, ast.Load())


_UNWRAPPED: dict[str, Callable[[ast.Call], ast.expr]] = {
    "asyncio.run": _first_argument,
    "asyncio.create_task": _first_argument,
    "asyncio.ensure_future": _first_argument,
    "asyncio.shield": _first_argument,
    "asyncio.wait_for": _first_argument,
    "asyncio.as_completed": _first_argument,
    "asyncio.wrap_future": _first_argument,
    "loop.run_until_complete": _first_argument,
    "loop.create_task": _first_argument,
    "group.create_task": _first_argument,
    "sync_to_async": _first_argument,
    "run_sync": _first_argument,
    "asyncio.to_thread": _call_of_first_argument,
    "anyio.to_thread.run_sync": _call_of_first_argument,
    "to_thread.run_sync": _call_of_first_argument,
    "run_in_threadpool": _call_of_first_argument,
    "loop.run_in_executor": _call_of_second_argument,
    "asyncio.gather": _list_of_arguments,
    "asyncio.sleep": _nothing,
}
