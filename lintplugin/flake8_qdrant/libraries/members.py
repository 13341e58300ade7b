"""Members of a class as its TOML table lists them: names by kind, and facts about names."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from flake8_qdrant.libraries.model import Batch, Embeds, Kind, Member
from flake8_qdrant.libraries.release import Span, parse_span
from flake8_qdrant.libraries.section import is_dotted_name

if TYPE_CHECKING:
    from flake8_qdrant.libraries.section import Section

_BATCH = re.compile(r"([A-Za-z_]\w*)\((\w+)\)$")
_ANY_RELEASE: Final = Span()
_PROPERTIES: Final = "properties"
_KINDS: Final = ", ".join(kind.value for kind in Kind)


def read_members(section: Section) -> dict[str, tuple[Member, ...]]:
    """Read the lists of names, one list a kind, and the facts about them.

    Args:
        section: a class, or the functions.

    Returns:
        One member for each stretch of releases, in their order.

    Raises:
        TableError: for what has no meaning.
    """
    spans, properties = _read_spans(section)
    lazy = frozenset(section.texts("lazy"))
    embeds = dict.fromkeys(section.texts("embeds"), Embeds.INPUTS)
    embeds.update(dict.fromkeys(section.texts("embeds_always"), Embeds.ALWAYS))
    returns, notes = section.pairs("returns"), section.pairs("notes")
    unless, parameters = section.text_lists("unless"), section.text_lists("parameters")
    batch, twins = section.pairs("batch"), section.pairs("twins")
    batches = {name: _read_batch(section, name, text) for name, text in batch.items()}
    for fact in (lazy, embeds, returns, notes, unless, parameters, batches, twins):
        for name in fact:
            if name not in spans:
                problem = f"has no kind; list it under one of {_KINDS}, {_PROPERTIES}"
                raise section.error((name,), problem)
    members = {}
    for name, known in spans.items():
        members[name] = tuple(
            Member(
                name=name,
                kind=kind,
                span=span,
                is_property=name in properties,
                lazy=name in lazy,
                returns=returns.get(name),
                embeds=embeds.get(name),
                batch=batches.get(name),
                twin=twins.get(name),
                parameters=parameters.get(name, ()),
                unless=unless.get(name, ()),
                note=notes.get(name, ""),
            )
            for span, kind in _ordered(section, name, known)
        )
    return members


def _read_spans(
    section: Section,
) -> tuple[dict[str, list[tuple[Span, Kind]]], frozenset[str]]:
    """Read the releases and kinds of each name, and which names are properties."""
    spans: dict[str, list[tuple[Span, Kind]]] = {}
    for kind in Kind:
        for listed in section.texts(kind.value):
            name, span = _read_listed(section, kind.value, listed)
            spans.setdefault(name, []).append((span, kind))
    listed_properties = [
        _read_listed(section, _PROPERTIES, listed) for listed in section.texts(_PROPERTIES)
    ]
    called = frozenset(spans)
    for name, span in listed_properties:
        if name not in called:
            spans.setdefault(name, []).append((span, Kind.QUIET))
    return spans, frozenset(name for name, _ in listed_properties)


def _read_listed(section: Section, key: str, listed: str) -> tuple[str, Span]:
    name, _, bounds = listed.partition(" ")
    try:
        if is_dotted_name(name):
            return name, parse_span(bounds) if bounds else _ANY_RELEASE
    except ValueError:
        pass
    wanted = "write 'name', 'name >=1.2' or 'name >=1.2,<2'"
    raise section.error((key,), f"{listed!r} is no name with releases; {wanted}")


def _ordered(
    section: Section, name: str, known: list[tuple[Span, Kind]]
) -> list[tuple[Span, Kind]]:
    if len(known) == 1:
        return known
    known = sorted(known, key=lambda item: item[0].since or ())
    for (earlier, _), (later, _) in pairwise(known):
        if earlier.until is None or later.since is None or earlier.until > later.since:
            raise section.error((name,), "is given two kinds for the same releases")
    return known


def _read_batch(section: Section, name: str, text: str) -> Batch:
    match = _BATCH.match(text)
    if match is None:
        raise section.error(("batch", name), f"{text!r} is no call; write 'method(parameter)'")
    return Batch(match[1], match[2])
