"""Jupyter notebooks: their code cells as one program, and back from its lines to the cells.

What IPython adds to Python becomes Python of as many lines, so that each line of a cell keeps its
number, and what is left of Python in it keeps its column.
"""

from __future__ import annotations

import ast
import json
import keyword
import re
import warnings
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ENDING: Final = ".ipynb"
PLACEHOLDER: Final = "get_ipython()"
"""Stands for a command of IPython: an expression of which nothing is known."""
_LANGUAGES: Final = ("python", "ipython")
"""How the names of the languages begin whose cells are Python."""
_PYTHON_CELLS: Final = frozenset(
    {"capture", "memit", "prun", "pyinstrument", "scalene", "snakeviz", "time", "timeit", "wandb"}
)
"""Cell magics whose cell is run as Python, in the same namespace."""
_PYTHON_LINES: Final = {"memit": "rti", "prun": "DlsT", "time": "", "timeit": "nrp"}
"""Line magics that run the rest of the line as Python, with their options that take a value."""

_MARK: Final = "# %% cell "
"""Begins each cell's part of the program, in the percent format that editors know."""
_MARKED: Final = re.compile(rf"^((?:if True:  )?{_MARK})(?=\d+$)", re.MULTILINE)
_BEFORE_CODE: Final = re.compile(r"(?:[ \t\f]*(?:#[^\n]*)?\n)*")
_CELL_MAGIC: Final = re.compile(r"[ \t]*%%(?!\w+\?)(?P<name>\S*)[^\n]*\n?")
_COMMAND: Final = re.compile(r"((?:[ \t\f]|\\\n)*)([!%?,;/][^\n]*(?:(?<=\\)\n[^\n]*)*)")
_LINE_MAGIC: Final = re.compile(r"%?(\w+)")
_OPTION: Final = re.compile(r"\s+-(?:-[\w-]+|([A-Za-z])(\S*))")
_AUTOMAGIC: Final = re.compile(rf"(?!(?:{'|'.join(keyword.kwlist)})\b)[^\W\d]\w*[ \t]+(?!=)\S")
"""A command without its `%`; what assigns or begins with a keyword is Python, maybe unfinished."""
_FIRST_PROMPT: Final = re.compile(
    r"[ \t]*(?:>>>(?: |$)|(?:\[(?:nav|ins)\] )?In \[\d+\]: )", re.MULTILINE
)
_PROMPT: Final = re.compile(_FIRST_PROMPT.pattern + r"|[ \t]*\.{3}(?: |$)|[ \t]*\.{3,}: ?")
_WIDTH_OF_PROMPT: Final = 4
_TOKEN: Final = re.compile(
    r'''
    (?P<string> """(?:\\.|[^\\])*?(?:"""|\Z) | \'\'\'(?:\\.|[^\\])*?(?:\'\'\'|\Z)
              | "(?:\\.|[^"\\\n])*"? | '(?:\\.|[^'\\\n])*'? )
  | (?P<comment> \#[^\n]* )
  | (?P<joined> \\\n )
  | (?P<end> \n )
  | (?P<open> [\[({] )
  | (?P<close> [\])}] )
  | (?P<assigned> (?<![=!<>:+\-*/%@&|^])=(?!=) [ \t]* (?P<command> ! | %(?=[^\W\d]) )? )
  | (?P<other> \S )
    ''',
    re.VERBOSE | re.DOTALL,
)


class NotANotebookError(ValueError):
    """What should be a notebook is none; the message says why, and `line` where."""

    def __init__(self, why: str, line: int = 1) -> None:
        super().__init__(f"it is no Jupyter notebook: {why}")
        self.line = line


def notebook_program(data: bytes) -> str:
    """Return a notebook's Python cells as one program; that of another language has none.

    Args:
        data: the file's contents. An empty one is a notebook that an editor just made.

    Raises:
        NotANotebookError: it is not JSON, or has no list of cells.
    """
    if not data.strip():
        return ""
    try:
        notebook = json.loads(data)
    except json.JSONDecodeError as error:
        raise NotANotebookError(f"{error.msg} at column {error.colno}", error.lineno) from None
    except UnicodeDecodeError as error:
        raise NotANotebookError(f"it is not in {error.encoding}") from None
    except RecursionError:
        raise NotANotebookError("it nests too deeply") from None
    cells = _cells_of(notebook)
    if cells is None:
        raise NotANotebookError("it has no list of cells")
    if not _is_python(notebook):
        return ""
    # A cell may hold half a surrogate pair, which is no text to anybody else.
    sources = (source.encode("utf-8", "replace").decode() for source in _code(cells))
    return cells_program(sources)


def cells_program(sources: Iterable[str]) -> str:
    """Return the code cells of a notebook, as IPython takes them, as one program."""
    return "".join(
        _cell(_plain(source), f"{_MARK}{number}\n")
        for number, source in enumerate(sources, start=1)
    )


def cell_at(program: str, line: int) -> tuple[int, int]:
    """Return the number of the code cell and the line in it, both from 1, for a program's line."""
    lines = program.split("\n")
    for above in range(min(line, len(lines)), 0, -1):
        mark = _MARKED.match(lines[above - 1])
        if mark is not None:
            return int(lines[above - 1][mark.end() :]), max(line - above, 1)
    return 1, line


def _cells_of(notebook: Any) -> list[Any] | None:  # noqa: ANN401 - what JSON gave
    """Return the cells, which format 3 keeps in a worksheet."""
    if not isinstance(notebook, dict):
        return None
    sheets = notebook.get("worksheets")
    holder = sheets[0] if isinstance(sheets, list) and sheets else notebook
    cells = holder.get("cells") if isinstance(holder, dict) else None
    return cells if isinstance(cells, list) else None


