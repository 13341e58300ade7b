"""An experiment on a terminal: a table, and what it says in words."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import JustifyMethod

    from locust_qdrant.metrics.results import Run

_WIDTH = 132


def print_experiment(
    run: Run,
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    caption: str,
    sentences: Sequence[str],
) -> None:
    """Print what was measured; the first column is a name, the others are figures."""
    console = Console(width=None if sys.stdout.isatty() else _WIDTH, highlight=False)
    console.print(f"\n[bold]{escape(run.title)}[/bold]")
    console.print(escape(run.server))
    table = Table(
        box=box.SIMPLE_HEAD,
        caption=caption,
        caption_justify="left",
        pad_edge=False,
        padding=(0, 1),
    )
    for number, heading in enumerate(headings):
        # What has a space may be broken there, so that names and figures stay whole.
        whole = all(" " not in row[number] for row in rows)
        justify: JustifyMethod = "right" if number else "left"
        table.add_column(heading, justify=justify, no_wrap=whole, overflow="fold")
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    console.print(table)
    for sentence in (*sentences, *(f"Note: {note}" for note in run.notes)):
        console.print(escape(sentence))
