"""The workload of a service: what a file may say, and one sentence for what it may not."""

from __future__ import annotations

import pytest
from locust_qdrant.errors import UsageError
from locust_qdrant.targets.http.spec import ALL
from locust_qdrant.targets.http.workload_file import load


@pytest.fixture
def workload(tmp_path):
    """Load a workload from its text."""

    def read(text: str, **overrides):
        file = tmp_path / "workload.toml"
        file.write_text(text, "utf-8")
        return load(file, overrides)

    return read


def test_without_a_file_ten_users_ask_for_ten_seconds_after_one_of_warm_up():
    warm_up, steady = load(None, {}).load.stages
    assert (warm_up.seconds, warm_up.measured) == (1.0, False)
    assert (steady.seconds, steady.end, steady.measured) == (10.0, 10.0, True)
    assert not load(None, {}).load.open


def test_an_endpoint_has_the_name_of_its_request_unless_it_is_given_one(workload):
    read = workload(
        """
        [[endpoints]]
        path = "/search"
        [[endpoints]]
        path = "/search"
        method = "post"
        name = "search by text"
        weight = 3
        group = "new"
        json = { text = "{uuid}" }
        """
    )
    first, second = read.endpoints
    assert (first.name, first.method, first.weight, first.group) == ("GET /search", "GET", 1, ALL)
    assert (second.name, second.method, second.weight) == ("search by text", "POST", 3)
    assert second.group == "new"


def test_an_option_takes_the_place_of_what_the_file_says_also_of_its_model(workload):
    read = workload("[load]\nusers = 5\nthink_time = 1\nduration = 60", rate=20.0, duration=3.0)
    assert read.load.open
    assert read.load.think_seconds == 0
    assert (read.load.stages[-1].end, read.load.stages[-1].seconds) == (20.0, 3.0)


def test_headers_come_from_the_environment_and_reach_every_request(workload, monkeypatch):
    monkeypatch.setenv("MY_TOKEN", "abc")
    read = workload(
        """
        [headers]
        Authorization = "Bearer ${MY_TOKEN}"
        [[setup]]
        path = "/fill"
        times = 3
        [[endpoints]]
        path = "/search"
        headers = { Accept = "text/plain" }
        """
    )
    assert read.headers == {"Authorization": "Bearer abc"}
    assert read.endpoints[0].headers == {"Authorization": "Bearer abc", "Accept": "text/plain"}
    assert (read.setup[0].times, read.setup[0].request.headers) == (3, read.headers)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[load", "is no TOML"),
        ("users = 3", "there is no key users"),
        ("[load]\nuser = 3", "there is no key load.user"),
        ("[load]\nusers = 0", "load.users: 0"),
        ("[load]\nusers = '3'", "load.users: '3'"),
        ("[load]\nusers = 3\nrate = 5", "load: give users (closed) or rate (open), not both"),
        ("[load]\nrate = 5\nthink_time = 1", "load: think_time is for users"),
        ("[load]\nduration = nan", "load.duration"),
        ("[load]\narrivals = 'odd'", "load.arrivals: 'odd'"),
        ("load = 3", "load: 3"),
        ("[[endpoints]]\nmethod = 'GET'", "endpoints[1].path is missing"),
        ("[[endpoints]]\npath = 'search'", "endpoints[1].path: 'search'"),
        ("[[endpoints]]\npath = '/a?b=c'", "endpoints[1].path: '/a?b=c'"),
        ("[[endpoints]]\npath = '/a'\nweight = 0", "endpoints[1].weight: 0"),
        ("[[endpoints]]\npath = '/a'\nexpect = [42]", "endpoints[1].expect[1]: 42"),
        ("[[endpoints]]\npath = '/a'\njson = 1\nbody = 'x'", "give json or body, not both"),
        ("[[endpoints]]\npath = '/a/{id}'", "the placeholder {id}, which has no values"),
        ("[[endpoints]]\npath = '/a'\n[[endpoints]]\npath = '/a'", "two endpoints are called"),
        ("[choices]\nq = []", "choices.q: []"),
        ("[headers]\nKey = '${NOT_SET_ANYWHERE}'", "environment variable NOT_SET_ANYWHERE"),
        ("[headers]\nKey = ['a-secret']", "headers.Key"),
    ],
)
def test_what_is_wrong_is_one_sentence_with_file_and_key(workload, text, words):
    with pytest.raises(UsageError) as refused:
        workload(text)
    said = str(refused.value)
    assert words in said
    assert "workload.toml" in said
    assert said.count("\n") == 0 or "TOML" in said
    assert "a-secret" not in said


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        load(tmp_path / "none.toml", {})
