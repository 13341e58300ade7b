"""`loop_probe` fails a test whose loop was held for too long, and names the line."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]

PLUGIN = ("-p", "locust_qdrant.probe.pytest_plugin")
QUIET = ("-p", "no:cacheprovider", "-p", "no:xdist")
HELD = """
import asyncio, time
import pytest

def blocking():
    time.sleep(0.15)
"""


@pytest.fixture
def outcome(pytester):
    def run(body: str, *options: str):
        pytester.makepyfile(HELD + body)
        return pytester.runpytest_subprocess(*PLUGIN, *QUIET, *options)

    return run


def test_a_held_loop_fails_the_test_with_line_function_and_time(outcome):
    done = outcome(
        "async def test_it(loop_probe):\n    await asyncio.sleep(0.02)\n    blocking()\n",
        "--asyncio-mode=auto",
    )
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(
        [
            "*The event loop was held for longer than 100 ms:*",
            "*test_a_held_loop*.py:5 in blocking: 1?? ms*",
        ]
    )


def test_limits_come_from_the_marker_or_the_fixture(outcome):
    done = outcome(
        """
@pytest.mark.loop_probe(limit=0.05)
async def test_marked(loop_probe):
    await asyncio.sleep(0.02)
    time.sleep(0.08)

async def test_patient(loop_probe):
    loop_probe.limit = 5
    await asyncio.sleep(0.02)
    blocking()

async def test_free(loop_probe):
    await asyncio.to_thread(blocking)
""",
        "--asyncio-mode=auto",
        "--strict-markers",
    )
    done.assert_outcomes(passed=2, failed=1)


def test_it_works_in_strict_mode_and_with_anyio(outcome):
    done = outcome(
        """
@pytest.mark.asyncio
async def test_strict(loop_probe):
    await asyncio.sleep(0.02)
    blocking()

@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_anyio(loop_probe, anyio_backend):
    await asyncio.sleep(0.02)
    blocking()
"""
    )
    done.assert_outcomes(failed=2)
    done.stdout.fnmatch_lines(["*in blocking: 1?? ms*", "*in blocking: 1?? ms*"])


def test_a_plain_test_starts_it_itself(outcome):
    done = outcome(
        """
def test_plain(loop_probe):
    async def main():
        with loop_probe:
            await asyncio.sleep(0.02)
            blocking()
    asyncio.run(main())
"""
    )
    done.assert_outcomes(passed=1, errors=1)


def test_a_test_that_fails_itself_fails_with_its_own_error(outcome):
    done = outcome(
        "async def test_it(loop_probe):\n    blocking()\n    raise ValueError('mine')\n",
        "--asyncio-mode=auto",
    )
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(["*ValueError: mine*"])
