"""A run of some seconds as it is recorded, and the page that a report makes of it."""

from __future__ import annotations

from html.parser import HTMLParser
from random import Random

from locust_qdrant.config.model import Threshold
from locust_qdrant.ledger import Audit
from locust_qdrant.metrics.record import Outcome, Record, Stations
from locust_qdrant.metrics.results import (
    Arrivals,
    Lateness,
    Leftovers,
    PathResult,
    Phase,
    Recall,
    Run,
    Traffic,
)
from locust_qdrant.probe.loop_lag import summarise

START = 1_764_000_000.0
EVIL = "503 <script>alert('x')</script> | `a` \x00\x1b[31m & more"


def stations(taken: float) -> Stations:
    """Where the time of a request went that waited a tenth of it for the loop."""
    shares = (0.05, 0.02, 0.01, 0.02, 0.6, 0.1, 0.06, 0.04)
    return Stations(*(share * taken for share in shares))


def requests(seconds: int = 10, *, failing: bool = False) -> list[Record]:
    chance = Random(0)
    made = []
    for number in range(seconds * 40):
        due = START + number / 40
        taken = chance.uniform(0.01, 0.03)
        fails = failing and number % 10 == 0
        made.append(
            Record(
                operation=chance.choice(["query", "upsert"]),
                collection="c",
                protocol="REST",
                start=due + 0.002,
                end=due + 0.002 + taken,
                outcome=Outcome.ERROR if fails else Outcome.OK,
                error=EVIL if fails else "",
                intended=due,
                points=10,
                server_seconds=taken / 2,
                loop_wait=taken / 10,
                busy_seconds=taken / 10,
                step="warm-up" if number < 80 else "main",
                stations=stations(taken),
            )
        )
    return made


def a_path(name: str = "async", *, failing: bool = False) -> PathResult:
    ticks = [Lateness(START + n / 200, 0.0005) for n in range(2000)]
    traffic = Traffic(
        records=requests(failing=failing),
        seconds=10.0,
        lag=[tick.seconds for tick in ticks],
        cpu_seconds=4.0,
        phases=[
            Phase("warm-up", START, START + 2, measured=False, rate=40.0),
            Phase("main", START + 2, START + 10, rate=40.0),
        ],
        arrivals=Arrivals(400, 0, 0),
        lag_over_time=ticks,
        heartbeat=ticks[::2],
        cpu_by_worker={0: 4.0},
    )
    return PathResult(
        path=name,
        expected=("query", "upsert"),
        traffic=traffic,
        lag=summarise(list(traffic.lag)),
        audit=Audit(100, 0, 0, 0, 0),
        recall=Recall(20, 10, 0.99, 0.9),
        leftovers=Leftovers(),
        thresholds=(Threshold("query.p95 < 50ms", "query", "p95", "<", 0.05),),
    )


def a_run(*paths: PathResult, title: str = "40 arrivals/s") -> Run:
    return Run(
        title=title,
        server="Qdrant 1.20 at http://localhost:6333",
        command="locust-qdrant run --workload <rag>.toml",
        started=START,
        versions={"python": "3.11"},
        machine={"cores": "2"},
        workload={"seed": 0},
        paths=paths or [a_path()],
        notes=["a note"],
    )


class Page(HTMLParser):
    """What a browser would find in a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[dict[str, str | None]] = []
        self.addresses: list[str] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes.append(dict(attrs))
        self.addresses += [value or "" for name, value in attrs if name in {"src", "href"}]

    def handle_data(self, data):
        self.texts.append(data.strip())
