"""Classes of the project: their bases, their members, and attributes of any value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flake8_qdrant.facts.scopes import BindingKind, Scope, ScopeKind
from flake8_qdrant.libraries.model import ClassInfo, Gives, Kind
from flake8_qdrant.model.evaluation import Ancestry
from flake8_qdrant.model.framework_state import STATES
from flake8_qdrant.model.types.generics import generic_bases
from flake8_qdrant.model.types.handed import calls_above, given_attribute
from flake8_qdrant.model.types.imports import module_attribute, outside
from flake8_qdrant.model.types.narrowing import is_narrower
from flake8_qdrant.model.types.proxies import described, forwarded
from flake8_qdrant.model.types.stored import state_item
from flake8_qdrant.model.values import (
    PLAIN,
    UNKNOWN,
    UNSPECIFIED,
    Class,
    Collection,
    ContainerMethod,
    Coroutine,
    External,
    ExternalInstance,
    ExternalMethod,
    Factory,
    Function,
    Instance,
    Job,
    Mapping,
    Module,
    Plain,
    Record,
    Sdk,
    SdkClass,
    SdkMethod,
    State,
    Super,
    Type,
    Value,
    Wait,
    is_known,
    is_vague,
    only,
    present,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.facts.scopes import AttributeAssignment
    from flake8_qdrant.model.evaluation import Evaluation

_CLOSED_BASES: Final = frozenset(
    {
        "abc.ABC", "builtins.object", "typing.Protocol", "typing_extensions.Protocol",
        "typing.Generic", "typing.NamedTuple", "typing.TypedDict", "enum.Enum", "enum.StrEnum",
        "pydantic.BaseModel", "pydantic_settings.BaseSettings", "builtins.Exception",
    }
)  # fmt: skip


_JOB_CLASSES: Final = {
    Gives.FUTURE: ("concurrent.futures.Future", "multiprocessing.pool.AsyncResult"),
    Gives.THREAD: ("threading.Thread",),
}


def base_expressions(cls: Scope) -> Iterator[Node]:
    """Give the base classes as written, keywords such as `metaclass=` left out."""
    listing = cls.node.field("superclasses")
    if listing is None:
        return
    for base in listing.children:
        if base.kind == "subscript":
            value = base.field("value")
            if value is not None:
                yield value
        elif base.kind in ("identifier", "attribute"):
            yield base


def find_ancestry(model: Evaluation, cls: Scope) -> Ancestry:
    """Return the class, its bases and theirs, depth first, each once."""
    found: list[Scope | ClassInfo] = [cls]
    is_open = False
    for expression in base_expressions(cls):
        for base in model.type_of(cls.source, expression):
            if isinstance(base, Class) and base.cls is not cls:
                above = model.ancestry(base.cls)
                found += (one for one in above.classes if one not in found)
                is_open = is_open or above.open
            elif isinstance(base, SdkClass):
                found.append(base.cls)
            elif not (isinstance(base, External) and base.name in _CLOSED_BASES):
                is_open = True
    return Ancestry(tuple(found), is_open)


def subclasses(model: Evaluation, cls: Scope) -> list[Scope]:
    """Return the project's classes that derive from a class, at any distance."""
    return model.remember(("subclasses", cls), cls, lambda: _subclasses(model, cls), [])


def _subclasses(model: Evaluation, cls: Scope) -> list[Scope]:
    found: dict[Scope, None] = {}
    names, seen = [cls.name], {cls.name}
    while names:
        for one in model.project.classes_deriving(names.pop()):
            if one is not cls and one not in found and cls in model.ancestry(one).classes:
                found[one] = None
                if one.name not in seen:
                    seen.add(one.name)
                    names.append(one.name)
    return sorted(found, key=lambda one: (str(one.source.path), one.start))


def field_at(model: Evaluation, cls: Scope, index: int) -> str | None:
    """Return the name of a named tuple's field; None for any other class."""
    bases = (base for one in base_expressions(cls) for base in model.type_of(cls.source, one))
    if External("typing.NamedTuple") not in bases:
        return None
    fields = [name for name, found in cls.bindings.items() if found[0].annotation is not None]
    return fields[index] if index < len(fields) else None


def implementers(model: Evaluation, cls: Scope, *, with_doubles: bool = True) -> list[Scope]:
    """Return the classes that implement a base class, or that fit a protocol.

    Args:
        model: the semantic model.
        cls: the base class or protocol.
        with_doubles: also those in the project's tests; without them, the program itself never
            meets these.
    """
    found = _implementers(model, cls)
    real = [one for one in found if not _is_double(model, one)]
    return found if with_doubles or not real else real


def _is_double(model: Evaluation, cls: Scope) -> bool:
    return model.project.layout.is_of_tests(cls.source.name)


def _implementers(model: Evaluation, cls: Scope) -> list[Scope]:
    below = subclasses(model, cls)
    if below or not is_protocol(model, cls):
        return below
    wanted = {child.name for child in cls.children if child.kind is ScopeKind.FUNCTION}
    return [
        one
        for one in model.project.classes_with(wanted)
        if one is not cls and not is_protocol(model, one)
    ]


