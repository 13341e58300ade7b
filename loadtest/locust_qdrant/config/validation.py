"""Check a table of a workload file against its keys, and say in one sentence what is wrong."""

from __future__ import annotations

import json
import math
import re
import types
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo
    from pydantic_core import ErrorDetails

_UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_PART = re.compile(r"(\d+(?:\.\d+)?)(us|ms|s|m|h)")

#: What a duration may be, to be put into a sentence.
ALLOWED = 'a duration such as "30s", "1m30s" or a number of seconds'


def parse_duration(value: object) -> float:
    """Return the seconds that `value` stands for.

    Args:
        value: a number of seconds, or numbers with the units us, ms, s, m and h.

    Raises:
        ValueError: it is no duration.
    """
    if isinstance(value, bool):
        raise ValueError(ALLOWED)  # noqa: TRY004 - pydantic turns only this into an error of input
    if isinstance(value, (int, float)):
        if not math.isfinite(value):
            raise ValueError(ALLOWED)
        return float(value)
    text = str(value).replace(" ", "")
    if isinstance(value, str) and re.fullmatch(r"\d+(\.\d+)?", text):
        return float(text)
    parts = list(_PART.finditer(text))
    if not isinstance(value, str) or not parts or "".join(p.group() for p in parts) != text:
        raise ValueError(ALLOWED)
    return sum(float(number) * _UNITS[unit] for number, unit in (p.groups() for p in parts))


def format_duration(seconds: float) -> str:
    """Return `seconds` as `parse_duration` reads it, such as `30s`."""
    return f"{seconds!r}s" if seconds % 1 else f"{seconds:.0f}s"


#: Keys from the top of a file to a value; a number is a place in an array.
Path = tuple[str | int, ...]

_LONGEST = 60


class Table(BaseModel):
    """A table of a workload file: nothing is converted, and no key is ignored."""

    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False, frozen=True)


TableT = TypeVar("TableT", bound=Table)


@dataclass(frozen=True)
class Allowed:
    """What a key may be, in words, where its type does not tell; put into the annotation."""

    words: str


#: Seconds, written as `"30s"`, `"5m"` or a number.
Duration = Annotated[float, BeforeValidator(parse_duration), Allowed(ALLOWED.replace('"', "`"))]


class ProblemError(Exception):
    """Something in a workload that a person has to put right.

    Attributes:
        path: where it is.
        sentence: what is wrong and what is allowed, without the place and the last full stop.
    """

    def __init__(self, path: Path, sentence: str) -> None:
        super().__init__(sentence)
        self.path = path
        self.sentence = _printable(sentence)


def validate(table: type[TableT], data: object, path: Path = ()) -> TableT:
    """Return `data` as a `table`.

    Args:
        table: the keys, and what each may be.
        data: the table as TOML has it.
        path: where it stands.

    Raises:
        ProblemError: the first thing that is wrong.
    """
    try:
        return table.model_validate(data)
    except ValidationError as error:
        raise _problem(table, error.errors()[0], path) from None


def fields(table: type[BaseModel]) -> dict[str, FieldInfo]:
    """Return what is known of each key, by its name in the file."""
    return {field.alias or name: field for name, field in table.model_fields.items()}


def allowed(field: FieldInfo) -> str:
    """Return what a key may be, to be put behind "must be"."""
    kind, marks = _taken_apart(field.annotation)
    marks = [*field.metadata, *marks]
    words = next((each.words for each in marks if isinstance(each, Allowed)), "")
    return (words or _kind_in_words(kind)) + _bounds(marks, is_whole=kind is int)


def is_a(field: FieldInfo, kind: type) -> bool:
    """Tell whether a key takes a plain `kind` and nothing else, such as a duration in words."""
    found, marks = _taken_apart(field.annotation)
    return found is kind and not any(
        isinstance(each, Allowed) for each in (*field.metadata, *marks)
    )


def name_of(path: Path) -> str:
    """Return a key as people write it: places in arrays are left to the line number."""
    return ".".join(step for step in path if isinstance(step, str))


def show(value: object) -> str:
    """Return a value as TOML writes it, cut short if need be."""
    text = json.dumps(value, default=str, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 4]} ..."


def _printable(text: str) -> str:
    """Return `text` on one line: keys and values of a file may hold any character."""
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode() for each in text
    )


def no_such_key(known: list[str], path: Path) -> ProblemError:
    """Return the problem of a key that does not exist."""
    close = get_close_matches(str(path[-1]), known, n=1)
    guess = f"; did you mean {close[0]}? Keys here are " if close else "; keys here are "
    return ProblemError(path, f"there is no key {name_of(path)}{guess}{', '.join(known)}")


