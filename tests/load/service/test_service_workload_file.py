"""The workload of a service: what a file may say, and one sentence for what it may not."""

from __future__ import annotations

import pytest
from locust_qdrant.config.file import load, load_service
from locust_qdrant.config.service import ALL
from locust_qdrant.errors import UsageError


@pytest.fixture
def workload(tmp_path):
    """Load a workload from its text."""

    def read(text: str, overrides=None):
        file = tmp_path / "workload.toml"
        file.write_text(text, "utf-8")
        return load_service(file, overrides or {})

    return read


def test_without_a_file_the_defaults_are_those_of_every_workload(tmp_path):
    mine = load_service(None, {})
    (tmp_path / "empty.toml").write_text("")
    assert mine.load == load(tmp_path / "empty.toml").load
    warm_up, constant = mine.load.stages
    assert (warm_up.seconds, warm_up.measured) == (1.0, False)
    assert (constant.seconds, constant.end, constant.measured) == (10.0, 10.0, True)
    assert (mine.load.open, mine.timeout) == (False, 5.0)


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
    read = workload(
        "[traffic]\nusers = 5\nduration = 60", {"traffic.rate": 20.0, "traffic.duration": 3.0}
    )
    assert read.load.open
    assert (read.load.stages[-1].end, read.load.stages[-1].seconds) == (20.0, 3.0)


def test_phases_and_thresholds_are_those_of_every_workload(workload):
    read = workload(
        """
        thresholds = ["search.p99 < 50ms"]
        [[phases]]
        kind = "ramp"
        duration = "5s"
        [[endpoints]]
        path = "/search"
        name = "search"
        """
    )
    assert [stage.name for stage in read.load.stages] == ["ramp"]
    assert read.thresholds[0].operation == "search"


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
        ("[load", "line 1: this is no TOML"),
        ("users = 3", "line 1: there is no key users"),
        ("[traffic]\nuser = 3", "line 2: there is no key traffic.user; did you mean users?"),
        ("[traffic]\nusers = 0", "line 2: traffic.users must be a whole number from 1"),
        ("[traffic]\nusers = '3'", "line 2: traffic.users must be a whole number"),
        ("[traffic]\nusers = 3\nrate = 5", "traffic.rate and traffic.users exclude each other"),
        ("[traffic]\nduration = nan", "traffic.duration"),
        ("[traffic]\narrivals = 'even'", "traffic.arrivals must be one of constant, poisson"),
        ("traffic = 3", "traffic must be a table"),
        ("[[operations]]\nkind = 'query'", "line 1: operations are those of Qdrant"),
        ("[[endpoints]]\nmethod = 'GET'", "endpoints.path is missing"),
        ("[[endpoints]]\npath = 'search'", "line 2: endpoints.path must be a path that begins"),
        ("[[endpoints]]\npath = '/a?b=c'", "line 2: endpoints.path"),
        ("[[endpoints]]\npath = '/a'\nweight = 0", "line 3: endpoints.weight"),
        ("[[endpoints]]\npath = '/a'\nexpect = [42]", "line 3: endpoints.expect"),
        ("[[endpoints]]\npath = '/a'\nwieght = 2", "did you mean weight?"),
        ("[[endpoints]]\npath = '/a'\njson = 1\nbody = 'x'", "json and body exclude each other"),
        ("[[endpoints]]\npath = '/a/{id}'", "the placeholder {id}, which has no values"),
        ("[[endpoints]]\npath = '/a'\n[[endpoints]]\npath = '/a'", "appears twice"),
        ("[choices]\nq = []", "choices.q must be"),
        ("[headers]\nKey = '${NOT_SET_ANYWHERE}'", "environment variable NOT_SET_ANYWHERE"),
        ("[headers]\nKey = ['a-secret']", "headers.Key"),
        ('[headers]\nKey = "a-secret\\n"', "line 2: headers.Key cannot be sent"),
        ("[headers]\n'a b' = 'c'", 'headers: "a b" is no name of a header'),
        ("[[endpoints]]\npath = '/a'\nheaders = {a = ['a-secret']}", "headers.a must be a text"),
        ("[choices]\nq = 'red'", 'choices.q must be a list, not "red"'),
    ],
)
def test_what_is_wrong_is_one_sentence_with_file_and_line(workload, text, words):
    with pytest.raises(UsageError) as refused:
        workload(text)
    said = str(refused.value)
    assert words in said
    assert "workload.toml" in said
    assert said.count("\n") == 0
    assert "a-secret" not in said


def test_each_command_says_whose_workload_it_was_given(tmp_path):
    file = tmp_path / "service.toml"
    file.write_text('[[endpoints]]\npath = "/a"')
    with pytest.raises(UsageError, match="line 1: endpoints are those of a service"):
        load(file)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        load_service(tmp_path / "none.toml", {})
