"""The client classes of one release, each member with its kind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from flake8_qdrant.libraries.making.modules import ClassSource
from flake8_qdrant.libraries.making.surface import Form, direct_bases, read_members
from flake8_qdrant.libraries.model import SELF, Colour, Kind, other_colour

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flake8_qdrant.libraries.making.modules import Modules
    from flake8_qdrant.libraries.making.overlay import Overlay
    from flake8_qdrant.libraries.making.surface import Shape

_KIND_OF_FORM: Final = {
    Form.COROUTINE: Kind.COROUTINE,
    Form.ASYNC_GENERATOR: Kind.ASYNC_ITERATOR,
}
_READ: Final = frozenset({Form.PROPERTY, Form.OBJECT})
_AWAITED: Final = frozenset({Kind.COROUTINE, Kind.AWAITABLE, Kind.ASYNC_ITERATOR})
_ASYNC_OF: Final = {"__enter__": "__aenter__", "__iter__": "__aiter__"}


@dataclass(frozen=True, slots=True)
class ReadMember:
    """A member in one release; ``returns`` is a class's own path, or `SELF`."""

    kind: Kind
    twin: str | None = None
    is_property: bool = False
    lazy: bool = False
    returns: str | None = None
    embeds: bool = False


@dataclass(slots=True)
class ReadClass:
    """A class in one release; its names are the paths of definitions.

    Attributes:
        paths: its own path, then those under which packages export it.
        bases: nearest bases that are read themselves.
    """

    path: str
    paths: tuple[str, ...]
    colour: Colour | None
    counterpart: str | None
    bases: tuple[str, ...]
    members: dict[str, ReadMember] = field(default_factory=dict)


