"""How reports are printed: tables that fit, and nothing that a terminal takes for an order."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from io import StringIO
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.measure import Measurement
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

#: Columns where there is no terminal to fit into, such as in the log of a CI job.
_WIDTH = 120
_WIDEST = 1000


@contextmanager
def report_console(*, aside: bool = False, columns: int = _WIDTH) -> Iterator[Console]:
    """Enter with a console on standard output, which is as wide as the terminal.

    In a pipe or a file no line ends with spaces.

    Args:
        aside: whether to print to standard error, since something else goes to standard output.
        columns: its width in a pipe.
    """
    stream = sys.stderr if aside else sys.stdout
    if stream.isatty():
        yield Console(file=stream, highlight=False)
        return
    console = Console(file=StringIO(), width=columns, highlight=False)
    try:
        yield console
    finally:
        text = console.file.getvalue()  # type: ignore[attr-defined]  # as it was made
        stream.write("".join(f"{line.rstrip(' ')}\n" for line in text.split("\n")[:-1]))


def plain(text: str) -> str:
    """Return text of anyone's as rich prints it: no markup, and nothing that moves the cursor."""
    return escape(
        "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)
    )


def new_table(title: str | None = None, caption: str | None = None) -> Table:
    """Return an empty table as all reports have it."""
    return Table(
        box=box.SIMPLE_HEAD,
        title=title,
        caption=caption,
        caption_justify="left",
        pad_edge=False,
        padding=(0, 1),
    )


def print_fitting(console: Console, tables: Iterable[Table]) -> None:
    """Print the first of `tables` that fits without cutting a word or a figure.

    Where none does, the last one is printed whole, however narrow the terminal is.
    """
    needed = 0
    for table in tables:
        last, needed = table, _least_width(console, table)
        if needed <= console.width:
            console.print(table)
            return
    # A console prints nothing that is wider than itself.
    Console(file=console.file, width=needed, highlight=False).print(last)


def print_records(
    console: Console, headings: Sequence[str], rows: Sequence[Sequence[str]], caption: str
) -> None:
    """Print a table whose first column is a name; where it does not fit, a paragraph a row."""
    table = new_table(caption=plain(caption))
    columns = list(zip(headings, *rows, strict=True))
    for number, heading in enumerate(headings):
        table.add_column(plain(heading), justify="right" if number else "left")
    for row in rows:
        table.add_row(*map(plain, row))
    # Cells may be broken at spaces, and nowhere else; rich by itself cuts the widest one.
    whole = [max(map(len, cells)) for cells in columns]
    least = [
        max((len(word) for cell in cells for word in cell.split()), default=0) for cells in columns
    ]
    wide = console.options.update(max_width=_WIDEST)
    between = Measurement.get(console, wide, table).maximum - sum(whole)
    spare = console.width - between - sum(least)
    if spare >= 0:
        for column, most, width in zip(table.columns, whole, least, strict=True):
            more = min(spare, most - width)
            column.width, spare = width + more, spare - more
        console.print(table)
        return
    console.print()
    for name, *cells in rows:
        console.print(f"[bold]{plain(f'{headings[0]} {name}'.strip())}[/bold]")
        shown = [f"{head} {cell}" for head, cell in zip(headings[1:], cells, strict=True) if cell]
        console.print(f"  {plain('; '.join(shown))}")
    console.print(f"\n{plain(caption)}")


def _least_width(console: Console, table: Table) -> int:
    """Return the number of columns below which something in `table` would be cut."""
    return Measurement.get(console, console.options.update(max_width=_WIDEST), table).minimum
