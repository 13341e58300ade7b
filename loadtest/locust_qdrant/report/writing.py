"""Write the reports on a run, in every form that was asked for."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from locust_qdrant.errors import UsageError
from locust_qdrant.redaction import redact
from locust_qdrant.report import html, json_file, junit, markdown
from locust_qdrant.report.outputs import write_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from locust_qdrant.report.contents import Report
    from locust_qdrant.report.outputs import Outputs

#: GitHub shows what is appended to the file of this name on the page of a workflow's run.
_STEP_SUMMARY = "GITHUB_STEP_SUMMARY"

_RENDER: Mapping[str, Callable[[Report], str]] = {
    "json": json_file.render,
    "html": html.render,
    "junit": junit.render,
    "markdown": markdown.render,
}


def write(report: Report, outputs: Outputs) -> None:
    """Write `report` in every form that was asked for; the record file is none of them.

    Each file is written whole or not at all, and one that cannot be does not lose the others.
    Without one for it, Markdown goes to the summary of a GitHub workflow, where one runs this.

    Raises:
        UsageError: a file cannot be written any more.
    """
    problems, written = [], ["record"]
    for name, path in outputs.wanted():
        if name in _RENDER:
            try:
                write_text(name, path, _RENDER[name](report))
                written.append(name)
            except UsageError as error:
                problems.append(str(error))
    outputs.tell(written)
    summary = os.environ.get(_STEP_SUMMARY)
    if summary and outputs.markdown is None:
        _append(Path(summary), redact(markdown.render(report)))
    if problems:
        raise UsageError(" ".join(problems))


def _append(path: Path, text: str) -> None:
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise UsageError(
            f"the file of ${_STEP_SUMMARY}, {str(path)!r}, cannot be written ({error.strerror})."
        ) from error
