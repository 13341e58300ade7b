"""The `# noqa` comments of a file, with flake8's meaning: flake8's own code decides."""

from __future__ import annotations

import io
from argparse import Namespace
from typing import TYPE_CHECKING, Final

from flake8_qdrant.facts.text import plain_lines

if TYPE_CHECKING:
    from flake8.processor import FileProcessor

_OPTIONS: Final = Namespace(
    disable_noqa=False,
    hang_closing=False,
    indent_size=4,
    max_doc_length=None,
    max_line_length=79,
    verbose=0,
)
"""What flake8 wants of a file's processor; only the first has a part in this."""
_NAME: Final = "<source>"


class Suppressions:
    """Which codes are silenced on which lines."""

    def __init__(self, text: str) -> None:
        """Take a file's text; it is looked at only if it has such a comment."""
        self._lines: list[str] = []
        self._processor: FileProcessor | None = None
        self._whole_file = False
        if "noqa" not in text.lower():
            return
        from flake8.processor import FileProcessor  # noqa: PLC0415 - few files need it

        self._lines = io.StringIO(plain_lines(text)).readlines()
        self._processor = FileProcessor(_NAME, _OPTIONS, list(self._lines))
        self._whole_file = self._processor.should_ignore_file()

    def silence(self, code: str, line: int) -> bool:
        """Tell whether a finding on a line is silenced there, or in the whole file.

        Lines that a string or a backslash joins count as one.
        """
        if self._processor is None:
            return False
        if self._whole_file:
            return True
        from flake8.violation import Violation  # noqa: PLC0415 - few files need it

        try:
            physical = self._processor.noqa_line_for(line)
        except SystemError:  # the tokenizer of Python 3.13.0, on broken text beyond ASCII
            physical = None
        if physical is None:
            physical = self._lines[line - 1] if line <= len(self._lines) else ""
        return Violation(code, _NAME, line, 1, "", physical).is_inline_ignored(disable_noqa=False)
