"""A tab of Locust's web page that shows the loop lag of each process, live."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flask import request
from locust import events

from locust_qdrant.locust_plugin.lag import flow_of

if TYPE_CHECKING:
    from flask import Response
    from locust.env import Environment

    from locust_qdrant.locust_plugin.lag import LagFlow, LagLine

_KEY = "loop-lag"

#: Title of each column, by the name of what it shows.
COLUMNS = {
    "name": "Process",
    "watched": "Watched (s)",
    "p50": "Lag p50 (ms)",
    "p99": "Lag p99 (ms)",
    "max": "Lag max (ms)",
    "recent": "p99 of the last 10 s (ms)",
    "over10": "Time over 10 ms (%)",
    "over50": "Time over 50 ms (%)",
    "over100": "Time over 100 ms (%)",
}


@events.init.add_listener  # type: ignore[untyped-decorator]
def _add_tab(environment: Environment, **_: object) -> None:
    page = environment.web_ui
    if page is None or page.app is None:
        return
    # What the page knows already is kept, so that other extensions keep their tabs.
    known = page.template_args
    structure = [{"key": key, "title": title} for key, title in COLUMNS.items()]
    page.template_args = {
        **known,
        "extended_tabs": [
            *known.get("extended_tabs", ()),
            {"title": "Event Loop", "key": _KEY},
        ],
        "extended_tables": [
            *known.get("extended_tables", ()),
            {"key": _KEY, "structure": structure},
        ],
    }
    flow = flow_of(environment)

    @page.app.after_request
    def _add_rows(response: Response) -> Response:
        if response.is_json and request.path.endswith("/stats/requests"):
            _extend(response, flow)
        return response


def _extend(response: Response, flow: LagFlow) -> None:
    report = response.get_json()
    # Locust answers with the same response for some seconds.
    others = [each for each in report.get("extended_stats", ()) if each["key"] != _KEY]
    report["extended_stats"] = [
        *others,
        {"key": _KEY, "data": [as_row(line) for line in flow.lines()]},
    ]
    response.set_data(json.dumps(report))


def as_row(line: LagLine) -> dict[str, str | float]:
    """Return a line as the page shows it."""
    return {
        "name": line.name,
        "watched": round(line.samples * 0.005, 1),
        "p50": round(line.p50, 2),
        "p99": round(line.p99, 2),
        "max": round(line.worst, 2),
        "recent": round(line.recent_p99, 2),
        "over10": round(line.over_10, 2),
        "over50": round(line.over_50, 2),
        "over100": round(line.over_100, 2),
    }
