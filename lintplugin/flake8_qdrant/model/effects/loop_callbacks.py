"""Plain functions that a framework calls on the thread of its event loop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flake8_qdrant.facts.arguments import keyword, positional
from flake8_qdrant.facts.scopes import Scope, ScopeKind
from flake8_qdrant.model.types.classes import base_expressions
from flake8_qdrant.model.values import External, ExternalInstance, Function, Sdk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.facts.source import Source
    from flake8_qdrant.model.evaluation import Evaluation

_VERBS: Final = frozenset(("delete", "get", "head", "options", "patch", "post", "put", "route"))
_SANIC: Final = _VERBS | {
    "after_server_start",
    "after_server_stop",
    "before_server_start",
    "before_server_stop",
    "exception",
    "listener",
    "middleware",
    "on_request",
    "on_response",
    "signal",
}
_CALLED_ON_LOOP: Final = {
    ("mcp", "FastMCP"): frozenset(("prompt", "resource", "tool")),
    ("sanic", "Blueprint"): _SANIC,
    ("sanic", "Sanic"): _SANIC,
    ("socketio", "AsyncServer"): frozenset(("event", "on")),
}
"""Methods whose decorator registers a plain function that is called as it is, by package and class.

The MCP SDK's own class does so in all of 1.x. The package `fastmcp` hands plain functions to a
thread since 3.0, so of that nothing is told.
"""
_REGISTERING: Final = {"add_tool": ("mcp", "FastMCP")}
"""Methods that register their first argument in the same way."""
_FUNCTIONS: Final = {
    "chainlit": frozenset(
        (
            "action_callback",
            "on_chat_end",
            "on_chat_resume",
            "on_chat_start",
            "on_message",
            "on_settings_update",
            "on_stop",
        )
    ),
    "strawberry": frozenset(("field", "mutation")),
}
"""Decorators that are functions of a package. Chainlit has `make_async` for what blocks."""
_RESOLVERS: Final = "strawberry"
"""A package whose resolvers run on the loop, unless the schema is served by a plain view."""
_PLAIN_VIEWS: Final = (
    "execute_sync",
    "strawberry.flask",
    "strawberry.django",
    "strawberry.chalice",
)
_LITESTAR: Final = ("litestar", "sync_to_thread")
"""A package whose plain handlers stay on the loop where an argument says so."""
_PROTOCOL: Final = frozenset(
    (
        "buffer_updated",
        "connection_lost",
        "connection_made",
        "data_received",
        "datagram_received",
        "eof_received",
        "error_received",
        "pipe_data_received",
        "process_exited",
    )
)
_CLASSES: Final = {
    **{
        ("asyncio", name): _PROTOCOL
        for name in ("BufferedProtocol", "DatagramProtocol", "Protocol", "SubprocessProtocol")
    },
    ("sanic", "HTTPMethodView"): _VERBS,
    ("tornado", "RequestHandler"): _VERBS | {"on_finish", "prepare"},
    ("tornado", "WebSocketHandler"): frozenset(("on_close", "on_message", "open")),
}
"""Methods of classes that derive from one of a package, which are called as they are."""


def is_called_on_loop(model: Evaluation, scope: Scope) -> bool:
    """Tell whether a framework certainly calls a plain function on its loop's thread."""
    frame = scope.frame()
    if frame.kind is not ScopeKind.FUNCTION or frame.is_async or frame.is_generator:
        return False
    if any(_keeps_on_loop(model, frame.source, one) for one in frame.decorators):
        return True
    return _is_method_on_loop(model, frame) or frame in model.once(
        "registered on loops", lambda: frozenset(_registered(model)), frozenset[Scope]()
    )


def _keeps_on_loop(model: Evaluation, source: Source, decorator: Node) -> bool:
    named = decorator.field("function") if decorator.kind == "call" else decorator
    if named is None:
        return False
    if _is_function_of(model, source, named):
        return True
    package, argument = _LITESTAR
    if decorator.kind == "call" and any(
        isinstance(one, External) and one.name.partition(".")[0] == package
        for one in model.type_of(source, named)
    ):
        told = keyword(decorator, argument)
        return told is not None and told.kind == "false"
    owner, method = named.field("object"), named.field("attribute")
    if owner is None or method is None or named.kind != "attribute":
        return False
    return any(method.text in _CALLED_ON_LOOP.get(key, ()) for key in _keys(model, source, owner))


def _is_function_of(model: Evaluation, source: Source, named: Node) -> bool:
    name = named.text.rpartition(".")[2]
    if not any(name in names for names in _FUNCTIONS.values()):
        return False
    packages = {
        one.name.partition(".")[0]
        for one in model.type_of(source, named)
        if isinstance(one, External)
        and one.name.rpartition(".")[2] in _FUNCTIONS.get(one.name.partition(".")[0], ())
    }
    return bool(packages) and (_RESOLVERS not in packages or not _has_plain_views(model))


def _has_plain_views(model: Evaluation) -> bool:
    return model.once(
        "plain views",
        lambda: any(
            source.mentions(word)
            for source in model.project.holding(_RESOLVERS)
            for word in _PLAIN_VIEWS
        ),
        least=False,
    )


def _is_method_on_loop(model: Evaluation, scope: Scope) -> bool:
    cls = scope.parent
    if cls is None or not scope.is_method:
        return False
    if not any(scope.name in names for names in _CLASSES.values()):
        return False
    return any(
        scope.name
        in _CLASSES.get((value.name.partition(".")[0], value.name.rpartition(".")[2]), ())
        for base in base_expressions(cls)
        for value in model.type_of(cls.source, base)
        if isinstance(value, External)
    )


def _registered(model: Evaluation) -> Iterator[Scope]:
    for name, wanted in _REGISTERING.items():
        for source, call in model.project.calls(name):
            function, given = call.field("function"), positional(call)
            owner = function.field("object") if function is not None else None
            if owner is not None and given and wanted in _keys(model, source, owner):
                values = model.type_of(source, given[0])
                yield from (one.scope for one in values if isinstance(one, Function))
    for source in model.project.holding(_RESOLVERS) if not _has_plain_views(model) else ():
        for name in _FUNCTIONS[_RESOLVERS]:
            for call in source.calls_by_name.get(name, ()):
                resolver, called = keyword(call, "resolver"), call.field("function")
                if resolver is not None and called and _is_function_of(model, source, called):
                    values = model.type_of(source, resolver)
                    yield from (one.scope for one in values if isinstance(one, Function))


def _keys(model: Evaluation, source: Source, node: Node) -> set[tuple[str, str]]:
    values = [
        one for one in model.type_of(source, node) if isinstance(one, (ExternalInstance, Sdk))
    ]
    names = [one.cls.name if isinstance(one, Sdk) else one.name for one in values]
    return {(name.partition(".")[0], name.rpartition(".")[2]) for name in names}
