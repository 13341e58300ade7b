"""Known patterns are named where they are, and not where they are not; of records, no run."""

from __future__ import annotations

import sys
from collections import deque
from dataclasses import replace
from importlib.util import find_spec

import httpx
import pytest
from locust_qdrant import checks
from locust_qdrant.analysis.scaling import Point
from locust_qdrant.checks import Verdict
from locust_qdrant.client.factory import ClientSettings, async_client
from locust_qdrant.diagnose.stub import Manners, stub
from locust_qdrant.experiments.sweep import Step, what_is_full
from locust_qdrant.metrics.record import Outcome, Record, Stations
from locust_qdrant.metrics.results import Client, PathResult, Traffic
from locust_qdrant.metrics.service import BlamedLine, ServiceSeen
from locust_qdrant.probe.loop_lag import summarise
from lost_place import lose_a_place
from wire import PATTERNS

CLIENT = Client("httpcore 1.0.9", 5, 100, 20, "HTTP/1.1", open=20, held=0)


def record(start=0.0, seconds=0.01, outcome=Outcome.OK, error="", protocol="REST", **parts):
    told = {"encoding": 0.0, "pool": 0.0, "connecting": 0.0, "sending": 0.0}
    stations = Stations(**told | {"body": 0.0, "decoding": 0.0, "transport": 0.0} | parts)
    return Record(
        "query", "c", protocol, start, start + seconds, outcome, error, stations=stations,
        server_seconds=0.001,
    )  # fmt: skip


def a_path(records, client=CLIENT, seconds=10.0, opened=20, lag=()):
    traffic = Traffic(
        records, seconds, lag, 1.0, cpu_by_worker={0: 1.0}, connections_opened=opened, client=client
    )
    return PathResult("async", ("query",), traffic, summarise([0.0, *lag]), None)


def named(result):
    """Return the patterns that are named, and what is said of each."""
    found = {each.name: each for each in checks.evaluate(result) if each.name in PATTERNS}
    return {name: each for name, each in found.items() if each.verdict is not Verdict.PASSED}


def some(count=200, **more):
    return [record(start=number / 100, **more) for number in range(count)]


def test_nothing_is_named_where_nothing_is():
    assert named(a_path(some(first_byte=0.002))) == {}
    # Bodies that take their time on a slow line, more and less.
    slow = [record(number / 100, body=number / 1000, first_byte=0.01) for number in range(200)]
    assert named(a_path(slow)) == {}


def test_answers_that_are_held_back_are_named_with_the_remedy():
    mixed = [*some(100), *some(100, body=0.0412, seconds=0.05)]
    (found,) = named(a_path(mixed)).values()
    assert found.name == "answers held back"
    assert found.figure == "41 ms between head and body in 50% of the answers"
    assert "identity" in found.evidence[1]
    assert "#compressed-answers" in found.evidence[2]


def test_http2_is_named_for_what_it_is():
    client = replace(CLIENT, http_version="HTTP/2")
    assert list(named(a_path(some(first_byte=0.044), client))) == ["HTTP/2 held back"]
    assert named(a_path(some(first_byte=0.004), client)) == {}


def test_connections_that_nobody_holds_fail_the_run():
    gave_up = some(3, outcome=Outcome.GAVE_UP)
    found = named(a_path([*some(), *gave_up], replace(CLIENT, held=3, open=10)))["pool whole"]
    assert found.verdict is Verdict.FAILED
    assert found.figure == (
        "3 of 10 connections held by nobody, 3 requests given up by their caller"
    )


def test_a_timeout_that_was_no_limit_is_named_with_the_longest():
    over = record(seconds=2.05)
    late = replace(record(seconds=3.0), loop_wait=2.9)
    client = replace(CLIENT, timeout=1)
    found = named(a_path([*some(), over, late], client))
    assert list(found) == ["timeout kept"]
    assert found["timeout kept"].figure == "longest 2.05 s, 1 of 202 requests over 1 s"
    assert named(a_path([*some(), record(seconds=1.05)], client)) == {}


