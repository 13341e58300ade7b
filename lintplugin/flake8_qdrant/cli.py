"""The command `flake8-qdrant`."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from flake8_qdrant import __version__
from flake8_qdrant.files import Patterns, project_root, python_files
from flake8_qdrant.output.json_array import render_json
from flake8_qdrant.output.text import render_text
from flake8_qdrant.sdk.model import TableError
from flake8_qdrant.session import open_project
from flake8_qdrant.settings import SettingsError, check_codes, codes_on, read_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flake8_qdrant.finding import Finding
    from flake8_qdrant.settings import Settings

_RENDERERS = {"text": render_text, "json": render_json}


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="flake8-qdrant",
        description="Find blocking and lost Qdrant calls in asynchronous Python code.",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    check = commands.add_parser("check", help="check files and folders", description=_CHECK)
    check.add_argument(
        "paths", nargs="*", default=["."], metavar="PATH", help="default: this folder"
    )
    check.add_argument("--format", choices=sorted(_RENDERERS), default="text", help="default: text")
    for option, help_ in _CODE_OPTIONS.items():
        check.add_argument(option, type=_codes, metavar="CODES", help=help_)
    check.add_argument("--exclude", type=_words, metavar="PATTERNS", help=_EXCLUDE)
    check.set_defaults(main=_check)
    return parser


_CHECK = "Exit code: 0 without findings, 1 with findings, 2 if something was asked for wrongly."
_EXCLUDE = "patterns as in .gitignore, separated by commas, besides the usual folders"
_CODE_OPTIONS = {
    "--select": "report only codes that begin with one of these, separated by commas",
    "--extend-select": "report these as well, such as QDR4, which gives advice",
    "--ignore": "do not report these",
}


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in (part.strip() for part in text.split(",")) if word)


def _codes(text: str) -> tuple[str, ...]:
    return tuple(word.upper() for word in _words(text))


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    options = build_parser().parse_args(argv)
    try:
        exit_code: int = options.main(options)
    except (SettingsError, TableError) as error:
        print(f"flake8-qdrant: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        sys.stderr.close()
        return 2
    return exit_code


def _check(options: argparse.Namespace) -> int:
    settings = read_settings(os.getcwd())
    for option in _CODE_OPTIONS:
        given = getattr(options, option.strip("-").replace("-", "_"))
        if given is not None:
            check_codes(given, option)
    on = codes_on(
        settings.select if options.select is None else options.select,
        (*settings.extend_select, *(options.extend_select or ())),
        settings.ignore if options.ignore is None else options.ignore,
    )
    excluded = settings.exclude if options.exclude is None else options.exclude
    findings = [f for f in _findings(options.paths, settings, excluded) if f.code in on]
    sys.stdout.write(_RENDERERS[options.format](findings))
    return 1 if findings else 0


def _findings(paths: Sequence[str], settings: Settings, excluded: Sequence[str]) -> list[Finding]:
    """Check every file that the paths name, each project's files together."""
    named, found = _collect(paths, excluded)
    projects: dict[str, list[str]] = {}
    for file in sorted(named | found):
        projects.setdefault(project_root(os.path.dirname(file), os.getcwd()), []).append(file)
    findings: list[Finding] = []
    for root, files in sorted(projects.items()):
        checker = open_project(root, files, settings)
        for file in files:
            if file in named:
                checker.project.demand(file)
            findings += checker.check(file)
    return sorted(findings)


def _collect(paths: Sequence[str], excluded: Sequence[str]) -> tuple[set[str], set[str]]:
    """Return the files that are named themselves, and those found below folders."""
    named: set[str] = set()
    found: set[str] = set()
    for path in paths:
        absolute = os.path.abspath(path)
        if os.path.isdir(absolute):
            if not os.access(absolute, os.R_OK | os.X_OK):
                raise SettingsError(f"{path}: the folder cannot be read; check its permissions")
            found.update(python_files(absolute, Patterns(os.getcwd(), excluded)))
        elif os.path.exists(absolute):
            named.add(absolute)
        else:
            raise SettingsError(f"{path}: no such file or folder")
    return named, found


if __name__ == "__main__":
    sys.exit(main())
