"""Thresholds: what can be written, and what each mistake is answered with."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from locust_qdrant.config.model import Threshold
from locust_qdrant.config.thresholds import (
    COMPARATORS,
    OPERATION_FIGURES,
    RUN_FIGURES,
    check_operation,
    parse_threshold,
)
from locust_qdrant.errors import UsageError


@pytest.mark.parametrize(
    ("text", "operation", "figure", "comparator", "limit"),
    [
        ("query.p99 < 50ms", "query", "p99", "<", 0.05),
        ("query.p99<50ms", "query", "p99", "<", 0.05),
        ("p999 <= 1.5s", "", "p999", "<=", 1.5),
        ("service.max < 900us", "", "service.max", "<", 0.0009),
        ("bulk-load.service.mean < 2 s", "bulk-load", "service.mean", "<", 2.0),
        ("errors == 0", "", "errors", "==", 0.0),
        ("query.error_rate < 1%", "query", "error_rate", "<", 0.01),
        ("throughput > 500/s", "", "throughput", ">", 500.0),
        ("throughput > 500", "", "throughput", ">", 500.0),
        ("loop.lag.p99 < 20ms", "", "loop.lag.p99", "<", 0.02),
        ("heartbeat.max < 1s", "", "heartbeat.max", "<", 1.0),
        ("recall >= 0.95", "", "recall", ">=", 0.95),
        ("recall >= 95%", "", "recall", ">=", 0.95),
        ("missed == 0", "", "missed", "==", 0.0),
    ],
)
def test_a_threshold_is_read(text, operation, figure, comparator, limit):
    found = parse_threshold(text)
    assert (found.operation, found.figure, found.comparator) == (operation, figure, comparator)
    assert found.limit == pytest.approx(limit)


FIGURES = (
    "p50, p90, p95, p99, p999, mean, max, service.p50, service.p90, service.p95, service.p99, "
    "service.p999, service.mean, service.max, throughput, errors, error_rate, each also of one "
    "operation as in query.p99, or from missed, loop.lag.p50, loop.lag.p99, loop.lag.max, "
    "heartbeat.p99, heartbeat.max, recall."
)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "query.p99",
            (
                "the threshold 'query.p99' is not of the form FIGURE COMPARATOR LIMIT, such as "
                "query.p99 < 50ms; comparators are <, <=, >, >=, ==."
            ),
        ),
        ("query.p99 != 5ms", "the threshold 'query.p99 != 5ms' is not of the form FIGURE"),
        ("query.p99 < -5ms", "the threshold 'query.p99 < -5ms' is not of the form FIGURE"),
        (
            "query.p98 < 5ms",
            (
                f"the threshold 'query.p98 < 5ms': there is no figure 'query.p98'; choose from "
                f"{FIGURES}"
            ),
        ),
        (
            "loop.p99 < 5ms",
            f"the threshold 'loop.p99 < 5ms': there is no figure 'loop.p99'; choose from {FIGURES}",
        ),
        (
            "p99 < 50",
            (
                "the threshold 'p99 < 50': p99 is compared with a time with its unit, us, ms or s, "
                "not with 50."
            ),
        ),
        (
            "errors < 5%",
            (
                "the threshold 'errors < 5%': errors is compared with a number without a unit, not "
                "with 5%."
            ),
        ),
        (
            "recall > 95",
            (
                "the threshold 'recall > 95': recall is a share and never above 1; write it like "
                "95% or 0.95."
            ),
        ),
        (
            "query.recall > 95%",
            (
                "the threshold 'query.recall > 95%': recall is a figure of the whole run; leave "
                "out query."
            ),
        ),
    ],
)
def test_a_mistake_is_one_sentence(text, sentence):
    with pytest.raises(UsageError) as caught:
        parse_threshold(text)
    assert str(caught.value).startswith(sentence)


def test_an_operation_that_is_not_there_is_refused():
    threshold = parse_threshold("query.p99 < 5ms")
    check_operation(threshold, ["query"])
    check_operation(parse_threshold("p99 < 5ms"), [])
    with pytest.raises(UsageError, match=r"no operation 'query'; choose from a, b\.$"):
        check_operation(threshold, ["a", "b"])


@settings(deadline=None)
@given(
    st.from_regex(r"[a-z][a-z0-9_-]{0,8}", fullmatch=True).map(lambda name: f"op-{name}."),
    st.sampled_from([*OPERATION_FIGURES, *RUN_FIGURES]),
    st.sampled_from(COMPARATORS),
    st.floats(0, 1),
)
def test_what_is_written_comes_back(operation, figure, comparator, limit):
    prefix = operation if figure in OPERATION_FIGURES else ""
    is_time = "p" in figure.rpartition(".")[2][:1] or figure.rpartition(".")[2] in {"mean", "max"}
    number = f"{limit:.6f}"
    text = f"{prefix}{figure} {comparator} {number}{'s' if is_time else ''}"
    expected = Threshold(text, prefix.rstrip("."), figure, comparator, float(number))
    assert parse_threshold(text) == expected
