"""Writes the reference of the workload file's keys into `workloads.md`, from what checks them.

Run `python docs/generate_workload_keys.py` after a key has changed; a test holds the page against
the keys.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from locust_qdrant.config import operations, phases, schema, service
from locust_qdrant.config.validation import Table, allowed, fields

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo

PAGE = Path(__file__).with_name("workloads.md")
BEGIN, END = "<!-- keys: begin -->\n", "<!-- keys: end -->\n"
_HEAD = ["| key | default | what it may be | meaning |", "| --- | --- | --- | --- |"]


def main() -> None:
    """Put the reference between its two comments."""
    PAGE.write_text(renewed(PAGE.read_text("utf-8")), "utf-8")


def renewed(page: str) -> str:
    """Return the page with the reference as it is now."""
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}{reference()}{END}{rest.partition(END)[2]}"


def reference() -> str:
    """Return the tables of all keys."""
    return "\n".join(_sections()) + "\n"


def _sections() -> Iterator[str]:
    yield from _section("### At the top", schema.TopKeys)
    yield from _section("### `[collection]`", schema.CollectionKeys)
    yield from _section("### `[collection.vectors.NAME]`", schema.VectorKeys)
    yield from _section("### `collection.hnsw`", schema.HnswKeys)
    yield from _section("### `collection.optimizers`", schema.OptimizerKeys)
    yield from _section("### `[data]`", schema.DataKeys)
    yield from _section("### `[client]`", schema.ClientKeys)
    yield from _section("### `[traffic]`", schema.TrafficKeys)
    yield from _section("### `[[operations]]`", operations.OperationKeys)
    for kind, table in operations.KINDS.items():
        yield from _section(f"#### `{kind}`", table, set(operations.OperationKeys.model_fields))
    yield from _section("### `[[phases]]`", phases.PhaseKeys)
    for name, phase in phases.KINDS.items():
        yield from _section(f"#### `{name}`", phase, set(phases.PhaseKeys.model_fields))
    yield from _section("### A service: `[headers]` and `[choices]`", service.ServiceKeys)
    yield from _section("### A service: `[[endpoints]]`", service.EndpointKeys)
    yield from _section("### A service: `[[setup]]`", service.SetupKeys)


def _section(heading: str, table: type[Table], without: set[str] = frozenset()) -> Iterator[str]:
    yield from (heading, "", (table.__doc__ or "").strip(), "", *_HEAD)
    for key, field in fields(table).items():
        if key not in without:
            description = (field.description or "").replace("|", "\\|")
            yield f"| `{key}` | {_default(field)} | {allowed(field)} | {description} |"
    yield ""


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "**required**"
    value = field.get_default(call_default_factory=True)
    if value is None or isinstance(value, Table) or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f'`"{value}"`' if isinstance(value, str) else f"`{value:g}`"


if __name__ == "__main__":
    main()