def is_protocol(model: Evaluation, cls: Scope) -> bool:
    """Tell whether a class of the project is a protocol."""
    bases = (base for one in base_expressions(cls) for base in model.type_of(cls.source, one))
    return any(isinstance(base, External) and base.name.endswith(".Protocol") for base in bases)


def find_member(model: Evaluation, cls: Scope, name: str) -> Type:
    """Tell what a class has under a name: a method, or whatever is assigned to the attribute."""
    ancestry = model.ancestry(cls)
    found = _member_in(model, ancestry, name)
    if not is_known(found):
        given = [given_attribute(model, base, name) for base in generic_bases(model, cls)]
        found = next((one for one in given if one is not None), found)
    if found:
        return found
    handed_on = forwarded(model, ancestry, name)
    if handed_on is not None:
        return handed_on
    below = [_member_in(model, model.ancestry(one), name) for one in subclasses(model, cls)]
    return union(one for one in below if one) or UNKNOWN


def _member_in(model: Evaluation, ancestry: Ancestry, name: str) -> Type:
    assigned: list[Type] = []
    for cls in ancestry.classes:
        if isinstance(cls, ClassInfo):
            member = cls.member(name)
            if member is not None and not any(assigned):
                return sdk_member(model, cls, member.name)
            continue
        method = _method(model, cls, name)
        if method is not None and not any(assigned):
            return method
        declared = _declared(model, cls, name)
        if is_known(declared):
            return _narrowed(model, ancestry, name, declared)
        assigned.append(declared)
        assigned += (_assigned(model, one) for one in cls.attributes.get(name, ()))
    own = _as_built(union(assigned))
    if present(own) or not model.project.attributes(name):
        return own
    return union((own, _assigned_outside(model, ancestry, name)))


def _narrowed(model: Evaluation, ancestry: Ancestry, name: str, declared: Type) -> Type:
    """Let what is assigned to an attribute win over an annotation that says less."""
    if not any(isinstance(value, (Instance, Sdk)) for value in declared):
        return declared
    scopes = [one for one in ancestry.classes if isinstance(one, Scope)]
    held = [_assigned(model, one) for cls in scopes for one in cls.attributes.get(name, ())]
    if not any(map(present, held)):
        return declared
    if model.project.attributes(name):
        held.append(_assigned_outside(model, ancestry, name))
    joined = union(held)
    return joined if is_narrower(model, joined, declared) else declared


def _as_built(assigned: Type) -> Type:
    """Take what a caller may hand in to be what the class builds itself if it gets nothing."""
    rest = assigned - UNSPECIFIED
    return rest if all(isinstance(value, Sdk) for value in present(rest)) else assigned


def _method(model: Evaluation, cls: Scope, name: str) -> Type | None:
    """Return what a `def` or nested class of the class body is."""
    bindings = cls.bindings.get(name)
    if not bindings or bindings[-1].kind not in (BindingKind.FUNCTION, BindingKind.CLASS):
        return None
    return model.binding(bindings[-1])


def _declared(model: Evaluation, cls: Scope, name: str) -> Type:
    """Return what annotations promise, or else what the class body assigns."""
    annotated = [b for b in cls.bindings.get(name, ()) if b.annotation is not None]
    annotated += (
        a.binding for a in cls.attributes.get(name, ()) if a.binding.annotation is not None
    )
    for binding in annotated:
        if binding.annotation is not None:
            promised = model.annotation(binding.scope.source, binding.annotation)
            if is_known(promised) and not is_vague(promised):
                return promised
    return union(
        model.binding(b)
        for b in cls.bindings.get(name, ())
        if b.value is not None or b.kind is not BindingKind.ASSIGNMENT
    )


def _assigned(model: Evaluation, assignment: AttributeAssignment) -> Type:
    return model.binding(assignment.binding)


def _assigned_outside(model: Evaluation, ancestry: Ancestry, name: str) -> Type:
    """Return what other code assigns to the attribute of an object of the class.

    What a test puts there is there in that test alone.
    """
    found = []
    of_tests = model.project.layout.is_of_tests
    in_tests = any(isinstance(one, Scope) and of_tests(one.source.name) for one in ancestry.classes)
    for source, assignment in model.project.attributes(name):
        if of_tests(source.name) and not in_tests:
            continue
        holders = model.type_of(source, assignment.target)
        if any(
            isinstance(one, (Instance, Class)) and one.cls in ancestry.classes for one in holders
        ):
            found.append(_assigned(model, assignment))
    return union(found)


def sdk_member(model: Evaluation, cls: ClassInfo, name: str) -> Type:
    """Tell what a member of a table's class is, for an object of the class."""
    member = cls.member(name)
    if member is None:
        return UNKNOWN
    if not member.is_property:
        return only(SdkMethod(cls, member, cls.library))
    held = model.tables.class_at(member.returns) if member.returns else None
    return only(Sdk(held)) if held is not None else UNKNOWN


