"""What IPython makes of a cell, to hold ours against it."""

from __future__ import annotations

import ast
import subprocess
import sys
import warnings

from flake8_qdrant.notebook import PLACEHOLDER, cells_program
from IPython.core.inputtransformer2 import TransformerManager, tr

_SHELL = """
import sys
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config
shell = InteractiveShell(config=Config(HistoryManager={"enabled": False}))
sys.stdout.write(shell.transform_cell(sys.stdin.read()))
"""
PYTHON_CELLS = ("capture", "prun", "time", "timeit")
tr.update(dict.fromkeys(",;/", lambda line: PLACEHOLDER))  # calls that we do not look into
COMMAND = ast.dump(ast.parse(PLACEHOLDER, mode="eval").body)


def difference(cell: str) -> str | None:
    """Say how our reading of a cell differs from IPython's, where that is Python at all."""
    program = cells_program([cell])
    if "".join(program.split("\n", 1)[1:]).count("\n") != _lines(cell):
        return "it has other lines"
    theirs = _statements(_transformed(cell))
    if theirs is None:
        return None
    ours = _statements(program)
    if ours is None:
        return "ours is no Python"
    expected, got = (_described(_Plain().plain(body)) for body in (theirs, ours))
    return None if expected == got else f"IPython:\n{expected}\nours:\n{got}"


def is_python(cell: str) -> bool:
    """Tell whether IPython would run a cell."""
    return _statements(_transformed(cell)) is not None


def automagic(cell: str) -> str:
    """Return what a whole shell makes of a cell, which knows what magics there are.

    It takes over much of the process that it lives in, so it gets one of its own.
    """
    done = subprocess.run(
        [sys.executable, "-c", _SHELL], input=cell, capture_output=True, text=True, check=True
    )
    return done.stdout


def _lines(cell: str) -> int:
    cell = cell.replace("\r\n", "\n").replace("\r", "\n")
    return cell.count("\n") + (cell != "" and not cell.endswith("\n"))


def _transformed(cell: str) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return TransformerManager().transform_cell(cell)


def _statements(source: str) -> list[ast.stmt] | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source).body
    except (SyntaxError, ValueError):
        return None


def _described(body: list[ast.stmt]) -> str:
    return "\n".join(ast.dump(statement) for statement in body)


class _Plain(ast.NodeTransformer):
    """Forgets what commands say, and leaves those out that are statements."""

    def plain(self, body: list[ast.stmt]) -> list[ast.stmt]:
        kept: list[ast.stmt] = []
        run_as_python = -1
        for statement in body:
            if ast.dump(statement) == "Expr(value=Constant(value=0))":
                run_as_python = statement.lineno  # ours, before the code of `%time`
            if statement.lineno == run_as_python:
                continue
            if isinstance(statement, ast.If) and ast.dump(statement.test) == "Constant(value=True)":
                kept += self.plain(statement.body)  # ours, around an indented cell
                continue
            within = _cell_within(statement)
            if within is not None:
                kept += self.plain(within)
                continue
            seen = self.visit(statement)
            if not (isinstance(seen, ast.Expr) and ast.dump(seen.value) == COMMAND):
                kept.append(seen)
        return kept

    def visit_Call(self, node: ast.Call) -> ast.AST:
        innermost = node
        while isinstance(innermost.func, ast.Attribute) and isinstance(
            innermost.func.value, ast.Call
        ):
            innermost = innermost.func.value
        return innermost if ast.dump(innermost) == COMMAND else self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        # IPython takes a cell's indentation out of its strings as well.
        if isinstance(node.value, str):
            node.value = "".join(node.value.split())
        return node

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        for name in ("body", "orelse", "finalbody"):
            body = getattr(node, name, None)
            if isinstance(body, list):
                setattr(node, name, self.plain(body))
        return node


def _cell_within(statement: ast.stmt) -> list[ast.stmt] | None:
    """Return what IPython runs of a cell magic whose cell is Python."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "run_cell_magic":
        name, _, cell = (ast.literal_eval(argument) for argument in call.args)
        return _statements(_transformed(cell)) or [] if name in PYTHON_CELLS else []
    return None
