"""The loop lag of several processes adds up exactly, and ends where people look for it."""

from __future__ import annotations

import random

import locust_qdrant
import pytest
from hdrh.histogram import HdrHistogram

locust_qdrant.AsyncQdrantUser  # noqa: B018 - before Locust is imported

from locust.env import Environment  # noqa: E402
from locust_qdrant.locust_plugin.lag import LagBook, LagFlow, histogram  # noqa: E402
from locust_qdrant.locust_plugin.locust_compat import three_digits  # noqa: E402
from locust_qdrant.locust_plugin.web_tab import COLUMNS, as_row  # noqa: E402


def lags(seed: int, count: int) -> list[float]:
    rng = random.Random(seed)
    return [rng.expovariate(1 / 0.01) for _ in range(count)]


def test_all_processes_together_are_as_one_that_saw_everything():
    book, alone = LagBook(), LagBook()
    parts = {f"worker-{i}": [lags(10 * i + j, 300 * (i + 1)) for j in range(3)] for i in range(3)}
    for process, reports in parts.items():
        for report in reports:
            book.add(process, HdrHistogram.decode(histogram(report).encode()))
            alone.add("all", histogram(report))
    *each, everything = book.lines()
    assert [line.name for line in each] == list(parts)
    assert everything == alone.lines()[0]
    # It is no mean of the parts.
    assert everything.samples == 3 * 300 * (1 + 2 + 3)


def test_the_shares_are_of_time():
    book = LagBook()
    book.add("this process", histogram([0.001] * 90 + [0.02] * 5 + [0.06] * 3 + [0.2] * 2))
    (line,) = book.lines()
    assert (line.over_10, line.over_50, line.over_100) == (10, 5, 2)
    assert (line.p50, line.p99, line.worst) == pytest.approx((1, 200, 200), rel=1e-3)
    assert line.recent_p99 == line.p99


def test_nothing_is_shown_where_nothing_was_measured():
    assert LagBook().lines() == []


def test_a_worker_sends_what_is_new_and_the_master_adds_it():
    worker, master = LagFlow(Environment()), LagFlow(Environment())
    sent = []
    for seed in (1, 2):
        worker._unsent.add(histogram(lags(seed, 100)))
        data = {}
        worker.send(client_id="w", data=data)
        master.receive(client_id="w", data=data)
        sent.append(data)
    silent = {}
    worker.send(client_id="w", data=silent)
    assert silent == {}
    assert sent == [{}, {}]  # what was ours is taken out of the report
    (line,) = master.book.lines()
    assert line.samples == 200
    master.start()
    assert master.book.lines() == []


def test_a_row_has_every_column():
    book = LagBook()
    book.add("this process", histogram(lags(1, 100)))
    assert list(as_row(book.lines()[0])) == list(COLUMNS)


@pytest.mark.parametrize(
    ("exact", "shown"),
    [(0.4, 0), (7.6, 8), (147.4, 147), (999.7, 1000), (3432, 3430), (58760, 58800)],
)
def test_locust_shows_three_digits(exact, shown):
    assert three_digits(exact) == shown
