"""One key of a workload file, such as `traffic.users`: its help, and a text read as its value.

An option of the command that is the short form of a key takes both from here, so that bounds,
defaults and words stand in one place, the schema.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import ConfigDict, TypeAdapter, ValidationError

from locust_qdrant.config.operations import QueryKeys, UpsertKeys
from locust_qdrant.config.schema import TABLES, TopKeys
from locust_qdrant.config.validation import Table, allowed, fields, is_a

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

#: Keys that mean every operation that knows them, and the table that describes each.
FOR_ALL_OPERATIONS: dict[str, type[Table]] = {"batch_size": UpsertKeys, "limit": QueryKeys}

#: How a key that is on or off is written where there is no TOML.
_ON_AND_OFF = {"on": True, "true": True, "yes": True, "off": False, "false": False, "no": False}

_CONFIG = ConfigDict(strict=True, allow_inf_nan=False)


def field_of(key: str) -> FieldInfo:
    """Return what the schema says of a dotted key.

    Raises:
        KeyError: there is no such key.
    """
    *tables, last = key.split(".")
    table: type[Table] = TABLES[tables[0]] if tables else FOR_ALL_OPERATIONS.get(last, TopKeys)
    return fields(table)[last]


def help_of(key: str, what: str = "") -> str:
    """Return what a key means and its default, as `--help` prints it.

    Args:
        key: dotted, as in a workload file.
        what: in place of the schema's description, where an option is narrower than its key.
    """
    field = field_of(key)
    words = (what or field.description or "").replace("`", "").replace("%", "%%")
    default = field.get_default(call_default_factory=True)
    if default is None or default in ("", [], False):
        return words
    shown = f"{default:g}" if isinstance(default, float) else str(default)
    return f"{words} (default: {shown})"


def parse(key: str, text: str) -> Any:  # noqa: ANN401 - whatever the key takes
    """Return the value of a key that `text` stands for.

    Raises:
        ValueError: it is not what the key may be; says so.
    """
    field = field_of(key)
    try:
        value: object = text
        if is_a(field, int):
            value = int(text)
        elif is_a(field, float):
            value = float(text)
        elif field.annotation is bool:
            value = _ON_AND_OFF.get(text.lower(), text)
        adapter: TypeAdapter[Any] = TypeAdapter(
            Annotated[field.annotation, field],  # type: ignore[arg-type]
            config=_CONFIG,
        )
        return adapter.validate_python(value)
    except (ValueError, ValidationError):
        raise ValueError(f"must be {allowed(field)}, not {text!r}") from None
