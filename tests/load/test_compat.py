"""What is done to Locust and gevent still has something to be done to, with what is installed."""

from __future__ import annotations

import inspect
from importlib.metadata import version

import locust_qdrant
from packaging.version import Version

locust_qdrant.AsyncQdrantUser  # noqa: B018 - before Locust, which would replace the threads

import locust  # noqa: E402
from gevent import monkey  # noqa: E402
from locust import runners, stats  # noqa: E402
from locust_qdrant.locust_plugin import gevent_compat, locust_compat  # noqa: E402

LOCUST = f"seen with Locust {locust_compat.SEEN_WITH}, and {version('locust')} is installed"
GEVENT = f"seen with gevent {gevent_compat.SEEN_WITH}, and {version('gevent')} is installed"


def test_locust_rounds_with_the_function_that_is_replaced():
    entry = stats.StatsEntry(stats.RequestStats(), "any", "GET")
    entry.log(1234.4, 0)
    if hasattr(stats, "bucket_response_time"):
        assert stats.bucket_response_time is locust_compat.three_digits, LOCUST
        assert list(entry.response_times) == [1230], LOCUST
        return
    # Before that, it rounded in the middle of a method.
    assert Version(version("locust")) < Version("2.44")


def test_locust_warns_of_the_processor_by_the_threshold_that_is_raised():
    locust_compat.be_quiet_about_the_processor()
    assert "CPU_WARNING_THRESHOLD" in inspect.getsource(runners), LOCUST
    assert runners.CPU_WARNING_THRESHOLD > 100


def test_locust_still_asks_the_variable_that_keeps_threads_real():
    assert "LOCUST_SKIP_MONKEY_PATCH" in inspect.getsource(locust), LOCUST
    assert not monkey.is_module_patched("threading"), GEVENT
