"""One table as it is written in TOML, read and checked piece by piece as it is asked for."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

from flake8_qdrant.libraries.members import read_members
from flake8_qdrant.libraries.model import (
    ARGUMENT,
    SELF,
    ClassInfo,
    Colour,
    DecoratorRole,
    Family,
    Gives,
    Inference,
    Kind,
    Library,
    Member,
    Offload,
    OffloadRole,
    Pitfall,
    Takes,
    other_colour,
)
from flake8_qdrant.libraries.release import Span, normalized, parse_span
from flake8_qdrant.libraries.section import is_dotted_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from enum import Enum

    from flake8_qdrant.libraries.release import Release
    from flake8_qdrant.libraries.section import Section

_USUAL: Final = {
    OffloadRole.OFFLOADER: (Takes.FUNCTION, Gives.COROUTINE),
    OffloadRole.CALLER: (Takes.FUNCTION, Gives.RESULT),
    OffloadRole.LOOP_CALLBACK: (Takes.FUNCTION, Gives.NOTHING),
    OffloadRole.CONSUMER: (Takes.AWAITABLE, Gives.AWAITABLE),
    OffloadRole.RUNNER: (Takes.AWAITABLE, Gives.RESULT),
}


class Document:
    """A table whose classes are read when they are asked for.

    Args:
        name: the table's name.
        top: what TOML gave.
        releases: the release in use by normalized distribution name; without one, the newest.

    Attributes:
        imports: top-level packages of the library.
        paths: canonical name of a class by each of its dotted paths.
        inference: arguments that make a client compute embeddings itself.
        pitfalls: arguments that do harm by themselves.
        loop_patches: calls after which a runner may be used where a loop runs already.
        aliases: dotted names that stand for others, of any table, and all that is below them.

    Raises:
        TableError: here for what concerns the whole table, in the methods for what they read.
    """

    def __init__(
        self, name: str, top: Section, releases: Mapping[str, Release | None] | None = None
    ) -> None:
        self._top = top
        distribution = top.text("distribution")
        family = top.parsed("family", Family, _allowed(Family)) or Family.BESIDE
        if not distribution and family is not Family.RUNTIME:
            raise top.error(("distribution",), "is missing; give the name pip installs it by")
        self.imports: tuple[str, ...] = top.texts("imports") or (name,)
        for imported in self.imports:
            if not imported.isidentifier():
                raise top.error(("imports",), f"{imported!r} is no top-level package's name")
        self.library = Library(
            name=name,
            distribution=distribution or "",
            label=top.text("label") or distribution or name,
            family=family,
            release=(releases or {}).get(normalized(distribution or "")),
            first_read=top.text("first_read"),
            last_read=top.text("last_read"),
        )
        self._classes = dict(top.section("classes").sections())
        self._functions = top.section("functions")
        self._offloads = {role: top.section(role.value) for role in OffloadRole}
        self._decorators = top.section("decorators")
        self.inference = _read_inference(top.section("inference"))
        self.pitfalls = tuple(
            _read_pitfall(key, section) for key, section in top.section("pitfalls").sections()
        )
        self.loop_patches = top.texts("loop_patches")
        self.aliases = top.pairs("aliases")
        top.finish()
        self.paths: dict[str, str] = {}
        for canonical, section in self._classes.items():
            self.paths[canonical] = canonical
            self.paths.update(dict.fromkeys(section.texts("also"), canonical))

    def base_names(self, canonical: str) -> tuple[str, ...]:
        """Give the dotted names of a class's bases."""
        return self._classes[canonical].texts("bases")

    def read_class(self, canonical: str, bases: Mapping[str, ClassInfo]) -> ClassInfo:
        """Read one class.

        Args:
            canonical: its name in this table.
            bases: its base classes that are in a table, by the names of ``base_names``.
        """
        section = self._classes[canonical]
        kind = section.parsed("default", Kind, _allowed(Kind))
        returns = section.text("default_returns")
        default = Member("*", kind, Span(), returns=returns) if kind else None
        members: dict[str, tuple[Member, ...]] = {}
        for base in reversed(tuple(bases.values())):
            members.update(base.members)
        members.update(read_members(section))
        also = section.texts("also")
        info = ClassInfo(
            name=canonical,
            library=self.library,
            paths=(canonical, *also),
            colour=section.parsed("colour", Colour, _allowed(Colour)),
            counterpart=section.text("counterpart") or self._other_colour(canonical),
            bases=tuple(bases),
            close=section.text("close") or _inherited_close(bases),
            finalizer=section.flag("finalizer"),
            loop_bound=section.flag("loop_bound") or any(b.loop_bound for b in bases.values()),
            local_arguments=section.texts("local_arguments"),
            callbacks=section.texts("callbacks"),
            default=default,
            members=members,
        )
        section.texts("bases")
        section.finish()
        return info

    @cached_property
    def functions(self) -> dict[str, tuple[Member, ...]]:
        """The module-level functions and objects, by dotted path."""
        functions = read_members(self._functions)
        self._functions.finish()
        return functions

    @cached_property
    def offloads(self) -> dict[OffloadRole, dict[str, Offload]]:
        """The callables that hand an argument to somebody else, by role and dotted path."""
        return {role: _read_offloads(section, role) for role, section in self._offloads.items()}

    @cached_property
    def decorators(self) -> dict[str, DecoratorRole]:
        """What decorators make of a function, by dotted path."""
        roles = {
            path: role for role in DecoratorRole for path in self._decorators.texts(role.value)
        }
        self._decorators.finish()
        return roles

    def validate(self) -> None:
        """Read everything once.

        Raises:
            TableError: for the first thing that has no meaning.
        """
        for canonical in self._classes:
            self.read_class(canonical, {})
        _ = self.functions, self.offloads, self.decorators

    def _other_colour(self, canonical: str) -> str | None:
        module, _, name = canonical.rpartition(".")
        paths = (f"{module}.{other}" for other in other_colour(name))
        return next((path for path in paths if path in self._classes), None)

    def check_references(self, is_known: Callable[[str], bool]) -> None:
        """Refuse names of classes that are in no table.

        Raises:
            TableError: for the first of them.
        """
        for section in self._classes.values():
            for path in section.texts("bases"):
                _check_class(section, ("bases",), path, is_known)
            for key in ("counterpart", "default_returns"):
                _check_class(section, (key,), section.text(key), is_known)
        for section in (*self._classes.values(), self._functions):
            for name, path in section.pairs("returns").items():
                _check_class(section, ("returns", name), path, is_known)

    def check_roots(self) -> None:
        """Refuse dotted paths that begin outside the table's packages: nobody would find them.

        Raises:
            TableError: for the first of them.
        """
        listed = (
            *self.paths,
            *self.functions,
            *self.decorators,
            *self.loop_patches,
            *self.aliases,
        )
        handed = (path for by_path in self.offloads.values() for path in by_path)
        for path in (*listed, *handed):
            if not is_dotted_name(path) or path.partition(".")[0] not in self.imports:
                imports = ", ".join(self.imports)
                problem = f"{path!r} does not begin with one of the table's imports: {imports}"
                raise self._top.error((), problem)

    def class_names(self) -> Iterable[str]:
        """Give the canonical name of every class."""
        return self._classes.keys()


