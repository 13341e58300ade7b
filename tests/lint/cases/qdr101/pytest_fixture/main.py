"""A test's client comes from a fixture in the `conftest.py` of a folder above."""

from pathlib import Path

import pytest

TESTS = str(Path(__file__).with_name("tests"))


def main() -> None:
    options = ["-q", "-c", "/dev/null", "--rootdir", TESTS, "--confcutdir", TESTS]
    options += ["-o", "asyncio_mode=auto", "-p", "no:cacheprovider", "-p", "no:xdist"]
    assert pytest.main([*options, TESTS]) == pytest.ExitCode.OK