def find_attribute(model: Evaluation, value: Value, name: str) -> Type:
    """Tell what `value.name` may be."""
    if isinstance(value, Module):
        return module_attribute(model, value, name)
    if isinstance(value, (Sdk, SdkClass)):
        return sdk_member(model, value.cls, name)
    if isinstance(value, (Instance, Class)):
        return _bound(model, value, name)
    if isinstance(value, Super):
        return _above(model, value, name)
    if isinstance(value, (External, ExternalInstance)):
        return _of_external(model, value, name)
    if isinstance(value, State):
        return state_item(model, name)
    if isinstance(value, Coroutine):
        task = model.tables.class_at("asyncio.Task")
        return UNKNOWN if task is None else sdk_member(model, task, name)
    if isinstance(value, Job):
        return _of_job(model, value, name)
    return _of_data(value, name)


def _of_data(value: Value, name: str) -> Type:
    if isinstance(value, (Collection, Mapping)):
        return only(ContainerMethod(value, name))
    if isinstance(value, Record):
        return dict(value.fields).get(name, UNKNOWN)
    return PLAIN if isinstance(value, Plain) and value not in PLAIN else UNKNOWN


def _of_job(model: Evaluation, job: Job, name: str) -> Type:
    """A job's blocking methods wait for it; the others are those of its class."""
    for path in _JOB_CLASSES.get(job.gives, ()):
        cls = model.tables.class_at(path)
        member = None if cls is None else cls.member(name)
        if cls is not None and member is not None:
            blocks = member.kind is Kind.BLOCKING
            return only(Wait(job, name) if blocks else SdkMethod(cls, member, cls.library))
    return UNKNOWN


def _bound(model: Evaluation, value: Instance | Class, name: str) -> Type:
    if name == "__dict__":
        return only(value)  # its items are the attributes
    if name == "__subclasses__" and isinstance(value, Class):
        below = frozenset(Class(one) for one in subclasses(model, value.cls))
        return only(Factory(only(Collection(below))))
    tells = isinstance(value, Instance) and (value.given or calls_above(value.cls))
    own = given_attribute(model, value, name) if tells and isinstance(value, Instance) else None
    if own is not None:
        return own
    found = model.member(value.cls, name)
    if isinstance(value, Instance) and _is_in_body(model, value.cls, name):
        return union(described(model, one) or _bind(model, one, value) for one in found)
    return union(_bind(model, one, value) for one in found)


def _is_in_body(model: Evaluation, cls: Scope, name: str) -> bool:
    classes = model.ancestry(cls).classes
    return any(isinstance(one, Scope) and name in one.bindings for one in classes)


def _bind(model: Evaluation, member: Value, receiver: Instance | Class) -> Type:
    """Give a function found in a class its receiver; read a property."""
    if (
        not isinstance(member, Function)
        or not member.scope.is_method
        or member.receiver is not None
    ):
        return only(member)
    decoration = model.decoration(member.scope)
    if decoration.is_property:
        return (
            model.returns(Function(member.scope, receiver))
            if isinstance(receiver, Instance)
            else UNKNOWN
        )
    if decoration.is_static:
        return only(member)
    if decoration.is_class:
        return only(Function(member.scope, Class(receiver.cls)))
    return (
        only(Function(member.scope, receiver)) if isinstance(receiver, Instance) else only(member)
    )


def getter(model: Evaluation, owner: Value, name: str) -> Function | None:
    """Return the function behind a property of a project's class, if the attribute is one."""
    if not isinstance(owner, Instance):
        return None
    for one in model.member(owner.cls, name):
        if isinstance(one, Function) and model.decoration(one.scope).is_property:
            return Function(one.scope, owner)
    return None


def _above(model: Evaluation, value: Super, name: str) -> Type:
    ancestry = model.ancestry(value.receiver.cls)
    rest = tuple(one for one in ancestry.classes if one is not value.cls)
    if value.cls in ancestry.classes:
        rest = ancestry.classes[ancestry.classes.index(value.cls) + 1 :]
    found = _member_in(model, Ancestry(rest, ancestry.open), name)
    if not found and name == "__new__":
        return only(External("builtins.object.__new__"))
    return union(_bind(model, one, value.receiver) for one in found) if found else UNKNOWN


def _of_external(model: Evaluation, value: External | ExternalInstance, name: str) -> Type:
    if isinstance(value, External):
        found = outside(model, f"{value.name}.{name}")
        if found != only(External(f"{value.name}.{name}")):
            return found
    if name in STATES:
        return only(State())
    package = value.name.partition(".")[0]
    held = [
        _assigned(model, assignment)
        for source, assignment in model.project.attributes(name)
        for holder in model.type_of(source, assignment.target)
        if _package(holder) == package
    ]
    if held:
        return union(held)
    if isinstance(value, External):
        return only(External(f"{value.name}.{name}"))
    return only(State()) if name == "app" else only(ExternalMethod(value.name, name))


def _package(holder: Value) -> str:
    """Return the top-level name of where an object of no class of the project comes from."""
    if isinstance(holder, Sdk):
        return holder.cls.name.partition(".")[0]
    return holder.name.partition(".")[0] if isinstance(holder, (External, ExternalInstance)) else ""
