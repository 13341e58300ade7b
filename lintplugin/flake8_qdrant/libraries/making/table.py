"""The table of a library as TOML text, from its history and its overlay."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING, Final

from flake8_qdrant.libraries.model import SELF, Kind, other_colour

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from flake8_qdrant.libraries.making.history import PastClass, PastMember
    from flake8_qdrant.libraries.making.overlay import Overlay

_WIDTH: Final = 100
_ENTRY_DEPTH: Final = 2
"""Keys that lead to a class: ``classes`` and its name."""
_Body = dict[str, object]


def build(
    history: Mapping[str, PastClass], overlay: Overlay, versions: tuple[str, str]
) -> dict[str, object]:
    """Build the table as nested dictionaries.

    Args:
        history: the classes by canonical name.
        overlay: what is known besides.
        versions: the first and the last version that was read.
    """
    classes: dict[str, object] = {}
    for name, past in history.items():
        inherited: dict[str, PastMember] = {}
        by_hand: set[str] = set()
        for base in reversed(past.bases):
            inherited.update(_all_members(history, base))
            by_hand.update(overlay.listed_for(base))
        body = _class_body(past, inherited, by_hand)
        _add(body, overlay.facts.get(name, {}))
        classes[name] = dict(sorted(body.items(), key=lambda item: _place(item[0])))
    table: dict[str, object] = {
        **overlay.head,
        "first_read": versions[0],
        "last_read": versions[1],
        **_module_objects(history, overlay),
        "classes": classes,
    }
    _add(table, overlay.extra)
    return table


def write(table: Mapping[str, object], header: str) -> str:
    """Spell a table as TOML, its keys in the order in which they stand.

    Args:
        table: nested dictionaries of strings, numbers, truth values and lists of strings.
        header: a comment for the first lines.
    """
    comment = textwrap.fill(header, _WIDTH, initial_indent="# ", subsequent_indent="# ")
    return "\n".join([comment, "", *_table_lines(table, ())]).rstrip() + "\n"


def lines_of(body: Mapping[str, object], path: tuple[str, ...]) -> Iterator[str]:
    """Give the lines of one table of a document, its heading first.

    Args:
        body: its keys; a table under one of them is spelt with dotted keys.
        path: the keys that lead to it.
    """
    yield f"[{'.'.join(map(_key, path))}]"
    yield from _body_lines(body)
    yield ""


def _all_members(history: Mapping[str, PastClass], name: str) -> dict[str, PastMember]:
    members: dict[str, PastMember] = {}
    for base in reversed(history[name].bases):
        members.update(_all_members(history, base))
    members.update(history[name].members)
    return members


def _class_body(
    past: PastClass, inherited: Mapping[str, PastMember], by_hand: Collection[str]
) -> _Body:
    own = {
        name: member
        for name, member in past.members.items()
        if name not in by_hand
        and (name not in inherited or not _says_the_same(member, inherited[name]))
    }
    body: _Body = {
        "also": list(past.also),
        "colour": past.colour.value if past.colour else None,
        "counterpart": None if _is_named_alike(past) else past.counterpart,
        "bases": list(past.bases),
        **_member_lists(own),
    }
    return {key: value for key, value in body.items() if value}


def _place(key: str) -> tuple[int, str]:
    """Give the place of a key of a class: what it is, what its members are, facts about members."""
    order = ("also", "colour", "counterpart", "bases", *(kind.value for kind in Kind), "properties")
    if key in order:
        return order.index(key), key
    return len(order) + (key in {"batch", "notes", "parameters", "returns", "twins", "unless"}), key


def _is_named_alike(past: PastClass) -> bool:
    """Tell whether the name of a class tells that of its counterpart."""
    module, _, name = past.name.rpartition(".")
    return past.counterpart in {f"{module}.{other}" for other in other_colour(name)}


def _says_the_same(member: PastMember, inherited: PastMember) -> bool:
    """Tell whether a member need not be listed; a class younger than its base knows less of it."""
    if member.returns != inherited.returns:
        return False
    if member.kinds == inherited.kinds:
        return True
    (kind, span), (inherited_kind, inherited_span) = member.kinds[-1], inherited.kinds[-1]
    always_so = len(member.kinds) == 1 and span.until is None and inherited_span.until is None
    return always_so and kind is inherited_kind


def _member_lists(members: Mapping[str, PastMember]) -> _Body:
    listed: dict[str, list[str]] = {kind.value: [] for kind in Kind}
    listed["properties"] = []
    for name, member in members.items():
        was_ever_called = any(kind is not Kind.QUIET for kind, _ in member.kinds)
        if member.newest.is_property and was_ever_called:
            listed["properties"].append(name)
        for kind, span in member.kinds:
            is_read = member.newest.is_property and not was_ever_called
            key = "properties" if is_read else kind.value
            listed[key].append(f"{name} {span}".rstrip())
    return {
        **listed,
        "lazy": [name for name, member in members.items() if member.newest.lazy],
        "embeds": [name for name, member in members.items() if member.newest.embeds],
        "returns": {name: m.returns for name, m in members.items() if m.returns},
        "twins": {name: m.newest.twin for name, m in members.items() if m.newest.twin},
    }


def _module_objects(history: Mapping[str, PastClass], overlay: Overlay) -> _Body:
    """Give the objects of a class that are names of its package, too."""
    if overlay.module_objects is None:
        return {}
    package = overlay.module_objects.partition(".")[0]
    returns = {
        f"{package}.{name}": member.returns
        for name, member in history[overlay.module_objects].members.items()
        if member.newest.is_property and member.returns not in {None, SELF}
    }
    return {"functions": {"properties": list(returns), "returns": returns}}


def _add(body: dict[str, object], more: Mapping[str, object]) -> None:
    """Add keys to a table: lists and tables grow, anything else is replaced."""
    for key, value in more.items():
        present = body.get(key)
        if isinstance(present, list) and isinstance(value, list):
            body[key] = sorted({*present, *value})
        elif isinstance(present, dict) and isinstance(value, dict):
            _add(present, value)
        else:
            body[key] = value


def _table_lines(table: Mapping[str, object], path: tuple[str, ...]) -> Iterator[str]:
    """Spell a table; what belongs to one class stays under the class's own heading."""
    is_entry = len(path) == _ENTRY_DEPTH
    inner = {k: v for k, v in table.items() if isinstance(v, dict) and not is_entry}
    plain = {key: value for key, value in table.items() if key not in inner}
    if path and (plain or not inner):
        yield f"[{'.'.join(map(_key, path))}]"
    yield from _body_lines(plain)
    if plain or (path and not inner):
        yield ""
    for key, value in inner.items():
        yield from _table_lines(value, (*path, key))


def _body_lines(body: Mapping[str, object]) -> Iterator[str]:
    for key, value in body.items():
        if isinstance(value, dict):
            for name, entry in value.items():
                yield from _value_lines(f"{_key(key)}.{_key(name)}", entry)
        else:
            yield from _value_lines(_key(key), value)


def _value_lines(key: str, value: object) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{key} = {json.dumps(value, ensure_ascii=False)}"
        return
    items = [json.dumps(item, ensure_ascii=False) for item in value]
    line = f"{key} = [{', '.join(items)}]"
    if len(line) <= _WIDTH:
        yield line
        return
    # Spaces inside an item must not be broken at.
    text = ", ".join(item.replace(" ", "\0") for item in items)
    filled = textwrap.wrap(
        text,
        _WIDTH - 1,
        initial_indent="    ",
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    yield f"{key} = ["
    yield from (wrapped.replace("\0", " ") for wrapped in filled[:-1])
    yield filled[-1].replace("\0", " ") + ","
    yield "]"


def _key(key: str) -> str:
    bare = key.isascii() and key.replace("_", "").replace("-", "").isalnum()
    return key if bare else json.dumps(key)
