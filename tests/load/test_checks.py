"""Each check passes on what is right and fails, or warns, on the fault that it is for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from locust_qdrant import checks
from locust_qdrant.checks import Verdict
from locust_qdrant.checks.required import REQUIRED
from locust_qdrant.cli import main
from locust_qdrant.metrics.record import Outcome
from locust_qdrant.metrics.results import (
    Answers,
    Arrivals,
    Lateness,
    Leftovers,
    PathResult,
    Phase,
    Recall,
    Traffic,
    merge,
)
from locust_qdrant.metrics.window import counted
from locust_qdrant.probe.loop_lag import summarise, waits
from path_results import (
    CALM,
    GOOD,
    GOOD_AUDIT,
    GOOD_TRAFFIC,
    PROMPT,
    limit,
    request,
    with_traffic,
)


def verdicts(result: PathResult) -> dict[str, Verdict]:
    """Return the checks that do not pass, each of which has to say why."""
    results = checks.evaluate(counted(result))
    assert len(results) == len({each.name for each in results})
    found = [each for each in results if each.verdict is not Verdict.PASSED]
    assert all(each.evidence for each in found)
    return {each.name: each.verdict for each in found}


def with_lag(samples: list[float]) -> PathResult:
    return replace(with_traffic(lag=samples), lag=summarise(samples))


def starved_by(seconds: float, samples: list[float]) -> PathResult:
    """Return ten seconds of traffic in which the loop waited so long for a processor."""
    return replace(
        with_traffic(lag=samples, starved_by_worker={0: seconds}), lag=summarise(samples)
    )


def with_audit(**changes) -> PathResult:
    return replace(GOOD, audit=replace(GOOD_AUDIT, **changes))


BLOCKED = CALM + waits(2.0, 0.005)
A_HICCUP = CALM + waits(0.15, 0.005)


LAG_ABOVE_A_TENTH_OF_P99 = [0.002] * 1000


FAILED, WARNING, INVALID = Verdict.FAILED, Verdict.WARNING, Verdict.INVALID
NOT_MEASURED = Verdict.NOT_MEASURED


def test_where_no_request_was_made_neither_the_loop_nor_the_library_is_accused():
    nothing = with_traffic(records=[], lag=[], connections_opened=None)
    found = {
        each.name: each for each in checks.evaluate(counted(replace(nothing, lag=summarise([]))))
    }
    for name in ("connections", "loop free"):
        assert found[name].verdict is NOT_MEASURED
        assert found[name].evidence == ("no request was made",)


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (GOOD, {}),
        (
            with_traffic(records=[request()] * 9 + [request(outcome=Outcome.ERROR)]),
            {"errors": FAILED},
        ),
        (with_traffic(records=[request(), request(outcome=Outcome.TIMEOUT)]), {"errors": FAILED}),
        (with_traffic(task_errors=["KeyError: x (1 times)"]), {"errors": FAILED}),
        (with_traffic(records=[*GOOD_TRAFFIC.records, request(outcome=Outcome.CANCELLED)]), {}),
        (replace(GOOD, expected=("upsert", "query")), {"throughput": FAILED}),
        (with_traffic(records=[]), {"errors": NOT_MEASURED, "throughput": FAILED}),
        (with_traffic(arrivals=Arrivals(100, 0, 1)), {"arrivals": FAILED}),
        (with_traffic(arrivals=Arrivals(100, 10, 0)), {"arrivals": WARNING}),
        (with_traffic(arrivals=None), {}),
        # A loop that is held is no fault of the generator's.
        (with_lag(BLOCKED), {"loop free": FAILED}),
        (with_lag([]), {"loop free": FAILED}),
        (with_lag(A_HICCUP), {}),
        (with_lag(LAG_ABOVE_A_TENTH_OF_P99), {}),
        (starved_by(0.6, A_HICCUP), {"generator": INVALID}),
        (starved_by(0.6, LAG_ABOVE_A_TENTH_OF_P99), {}),
        (starved_by(0.4, A_HICCUP), {}),
        (starved_by(2.4, CALM), {}),
        (starved_by(2.6, CALM), {"generator": INVALID}),
        # Nobody knows what made a loop late, or an arrival, that got no processor.
        (starved_by(2.6, BLOCKED), {"generator": INVALID, "loop free": INVALID}),
        (
            with_traffic(
                starved_by_worker={0: 2.6},
                heartbeat=[*PROMPT, *([Lateness(10, 0.6)] * 100)],
                arrivals=Arrivals(100, 0, 1),
            ),
            {"generator": INVALID, "heartbeat": INVALID, "arrivals": INVALID},
        ),
        (
            with_traffic(arrivals=Arrivals(100, 0, 1), cpu_by_worker={0: 9.5}),
            {"generator": INVALID, "arrivals": INVALID},
        ),
        (
            with_traffic(arrivals=Arrivals(100, 30, 0)),
            {"arrivals": WARNING, "generator": INVALID},
        ),
        (replace(GOOD, path="sync", lag=None), {}),
        (with_traffic(cpu_by_worker={0: 9.5}), {"generator": INVALID}),
        (with_traffic(cpu_by_worker={}, cpu_seconds=0.0), {"generator": NOT_MEASURED}),
        (with_traffic(cpu_by_worker={0: 1.0, 1: 9.5}), {"generator": INVALID}),
        (with_traffic(cpu_by_worker={0: 5.0, 1: 5.0, 2: 5.0}, cpu_seconds=15), {}),
        (with_traffic(connections_opened=3), {}),
        (with_traffic(connections_opened=240), {"connections": WARNING}),
        (with_traffic(records=[request()] * 20, connections_opened=20), {}),
        (with_traffic(heartbeat=[*PROMPT, *([Lateness(10, 0.6)] * 100)]), {"heartbeat": FAILED}),
        (with_traffic(heartbeat=[*PROMPT, Lateness(10, 3.0)]), {}),
        (replace(GOOD, left_behind="up to 5 points of this run"), {"left behind": FAILED}),
        (with_audit(missing=1), {"ledger": FAILED}),
        (with_audit(stale=1), {"ledger": FAILED}),
        (with_audit(wrong=1), {"ledger": FAILED}),
        (with_audit(wrong_vector=1), {"ledger": FAILED}),
        (with_audit(resurrected=1), {"ledger": FAILED}),
        (with_audit(phantom=1), {"ledger": FAILED}),
        (with_audit(unreadable="no answer"), {"ledger": FAILED}),
        (with_audit(in_doubt=5), {}),
        (replace(GOOD, audit=None), {"ledger": NOT_MEASURED}),
        (with_audit(points=0), {"ledger": NOT_MEASURED}),
        (replace(GOOD, recall=Recall(20, 10, 0.5, 0.1)), {"recall@10": FAILED}),
        (replace(GOOD, recall=Recall(0, 10, 0.0, 0.0, "no answer")), {"recall": NOT_MEASURED}),
        (replace(GOOD, recall=Recall(0, 10, 0.0, 0.0)), {"recall": NOT_MEASURED}),
        (replace(GOOD, recall=Recall(5, 10, 1.0, 1.0, "one failed", failed=1)), {}),
        (
            with_traffic(records=(), arrivals=Arrivals()),
            {"errors": NOT_MEASURED, "throughput": FAILED, "arrivals": NOT_MEASURED},
        ),
        (with_traffic(connections_opened=None), {"connections": NOT_MEASURED}),
        (replace(GOOD, answers=[Answers("query", 5, 5, wrong={"lied": 1})]), {"answers": FAILED}),
        (replace(GOOD, answers=[Answers("query", 5, 0)]), {"answers": NOT_MEASURED}),
        (replace(GOOD, answers=[Answers("query", 99, 99, approximate=1)]), {"answers": WARNING}),
        (replace(GOOD, answers=[Answers("query", 5, 5)]), {}),
        (replace(GOOD, recall=None), {}),
        (replace(GOOD, leftovers=Leftovers(tasks=["leak()"])), {"clean end": FAILED}),
        (replace(GOOD, leftovers=Leftovers(connections=1)), {"clean end": FAILED}),
        (replace(GOOD, leftovers=Leftovers(never_awaited=["f()"])), {"clean end": FAILED}),
        (replace(GOOD, leftovers=None), {}),
    ],
)
def test_a_fault_shows_in_the_check_that_is_for_it(result, expected):
    assert verdicts(result) == expected


@pytest.mark.parametrize(
    ("busy", "waits", "said"),
    [
        (0.82, 0.12, []),
        (0.82, 0.16, ["used 82% of its core and waited for one for 16% of the time"]),
        (0.97, 0.01, ["used 97% of its core, so"]),
        (0.60, 0.39, ["ready to run and got none for 39% of the time"]),
        (0.94, None, ["used 94% of its core, so"]),
    ],
)
def test_who_runs_or_waits_for_a_processor_all_the_time_is_at_its_limit(busy, waits, said):
    found = checks.generator.shortages(busy, waits, late=0.001, p99=0.1)
    assert len(found) == len(said)
    assert all(part in sentence for part, sentence in zip(said, found, strict=True))


def test_what_the_warm_up_did_counts_for_errors_and_outages_only():
    warm_up = Phase("warm-up", 0, 5, measured=False)
    main = Phase("main", 5, 10)
    slow = [replace(request(), end=3.0, step="warm-up")] * 50
    fast = [replace(request(), step="main")] * 50
    result = replace(
        with_traffic(records=slow + fast, phases=[warm_up, main]),
        thresholds=(limit("max", "<", 0.1), limit("throughput", "==", 10)),
    )
    # Two seconds in which nothing succeeded.
    assert verdicts(result) == {"outages": WARNING}
    failing = [replace(slow[0], outcome=Outcome.ERROR)]
    assert verdicts(with_traffic(records=failing + fast, phases=[warm_up, main])) == {
        "errors": FAILED,
        "outages": WARNING,
    }


def test_traffic_that_ended_in_the_warm_up_says_so():
    warm_up = Phase("warm-up", 0, 5, measured=False)
    records = [replace(request(), step="warm-up")]
    result = counted(with_traffic(records=records, phases=[warm_up]))
    said = checks.throughput.check(result)
    assert said.verdict is FAILED
    assert said.evidence == (
        "the traffic ended before anything counted: there is only the warm-up",
    )


def test_errors_count_timeouts_refusals_cancellations_and_retries_apart():
    outcomes = (Outcome.TIMEOUT, Outcome.REFUSED, Outcome.REFUSED, Outcome.CANCELLED)
    records = [request(outcome=each) for each in outcomes] + [request(sends=3)]
    said = checks.errors.check(with_traffic(records=records))
    assert said.figure == (
        "3 of 5 failed, 1 timed out, 2 refused, 1 cancelled when the traffic ended, 2 sent again"
    )


def test_only_failures_fail_a_run():
    assert checks.overall(checks.evaluate(with_traffic(cpu_by_worker={0: 9.5}))) is Verdict.INVALID
    assert checks.overall(checks.evaluate(replace(GOOD, audit=None))) is Verdict.PASSED
    assert checks.overall(checks.evaluate(with_audit(missing=1))) is Verdict.FAILED


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("ConnectError: [Errno 24] Too many open files", "Too many open files (1 x): this process"),
        (
            "ConnectError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed",
            "CERTIFICATE_VERIFY_FAILED (1 x): the server's certificate is signed by nobody",
        ),
    ],
)
def test_what_the_environment_lacks_is_named(error, words):
    said = checks.errors.check(with_traffic(records=[request(outcome=Outcome.ERROR, error=error)]))
    assert said.evidence[1].startswith(words)


def test_messages_that_differ_in_numbers_are_one():
    errors = ["only 0.7 were available", "only 12 were available", "only 0.7 were available", "no"]
    records = [request(outcome=Outcome.ERROR, error=error) for error in errors]
    assert checks.errors.check(with_traffic(records=records)).evidence == (
        "3 x upsert: only 0.7 were available (numbers differ)",
        "1 x upsert: no",
    )


def test_messages_come_in_an_order_that_does_not_depend_on_chance():
    records = [request(outcome=Outcome.ERROR, error=error) for error in "bbacdefgg"]
    expected = ("2 x upsert: b", "2 x upsert: g", "1 x upsert: a", "1 x upsert: c", "1 x upsert: d")
    for order in (records, records[::-1]):
        evidence = checks.errors.check(with_traffic(records=order)).evidence
        assert evidence == (*expected, "2 x other messages")


def test_a_search_without_an_index_is_said_to_be_exact():
    said = [
        next(checks.recall.check(replace(GOOD, recall=Recall(20, 10, 1.0, 1.0, indexed=indexed))))
        for indexed in (0, 5000, None)
    ]
    assert ["every search was exact" in each.figure for each in said] == [True, False, False]


def test_no_index_is_blamed_where_none_was_searched():
    said = [
        next(checks.recall.check(replace(GOOD, recall=Recall(20, 10, 0.3, 0.3, indexed=indexed))))
        for indexed in (0, 5000, None)
    ]
    assert ["hnsw_ef" in each.evidence[0] for each in said] == [False, True, True]


def test_every_verdict_that_is_not_passed_has_evidence():
    bad = replace(
        with_traffic(
            records=[request(outcome=Outcome.ERROR, error="503: full")] * 100,
            connections_opened=300,
            cpu_by_worker={0: 10.0},
            arrivals=Arrivals(10, 9, 1),
            heartbeat=[Lateness(0, 9)],
        ),
        lag=summarise(BLOCKED),
        audit=replace(GOOD_AUDIT, missing=2, examples=("point p is missing",)),
        recall=Recall(1, 10, 0.0, 0.0),
        leftovers=Leftovers(["a"], 1, ["b"]),
        answers=[Answers("query", 1, 1, wrong={"lied": 1})],
    )
    results = checks.evaluate(bad)
    assert all(each.evidence for each in results if each.verdict is not Verdict.PASSED)
    text = " ".join(line for each in results for line in each.evidence)
    assert "100 x upsert: 503: full" in text
    assert "point p is missing" in text


def test_rounds_are_added_up_not_averaged():
    slow = Traffic(
        [request()],
        seconds=3,
        lag=[0.5],
        cpu_seconds=1,
        interrupted=True,
        cpu_by_worker={0: 1, 1: 2},
    )
    whole = merge([GOOD_TRAFFIC, slow])
    assert len(whole.records) == 301
    assert (whole.seconds, whole.cpu_seconds, len(whole.lag)) == (13, 6, 1001)
    assert whole.cpu_by_worker == {0: 6.0, 1: 2}
    assert whole.interrupted


OPERATIONS = [{"kind": "upsert"}, {"kind": "query"}]


@pytest.mark.parametrize(
    ("workload", "path", "needed"),
    [
        ({}, "async", set()),
        ({"operations": OPERATIONS[:1]}, "sync", {"ledger"}),
        ({"operations": OPERATIONS[1:]}, "async", {"answers", "recall", "loop free"}),
        ({"operations": [{"kind": "scroll"}]}, "sync", {"answers"}),
        ({"operations": OPERATIONS[:1], "load": {"open": True}}, "sync", {"ledger", "arrivals"}),
    ],
)
def test_what_a_run_needs_follows_from_what_was_asked(workload, path, needed):
    always = {"errors", "throughput", "connections"} if workload else set()
    assert checks.required(workload, path) == always | needed


def test_a_required_check_that_says_nothing_fails_the_run():
    nothing = replace(GOOD, audit=None, recall=None)
    needed = checks.required({"operations": OPERATIONS}, "async")
    said = {each.name: each for each in checks.evaluate(nothing, needed=needed)}
    fails = {name for name, each in said.items() if each.fails}
    assert fails == {"answers", "recall", "ledger"}
    assert {said[name].verdict for name in fails} == {NOT_MEASURED}
    assert checks.overall(said.values()) is FAILED
    # The same checks fail nothing where nobody needs them.
    assert checks.overall(checks.evaluate(nothing)) is Verdict.PASSED


def test_the_help_names_every_check_that_can_be_required(capsys):
    with pytest.raises(SystemExit):
        main(["run", "--help"])
    said = " ".join(capsys.readouterr().out.split())
    listed = said.partition("Required checks:")[2].partition("Exit code")[0]
    assert all(name in listed for name in REQUIRED)