class Reader:
    """Reads the classes of one release, beginning with the overlay's roots.

    Attributes:
        undecided: plain functions of which nothing tells what they do, by the class's own path.
    """

    def __init__(self, modules: Modules, overlay: Overlay) -> None:
        self.modules = modules
        self.overlay = overlay
        self.undecided: dict[str, list[str]] = {}
        self._shapes: dict[str, Mapping[str, Shape]] = {}
        self._partners = _both_ways(modules, overlay)
        asynchronous = map(modules.find, overlay.pairs.values())
        self._asynchronous = {source.path for source in asynchronous if source is not None}

    def read(self) -> dict[str, ReadClass]:
        """Read every class, by the path of its definition."""
        sources = {source.path: source for source in self._reachable()}
        return {path: self._read_class(source, sources) for path, source in sources.items()}

    def _reachable(self) -> list[ClassSource]:
        """Give the roots and, from there on, the client classes that members give."""
        found: dict[str, ClassSource] = {}
        pending = [source for root in self.overlay.roots if (source := self.modules.find(root))]
        while pending:
            source = pending.pop(0)
            if source.path in found:
                continue
            found[source.path] = source
            partner = self._partner(source)
            pending.extend([partner] if partner else [])
            for name, shape in self._members(source).items():
                given = shape.returns
                written = self.overlay.returned(f"{source.node.name}.{name}")
                if isinstance(given, ClassSource) and written is None and self._is_client(given):
                    pending.append(given)
        return list(found.values())

    def _is_client(self, source: ClassSource) -> bool:
        """Tell whether a class exists in both colours: then it does I/O, or leads to what does."""
        return self._partner(source) is not None and not self.overlay.skips(source.node.name)

    def _read_class(self, source: ClassSource, known: Mapping[str, ClassSource]) -> ReadClass:
        partner = self._partner(source)
        is_async = self._is_async(source)
        read = ReadClass(
            path=source.path,
            paths=(source.path, *self.modules.exports.get(source.path, ())),
            colour=Colour.ASYNC if is_async else Colour.SYNC if partner else None,
            counterpart=partner.path if partner else None,
            bases=tuple(dict.fromkeys(self._known_bases(source, known))),
        )
        for name, shape in self._members(source).items():
            kind = self._kind(source, name, shape)
            if kind is None:
                path = f"{source.node.name}.{name}"
                if not self.overlay.is_untold(path):
                    self.undecided.setdefault(source.path, []).append(name)
                continue
            read.members[name] = ReadMember(
                kind=kind,
                twin=self._twin(source, name) if kind is Kind.BLOCKING else None,
                is_property=shape.form in _READ,
                lazy=shape.form is Form.GENERATOR,
                returns=self._returns(source, name, shape, known),
                embeds=bool(shape.calls & self.overlay.embeds_by),
            )
        return read

    def _kind(self, source: ClassSource, name: str, shape: Shape) -> Kind | None:
        """Tell what a member does: from its form, what is written down, or its counterpart."""
        if shape.form in _KIND_OF_FORM:
            return _KIND_OF_FORM[shape.form]
        written = self.overlay.plain_kind(f"{source.node.name}.{name}")
        if written is not None or shape.form in _READ:
            return written or Kind.QUIET
        annotated = self.overlay.annotated_kind(shape.annotation)
        if annotated is not None:
            return annotated
        if self._counterpart_is_awaited(source, name) or self._twin(source, name):
            return Kind.BLOCKING
        return Kind.QUIET if self._gives_manager(shape) else None

    def _twin(self, source: ClassSource, name: str) -> str | None:
        """Give the coroutine function that does in the same class what a plain one does."""
        members = self._members(source)
        names = (pattern.format(name) for pattern in self.overlay.twins)
        return next((one for one in names if _is_coroutine(members.get(one))), None)

    def _is_async(self, source: ClassSource) -> bool:
        return source.node.name.startswith("Async") or source.path in self._asynchronous

    def _counterpart_is_awaited(self, source: ClassSource, name: str) -> bool:
        partner = self._partner(source)
        if partner is None or self._is_async(source):
            return False
        other = self._members(partner).get(_ASYNC_OF.get(name, name))
        return other is not None and self._kind(partner, name, other) in _AWAITED

    def _gives_manager(self, shape: Shape) -> bool:
        given = shape.returns
        if not isinstance(given, ClassSource):
            return False
        return bool({"__enter__", "__aenter__"} & self._members(given).keys())

    def _returns(
        self, source: ClassSource, name: str, shape: Shape, known: Mapping[str, ClassSource]
    ) -> str | None:
        written = self.overlay.returned(f"{source.node.name}.{name}")
        if written is not None:
            return written or None
        given = shape.returns
        if isinstance(given, ClassSource):
            if given.path == source.path:
                return SELF
            return given.path if given.path in known else None
        return given

    def _known_bases(self, source: ClassSource, known: Mapping[str, ClassSource]) -> Iterator[str]:
        for base in direct_bases(self.modules, source):
            if base.path in known:
                yield base.path
            else:
                yield from self._known_bases(base, known)

    def _partner(self, source: ClassSource) -> ClassSource | None:
        """Give the same class in the other colour: the one written down, else by its name."""
        if source.path in self._partners:
            return self._partners[source.path]
        names = other_colour(source.node.name)
        found = (self.modules.resolve(source.module, name) for name in names)
        return next((partner for partner in found if partner and partner.path != source.path), None)

    def _members(self, source: ClassSource) -> Mapping[str, Shape]:
        if source.path not in self._shapes:
            shapes = read_members(self.modules, source)
            # An attribute that holds anything but a client says nothing about I/O.
            self._shapes[source.path] = {
                name: shape
                for name, shape in shapes.items()
                if shape.form is not Form.OBJECT
                or (isinstance(shape.returns, ClassSource) and self._partner(shape.returns))
            }
        return self._shapes[source.path]


def _is_coroutine(shape: Shape | None) -> bool:
    return shape is not None and shape.form is Form.COROUTINE


def _both_ways(modules: Modules, overlay: Overlay) -> dict[str, ClassSource]:
    partners: dict[str, ClassSource] = {}
    for plain, asynchronous in overlay.pairs.items():
        first, second = modules.find(plain), modules.find(asynchronous)
        if first is not None and second is not None:
            partners[first.path] = second
            partners[second.path] = first
    return partners