@pytest.mark.parametrize(
    ("records", "opened", "words"),
    [
        # 40 at once, and the pool keeps 20.
        ([record(number // 40 / 10) for number in range(200)], 180, "asyncio.Semaphore"),
        # One after the other, with a pause after each.
        (some(), 180, "keepalive_expiry=4"),
    ],
)
def test_connections_that_expire_are_told_from_those_that_overflow(records, opened, words):
    found = named(a_path(records, opened=opened))
    assert list(found) == ["connections"]
    assert words in found["connections"].evidence[1]


def test_connections_say_what_they_cannot_tell():
    few = a_path(some(50), opened=50)
    (said,) = [each for each in checks.evaluate(few) if each.name == "connections"]
    assert said.figure == "50 opened for 50 requests, too few to tell (under 100)"
    none = a_path(some(200, outcome=Outcome.REFUSED, error="ConnectError"), opened=0)
    assert "not reached" in named(none)["connections"].evidence[0]


def test_a_channel_that_was_forgotten_is_named():
    grpc = {"protocol": "gRPC"}
    dead = {"outcome": Outcome.TIMEOUT, "error": "DEADLINE_EXCEEDED: Deadline Exceeded"}
    before = [record(number / 10, **grpc) for number in range(5)]
    after = [record(5 + number, seconds=1.0, **grpc, **dead) for number in range(4)]
    client = Client("gRPC", 5)
    found = named(a_path([*before, *after], client))
    assert list(found) == ["idle channel"]
    assert found["idle channel"].figure.startswith("4 calls in a row without an answer after 4.6 s")
    alive = [*before, *after, record(12, **grpc)]
    without_pause = [*before, *(replace(each, start=0.5, end=1.5) for each in after)]
    for quiet in (alive, without_pause, before, after):
        assert named(a_path(quiet, client)) == {}


def test_work_on_the_loop_is_named_by_its_kind():
    decoding = named(a_path(some(400, decoding=0.017)))
    assert list(decoding) == ["decoding on the loop"]
    assert "68%" in decoding["decoding on the loop"].figure
    encoding = named(a_path(some(50, encoding=0.149, seconds=0.2)))
    assert list(encoding) == ["encoding on the loop"]
    assert named(a_path(some(400, decoding=0.001))) == {}
    # One request in four was followed: it stands for the others.
    sample = some(400, decoding=0.017)
    sample = [replace(each, stations=None) if n % 4 else each for n, each in enumerate(sample)]
    assert (
        named(a_path(sample))["decoding on the loop"].figure
        == decoding["decoding on the loop"].figure
    )


def test_of_requests_that_nobody_followed_it_is_not_said_how_long_they_took():
    sample = [record(number, 3.0) for number in range(5)]
    unseen = [replace(record(9, 30.0), stations=None) for _ in range(95)]
    client = replace(CLIENT, timeout=1)
    found = named(a_path([*sample, *unseen], client))
    figure = "longest 3.00 s, 5 of 5 requests that were followed over 1 s"
    assert found["timeout kept"].figure == figure
    assert named(a_path(unseen, client)) == {}


def a_service(*lines, seconds=10.0):
    result = a_path(some(), client=None)
    return replace(result, path="all", service=ServiceSeen(0.25, 0.1, seconds, lines=lines))


def a_line(seconds, *stack, longest=0.05):
    return BlamedLine("app.py", 7, "search", 9, seconds, longest, "", stack, "await find()")


def test_decoding_in_a_service_is_named_before_it_fails_anything():
    client = "qdrant_client/http/api_client.py"
    decodes = ("app.py:7 in search", f"{client}:114 in send", f"{client}:60 in parse_response")
    over_grpc = (
        "app.py:7 in search",
        "qdrant_client/async_qdrant_remote.py:500 in query_points",
        "qdrant_client/conversions/conversion.py:1 in convert_scored_point",
    )
    inflates = (f"{client}:213 in send_inner", "httpx/_decoders.py:141 in decode")
    for stack in (decodes, over_grpc, inflates):
        found = named(a_service(a_line(1.6, *stack)))
        assert list(found) == ["decoding on the loop"]
        assert found["decoding on the loop"].figure.startswith("16% of the service's time, 50 ms")
        assert "app.py:7 in search: await find()" in found["decoding on the loop"].evidence[0]
    # Several lines that each hold it for a little while.
    assert named(a_service(a_line(0.6, *decodes), a_line(0.7, *over_grpc)))
    assert named(a_service(a_line(0.5, *decodes))) == {}
    assert named(a_service(a_line(1.6, *decodes, longest=0.004))) == {}
    assert named(a_service(a_line(1.6, *decodes[:2]))) == {}
    # Somebody else's answers.
    assert named(a_service(a_line(1.6, "app.py:7 in search", inflates[1]))) == {}


def test_encoding_in_a_service_is_told_from_decoding():
    encodes = ("app.py:7 in store", "qdrant_client/http/api/points_api.py:38 in jsonable_encoder")
    assert list(named(a_service(a_line(3.0, *encodes)))) == ["encoding on the loop"]


def a_step(busy, *names, users=50):
    point = Point(users, 900.0, users / 900.0)
    named = {name: f"{name}: as it is" for name in names}
    return Step(point, 0.05, 0.06, 0.02, busy / 900, busy, 0.001, 0, explanations=named)


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (a_step(0.95), "the client's work on its event loop"),
        (a_step(0.06, "answers held back"), "nothing: requests wait for answers that are held"),
        (a_step(0.80, "decoding on the loop"), "the client's event loop, with decoding"),
        (a_step(0.06, "timeout kept"), "the server, or the way to it"),
        (a_step(0.06, users=150), "the connection pool: 100 connections"),
    ],
)
def test_a_sweep_says_what_is_full(step, words):
    assert what_is_full(step, 100).startswith(words)


def test_a_library_that_works_much_is_named_when_many_are_under_way():
    many = [record(number // 100, transport=0.0039) for number in range(500)]
    found = named(a_path(many))
    assert list(found) == ["HTTP library"]
    assert "httpcore 1.0.9 worked 3.9 ms" in found["HTTP library"].evidence[0]
    assert named(a_path(some(500, transport=0.0039))) == {}


@pytest.mark.parametrize(
    ("error", "words", "lag"),
    [
        ("PoolTimeout", "for 100 connections", ()),
        ("ConnectTimeout", "firewall", ()),
        ("ConnectTimeout", "the event loop was up to 6.0 s late", (6.0,)),
        ("ReadTimeout", "sent nothing for 5 s", ()),
        ("RemoteProtocolError: Server disconnected without sending a response.", "after 5 s", ()),
        ("ReadError", "max_request_size_mb", ()),
        ("RESOURCE_EXHAUSTED: Sent message larger than max", "smaller batches", ()),
        ("UNAVAILABLE: failed to connect", "6334", ()),
    ],
)
def test_errors_are_explained(error, words, lag):
    failed = some(3, outcome=Outcome.ERROR, error=error)
    result = a_path([*some(), *failed], lag=lag)
    (errors,) = [each for each in checks.evaluate(result) if each.name == "errors"]
    assert errors.evidence[0].startswith(f"3 x query: {error}")
    assert words in errors.evidence[1]
    assert "(3 x)" in errors.evidence[1]


def test_an_error_that_nobody_knows_is_left_as_it_is():
    result = a_path(some(3, outcome=Outcome.ERROR, error="400 Bad Request: no"))
    (errors,) = [each for each in checks.evaluate(result) if each.name == "errors"]
    assert errors.evidence == ("3 x query: 400 Bad Request: no",)


MENDED = [("httpx2", 0)] if sys.version_info >= (3, 11) else []


@pytest.mark.parametrize(("transport", "held"), [("httpx", 1), *MENDED])
async def test_a_place_that_is_lost_is_found(transport, held):
    with stub(Manners(latency=60)) as url:
        settings = ClientSettings(url, connections=3, timeout=1, transport=transport)
        client = async_client(settings, deque())
        await lose_a_place(client)
        found = settings.facts([client])
        await client.close()
    assert found.held == held


@pytest.mark.skipif(find_spec("h2") is None, reason="httpx speaks HTTP/2 with the package h2")
@pytest.mark.parametrize("framed", [True, False])
async def test_frames_that_come_one_by_one_are_named_from_what_a_client_saw(framed):
    expected = ["HTTP/2 held back"] if framed else []
    with stub(Manners(latency=0, http2=framed)) as url:
        # A machine may be too busy for 40 ms to show, once.
        for _ in range(4):
            library = httpx.AsyncHTTPTransport(http1=False, http2=True) if framed else None
            extra = {"transport": library} if library else {}
            settings, calls = ClientSettings(url, compression=False, extra=extra), deque()
            client = async_client(settings, calls)
            for _ in range(30):
                await client.query_points("any", [1.0] * 8)
            seen = settings.facts([client])
            await client.close()
            found = list(named(a_path([call.record for call in calls], seen)))
            if found == expected:
                break
    assert seen.http_version == ("HTTP/2" if framed else "HTTP/1.1")
    assert found == expected
