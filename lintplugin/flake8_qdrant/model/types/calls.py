"""What a call gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flake8_qdrant.facts.arguments import arguments, keyword, positional
from flake8_qdrant.facts.nodes import string_value
from flake8_qdrant.facts.scopes import Import, Scope, ScopeKind
from flake8_qdrant.libraries.model import ARGUMENT, DecoratorRole, Kind
from flake8_qdrant.model.types.by_name import accessed, accessor, asks_by_name, get_attribute
from flake8_qdrant.model.types.containers import of_pairs, zipped
from flake8_qdrant.model.types.generics import made_variable
from flake8_qdrant.model.types.handed import given_to_partial, handed_over, made, returns_within
from flake8_qdrant.model.types.imports import imported
from flake8_qdrant.model.types.iteration import EXIT_STACKS, element, entered
from flake8_qdrant.model.types.local_mode import made_client
from flake8_qdrant.model.types.narrowing import instances
from flake8_qdrant.model.types.offloading import offload_result
from flake8_qdrant.model.types.overloads import chosen
from flake8_qdrant.model.types.records import namedtuple, namespace, record
from flake8_qdrant.model.types.stored import is_state_class, made_key
from flake8_qdrant.model.values import (
    NONE,
    NOTHING,
    PLAIN,
    UNKNOWN,
    Accessor,
    Call,
    Class,
    Collection,
    ContainerMethod,
    Context,
    Coroutine,
    Entered,
    External,
    ExternalInstance,
    ExternalMethod,
    Factory,
    Function,
    Instance,
    Keeping,
    Mapping,
    Module,
    Partial,
    Plain,
    RecordClass,
    Sdk,
    SdkClass,
    SdkMethod,
    State,
    Super,
    Tuple,
    Type,
    Unknown,
    Value,
    Wait,
    is_known,
    only,
    present,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.facts.source import Source
    from flake8_qdrant.libraries.model import Member
    from flake8_qdrant.model.evaluation import Evaluation
    from flake8_qdrant.model.values import Given


def call_result(model: Evaluation, source: Source, call: Node, value: Value) -> Type:
    """Tell what a call gives when `value` is what it calls."""
    handed_on = offload_result(model, source, call, value)
    if handed_on is not None:
        return handed_on
    if isinstance(value, SdkClass):
        return made_client(model, source, call, value.cls)
    if isinstance(value, SdkMethod):
        if value.member.returns == ARGUMENT:
            return _given_back(model, source, call, value.member)
        return _sdk_result(model, value)
    if isinstance(value, Class):
        return only(made(model, source, call, value.cls))
    if isinstance(value, Function):
        result = _function_result(model, chosen(model, source, call, value))
        if _is_choice(result):
            return _for_this_call(model, source, call, value)
        if is_known(result) or not _asks_by_parameter(value.scope):
            return result
        return _for_this_call(model, source, call, value, at_least=UNKNOWN)
    if isinstance(value, External):
        return _external_result(model, source, call, value)
    return _object_result(model, source, call, value)


def is_inert(model: Evaluation, value: Value) -> bool:
    """Tell whether calling a value surely blocks nothing, and gives nothing that can be awaited.

    This is so of most calls of a program, those of the standard library and of other packages.
    """
    if isinstance(value, External):
        is_known = value.name in _KNOWN or value.name.rpartition(".")[2] in _FIELDS
        return (
            not is_known and value.name not in _MAPPING and not model.tables.is_listed(value.name)
        )
    if isinstance(value, ExternalMethod):
        return value.owner not in EXIT_STACKS and value.name not in _PROVIDING
    if isinstance(value, ContainerMethod):
        return value.name not in _TAKING
    return isinstance(value, (ExternalInstance, Plain, Unknown))


def _object_result(model: Evaluation, source: Source, call: Node, value: Value) -> Type:
    if isinstance(value, Instance):
        methods = model.attribute(value, "__call__")
        own = (one for one in methods if isinstance(one, Function))
        return union(call_result(model, source, call, one) for one in own) or UNKNOWN
    if isinstance(value, Sdk):
        called = model.attribute(value, "__call__")
        return union(call_result(model, source, call, one) for one in called) or UNKNOWN
    if isinstance(value, Partial):
        return union(model.result(source, call, one) for one in present(value.function))
    if isinstance(value, (Accessor, Factory)):
        return value.result if isinstance(value, Factory) else _read(model, source, call, value)
    if isinstance(value, RecordClass):
        return record(model, source, call, value)
    if isinstance(value, Wait):
        return value.job.result if value.name in _RESULTS else PLAIN
    if isinstance(value, Keeping):
        return _argument(model, source, call, 0)
    if isinstance(value, ExternalMethod):
        return _foreign_result(model, source, call, value)
    if isinstance(value, ContainerMethod):
        return _container_result(model, source, call, value)
    return UNKNOWN


def _read(model: Evaluation, source: Source, call: Node, value: Accessor) -> Type:
    found = accessed(model, _argument(model, source, call, 0), only(value))
    return union(model.result(source, call, one) for one in found) if value.calls else found


def _foreign_result(model: Evaluation, source: Source, call: Node, value: ExternalMethod) -> Type:
    if value.owner in EXIT_STACKS:
        is_async = value.name == "enter_async_context"
        given = entered(model, _argument(model, source, call, 0), is_async=is_async)
        return only(Coroutine(given)) if is_async else given
    return _provided(model, source, call) if value.name in _PROVIDING else UNKNOWN


def _provided(model: Evaluation, source: Source, call: Node) -> Type:
    """A container of dependencies gives an object of the class that it is asked for."""
    asked = _argument(model, source, call, 0) if len(arguments(call)) == 1 else UNKNOWN
    found = [one for cls in asked for one in instances(cls)]
    return frozenset(found) if len(found) == len(asked) else UNKNOWN


def _sdk_result(model: Evaluation, value: SdkMethod) -> Type:
    member = value.member
    held = model.tables.class_at(member.returns) if member.returns else None
    result = only(Sdk(held)) if held is not None else UNKNOWN
    if member.kind is Kind.COROUTINE:
        return only(Coroutine(result, value))
    if member.kind in (Kind.AWAITABLE, Kind.ASYNC_ITERATOR):
        return UNKNOWN
    return result if held is not None else PLAIN


def _given_back(model: Evaluation, source: Source, call: Node, function: Member) -> Type:
    named = keyword(call, function.parameters[0]) if function.parameters else None
    return model.type_of(source, named) if named else _argument(model, source, call, 0)


def _function_result(model: Evaluation, value: Function) -> Type:
    decoration = model.decoration(value.scope)
    if decoration.opaque:
        return UNKNOWN
    if decoration.is_context or decoration.is_async_context:
        return only(Context(value, decoration.is_async_context))
    if value.scope.is_async or value.scope.is_generator:
        return only(Call(value))
    return model.returns(value)


def _is_choice(result: Type) -> bool:
    """Tell whether a function gives one of several clients."""
    return len(result) > 1 and all(isinstance(one, Sdk) for one in result)


def _asks_by_parameter(scope: Scope) -> bool:
    """Tell whether a function gives an attribute by the name that its caller says."""
    return any(asks_by_name(scope, one.name) for one in scope.parameters)


def _for_this_call(
    model: Evaluation,
    source: Source,
    call: Node,
    value: Function,
    *,
    at_least: Type | None = None,
) -> Type:
    """Tell which of several clients a function gives for what one call hands to it."""
    function = call.field("function")
    given: Given = ()
    if function is not None and value in model.type_of(source, function):
        given = handed_over(model, value, source, call)
    if not given:
        return model.returns(value)
    return returns_within(model, value, given, at_least=at_least)


def _container_result(
    model: Evaluation, source: Source, call: Node, value: ContainerMethod
) -> Type:
    owner, name = value.owner, value.name
    if isinstance(owner, Collection):
        return owner.item if name in ("pop", "popleft") else UNKNOWN
    if name in ("get", "pop", "setdefault"):
        given = positional(call)
        other = model.type_of(source, given[1]) if len(given) > 1 else NONE
        return union((owner.at(string_value(given[0]) if given else None), other))
    if name == "values":
        return only(Collection(owner.value))
    if name == "items":
        return only(Collection(only(Tuple((PLAIN, owner.value)))))
    return UNKNOWN


def _external_result(model: Evaluation, source: Source, call: Node, value: External) -> Type:
    name = value.name.rpartition(".")[2]
    handler = _KNOWN.get(value.name) or _FIELDS.get(name)
    if handler is not None:
        return handler(model, source, call)
    function = model.tables.function_at(value.name)
    held = model.tables.class_at(function.returns) if function and function.returns else None
    if held is not None:
        return only(Sdk(held))
    if model.tables.decorator(value.name) is DecoratorRole.KEEP:
        return _decorated(model, source, call, value)
    if is_state_class(value):
        return only(State())
    return only(ExternalInstance(value.name)) if name[:1].isupper() else UNKNOWN


def _decorated(model: Evaluation, source: Source, call: Node, value: External) -> Type:
    """A decorator is called with the function itself, or with its options first."""
    given = present(_argument(model, source, call, 0))
    is_function = bool(given) and all(isinstance(one, _CALLABLE) for one in given)
    return given if is_function and value.name != "functools.wraps" else only(Keeping())


def _argument(model: Evaluation, source: Source, call: Node, index: int) -> Type:
    given = positional(call)
    return model.type_of(source, given[index]) if index < len(given) else UNKNOWN


def _super(model: Evaluation, source: Source, call: Node) -> Type:
    scope: Scope | None = source.scope_of(call).frame()
    while scope is not None and not (scope.kind is ScopeKind.FUNCTION and scope.is_method):
        scope = scope.parent
    if scope is None or scope.parent is None or not scope.parameters:
        return UNKNOWN
    cls = scope.parent
    receivers = model.parameter(scope, scope.parameters[0])
    return (
        frozenset(Super(cls, one) for one in receivers if isinstance(one, (Instance, Class)))
        or UNKNOWN
    )


def _dict(model: Evaluation, source: Source, call: Node) -> Type:
    given = positional(call)
    if given:
        return of_pairs(model.type_of(source, given[0]))
    named = [(one.field("name"), one.field("value")) for one in arguments(call)]
    keys = tuple(
        (n.text, model.type_of(source, v)) for n, v in named if n is not None and v is not None
    )
    if len(keys) < len(named):
        return only(Mapping(UNKNOWN))
    return only(Mapping(union(type_ for _, type_ in keys), keys))


def _empty(_model: Evaluation, _source: Source, _call: Node) -> Type:
    """A cache, which the program fills."""
    return only(Mapping(NOTHING))


def _ordered(model: Evaluation, source: Source, call: Node) -> Type:
    return _dict(model, source, call) if arguments(call) else only(Mapping(NOTHING))


def _referred(model: Evaluation, source: Source, call: Node) -> Type:
    return only(Factory(_argument(model, source, call, 0)))


def _context_variable(model: Evaluation, source: Source, call: Node) -> Type:
    """A context variable holds what it is set to, or its default."""
    default = keyword(call, "default")
    return only(Mapping(NOTHING if default is None else present(model.type_of(source, default))))


def _imported(model: Evaluation, source: Source, call: Node) -> Type:
    given = positional(call)
    name = string_value(given[0]) if given else None
    return UNKNOWN if name is None else imported(model, source.name, Import(name))


def _sanic(_model: Evaluation, _source: Source, _call: Node) -> Type:
    return only(ExternalInstance("sanic.Sanic"))


def _local(_model: Evaluation, _source: Source, _call: Node) -> Type:
    return only(ExternalInstance("threading.local"))


def _globals(_model: Evaluation, source: Source, _call: Node) -> Type:
    return only(Module(source.path.stem, source.name))


def _new(model: Evaluation, source: Source, call: Node) -> Type:
    """`super().__new__(cls)` makes an object of the class that it is given."""
    classes = _argument(model, source, call, 0)
    return frozenset(Instance(one.cls) for one in classes if isinstance(one, Class)) or UNKNOWN


def _cast(model: Evaluation, source: Source, call: Node) -> Type:
    given = positional(call)
    return model.annotation(source, given[0]) if given else UNKNOWN


def _new_type(model: Evaluation, source: Source, call: Node) -> Type:
    """A `NewType` is called and promised like the class that it is made of."""
    given = positional(call)
    return model.type_of(source, given[1]) if len(given) > 1 else UNKNOWN


def _partial(model: Evaluation, source: Source, call: Node) -> Type:
    """What calls its first argument when it is called: a partial, or a provider of a container."""
    function = _argument(model, source, call, 0)
    return only(Partial(function, given_to_partial(model, function, source, call)))


def _same(model: Evaluation, source: Source, call: Node) -> Type:
    return _argument(model, source, call, 0)


def _closing(model: Evaluation, source: Source, call: Node) -> Type:
    return only(Entered(_argument(model, source, call, 0)))


def _iterator(model: Evaluation, source: Source, call: Node) -> Type:
    given = positional(call)
    return only(Collection(element(model, model.type_of(source, given[0])) if given else NOTHING))


def _chain(model: Evaluation, source: Source, call: Node) -> Type:
    given = positional(call)
    return only(Collection(union(element(model, model.type_of(source, one)) for one in given)))


def _next(model: Evaluation, source: Source, call: Node) -> Type:
    return element(model, _argument(model, source, call, 0))


def _enumerate(model: Evaluation, source: Source, call: Node) -> Type:
    item = element(model, _argument(model, source, call, 0))
    return only(Collection(only(Tuple((PLAIN, item)))))


def _zip(model: Evaluation, source: Source, call: Node) -> Type:
    given = positional(call)
    rows = zipped(given)
    if rows:
        made = (Tuple(tuple(model.type_of(source, one) for one in row)) for row in rows)
        return only(Collection(frozenset(made)))
    items = tuple(element(model, model.type_of(source, one)) for one in given)
    return only(Collection(only(Tuple(items))))


def _defaultdict(model: Evaluation, source: Source, call: Node) -> Type:
    factory = present(_argument(model, source, call, 0))
    if any(map(_reads_arguments, factory)):
        return only(Mapping(UNKNOWN))
    return only(Mapping(union(model.result(source, call, one) for one in factory) or UNKNOWN))


def _reads_arguments(value: Value) -> bool:
    """Tell whether a result depends on the arguments of its call, which a factory gets none of."""
    if isinstance(value, Partial):
        return any(map(_reads_arguments, present(value.function)))
    return isinstance(value, External)


def _field(model: Evaluation, source: Source, call: Node) -> Type:
    """A dataclass or pydantic field: its default, or what its factory gives."""
    factory, default = keyword(call, "default_factory"), keyword(call, "default")
    if factory is not None:
        return union(
            model.result(source, call, one) for one in present(model.type_of(source, factory))
        )
    given = default or next(iter(positional(call)), None)
    return model.type_of(source, given) if given is not None else NOTHING


_RESULTS: Final = ("get", "result")
"""Methods that wait for a job and give what it gave."""
_CALLABLE: Final = (Function, Partial, SdkMethod)
_FIELDS: Final = {"Field": _field, "PrivateAttr": _field}
"""Pydantic's, which other libraries hand on under names of their own."""
_TYPING: Final = ("typing", "typing_extensions")
_TAKING: Final = ("get", "items", "pop", "popleft", "setdefault", "values")
"""Methods of containers that give what is in them."""
_MAPPING: Final = ("builtins.filter", "builtins.map")
"""What calls a function that it is given, later."""
_PROVIDING: Final = ("get", "provide", "resolve")
_PROVIDERS: Final = ("Callable", "Factory", "Resource", "Singleton", "ThreadSafeSingleton")
_KNOWN: Final[dict[str, Callable[[Evaluation, Source, Node], Type]]] = {
    "attr.field": _field,
    "attr.ib": _field,
    "attrs.field": _field,
    "builtins.dict": _dict,
    "builtins.enumerate": _enumerate,
    "builtins.getattr": get_attribute,
    "builtins.iter": _iterator,
    "builtins.list": _iterator,
    "builtins.set": _iterator,
    "builtins.next": _next,
    "builtins.object.__new__": _new,
    "builtins.anext": _next,
    "builtins.reversed": _iterator,
    "builtins.sorted": _iterator,
    "builtins.super": _super,
    "builtins.tuple": _iterator,
    "builtins.zip": _zip,
    "builtins.__import__": _imported,
    "cachetools.LRUCache": _empty,
    "cachetools.TTLCache": _empty,
    "collections.ChainMap": _same,
    "collections.OrderedDict": _ordered,
    "collections.UserDict": _ordered,
    "collections.defaultdict": _defaultdict,
    "collections.deque": _iterator,
    "collections.namedtuple": namedtuple,
    "copy.deepcopy": _same,
    "itertools.chain": _chain,
    "itertools.cycle": _iterator,
    "itertools.islice": _iterator,
    "operator.attrgetter": accessor,
    "operator.methodcaller": accessor,
    "random.choice": _next,
    "sanic.Sanic.get_app": _sanic,
    "threading.local": _local,
    "types.MappingProxyType": _same,
    "types.SimpleNamespace": namespace,
    "weakref.WeakKeyDictionary": _empty,
    "weakref.WeakValueDictionary": _empty,
    "weakref.proxy": _same,
    "weakref.ref": _referred,
    "builtins.globals": _globals,
    "builtins.vars": _same,
    "aiohttp.web.AppKey": made_key,
    "aiohttp.web_app.AppKey": made_key,
    "contextvars.ContextVar": _context_variable,
    "importlib.import_module": _imported,
    "contextlib.aclosing": _closing,
    "contextlib.closing": _closing,
    "contextlib.nullcontext": _closing,
    "copy.copy": _same,
    "dataclasses.field": _field,
    "functools.partial": _partial,
    **{f"dependency_injector.providers.{name}": _partial for name in _PROVIDERS},
    **{f"{module}.TypeVar": made_variable for module in _TYPING},
    **{f"{module}.NewType": _new_type for module in _TYPING},
    **{f"{module}.cast": _cast for module in _TYPING},
}
