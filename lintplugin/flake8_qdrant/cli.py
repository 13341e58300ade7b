"""The command `flake8-qdrant`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from flake8_qdrant import __version__
from flake8_qdrant.output import FORMATS, OutputError, write
from flake8_qdrant.settings import SettingsError

if TYPE_CHECKING:
    from collections.abc import Sequence


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="flake8-qdrant",
        description="Find blocking and lost Qdrant calls in asynchronous Python code.",
        epilog="What such a mistake costs a running service is measured by locust-qdrant, a "
        "distribution of its own: pip install locust-qdrant; in a clone, pip install ./loadtest",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    _add_check(commands.add_parser("check", help="check files and folders", description=_CHECK))
    lsp = commands.add_parser(
        "lsp", help="serve an editor over standard input and output", description=_LSP
    )
    lsp.set_defaults(main=_lsp)
    table = commands.add_parser(
        "table", help="write a first table of a client library", description=_TABLE
    )
    table.add_argument(
        "package", metavar="PACKAGE", help="an installed package's import name, or pip's name of it"
    )
    table.set_defaults(main=_table)
    rules = commands.add_parser("rules", help="list the rules")
    rules.set_defaults(main=_rules)
    rule = commands.add_parser("rule", help="explain a rule")
    rule.add_argument("rule", metavar="RULE", help="a code such as QDR101, or a name")
    rule.set_defaults(main=_rule)
    return parser


_CHECK = "Exit code: 0 without findings, 1 with findings, 2 if something was asked for wrongly."
_LSP = "The language server: findings while one types. Editors start it; it needs the extra [lsp]."
_TABLE = (
    "Reads the source of an installed package, from .venv or venv of this folder or beside this "
    "program, and prints a table for pyproject.toml. Nothing of the package is imported or run."
)
_EXCLUDE = "patterns as in .gitignore, separated by commas, besides the usual folders"
_CODE_OPTIONS = {
    "--select": "report only codes that begin with one of these, separated by commas",
    "--extend-select": "report these as well, such as QDR4, which gives advice",
    "--ignore": "do not report these",
}


def _add_check(check: argparse.ArgumentParser) -> None:
    check.add_argument(
        "paths",
        nargs="*",
        default=["."],
        metavar="PATH",
        help="files and folders, or - for standard input; default: this folder",
    )
    check.add_argument("--format", choices=FORMATS, default="text", help="default: text")
    for option, help_ in _CODE_OPTIONS.items():
        check.add_argument(option, type=_codes, metavar="CODES", help=help_)
    check.add_argument("--exclude", type=_words, metavar="PATTERNS", help=_EXCLUDE)
    check.add_argument(
        "--stdin-filename", metavar="PATH", help="the file that standard input stands for"
    )
    check.add_argument(
        "--jobs", type=_positive, metavar="N", help="processes at most; default: one a processor"
    )
    check.add_argument(
        "--profile",
        metavar="FILE",
        help="what a probe saw: show how long each finding's line held the event loop",
    )
    check.add_argument("--no-cache", action="store_true", help="neither read nor keep findings")
    check.add_argument(
        "--cache-dir",
        metavar="FOLDER",
        help="where findings are kept; default: .flake8_qdrant_cache in each project's folder",
    )
    check.add_argument(
        "--stats", action="store_true", help="say on standard error how much was read, and how far"
    )
    check.set_defaults(main=_check)


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in (part.strip() for part in text.split(",")) if word)


def _codes(text: str) -> tuple[str, ...]:
    return tuple(word.upper() for word in _words(text))


def _positive(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of processes; 1 is the least")
    return number


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    options = build_parser().parse_args(argv)
    try:
        exit_code: int = options.main(options)
    except SettingsError as error:
        print(f"flake8-qdrant: {error}", file=sys.stderr)
        return 2
    except (BrokenPipeError, OutputError) as error:
        # Nor can Python flush what is left when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, OutputError):
            print(f"flake8-qdrant: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("flake8-qdrant: interrupted", file=sys.stderr)
        return 130
    return exit_code


def _check(options: argparse.Namespace) -> int:
    from flake8_qdrant.check_command import check  # noqa: PLC0415 - the other commands need none of it

    return check(options)


def _lsp(options: argparse.Namespace) -> int:
    del options
    try:
        import pygls  # noqa: F401, PLC0415 - of an extra
    except ImportError:
        raise SettingsError(
            "lsp needs pygls: pip install 'flake8-qdrant[lsp]'; in a clone, pip install '.[lsp]'"
        ) from None
    from flake8_qdrant.language_server.connection import serve  # noqa: PLC0415 - as above

    return serve()


def _table(options: argparse.Namespace) -> int:
    from flake8_qdrant.libraries.making.first_table import first_table  # noqa: PLC0415 - rarely used
    from flake8_qdrant.libraries.model import TableError  # noqa: PLC0415 - as above

    try:
        write(first_table(options.package, Path.cwd()))
    except TableError as error:
        raise SettingsError(str(error)) from error
    return 0


def _rules(options: argparse.Namespace) -> int:
    from flake8_qdrant.rules import RULES  # noqa: PLC0415 - `check` over most trees needs no rule
    from flake8_qdrant.rules.documentation import table  # noqa: PLC0415 - nor this

    del options
    write(table(RULES))
    return 0


def _rule(options: argparse.Namespace) -> int:
    from flake8_qdrant.rules import RULES  # noqa: PLC0415 - `check` over most trees needs no rule
    from flake8_qdrant.rules.documentation import document  # noqa: PLC0415 - nor this

    wanted = options.rule.upper()
    for rule in RULES:
        if wanted in (rule.code, rule.name.upper()):
            write(document(rule))
            return 0
    known = ", ".join(sorted(rule.code for rule in RULES))
    raise SettingsError(f"{options.rule}: no such rule; there are {known}")
