"""What is known of a client library: classes, their members, and what moves work off the loop."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flake8_qdrant.libraries.release import Release, Span


SELF: Final = "Self"
"""What a table writes for a member that returns an object of the class it is asked of."""


ARGUMENT: Final = "argument"
"""What a table writes for a function that gives back its first argument."""


class TableError(ValueError):
    """A table says something that has no meaning; the text names file, key and what is allowed."""


class Kind(str, Enum):
    """What using a member does to the thread that uses it."""

    BLOCKING = "blocking"
    """Does I/O on the calling thread and returns when it is done."""
    COROUTINE = "coroutine"
    """Gives a coroutine: nothing happens until it is awaited."""
    AWAITABLE = "awaitable"
    """Gives an object that may be awaited; dropping it is no certain mistake."""
    ASYNC_ITERATOR = "async_iterator"
    """Gives an asynchronous iterator: ``async for`` takes it, ``await`` does not."""
    QUIET = "quiet"
    """Returns at once, without I/O."""
    CPU = "cpu"
    """Computes on the calling thread."""


class Colour(str, Enum):
    """Whether the I/O of a class is done by the calling thread or by the event loop."""

    SYNC = "sync"
    ASYNC = "async"


class Family(str, Enum):
    """Which rules speak about a library."""

    MAIN = "main"
    """The client the linter is for: QDR1xx to QDR4xx."""
    BESIDE = "beside"
    """A client used in the same coroutines: QDR501, QDR502."""
    CPU = "cpu"
    """Computes where it is called: QDR104."""
    RUNTIME = "runtime"
    """Event loops, threads and decorators; has no findings of its own."""


class Gives(str, Enum):
    """What a call gives that hands work to somebody else."""

    COROUTINE = "coroutine"
    """Nothing happens until it is awaited."""
    AWAITABLE = "awaitable"
    """The work has started; awaiting it gives the result."""
    FUTURE = "future"
    """The work has started in another thread or process; ``result()`` blocks."""
    ASYNC_FUNCTION = "async_function"
    """A function: calling it gives a coroutine."""
    SYNC_FUNCTION = "sync_function"
    """A function: calling it blocks until the work is done."""
    ITERATOR = "iterator"
    """Iterating it blocks until the work is done."""
    THREAD = "thread"
    """A thread or process that does the work once it is started; ``join()`` blocks."""
    AWAITABLES = "awaitables"
    """Iterating it gives awaitables, one a result."""
    RESULT = "result"
    """The work is done when the call returns."""
    NOTHING = "nothing"
    """None, a handle, or an object that is not the result."""


class Takes(str, Enum):
    """What the argument is that a call hands over."""

    FUNCTION = "function"
    """A plain function, lambda or bound method."""
    ASYNC_FUNCTION = "async_function"
    """A coroutine function."""
    AWAITABLE = "awaitable"
    """A coroutine or another awaitable."""
    AWAITABLES = "awaitables"
    """Any number of awaitables, from this position on."""
    ITERABLE = "iterable"
    """One iterable of awaitables."""
    FUTURES = "futures"
    """One iterable of futures of threads, which are waited for."""


class DecoratorRole(str, Enum):
    """What a decorated function is afterwards."""

    KEEP = "keep"
    """A function that is called as before and gives what it gave before."""
    PROPERTY = "property"
    """An attribute: reading it calls the function."""
    STATIC_METHOD = "static_method"
    CLASS_METHOD = "class_method"
    CONTEXT_MANAGER = "context_manager"
    """A function that gives a context manager; ``with`` runs it up to its ``yield``."""
    ASYNC_CONTEXT_MANAGER = "async_context_manager"


class OffloadRole(str, Enum):
    """What becomes of an argument that a call hands on; also the name of a table's section."""

    OFFLOADER = "offloaders"
    """Another thread or process runs it."""
    CALLER = "callers"
    """It is called where it is handed over, before the call returns."""
    LOOP_CALLBACK = "loop_callbacks"
    """The event loop runs it later, on its own thread."""
    CONSUMER = "consumers"
    """It is awaited for the caller."""
    RUNNER = "runners"
    """An event loop is started or driven for it from plain code."""


@dataclass(frozen=True, slots=True)
class Library:
    """A library that a table describes.

    Attributes:
        name: the table's name.
        distribution: the name it is installed by; empty for the runtime.
        label: how messages call it.
        release: the release that members are told for; None for the newest one known.
        first_read, last_read: the versions between which the table was made, or None.
    """

    name: str
    distribution: str
    label: str
    family: Family
    release: Release | None = None
    first_read: str | None = None
    last_read: str | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """The call that does in one request what many calls do."""

    method: str
    parameter: str

    def __str__(self) -> str:
        return f"{self.method}({self.parameter}=[...])"


class Embeds(str, Enum):
    """When a member computes embeddings on the calling thread, the loop's included."""

    INPUTS = "inputs"
    """When an argument holds one of the library's inference inputs."""
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class Member:
    """A method or attribute of a class, or a module's function or object.

    Attributes:
        name: its name; for a module's function the dotted path.
        kind: what using it does. For a property that is reading it, else calling it.
        span: the releases for which this is so.
        is_property: it is read, not called.
        lazy: it returns at once, and ``kind`` happens while the result is iterated.
        returns: dotted name of the class that one gets, after ``await`` where that is needed, or
            `ARGUMENT`.
        embeds: when it computes embeddings, although it is no ``cpu``.
        batch: what does the same for many at once.
        twin: the coroutine function of the same class that does the same.
        parameters: its first parameters in order, without ``self``; empty if they are not told.
        unless: arguments with which it is quiet, as ``name`` or ``name=value``.
        note: why, for a message; empty where the kind says it all.
    """

    name: str
    kind: Kind
    span: Span
    is_property: bool = False
    lazy: bool = False
    returns: str | None = None
    embeds: Embeds | None = None
    batch: Batch | None = None
    twin: str | None = None
    parameters: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Inference:
    """Arguments that make a client compute embeddings on the calling thread.

    Attributes:
        inputs: dotted names of the classes that ask for it.
        unless: constructor argument which, when true, leaves the computing to the server.
    """

    inputs: tuple[str, ...]
    unless: str


