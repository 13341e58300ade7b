"""What the user wants: `[tool.flake8-qdrant]` in `pyproject.toml`, and the codes that are on."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_LISTS: Final = ("select", "extend-select", "ignore", "exclude")
_KEYS: Final = (*_LISTS, "libraries")
_RENAMED: Final = {"sdk": "libraries"}
PREFIX: Final = "QDR"
ADVICE: Final = ("QDR107", "QDR4")
"""Beginnings of the codes that give advice: told here without the rules, and their engine."""


class SettingsError(ValueError):
    """Settings that have no meaning: one sentence naming the place, the key and what is allowed."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The contents of `[tool.flake8-qdrant]`, checked.

    Attributes:
        select, extend_select, ignore: prefixes of codes.
        exclude: patterns as in a `.gitignore`.
        libraries: the user's own tables of client libraries.
        file: where the settings were read, for messages.
    """

    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    libraries: Mapping[str, object] = field(default_factory=dict)
    file: str = "pyproject.toml"


def read_settings(folder: str) -> Settings:
    """Read the settings that hold for a folder: those of the nearest `pyproject.toml` that has any.

    Raises:
        SettingsError: the file is no TOML, or a key or value is not one of ours.
    """
    for parent in (Path(folder), *Path(folder).parents):
        file = parent / "pyproject.toml"
        if not file.is_file():
            continue
        table = _table(file)
        if table is not None:
            return _checked(table, str(file))
    return Settings()


def _table(file: Path) -> Mapping[str, Any] | None:
    try:
        document = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{file}: {error}") from error
    tool = document.get("tool")
    table = tool.get("flake8-qdrant") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise SettingsError(f"{file}: tool.flake8-qdrant must be a table")
    return table


def _checked(table: Mapping[str, Any], file: str) -> Settings:
    for key, value in table.items():
        place = f"{file}: tool.flake8-qdrant.{key}"
        if key in _RENAMED:
            raise SettingsError(f"{place} is now called tool.flake8-qdrant.{_RENAMED[key]}")
        if key not in _KEYS:
            raise SettingsError(f"{place} is not known; allowed are {', '.join(_KEYS)}")
        if key in _LISTS and not (
            isinstance(value, list) and all(isinstance(v, str) for v in value)
        ):
            raise SettingsError(f"{place} must be a list of strings")
        if key in _LISTS and key != "exclude":
            check_codes(value, place)
    return Settings(
        **{key.replace("-", "_"): tuple(table.get(key, ())) for key in _LISTS},
        libraries=table.get("libraries", {}),
        file=file,
    )


def check_codes(prefixes: Iterable[str], place: str) -> None:
    """Refuse what is no prefix of any code.

    Raises:
        SettingsError: with the place, the word and what is allowed.
    """
    from flake8_qdrant.rules import RULES  # noqa: PLC0415 - brings the engine; few runs ask this

    codes = sorted(rule.code for rule in RULES)
    for prefix in prefixes:
        if not prefix or not any(code.startswith(prefix) for code in codes):
            known = ", ".join(codes)
            raise SettingsError(f"{place}: no code begins with {prefix!r}; the codes are {known}")


def codes_on(
    select: Iterable[str],
    extend_select: Iterable[str],
    ignore: Iterable[str],
    *,
    advice: bool = False,
) -> frozenset[str]:
    """Return the codes to report; the longest prefix that fits a code decides, as in flake8.

    Without a selection, every code is on but those of rules that give advice, unless `advice`.
    """
    from flake8_qdrant.rules import RULES  # noqa: PLC0415 - brings the engine; few runs ask this

    chosen = tuple(select)
    more = (*chosen, *extend_select)
    off = tuple(ignore)
    on = set()
    for rule in RULES:
        default = 0 if not chosen and (advice or not rule.advice) else -1
        wanted = max(
            [len(prefix) for prefix in more if rule.code.startswith(prefix)], default=default
        )
        unwanted = max([len(prefix) for prefix in off if rule.code.startswith(prefix)], default=-1)
        if wanted > unwanted:
            on.add(rule.code)
    return frozenset(on)
