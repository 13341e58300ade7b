"""Typed, strict reading of one TOML table: every key is asked for, anything else is an error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from flake8_qdrant.libraries.model import TableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

ValueT = TypeVar("ValueT")


_TYPENAMES: Final = {
    str: "a string",
    bool: "a truth value",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "a table",
}


class Section:
    """One TOML table with the place where it stands.

    Args:
        values: what TOML gave.
        file: where it was read.
        path: the keys that lead to it.

    Raises:
        TableError: if ``values`` is no table. Its methods raise it for a wrong value.
    """

    __slots__ = ("_asked", "_file", "_path", "_values")

    def __init__(self, values: object, file: str, path: tuple[str, ...] = ()) -> None:
        self._file = file
        self._path = path
        if not isinstance(values, dict):
            raise self.error((), f"must be a table, not {_typename(values)}")
        self._values: Mapping[str, object] = values
        self._asked: set[str] = set()

    def text(self, key: str) -> str | None:
        """Give a string, or None where the key is missing."""
        return self._typed(key, str, "a string")

    def flag(self, key: str) -> bool:
        """Give a truth value, false where the key is missing."""
        return bool(self._typed(key, bool, "true or false"))

    def number(self, key: str) -> int | None:
        """Give a whole number that is not negative, or None where the key is missing."""
        value = self._typed(key, int, "a whole number")
        if value is not None and (isinstance(value, bool) or value < 0):
            raise self.error((key,), "must be a whole number, zero or more")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Give a list of strings, empty where the key is missing."""
        values = self._typed(key, list, "a list of strings") or []
        for value in values:
            if not isinstance(value, str) or not value:
                raise self.error((key,), f"must be a list of strings, not of {_typename(value)}")
        return tuple(values)

    def pairs(self, key: str) -> dict[str, str]:
        """Give a table of strings, empty where the key is missing."""
        values = self._typed(key, dict, "a table of strings") or {}
        for name, value in values.items():
            if not isinstance(value, str):
                raise self.error((key, name), f"must be a string, not {_typename(value)}")
        return values

    def text_lists(self, key: str) -> dict[str, tuple[str, ...]]:
        """Give a table of lists of strings, empty where the key is missing."""
        inner = self.section(key)
        return {name: inner.texts(name) for name in inner.names()}

    def names(self) -> tuple[str, ...]:
        """Give the keys as they stand."""
        return tuple(self._values)

    def parsed(self, key: str, parse: Callable[[str], ValueT], allowed: str) -> ValueT | None:
        """Give a string read by ``parse``, which raises ValueError for what is not allowed."""
        text = self.text(key)
        if text is None:
            return None
        try:
            return parse(text)
        except ValueError:
            raise self.error((key,), f"{text!r} is unknown; allowed: {allowed}") from None

    def section(self, key: str) -> Section:
        """Give the table under a key, an empty one where the key is missing."""
        self._asked.add(key)
        return Section(self._values.get(key, {}), self._file, (*self._path, key))

    def sections(self) -> Iterator[tuple[str, Section]]:
        """Give every key, each of which must hold a table."""
        for key, value in self._values.items():
            self._asked.add(key)
            yield key, Section(value, self._file, (*self._path, key))

    def finish(self) -> None:
        """Refuse keys that nobody asked for."""
        for key in self._values:
            if key not in self._asked:
                raise self.error((key,), f"unknown key; allowed: {', '.join(sorted(self._asked))}")

    def error(self, keys: tuple[str, ...], problem: str) -> TableError:
        """Build the error for a key below this table."""
        place = ".".join(_quoted(key) for key in (*self._path, *keys))
        return TableError(f"{self._file}: {place or 'the table'}: {problem}")

    def _typed(self, key: str, wanted: type[ValueT], allowed: str) -> ValueT | None:
        self._asked.add(key)
        if key not in self._values:
            return None
        value = self._values[key]
        if not isinstance(value, wanted):
            raise self.error((key,), f"must be {allowed}, not {_typename(value)}")
        return value


def is_dotted_name(text: str) -> bool:
    """Tell whether a text is a name, or names with dots between them."""
    return text.replace(".", "_").isidentifier() and ".." not in text and text[-1] != "."


def _quoted(key: str) -> str:
    bare = key.replace("-", "").replace("_", "").isalnum() and key.isascii()
    return key if bare else f'"{key}"'


def _typename(value: object) -> str:
    return _TYPENAMES.get(type(value), type(value).__name__)
