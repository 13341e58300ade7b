"""What a rule says about a place in the source."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """One link of the chain that explains a finding: a function, and where it calls the next."""

    function: str
    path: str
    line: int


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One mistake at one place.

    Lines and columns count from 1, columns in characters. `path` is as the caller gave it.
    In a notebook they count within the code cell of the number `cell`.
    `chain` leads from the flagged call to the call that does the harm, outermost first.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    code: str
    message: str
    chain: tuple[Step, ...] = ()
    cell: int | None = None
