"""A profile is data: what is read is what was written, as the schema says, and nothing else."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from importlib.resources import files

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from locust_qdrant.probe import LoopProbe, Profile, ProfileError
from locust_qdrant.probe.profile import HeldLine, LoopLagFigures

SCHEMA = json.loads(files("locust_qdrant.probe").joinpath("profile.schema.json").read_text())

times = st.floats(0, 1e6, allow_nan=False)
counts = st.integers(0, 10**6)
shares = st.floats(0, 1)
profiles = st.builds(
    Profile,
    loop=st.text(max_size=20),
    python=st.text(max_size=8),
    seconds=times,
    interval=st.floats(0.1, 100),
    late=times,
    lag=st.builds(LoopLagFigures, counts, times, times, times, shares, shares, shares),
    starved=times,
    lines=st.lists(
        st.builds(
            HeldLine,
            file=st.text(max_size=20),
            line=st.integers(1, 10**6),
            function=st.text(max_size=10),
            samples=counts,
            milliseconds=times,
            longest_milliseconds=times,
            library_frame=st.text(max_size=10),
            stack=st.lists(st.text(max_size=10), max_size=4).map(tuple),
        ),
        max_size=3,
    ).map(tuple),
)


@given(profiles)
def test_what_is_read_is_what_was_written_and_fits_the_schema(profile):
    text = profile.to_json()
    assert Profile.from_json(text) == profile
    jsonschema.validate(json.loads(text), SCHEMA)


async def test_what_a_probe_gives_fits_the_schema(tmp_path):
    with LoopProbe() as probe:
        await asyncio.sleep(0.01)
        asyncio.get_running_loop().call_soon(time.sleep, 0.05)
        await asyncio.sleep(0.01)
    file = tmp_path / "profile.json"
    probe.profile().write(file)
    data = json.loads(file.read_text())
    jsonschema.validate(data, SCHEMA)
    assert not any(line["file"].startswith("/") for line in data["lines"])
    assert Profile.from_json(file.read_text()) == probe.profile()


def changed(**changes) -> str:
    lag = LoopLagFigures(0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    good = json.loads(Profile("l", "3", 1.0, 5.0, 20.0, lag, 0.0, ()).to_json())
    return json.dumps({key: value for key, value in (good | changes).items() if value != "gone"})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "a profile is JSON, and this is not"),
        ("[]", "this is no profile"),
        ("{}", "this is no profile"),
        (changed(version=2), "the profile has version 2, and this reads version 1"),
        (changed(colour="red"), "the profile has an unknown field 'colour'"),
        (changed(seconds="gone"), "the profile has no field 'seconds'"),
        (changed(seconds="long"), "the profile has a field 'seconds' that is no float"),
        (changed(lines={}), "`lines` has to be a list"),
        (changed(lines=[{"file": "a.py"}]), "lines[0] has no field 'function'"),
        (changed(lag=None), "lag has to be an object"),
    ],
)
def test_what_is_no_profile_is_refused_by_name(text, sentence):
    with pytest.raises(ProfileError) as caught:
        Profile.from_json(text)
    assert sentence in str(caught.value)


def test_the_probe_needs_the_standard_library_only():
    code = (
        "import sys; from locust_qdrant.probe import LoopProbe; "
        "print({'gevent', 'locust', 'qdrant_client', 'numpy', 'pydantic'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_under_replaced_threads_the_probe_refuses_to_run():
    code = """
from gevent import monkey
monkey.patch_all()
import asyncio
from locust_qdrant.probe import LoopProbe
async def main():
    LoopProbe().start()
asyncio.run(main())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "gevent has replaced Python's threads" in done.stderr