def _is_python(notebook: dict[str, Any]) -> bool:
    """Tell whether the kernel runs Python, as one that is not named does."""
    languages = (
        _text_at(notebook, "metadata", "language_info", "name"),
        _text_at(notebook, "metadata", "kernelspec", "language"),
    )
    return next((_names_python(language) for language in languages if language), True)


def _code(cells: list[Any]) -> Iterator[str]:
    """Give the text of each code cell; one of another language has no lines that count."""
    for cell in cells:
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        text = cell.get("source", cell.get("input", ""))
        if isinstance(text, list):
            text = "".join(line for line in text if isinstance(line, str))
        language = _text_at(cell, "metadata", "vscode", "languageId") or _text_at(cell, "language")
        is_python = not language or _names_python(language)
        yield text if isinstance(text, str) and is_python else ""


def _text_at(value: Any, *keys: str) -> str:  # noqa: ANN401 - what JSON gave
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""


def _names_python(language: str) -> bool:
    return language.lower().startswith(_LANGUAGES)


def _plain(source: str) -> str:
    """Return a cell's text with plain line ends, the last among them, and no mark of ours."""
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    source = _MARKED.sub(lambda mark: mark[1].replace(" cell ", " Cell "), source)
    return source if source.endswith("\n") or not source else f"{source}\n"


def _cell(source: str, head: str) -> str:
    """Return the Python of a cell.

    Args:
        source: the cell, or what a cell magic takes for one.
        head: the line above it, a comment.
    """
    before = _BEFORE_CODE.match(source)
    start = before.end() if before else 0
    magic = _CELL_MAGIC.match(source, start)
    if magic is None:
        if _FIRST_PROMPT.match(source, start):
            source = source[:start] + _without_prompts(source[start:])
        is_indented = source[start : start + 1] in (" ", "\t")
        return f"{'if True:  ' if is_indented else ''}{head}{_python(source)}"
    above, words, rest = head + source[:start], magic[0].rstrip("\n"), source[magic.end() :]
    if magic["name"] not in _PYTHON_CELLS:
        return above + _commented(source[start:])
    line = None if rest.startswith((" ", "\t")) else _python_line(magic["name"], words)
    return above + _cell(rest, f"{line or f'# {words}'}\n")


def _without_prompts(source: str) -> str:
    """Blank the prompts of a session that was pasted."""
    blank = " " * _WIDTH_OF_PROMPT
    return "".join(
        blank + line[prompt.end() if (prompt := _PROMPT.match(line)) else 0 :]
        for line in source.splitlines(keepends=True)
    )


def _commented(text: str) -> str:
    return "".join(f"# {line}" for line in text.splitlines(keepends=True))


def _python(source: str) -> str:
    """Return a cell without magic of its own as Python."""
    parts: list[str] = []
    position = 0
    while position < len(source):
        command = _COMMAND.match(source, position)
        if command is not None:
            parts += (command[1], _command(command[2]))
            position = command.end()
            continue
        line = _logical_line(source, position)
        text = source[position : line.end]
        if line.asks_for_help:
            indent = text[: len(text) - len(text.lstrip())]
            text = f"{indent}{_placeholder(text.strip())}\n"
        elif line.command is not None:
            text = source[position : line.command] + _placeholder(source[line.command : line.end])
        parts.append(text)
        position = line.end
    program, alone = "".join(parts), source.strip()
    if "\n" not in alone and _AUTOMAGIC.match(alone) and not _parses(program.strip()):
        indent = source[: len(source) - len(source.lstrip())]
        return f"{indent}{_command(alone)}\n"
    return program


class _Line(NamedTuple):
    """A logical line: where it ends, where a command is assigned, and whether it ends in `?`."""

    end: int
    command: int | None = None
    asks_for_help: bool = False


def _logical_line(source: str, start: int) -> _Line:
    depth, assigned, last = 0, False, ""
    for token in _TOKEN.finditer(source, start):
        kind = token.lastgroup
        if kind == "assigned" and token["command"] and depth == 0 and not assigned:
            at = token.start("command")
            command = _COMMAND.match(source, at)
            return _Line(command.end() if command else token.end(), at)
        if kind == "end" and depth == 0:
            return _Line(token.end(), asks_for_help=last == "?")
        if kind == "open":
            depth += 1
        elif kind == "close":
            depth = max(depth - 1, 0)
        elif kind == "assigned":
            assigned = assigned or depth == 0
        if kind not in ("end", "joined"):
            last = token[0]
    return _Line(len(source), asks_for_help=last == "?")


def _command(text: str) -> str:
    """Return the Python for a command, up to the end of its last line."""
    magic = _LINE_MAGIC.match(text)
    line = _python_line(magic[1], text) if magic is not None else None
    return _placeholder(text) if line is None else line


def _python_line(name: str, text: str) -> str | None:
    """Return the code in a line that runs it, in its columns, or None for any other magic.

    The magic's own words become a statement before it.
    """
    valued = _PYTHON_LINES.get(name)
    if valued is None:
        return None
    position = text.index(name) + len(name)
    while option := _OPTION.match(text, position):
        position = option.end()
        if option[1] and not option[2] and option[1] in valued:
            value = re.compile(r"\s+\S+").match(text, position)
            position = value.end() if value else position
    code = text[position:]
    line = "0;" + " " * (position - 2) + code
    return line if code.strip() and _parses(line) else None


def _placeholder(text: str) -> str:
    return f"{PLACEHOLDER}  # " + text.replace("\n", "\n# ")


def _parses(line: str) -> bool:
    """Tell whether this Python takes a line, in which IPython would see no magic then."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(line, "<cell>", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
