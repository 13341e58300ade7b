"""A library over its releases: each class once, each member with the releases that have it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from flake8_qdrant.libraries.release import Span, parse_release

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from flake8_qdrant.libraries.making.reading import ReadClass, ReadMember
    from flake8_qdrant.libraries.model import Colour, Kind


@dataclass(frozen=True, slots=True)
class PastMember:
    """A member over all releases; what is no kind is told as the newest release has it."""

    kinds: tuple[tuple[Kind, Span], ...]
    newest: ReadMember
    returns: str | None


@dataclass(frozen=True, slots=True)
class PastClass:
    """A class over all releases, its own name and those of others canonical."""

    name: str
    also: tuple[str, ...]
    colour: Colour | None
    counterpart: str | None
    bases: tuple[str, ...]
    members: Mapping[str, PastMember]


def merge(releases: Sequence[tuple[str, Mapping[str, ReadClass]]]) -> dict[str, PastClass]:
    """Merge what was read of several releases.

    A class is the same in two releases if they share a path under which it can be imported.

    Args:
        releases: version and classes by path of definition, oldest version first.
    """
    histories = _histories(releases)
    names = {
        (version, read.path): _canonical(history)
        for history in histories
        for version, read in history
    }
    merged = (_merge_class(history, names) for history in histories)
    return {past.name: past for past in sorted(merged, key=lambda past: past.name)}


_History = list[tuple[str, "ReadClass"]]


def _histories(releases: Sequence[tuple[str, Mapping[str, ReadClass]]]) -> list[_History]:
    histories: list[_History] = []
    by_path: dict[str, _History] = {}
    for version, classes in releases:
        for read in classes.values():
            known = (by_path[path] for path in read.paths if path in by_path)
            history = next((h for h in known if h[-1][0] != version), None)
            if history is None:
                history = []
                histories.append(history)
            history.append((version, read))
            by_path.update(dict.fromkeys(read.paths, history))
    return histories


def _canonical(history: _History) -> str:
    """Choose the shortest public path under the class's own name, in the newest release."""
    newest = history[-1][1]
    own_name = newest.path.rpartition(".")[2]
    return min(
        newest.paths,
        key=lambda path: ("._" in path, path.count("."), not path.endswith(f".{own_name}"), path),
    )


def _merge_class(history: _History, names: Mapping[tuple[str, str], str]) -> PastClass:
    version, newest = history[-1]
    name = _canonical(history)
    also = {path for _, read in history for path in read.paths} - {name}
    members = {member for _, read in history for member in read.members}
    partner = newest.counterpart
    return PastClass(
        name=name,
        also=tuple(sorted(also)),
        colour=newest.colour,
        counterpart=names.get((version, partner)) if partner else None,
        bases=tuple(names[version, base] for base in newest.bases),
        members={member: _merge_member(member, history, names) for member in sorted(members)},
    )


def _merge_member(name: str, history: _History, names: Mapping[tuple[str, str], str]) -> PastMember:
    known = [(version, read.members[name]) for version, read in history if name in read.members]
    returned = (
        names.get((version, member.returns), member.returns)
        for version, member in reversed(known)
        if member.returns is not None
    )
    return PastMember(
        kinds=tuple(_runs([(version, _kind(read, name)) for version, read in history])),
        newest=known[-1][1],
        returns=next(returned, None),
    )


def _kind(read: ReadClass, name: str) -> Kind | None:
    member = read.members.get(name)
    return member.kind if member else None


def _runs(told: Iterable[tuple[str, Kind | None]]) -> Iterator[tuple[Kind, Span]]:
    """Give one span for each stretch of releases with the same kind; the outer bounds stay open."""
    runs = [(kind, next(group)[0]) for kind, group in groupby(told, key=lambda item: item[1])]
    for position, (kind, version) in enumerate(runs):
        if kind is None:
            continue
        since = parse_release(version) if position else None
        last = position + 1 == len(runs)
        yield kind, Span(since, None if last else parse_release(runs[position + 1][1]))
