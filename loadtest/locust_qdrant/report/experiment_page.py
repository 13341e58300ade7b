"""An experiment as one page: what it says, its plots, and its table."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

from locust_qdrant.report.html import template

if TYPE_CHECKING:
    from collections.abc import Sequence

    from locust_qdrant.metrics.results import Run
    from locust_qdrant.report.plot import Plot


def render(
    run: Run,
    sentences: Sequence[str],
    plots: Sequence[Plot],
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
) -> str:
    """Return the page."""
    return template("experiment.html").render(
        run=run,
        started=datetime.fromtimestamp(run.started, timezone.utc),
        sentences=sentences,
        plots=plots,
        headings=headings,
        rows=rows,
    )
