"""The command `flake8-qdrant check`: from its options to its output and exit code."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

from flake8_qdrant.discovery import beside_a_project, excluded_by
from flake8_qdrant.facts.text import UncheckableError, python_text
from flake8_qdrant.files import Patterns, Trees, is_project, project_root
from flake8_qdrant.finding import Finding
from flake8_qdrant.output import render, write
from flake8_qdrant.runner import Means, check_files, default_jobs
from flake8_qdrant.settings import SettingsError, check_codes, codes_on, read_settings

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from flake8_qdrant.profile import HeldLine
    from flake8_qdrant.settings import Settings

_STANDARD_INPUT = "-"
_UNNAMED = "stdin"
_UNCHECKABLE = "QDR000"


def check(options: Namespace) -> int:
    """Check what the options name, print the findings, and return the exit code.

    Raises:
        SettingsError: something was asked for that has no meaning.
    """
    settings = read_settings(_working_directory())
    for option in ("select", "extend_select", "ignore"):
        given = getattr(options, option)
        if given is not None:
            check_codes(given, f"--{option.replace('_', '-')}")
    # Read first: whoever names a wrong file should not wait for the findings.
    held = None if options.profile is None else _profile(options.profile)
    gc.disable()  # what is learnt is kept to the end: looking through it for garbage is in vain
    try:
        found = _findings(options, settings)
    finally:
        gc.freeze()  # nor is it looked through now, where the run ends
        gc.enable()
    if found:
        on = codes_on(
            settings.select if options.select is None else options.select,
            (*settings.extend_select, *(options.extend_select or ())),
            settings.ignore if options.ignore is None else options.ignore,
        )
        found = [finding for finding in found if finding.code in on]
    format_ = options.format
    write(render(found, format_) if held is None else _costly(found, held, format_))
    return 1 if found else 0


def _tell(message: str) -> None:
    print(f"flake8-qdrant: {message}", file=sys.stderr)


def _working_directory() -> str:
    try:
        return os.getcwd()
    except FileNotFoundError as error:
        raise SettingsError("the working directory is gone; go to a folder that exists") from error


def _profile(path: str) -> list[HeldLine]:
    from flake8_qdrant.profile import ProfileError, read_profile  # noqa: PLC0415 - rarely asked for

    try:
        return read_profile(path)
    except ProfileError as error:
        raise SettingsError(str(error)) from error


def _costly(found: list[Finding], held: list[HeldLine], format_: str) -> str:
    from flake8_qdrant.costs import costs_of  # noqa: PLC0415 - rarely asked for
    from flake8_qdrant.output.with_costs import render_costs  # noqa: PLC0415 - as above

    return render_costs(costs_of(found, held), format_)


def _findings(options: Namespace, settings: Settings) -> list[Finding]:
    if _STANDARD_INPUT in options.paths:
        if options.paths != [_STANDARD_INPUT]:
            raise SettingsError("- stands for standard input, and no other path can go with it")
        return _of_standard_input(options.stdin_filename, settings)
    if options.stdin_filename is not None:
        raise SettingsError("--stdin-filename needs - as the only path")
    trees = wanted = Trees(excluded_by(settings))
    if options.exclude is not None:
        wanted = Trees(Patterns(os.getcwd(), options.exclude))
    named, found = _collect(options.paths, wanted)
    means = Means(
        options.jobs or default_jobs(),
        cache=not options.no_cache,
        cache_folder=options.cache_dir,
        stats=options.stats,
    )
    return check_files(named, found, settings, means, trees, _tell)


def _of_standard_input(filename: str | None, settings: Settings) -> list[Finding]:
    from flake8_qdrant.project import open_project  # noqa: PLC0415 - the engine

    shown = filename or _UNNAMED
    path = os.path.abspath(shown)
    try:
        text = python_text(path, sys.stdin.buffer.read())
    except UncheckableError as error:
        return [Finding(shown, error.line, 1, error.line, 1, _UNCHECKABLE, str(error))]
    root = project_root(os.path.dirname(path), os.getcwd())
    checker = open_project(root, [path], settings, {path: text})
    more = len(checker.project.layout.files) - 1
    if more and not is_project(root):
        _tell(beside_a_project(root, more))
    checker.project.demand(path)
    return checker.check(path)


def _collect(paths: Sequence[str], trees: Trees) -> tuple[set[str], set[str]]:
    """Return the files that are named themselves, and those found below folders."""
    named: set[str] = set()
    found: set[str] = set()
    for path in paths:
        absolute = os.path.abspath(path)
        if os.path.isdir(absolute):
            if not os.access(absolute, os.R_OK | os.X_OK):
                raise SettingsError(f"{path}: the folder cannot be read; check its permissions")
            found.update(trees.below(absolute))
        elif os.path.lexists(absolute):
            named.add(absolute)
        else:
            raise SettingsError(f"{path}: no such file or folder")
    return named, found
