"""Exit codes: what each command tells the shell; `interrupts` has those of signals."""

from __future__ import annotations

PASSED = 0
#: A check failed, or one that is required was not measured.
FAILED = 1
#: Something was asked for wrongly.
USAGE = 2
#: Nothing failed, but the figures tell of the load generator or its machine.
INVALID = 3

#: The codes in words, for the help of a command.
WORDS = (
    "1 a check failed or a required one was not measured, 2 bad usage, 3 the figures are invalid "
    "(0 with --allow-invalid)"
)


def exit_code(*, failed: bool, invalid: bool) -> int:
    """Return the exit code of a command that came to its end: a failure says more.

    Args:
        failed: whether what was looked for went wrong.
        invalid: whether the figures say little, and nobody said that this is fine.
    """
    if failed:
        return FAILED
    return INVALID if invalid else PASSED