def _problem(table: type[BaseModel], error: ErrorDetails, path: Path) -> ProblemError:
    where: Path = _in_file(table, error["loc"])
    whole: Path = (*path, *where)
    if error["type"] == "extra_forbidden":
        return no_such_key(list(fields(_table_at(table, where[:-1]))), whole)
    name = name_of(whole)
    if error["type"] == "value_error" and not where:
        return ProblemError(path, str(error["ctx"]["error"]))
    words = _allowed_at(table, where)
    if error["type"] == "missing":
        return ProblemError(whole[:-1], f"{name} is missing; it must be {words}")
    # What stands in a header may be a secret, and is not repeated.
    shown = "" if "headers" in whole else f", not {show(error['input'])}"
    return ProblemError(whole, f"{name} must be {words}{shown}")


def _in_file(table: type[BaseModel], where: Path) -> Path:
    """Return where something is wrong, without what pydantic adds for a value of several types."""
    field = fields(table).get(str(where[0])) if where else None
    if field is None or _inner_table(field.annotation) is not None:
        return where
    return where[:2] if get_origin(_taken_apart(field.annotation)[0]) is dict else where


def _allowed_at(table: type[BaseModel], where: Path) -> str:
    names = [each for each in where if isinstance(each, str)]
    field = fields(table).get(names[0]) if names else None
    if field is None:
        return "a table"
    inner = _inner_table(field.annotation)
    kind = _taken_apart(field.annotation)[0]
    is_mapping = get_origin(kind) is dict
    if len(names) == 1:
        return allowed(field)
    if inner is None:
        return _in_words(get_args(kind)[1]) if is_mapping else allowed(field)
    # In a table of tables a name stands before the keys.
    return _allowed_at(inner, tuple(names[2 if is_mapping else 1 :]))


def _table_at(table: type[BaseModel], where: Path) -> type[BaseModel]:
    for step in where:
        field = fields(table).get(str(step))
        inner = None if field is None else _inner_table(field.annotation)
        table = inner or table
    return table


def _inner_table(kind: object) -> type[BaseModel] | None:
    """Return the table in an annotation such as `Inner`, `dict[str, Inner]` or `Inner | None`."""
    # In Python 3.10, `dict[str, str]` is an instance of `type`.
    if get_origin(kind) is None and isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind
    return next((found for each in get_args(kind) if (found := _inner_table(each))), None)


def _taken_apart(kind: object) -> tuple[object, list[object]]:
    """Return the type in an annotation such as `Annotated[float, ...] | None`, and its marks."""
    marks: list[object] = []
    if get_origin(kind) in {Union, types.UnionType}:
        left = [each for each in get_args(kind) if each is not type(None)]
        if len(left) == 1:
            kind = left[0]
    if get_origin(kind) is Annotated:
        kind, *marks = get_args(kind)
        # `Field(pattern=...)` in an annotation keeps its constraints in itself.
        marks += [mark for each in marks for mark in getattr(each, "metadata", [])]
    return kind, marks


_KINDS: dict[object, str] = {
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    str: "a text",
    dict: "a table",
    list: "a list of texts",
}


def _kind_in_words(kind: object) -> str:
    if get_origin(kind) is Literal:
        return f"one of {', '.join(map(str, get_args(kind)))}"
    if get_origin(kind) is dict and get_origin(get_args(kind)[1]) is Literal:
        return f"a table with names and, for each, {_kind_in_words(get_args(kind)[1])}"
    if get_origin(kind) in {Union, types.UnionType}:
        return " or ".join(_in_words(each) for each in get_args(kind))
    if get_origin(kind) is list and get_args(kind)[0] is not str:
        return "a list"
    return _KINDS.get(get_origin(kind) or kind, "a table")


def _in_words(annotation: object) -> str:
    """Return what a value of a table or a list may be, bounds included."""
    kind, marks = _taken_apart(annotation)
    return _kind_in_words(kind) + _bounds(marks, is_whole=kind is int)


def _bounds(marks: list[object], *, is_whole: bool) -> str:
    limits = {
        name: value
        for each in marks
        for name in ("ge", "gt", "le")
        if (value := getattr(each, name, None)) is not None
    }
    form = "{:,}" if is_whole else "{:,.10g}"
    low, above, high = (
        None if name not in limits else form.format(limits[name]) for name in ("ge", "gt", "le")
    )
    if high is None:
        return "" if low is None else f" of at least {low}"
    return f" above {above} and up to {high}" if low is None else f" from {low} to {high}"