@dataclass(frozen=True, slots=True)
class Pitfall:
    """An argument that does harm by itself.

    Attributes:
        name: what the table calls it.
        calls: patterns of dotted methods; `*` stands for any public one.
        argument: the parameter that gets it.
        value: the literal that does harm, or `fraction` for a number that is not whole; None for
            every value but None.
        releases: those for which this is so.
        unless_client: constructor arguments of a client with which it is not, as ``name=value``.
        followed_by: methods, one of which must follow on the same client and collection.
        harm: what it does, for a message, with the figure where one was measured.
        remedy: what to do instead.
    """

    name: str
    calls: tuple[str, ...]
    argument: str
    value: str | None
    releases: Span
    unless_client: tuple[str, ...]
    followed_by: tuple[str, ...]
    harm: str
    remedy: str

    def concerns(self, method: str, release: Release | None) -> bool:
        """Tell whether a method, by its dotted name, and a release are among those it is about."""
        if release is None and self.releases.until is not None:
            return False
        if release is not None and release not in self.releases:
            return False
        before, _, name = method.rpartition(".")
        every = "" if name.startswith("_") else f"{before}.*"
        return method in self.calls or every in self.calls


@dataclass(frozen=True, slots=True)
class ClassInfo:
    """A class of a client library, as it is in the release in effect.

    Attributes:
        name: canonical dotted name.
        paths: every dotted path under which it can be imported, ``name`` first.
        colour: None where that has no meaning.
        counterpart: dotted name of the same client in the other colour.
        bases: dotted names of base classes in the tables; their members are members here.
        close: the method that releases what the object holds.
        finalizer: the object closes itself when it is dropped.
        loop_bound: belongs to the event loop in which it is first used.
        local_arguments: constructor arguments with which it opens local files or memory instead of
            a connection, as ``name`` or ``name=value``.
        callbacks: constructor arguments that are functions which it calls where its methods run.
        default: what a public name is that is not listed; None if nothing is known of it.
    """

    name: str
    library: Library
    paths: tuple[str, ...] = ()
    colour: Colour | None = None
    counterpart: str | None = None
    bases: tuple[str, ...] = ()
    close: str | None = None
    finalizer: bool = False
    loop_bound: bool = False
    local_arguments: tuple[str, ...] = ()
    callbacks: tuple[str, ...] = ()
    default: Member | None = None
    members: Mapping[str, tuple[Member, ...]] = field(
        default_factory=dict, compare=False, repr=False
    )

    @property
    def lineage(self) -> tuple[str, ...]:
        """Its own name and those of its bases."""
        return self.name, *self.bases

    def member(self, name: str) -> Member | None:
        """Give what a name of the class is in the release in effect, or None if it is unknown.

        A name that the release does not have is told as the nearest release that has it: old code
        still calls removed methods.
        """
        known = self.members.get(name)
        if known is not None:
            member = nearest(known, self.library.release)
            return replace(member, returns=self.name) if member.returns == SELF else member
        if self.default is None or name.startswith("_"):
            return None
        return Member(name, self.default.kind, self.default.span, returns=self.default.returns)

    def has(self, name: str) -> bool:
        """Tell whether the release in effect has the name."""
        member = self.member(name)
        release = self.library.release
        if member is None:
            return False
        return member.span.until is None if release is None else release in member.span

    @property
    def is_context_manager(self) -> bool:
        """Whether ``with`` takes it."""
        return self.has("__enter__")

    @property
    def is_async_context_manager(self) -> bool:
        """Whether ``async with`` takes it."""
        return self.has("__aenter__")

    def names(self) -> Iterator[str]:
        """Give every listed name, of any release."""
        return iter(self.members)


@dataclass(frozen=True, slots=True)
class Offload:
    """A callable that hands one of its arguments to somebody else to run.

    Attributes:
        path: its dotted path; for a method, of the class that defines it.
        takes: what the argument is.
        gives: what the call gives.
        position: index of the argument, not counting ``self``; None if it has no position.
        keyword: the argument's name, or None if it cannot be named.
    """

    path: str
    takes: Takes
    gives: Gives
    position: int | None
    keyword: str | None = None


def other_colour(name: str) -> tuple[str, ...]:
    """Give the names that a class with the same members in the other colour may have."""
    if name.startswith("Async"):
        plain = name.removeprefix("Async")
        return (plain, f"Sync{plain}")
    return (f"Async{name.removeprefix('Sync')}",)


def nearest(members: tuple[Member, ...], release: Release | None) -> Member:
    """Choose the member for a release.

    That is the one whose span holds it, else the last before it, else the first after it.

    Args:
        members: one a span, in the order of releases; spans do not overlap.
        release: None for the newest.
    """
    if release is None:
        return members[-1]
    before = [m for m in members if m.span.since is None or m.span.since <= release]
    return before[-1] if before else members[0]
