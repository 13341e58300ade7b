"""Locust's own percentiles to three significant digits; by default it keeps two."""

from __future__ import annotations

from locust import stats


def three_digits(response_time: float) -> int:
    """Return a response time in milliseconds, rounded to three significant digits.

    Whole milliseconds below a second, as everything in Locust that prints them cuts off the rest.
    Above 100 ms a percentile is off by half a percent at most. The number of different values stays
    in the hundreds: workers send each of them to the master.
    """
    whole = round(response_time)
    return round(whole, 3 - len(str(whole)))


def be_precise() -> None:
    """Let Locust round to three digits in this process; it offers this function for that."""
    # Older versions of Locust round in the middle of a method.
    if hasattr(stats, "bucket_response_time"):
        stats.bucket_response_time = three_digits
