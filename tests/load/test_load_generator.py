"""A load generator that had too few processors says so, under Locust, too."""

from __future__ import annotations

import os

import pytest


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="needs Linux")
@pytest.mark.parametrize(("allowed", "code"), [("0", 3), ("1", 0)])
def test_a_starved_test_under_locust_is_invalid(locust, engine, allowed, code):
    options = ("-u", "2", "-r", "2", "-t", "3s", "--host", engine.url)
    done = locust("starved.py", *options, LOCUST_QDRANT_ALLOW_INVALID=allowed)
    assert done.returncode == code, done.stderr
    assert "Invalid figures: the machine was short of processors" in done.stderr


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="needs Linux")
def test_a_worker_that_was_starved_tells_its_master(locust, engine, two_processes):
    options = ("-u", "2", "-r", "2", "-t", "4s", "--host", engine.url, *two_processes)
    done = locust("starved.py", *options, LOCUST_QDRANT_ALLOW_INVALID="0")
    assert done.returncode == 3, done.stderr
    assert done.stderr.count("Invalid figures: the machine was short of processors") == 1
