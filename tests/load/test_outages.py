"""A server that is away: from when to when, and how long it is waited for."""

from __future__ import annotations

from dataclasses import replace

import grpc
import httpx
import pytest
from locust_qdrant.checks import Verdict, outages
from locust_qdrant.client.patience import WaitBudget, is_away, patiently
from locust_qdrant.metrics.record import Outcome, Record
from locust_qdrant.metrics.results import PathResult, Phase, Traffic
from locust_qdrant.probe.loop_lag import summarise, waits
from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

BEGIN = 1000.0


def record(start: float, end: float, outcome: Outcome = Outcome.OK) -> Record:
    return Record("query", "c", "REST", BEGIN + start, BEGIN + end, outcome)


def prompt(low: float, high: float) -> list[Record]:
    """Return ten requests a second of a hundredth of a second each."""
    count = round(10 * (high - low))
    return [record(low + n / 10, low + n / 10 + 0.01) for n in range(count)]


def failing(low: float, high: float) -> list[Record]:
    return [replace(each, outcome=Outcome.REFUSED) for each in prompt(low, high)]


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        (prompt(0, 10), []),
        ([*prompt(0, 3), *failing(3, 5), *prompt(5, 8)], [(3.0, 5.0, 20, True)]),
        # Stopped: whoever asked waits, and nobody fails.
        ([*prompt(0, 3), record(3, 8), *prompt(8.1, 9)], [(3.0, 8.0, 0, True)]),
        ([*prompt(0, 3), *failing(3, 6)], [(3.0, 6.0, 30, False)]),
        ([*failing(0, 2), *prompt(2, 3)], [(0.0, 2.0, 20, True)]),
        # Those who asked gave up just before it answered again.
        (
            [*prompt(0, 3), record(3, 8.1, Outcome.TIMEOUT), *prompt(8.2, 9)],
            [(3.0, 8.0, 0, True)],
        ),
        # It was stopped before anybody had an answer.
        ([record(0, 4), *prompt(4.1, 9)], [(0.0, 4.0, 0, True)]),
        # Some fail all the time, which is no outage.
        ([*prompt(0, 9), *failing(0, 9)], []),
        # Nobody asked.
        ([*prompt(0, 3), *prompt(6, 9)], []),
        # All of them take so long.
        ([record(2 * n, 2 * n + 1.9) for n in range(5)], []),
        (failing(0, 5), []),
    ],
)
def test_an_outage_has_a_beginning_and_an_end(records, expected):
    requests = Traffic(records, 9, (), 1.0).requests
    usual = requests.every.total.latency.latency().p50
    found = outages.outages(requests.slots, BEGIN, usual)
    assert [(*map(pytest.approx, each[:2]), *each[2:]) for each in expected] == found


def a_path(records, lags=()) -> PathResult:
    lags = list(lags) or [0.0] * 100
    return PathResult("async", (), Traffic(records, 9, lags, 1.0), summarise(lags), None)


def test_an_outage_is_said_with_its_figures():
    (said,) = outages.check(a_path([*prompt(0, 3), *failing(3, 5), *prompt(5, 8)]))
    assert said.verdict is Verdict.WARNING
    (line,) = said.evidence
    assert line.startswith(
        "no request succeeded for some 2.0 s, from 3.0 s after the beginning of the"
    )
    assert line.endswith(
        "20 requests failed, and the first success after it came 5.0 s after the beginning"
    )


def test_the_turn_of_another_path_is_no_outage():
    def turn(start: float, end: float) -> Phase:
        return Phase("main", BEGIN + start, BEGIN + end, measured=True, users=1)

    # Away from 2 s on, and back in the second turn only.
    records = [*prompt(0, 2), *failing(2, 3), *failing(6, 7.5), *prompt(7.5, 9)]
    traffic = Traffic(records, 6, [0.0] * 100, 1.0, phases=[turn(0, 3), turn(6, 9)])
    path = PathResult("async", (), traffic, summarise([0.0] * 100), None)
    (said,) = outages.check(path)
    assert said.figure == "2.5 s in 2"
    first, second = said.evidence
    assert "some 1.0 s, from 2.0 s after" in first
    assert first.endswith(
        "none succeeded after it before the traffic, or this turn of it, was over"
    )
    assert "some 1.5 s, from 6.0 s after" in second
    assert second.endswith("the first success after it came 7.5 s after the beginning")


def test_a_loop_that_was_held_says_nothing_of_the_server():
    (said,) = outages.check(a_path([*prompt(0, 3), record(3, 8)], waits(4.9, 0.005)))
    assert said.verdict is Verdict.PASSED


class Away(grpc.RpcError):
    def code(self) -> grpc.StatusCode:
        return grpc.StatusCode.UNAVAILABLE


@pytest.mark.parametrize(
    "error",
    [
        ResponseHandlingException(httpx.ConnectError("refused")),
        ResponseHandlingException(httpx.ReadTimeout("")),
        UnexpectedResponse(502, "", b"", {}),
        Away(),
    ],
)
def test_a_server_that_is_away_is_waited_for_all_outages_together(monkeypatch, error):
    monkeypatch.setattr("time.sleep", lambda _: None)
    assert is_away(error)
    outage, failures = WaitBudget(left=5), [error, error]

    def sometimes():
        if failures:
            raise failures.pop()
        return "done"

    assert patiently(sometimes, outage=outage) == "done"
    assert 3 < outage.left <= 4
    with pytest.raises(type(error)):
        patiently(sometimes if failures else (lambda: (_ for _ in ()).throw(error)), outage=outage)
    assert outage.left < 0
    # Where nobody has that patience, none is tried again.
    failures.append(error)
    with pytest.raises(type(error)):
        patiently(sometimes)


def test_what_a_server_answers_is_no_outage():
    assert not is_away(UnexpectedResponse(400, "", b"", {}))
    assert not is_away(UnexpectedResponse(500, "", b"", {}))
    assert not is_away(ResponseHandlingException(ValueError("no JSON")))
