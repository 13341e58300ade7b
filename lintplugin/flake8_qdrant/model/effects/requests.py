"""Which functions of a project run once a request: handlers, and what is injected into them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flake8_qdrant.facts.arguments import keyword, positional
from flake8_qdrant.facts.scopes import Scope, ScopeKind
from flake8_qdrant.libraries.model import ClassInfo
from flake8_qdrant.model.types.classes import base_expressions
from flake8_qdrant.model.types.offloading import offloader_of
from flake8_qdrant.model.values import (
    Class,
    External,
    ExternalInstance,
    Function,
    Instance,
    Sdk,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.facts.source import Source
    from flake8_qdrant.model.evaluation import Evaluation

_VERBS: Final = frozenset(("get", "post", "put", "patch", "delete", "head", "options", "trace"))
_FASTAPI: Final = _VERBS | {"api_route", "middleware", "route", "websocket", "websocket_route"}
_FLASK: Final = _VERBS | {"after_request", "before_request", "route", "websocket"}
_SANIC: Final = _VERBS | {"on_request", "on_response", "route", "websocket"}
_TOOLS: Final = frozenset(("prompt", "resource", "tool"))
_ROUTES: Final = {
    ("aiohttp", "RouteTableDef"): _VERBS | {"route", "view"},
    ("fastapi", "APIRouter"): _FASTAPI,
    ("fastapi", "FastAPI"): _FASTAPI,
    ("fastmcp", "FastMCP"): _TOOLS,
    ("flask", "Blueprint"): _FLASK,
    ("flask", "Flask"): _FLASK,
    ("mcp", "FastMCP"): _TOOLS,
    ("quart", "Blueprint"): _FLASK,
    ("quart", "Quart"): _FLASK,
    ("robyn", "Robyn"): _VERBS,
    ("sanic", "Blueprint"): _SANIC,
    ("sanic", "Sanic"): _SANIC,
    ("starlette", "Starlette"): frozenset(("middleware", "route", "websocket_route")),
}
"""Methods whose decorator makes a function a handler, by package and class."""
_DECORATORS: Final = {
    "chainlit": frozenset(("on_message",)),
    "litestar": _VERBS | {"route", "websocket", "websocket_listener"},
}
"""Functions that do so, by package."""
_VIEWS: Final = {
    ("aiohttp", "View"): _VERBS,
    ("django", "View"): _VERBS,
    ("fastapi", "BaseHTTPMiddleware"): frozenset(("dispatch",)),
    ("flask", "MethodView"): _VERBS,
    ("quart", "MethodView"): _VERBS,
    ("starlette", "BaseHTTPMiddleware"): frozenset(("dispatch",)),
    ("starlette", "HTTPEndpoint"): _VERBS,
    ("starlette", "WebSocketEndpoint"): frozenset(("on_connect", "on_receive")),
    ("tornado", "RequestHandler"): _VERBS,
}
"""Methods that are handlers, by package and base class."""
_REGISTERING: Final = {
    "APIRoute": (1, "endpoint"),
    "Route": (1, "endpoint"),
    "WebSocketRoute": (1, "endpoint"),
    "add_api_route": (1, "endpoint"),
    "add_delete": (1, "handler"),
    "add_get": (1, "handler"),
    "add_post": (1, "handler"),
    "add_put": (1, "handler"),
    "add_url_rule": (2, "view_func"),
}
"""Calls that make an argument a handler: its position and name."""
_LOOP_PER_CALL: Final = "flask"
"""A package that runs each `async def` view with `asgiref.sync.async_to_sync`."""
_TASKS: Final = {
    "apscheduler": frozenset(("scheduled_job",)),
    "celery": frozenset(("periodic_task", "shared_task", "task")),
    "dramatiq": frozenset(("actor",)),
    "huey": frozenset(("periodic_task", "task")),
    "rq": frozenset(("job",)),
}
"""Decorators of functions that a worker process runs again and again, by package."""
_TASK_METHODS: Final = {
    ("celery", "Task"): frozenset(("after_return", "on_failure", "on_retry", "on_success", "run")),
}
"""Methods that a worker process runs for each task, by package and base class."""
_QUEUEING: Final = {
    "add_job": ("apscheduler", 0, "func"),
    "do": ("schedule", 0, "job_func"),
    "enqueue": ("rq", 0, "f"),
    "enqueue_call": ("rq", 0, "func"),
}
"""Calls that hand a function to such a worker: its package, and the argument."""
_FRAMEWORKS: Final = frozenset(("aiohttp", "fastapi", "flask", "quart", "sanic", "starlette"))
_NONE: Final[frozenset[Scope]] = frozenset()
_DEPENDS: Final = ("Depends", "Security")


def runs_per_request(model: Evaluation, scope: Scope) -> bool:
    """Tell whether a function is a handler or a dependency of one."""
    dependencies = model.once("dependencies", lambda: frozenset(_dependencies(model)), _NONE)
    return is_handler(model, scope) or scope in dependencies


def runs_repeatedly(model: Evaluation, scope: Scope) -> bool:
    """Tell whether a function is a handler, or a task that a worker process runs."""
    if is_handler(model, scope) or any(_is_task(model, scope, one) for one in scope.decorators):
        return True
    if _is_method_of(model, scope, _TASK_METHODS):
        return True
    if scope in model.once("queued", lambda: frozenset(_queued(model)), _NONE):
        return True
    return scope in model.once("mapped", lambda: frozenset(_mapped(model)), _NONE)


def _queued(model: Evaluation) -> Iterator[Scope]:
    for name, (package, position, parameter) in _QUEUEING.items():
        for source, call in model.project.calls(name):
            function = call.field("function")
            owner = function.field("object") if function is not None else None
            held = model.type_of(source, owner) if owner is not None else ()
            names = (each for value in held for each in _class_names(model, value))
            if not any(each.partition(".")[0] == package for each in names):
                continue
            given = positional(call)
            node = keyword(call, parameter) or (given[position] if given else None)
            if node is not None:
                yield from _functions(model, source, node)


def _mapped(model: Evaluation) -> Iterator[Scope]:
    """Give the functions that a pool calls for each of many items."""
    for source, call in model.project.calls("map"):
        function, given = call.field("function"), positional(call)
        called = model.type_of(source, function) if function is not None else ()
        if given and called and all(offloader_of(model, one) is not None for one in called):
            yield from _functions(model, source, given[0])


def _is_task(model: Evaluation, scope: Scope, decorator: Node) -> bool:
    named = decorator.field("function") if decorator.kind == "call" else decorator
    last = named.field("attribute") or named if named is not None else None
    if named is None or last is None or not any(last.text in t for t in _TASKS.values()):
        return False
    owner = named.field("object") if named.kind == "attribute" else named
    values = model.type_of(scope.source, owner) if owner is not None else ()
    packages = {name.partition(".")[0] for one in values for name in _class_names(model, one)}
    return any(last.text in _TASKS.get(package, ()) for package in packages)


def has_loop_per_call(model: Evaluation, scope: Scope) -> bool:
    """Tell whether a framework runs a coroutine function in a new event loop for each call."""
    if scope.kind is not ScopeKind.FUNCTION:
        return False
    return any(
        package == _LOOP_PER_CALL
        for decorator in scope.decorators
        for package in _routing_packages(model, scope.source, decorator)
    ) or (
        _is_view_method(model, scope)
        and scope.parent is not None
        and any(
            key[0] == _LOOP_PER_CALL
            for base in base_expressions(scope.parent)
            for key in _keys(model, scope.source, base)
        )
    )


def _routing_packages(model: Evaluation, source: Source, decorator: Node) -> Iterator[str]:
    named = decorator.field("function") if decorator.kind == "call" else None
    owner = named.field("object") if named is not None and named.kind == "attribute" else None
    name = named.field("attribute") if owner is not None and named is not None else None
    for key in _keys(model, source, owner) if owner is not None and name is not None else ():
        if name is not None and name.text in _ROUTES.get(key, ()):
            yield key[0]


def is_handler(model: Evaluation, scope: Scope) -> bool:
    """Tell whether a framework calls a function for each request."""
    if scope.kind is not ScopeKind.FUNCTION:
        return False
    return (
        any(is_route(model, scope.source, one) for one in scope.decorators)
        or _is_view_method(model, scope)
        or scope in model.once("registered", lambda: frozenset(_registered(model)), _NONE)
    )


def _registered(model: Evaluation) -> Iterator[Scope]:
    for name, (position, parameter) in _REGISTERING.items():
        for source, call in model.project.calls(name):
            given = positional(call)
            node = keyword(call, parameter)
            if node is None and position < len(given):
                node = given[position]
            if node is not None and _is_of_framework(model, source, call):
                yield from _functions(model, source, node)


def is_route(model: Evaluation, source: Source, decorator: Node) -> bool:
    """Tell whether a decorator makes a function a handler."""
    named = decorator.field("function") if decorator.kind == "call" else decorator
    if named is None:
        return False
    if named.kind == "attribute":
        owner, attribute = named.field("object"), named.field("attribute")
        if owner is None or attribute is None:
            return False
        name = attribute.text
        if any(name in methods for methods in _ROUTES.values()) and any(
            name in _ROUTES.get(key, ()) for key in _keys(model, source, owner)
        ):
            return True
    return any(
        isinstance(value, External)
        and value.name.rpartition(".")[2] in _DECORATORS.get(value.name.partition(".")[0], ())
        for value in model.type_of(source, named)
    )


def _keys(model: Evaluation, source: Source, node: Node) -> Iterator[tuple[str, str]]:
    """Give package and class of what an object may be."""
    for value in model.type_of(source, node):
        for name in _class_names(model, value):
            yield name.partition(".")[0], name.rpartition(".")[2]


def _class_names(model: Evaluation, value: Value) -> Iterator[str]:
    if isinstance(value, Sdk):
        yield value.cls.name
    elif isinstance(value, (ExternalInstance, External)):
        yield value.name
    elif isinstance(value, Instance):
        yield from (c.name for c in model.ancestry(value.cls).classes if isinstance(c, ClassInfo))


def _is_view_method(model: Evaluation, scope: Scope) -> bool:
    return _is_method_of(model, scope, _VIEWS)


def _is_method_of(
    model: Evaluation, scope: Scope, listed: Mapping[tuple[str, str], frozenset[str]]
) -> bool:
    """Tell whether a framework calls a method of a class because of one of its bases."""
    cls = scope.parent
    if not scope.is_method or cls is None:
        return False
    if not any(scope.name in methods for methods in listed.values()):
        return False
    return any(
        scope.name in listed.get(key, ())
        for one in model.ancestry(cls).classes
        if isinstance(one, Scope)
        for base in base_expressions(one)
        for key in (*_keys(model, one.source, base), *_class_of_app(model, one.source, base))
    )


def _class_of_app(model: Evaluation, source: Source, base: Node) -> Iterator[tuple[str, str]]:
    """Give package and name of a base that an application has: `class Put(app.Task)`."""
    owner, name = base.field("object"), base.field("attribute")
    if owner is not None and name is not None:
        yield from ((package, name.text) for package, _ in _keys(model, source, owner))


def _is_of_framework(model: Evaluation, source: Source, call: Node) -> bool:
    function = call.field("function")
    if function is None:
        return False
    owner = function.field("object") if function.kind == "attribute" else function
    values = model.type_of(source, owner) if owner is not None else ()
    names = (name for value in values for name in _class_names(model, value))
    return any(name.partition(".")[0] in _FRAMEWORKS for name in names)


def _dependencies(model: Evaluation) -> Iterator[Scope]:
    """Give what a framework calls for each request; a decorated function may be cached."""
    for name in _DEPENDS:
        for source, call in model.project.calls(name):
            if _is_of_framework(model, source, call):
                for node in (*positional(call)[:1], keyword(call, "dependency")):
                    if node is not None:
                        found = _functions(model, source, node)
                        yield from (scope for scope in found if not scope.decorators)


def _functions(model: Evaluation, source: Source, node: Node) -> Iterator[Scope]:
    """Give the functions that run when what an expression names is called."""
    for value in model.type_of(source, node):
        if isinstance(value, Function):
            yield value.scope
        elif isinstance(value, (Class, Instance)):
            name = "__init__" if isinstance(value, Class) else "__call__"
            found = model.member(value.cls, name)
            yield from (one.scope for one in found if isinstance(one, Function))
