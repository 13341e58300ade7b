"""Code that waits for work in another thread, and holds the loop as long as that takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flake8_qdrant.facts.arguments import handed, keyword, positional
from flake8_qdrant.facts.placement import conditions
from flake8_qdrant.facts.scopes import BindingKind
from flake8_qdrant.facts.source import called_name
from flake8_qdrant.libraries.model import Gives, Takes
from flake8_qdrant.model.effects.value_use import ValueUse, use_of
from flake8_qdrant.model.types.callees import caller_of
from flake8_qdrant.model.types.iteration import element
from flake8_qdrant.model.types.names import binding_scope, seen_bindings
from flake8_qdrant.model.values import (
    NOTHING,
    PLAIN,
    Function,
    Instance,
    Job,
    Sdk,
    SdkMethod,
    Type,
    Wait,
    only,
    present,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.facts.source import Source
    from flake8_qdrant.model.evaluation import Evaluation

_THREAD: Final = "threading.Thread"
_EXECUTOR: Final = "concurrent.futures.Executor"
_TIMEOUTS: Final = ("0", "0.0")


def waited_jobs(model: Evaluation, source: Source, call: Node, called: Type) -> list[Job]:
    """Return the jobs, all of them alternatives, that a call waits for until they are done."""
    if called and all(isinstance(value, Wait) for value in called):
        if _may_be_done(source, call) or _gives_up_at_once(call):
            return []
        return [value.job for value in called if isinstance(value, Wait)]
    threads = _own_threads(model, source, call, called)
    if threads:
        return [] if _may_be_done(source, call) or _gives_up_at_once(call) else threads
    callers = {caller_of(model, value) for value in called}
    caller = next(iter(callers)) if len(callers) == 1 else None
    if caller is None or caller.takes is not Takes.FUTURES:
        return []
    given = handed(call, caller)
    return [] if given is None else _only_jobs(_items(model, source, given))


def _own_threads(model: Evaluation, source: Source, call: Node, called: Type) -> list[Job]:
    """Return what threads of the project's own classes run, if it is those that a call joins."""
    function = call.field("function")
    owner = function.field("object") if function is not None else None
    if owner is None or not called:
        return []
    if not all(_is_method(one, "join", _THREAD) for one in called):
        return []
    jobs: list[Job] = []
    for thread in present(model.type_of(source, owner)):
        methods = model.member(thread.cls, "run") if isinstance(thread, Instance) else NOTHING
        own = [one for one in methods if isinstance(one, Function)]
        if not own or not isinstance(thread, Instance):
            return []
        jobs += (Job(only(Function(one.scope, thread)), PLAIN, Gives.THREAD) for one in own)
    return jobs


def consumed_jobs(made: Type) -> list[Job]:
    """Return the jobs whose results an iterator gives, if it certainly is one."""
    jobs = _only_jobs(made)
    return jobs if all(job.gives is Gives.ITERATOR for job in jobs) else []


def jobs_until_exit(model: Evaluation, source: Source, call: Node) -> Iterator[Job]:
    """Give the jobs for which the end of `with ThreadPoolExecutor() as pool` waits.

    Those are the ones that nothing in the block has waited for.
    """
    made = present(model.type_of(source, call))
    around = call.parent
    if around is None or around.kind != "as_pattern" or not all(map(_is_executor, made)):
        return
    statement = next((one for one in call.ancestors() if one.kind == "with_statement"), None)
    name = around.children[-1].text
    for submit in statement.find_all("call") if statement is not None else ():
        function = submit.field("function")
        owner = function.field("object") if function is not None else None
        if (
            owner is not None
            and owner.text == name
            and use_of(source, submit).use is ValueUse.DROPPED
        ):
            yield from _only_jobs(present(model.type_of(source, submit)))


def jobs_until_shutdown(
    model: Evaluation, source: Source, call: Node, called: Type
) -> Iterator[Job]:
    """Give the jobs for which `pool.shutdown()` waits: a function's own that are not waited for."""
    if not called or not all(_is_method(one, "shutdown", _EXECUTOR) for one in called):
        return
    function = call.field("function")
    owner = function.field("object") if function is not None else None
    if owner is None:
        return
    wait = keyword(call, "wait") or next(iter(positional(call)), None)
    if wait is not None and wait.kind == "false":
        return
    for submit in source.scope_of(call).frame().calls:
        by = submit.field("function")
        pool = by.field("object") if by is not None else None
        if pool is None or pool.text != owner.text or submit.start > call.start:
            continue
        if use_of(source, submit).use is ValueUse.DROPPED:
            yield from _only_jobs(present(model.type_of(source, submit)))


def _is_method(value: object, name: str, cls: str) -> bool:
    """Tell whether a value is that method of a listed class, or of one made from it."""
    return (
        isinstance(value, SdkMethod)
        and value.cls is not None
        and value.member.name == name
        and cls in value.cls.lineage
    )


def _is_executor(value: object) -> bool:
    return isinstance(value, Sdk) and _EXECUTOR in value.cls.lineage


def _only_jobs(type_: Type) -> list[Job]:
    jobs = [value for value in type_ if isinstance(value, Job)]
    return jobs if len(jobs) == len(type_) else []


def _items(model: Evaluation, source: Source, node: Node) -> Type:
    """Tell what stepping through an expression gives; for a dictionary, its keys."""
    shown = node
    if node.kind == "identifier":
        scope = binding_scope(source.scope_of(node), node.text)
        bindings = [] if scope is None else seen_bindings(scope, source.scope_of(node), node)
        if len(bindings) == 1 and bindings[0].value is not None and not bindings[0].unpack:
            shown = bindings[0].value
    if shown.kind == "dictionary_comprehension":
        pair = shown.field("body")
        key = pair.field("key") if pair is not None else None
        return NOTHING if key is None else present(model.type_of(source, key))
    return present(element(model, model.type_of(source, node)))


def _gives_up_at_once(call: Node) -> bool:
    timeout = keyword(call, "timeout") or next(iter(positional(call)), None)
    return timeout is not None and timeout.text in _TIMEOUTS


def _may_be_done(source: Source, call: Node) -> bool:
    """Tell whether the code has asked, or has waited for the job before in another way."""
    if any("done()" in condition.text for condition in conditions(call)):
        return True
    function = call.field("function")
    owner = function.field("object") if function is not None else None
    names = set() if owner is None else set(_names(source, owner))
    frame = source.scope_of(call).frame()
    return any(
        one.end <= call.start and any(next(one.find_names(name), None) for name in names)
        for one in frame.node.find_all("await")
    ) or any(
        one.end <= call.start and (_is_handed(one, names) or _asks_whether_done(one, names))
        for one in frame.node.find_all("call")
        if one != call and not call.is_within(one) and source.scope_of(one) is frame
    )


def _names(source: Source, node: Node) -> Iterator[str]:
    """Give the variable that holds a job, and that of the jobs which a loop steps through."""
    if node.kind != "identifier":
        return
    yield node.text
    scope = binding_scope(source.scope_of(node), node.text)
    for binding in scope.bindings[node.text] if scope is not None else ():
        if binding.kind is BindingKind.ITERATION and binding.value is not None:
            yield from (one.text for one in binding.value.find_all("identifier"))


def _asks_whether_done(call: Node, names: set[str]) -> bool:
    function = call.field("function")
    owner = function.field("object") if function is not None else None
    return owner is not None and owner.text in names and called_name(call) == "done"


def _is_handed(call: Node, names: set[str]) -> bool:
    """Tell whether a job is handed to a function, which may wait for it."""
    return any(one.text in names for one in positional(call))