def _check_class(
    section: Section, keys: tuple[str, ...], path: str | None, is_known: Callable[[str], bool]
) -> None:
    if path is not None and path not in {SELF, ARGUMENT} and not is_known(path):
        raise section.error(keys, f"{path!r} is a class that no table describes")


def _read_offloads(section: Section, role: OffloadRole) -> dict[str, Offload]:
    usually_takes, usually_gives = _USUAL[role]
    offloads = {}
    for path, entry in section.sections():
        offload = Offload(
            path=path,
            takes=entry.parsed("takes", Takes, _allowed(Takes)) or usually_takes,
            gives=entry.parsed("gives", Gives, _allowed(Gives)) or usually_gives,
            position=entry.number("position"),
            keyword=entry.text("keyword"),
        )
        entry.finish()
        if offload.position is None and offload.keyword is None:
            raise entry.error((), "names no argument; give position, keyword or both")
        offloads[path] = offload
    return offloads


def _read_inference(section: Section) -> Inference | None:
    inputs, unless = section.texts("inputs"), section.text("unless")
    section.finish()
    return Inference(inputs, unless or "") if inputs else None


def _read_pitfall(name: str, section: Section) -> Pitfall:
    told = {key: section.text(key) for key in ("argument", "harm", "remedy")}
    for key, value in told.items():
        if not value:
            raise section.error((key,), "is missing")
    pitfall = Pitfall(
        name=name,
        calls=section.texts("calls"),
        argument=told["argument"] or "",
        value=section.text("value"),
        releases=section.parsed("releases", parse_span, ">=1.2, <2 or both") or Span(),
        unless_client=section.texts("unless_client"),
        followed_by=section.texts("followed_by"),
        harm=told["harm"] or "",
        remedy=told["remedy"] or "",
    )
    section.finish()
    if not pitfall.calls:
        raise section.error(("calls",), "is missing; list the methods, or a class's as 'a.Class.*'")
    return pitfall


def _inherited_close(bases: Mapping[str, ClassInfo]) -> str | None:
    return next((base.close for base in bases.values() if base.close), None)


def _allowed(choices: type[Enum]) -> str:
    return ", ".join(str(choice.value) for choice in choices)
