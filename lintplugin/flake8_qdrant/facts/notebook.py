"""Jupyter notebooks: their code cells as one program, and back from its lines to the cells."""

from __future__ import annotations

import json
from typing import Any, Final

ENDING: Final = ".ipynb"
_MARK: Final = "# %% cell "
"""Begins each cell's part of the program, in the percent format that editors know."""
_MAGICS: Final = ("%", "!", "?")
_PYTHON_MAGICS: Final = ("%%capture", "%%prun", "%%time", "%%timeit")


def notebook_code(data: bytes) -> bytes:
    """Return the code cells of a notebook as one program; what is no notebook, as it is.

    Magics and shell commands become comments, so that each line of a cell keeps its number.
    """
    try:
        cells = json.loads(data)["cells"]
        parts = [_cell(cell) for cell in cells if cell["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError):
        return data
    program = "\n".join(f"{_MARK}{number}\n{part}" for number, part in enumerate(parts, start=1))
    return f"{program}\n".encode()


def _cell(cell: dict[str, Any]) -> str:
    source = cell["source"]
    lines = (source if isinstance(source, str) else "".join(source)).splitlines()
    first = lines[0].split() if lines else []
    foreign = bool(first) and first[0].startswith("%%") and first[0] not in _PYTHON_MAGICS
    return "\n".join(_plain(line) if not foreign else f"# {line}" for line in lines)


def _plain(line: str) -> str:
    return f"# {line}" if line.lstrip().startswith(_MAGICS) else line


def cell_at(text: str, line: int) -> tuple[int, int]:
    """Return the number of the code cell and the line in it, both from 1, for a program's line."""
    lines = text.split("\n")
    for above in range(min(line, len(lines)), 0, -1):
        if lines[above - 1].startswith(_MARK):
            return int(lines[above - 1].removeprefix(_MARK)), max(line - above, 1)
    return 1, line
