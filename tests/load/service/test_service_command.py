"""`locust-qdrant service`: traffic, the loop's keeper named, and a verdict."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

import pytest
from load_places import free_port

APPS = Path(__file__).parent / "apps"
# The service asks no Qdrant, so none need be started.
NO_QDRANT = ("--qdrant-host", "http://127.0.0.1:9")
PLANTED = ("--app", "planted:app", "--app-dir", str(APPS), *NO_QDRANT)
SHORT = ("--users", "3", "--duration", "1", "--warmup", "0.2")
HOLD = next(
    number
    for number, line in enumerate((APPS / "planted.py").read_text("utf-8").splitlines(), 1)
    if "the planted hold" in line
)
SECRET = "the-secret-of-the-service"


@pytest.fixture
def service(run):
    """Run `locust-qdrant service`."""

    def complete(*options: str, **environment: str):
        return run("-m", "locust_qdrant", "service", *options, **environment)

    return complete


@pytest.fixture
def workload(tmp_path):
    """Write a workload; return its option."""

    def write(text: str) -> tuple[str, str]:
        file = tmp_path / "workload.toml"
        file.write_text(text, "utf-8")
        return "--workload", str(file)

    return write


@pytest.fixture
def report(tmp_path):
    """The option for the report, and what reads it."""
    file = tmp_path / "report.json"
    return ("--json", str(file)), lambda: json.loads(file.read_text("utf-8"))


def checks(data) -> dict[str, str]:
    return {check["name"]: check["verdict"] for check in data["checks"]}


def only(data):
    (group,) = data["groups"]
    return group, {endpoint["name"]: endpoint for endpoint in group["endpoints"]}


def test_the_planted_hold_is_blamed_in_every_report_and_fails_the_test(service, report, tmp_path):
    option, read = report
    page, profile = tmp_path / "page.html", tmp_path / "profile.json"
    outputs = ("--html", str(page), "--profile", str(profile))
    done = service(*PLANTED, *SHORT, *option, *outputs)
    assert done.returncode == 1, done.stdout + done.stderr
    group, endpoints = only(read())
    first = group["blame"][0]
    assert Path(first["file"]).name == "planted.py"
    assert (first["line"], first["function"]) == (HOLD, "held")
    assert first["source"] == "time.sleep(0.04)  # noqa: ASYNC251 - the planted hold"
    assert group["held_share"] > 0.3
    assert first["longest"] >= 0.03
    verdicts = checks(read())
    assert list(verdicts) == ["answers", "loop", "machine", "generator"]
    assert (verdicts["answers"], verdicts["loop"]) == ("passed", "failed")
    # Whoever does nothing waits for whoever holds the loop.
    assert group["heartbeat"]["p99"] > 0.03
    assert group["loop_lag"]["p99"] > 0.02
    # Without a workload, the OpenAPI document says what can be asked.
    assert set(endpoints) == {"GET /free", "GET /held", "POST /double", "GET /environment"}
    assert "Not asked: GET /find/{name}: no example or default for name (path)." in done.stdout
    assert "Not asked: DELETE /broken: it deletes." in done.stdout
    for endpoint in endpoints.values():
        assert endpoint["statuses"] == {"200": endpoint["requests"]}
        assert 0 < endpoint["latency"]["p50"] <= endpoint["latency"]["p99"]
    for shown in (done.stdout, page.read_text("utf-8")):
        assert f"planted.py:{HOLD}" in shown
        assert "time.sleep(0.04)" in shown
    assert "<script" not in page.read_text("utf-8")
    assert f'"line": {HOLD}' in profile.read_text("utf-8")
    assert "Verdict: FAILED" in done.stdout


def test_a_free_service_made_by_a_function_passes_in_an_open_workload(service, workload, report):
    option, read = report
    # As an interpreter of another environment would run it.
    python = ("--python", sys.executable)
    app = ("--app", "no_startup:create()", "--app-dir", str(APPS), *NO_QDRANT, *python)
    load = '[load]\nrate = 50\nduration = 2\nwarmup = 0.2\n[[endpoints]]\npath = "/made"'
    done = service(*app, *option, *workload(load))
    assert done.returncode == 0, done.stdout + done.stderr
    group, endpoints = only(read())
    assert group["arrivals"]["planned"] == endpoints["GET /made"]["requests"]
    assert group["arrivals"]["missed"] == 0
    assert 60 < endpoints["GET /made"]["requests"] < 140
    latency, service_time = (endpoints["GET /made"][key] for key in ("latency", "service_time"))
    # From the intended start, so never less than from the request.
    assert latency["mean"] >= service_time["mean"]
    assert read()["verdict"] == "passed"


def test_bad_answers_are_shown_by_status_with_an_example_and_no_secret(service, workload, report):
    option, read = report
    done = service(
        *PLANTED,
        *SHORT,
        *option,
        *workload(
            """
            [choices]
            name = ["otter"]
            [headers]
            Authorization = "Bearer ${MY_SECRET}"
            [[endpoints]]
            path = "/find/{name}"
            [[endpoints]]
            path = "/whoami"
            [[endpoints]]
            method = "DELETE"
            path = "/broken"
            [[endpoints]]
            path = "/find/expected"
            expect = [404]
            """
        ),
        MY_SECRET=SECRET,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    _, endpoints = only(read())
    find = endpoints["GET /find/{name}"]
    assert find["failures"] == find["requests"] > 0
    assert find["statuses"].keys() == {"404"}
    assert find["examples"] == {"404": '{"detail":"there is no otter"}'}
    assert find["latency"]["count"] == 0
    assert endpoints["GET /whoami"]["examples"] == {"403": '{"detail":"you sent ***"}'}
    assert endpoints["DELETE /broken"]["statuses"].keys() == {"500"}
    # Around a request that breaks, uvicorn closes the connection that another is to use next.
    assert endpoints["GET /find/expected"]["failures"] == 0
    assert all(not endpoint["broken"] for endpoint in endpoints.values())
    assert "404, such as: {" in done.stdout
    assert SECRET not in done.stdout + done.stderr + json.dumps(read())


def test_a_service_learns_where_its_qdrant_is_and_its_setup_runs_first(service, workload):
    done = service(
        *PLANTED,
        *SHORT,
        *("--env", "MY_QDRANT={qdrant_host}:{qdrant_port}"),
        *workload(
            """
            [[setup]]
            path = "/environment"
            expect = [299]
            [[endpoints]]
            path = "/free"
            """
        ),
    )
    assert done.returncode == 2
    assert "The setup request GET /environment got status 200: " in done.stderr
    for variable in ("QDRANT_URL", "QDRANT_GRPC_PORT", "QDRANT_HOST", "MY_QDRANT"):
        assert f'"{variable}":' in done.stderr
    assert "PROBE_TOKEN" not in done.stderr


def test_groups_take_turns_and_stand_side_by_side(service, report):
    option, read = report
    rounds = ("--side-by-side", "--rounds", "2")
    done = service(*PLANTED, *SHORT, *option, *rounds, "--duration", "2")
    assert done.returncode == 1, done.stdout + done.stderr
    free, held = read()["groups"]
    assert (free["name"], held["name"]) == ("free", "held")
    assert [len(group["rates"]) for group in (free, held)] == [2, 2]
    assert not [line for line in free["blame"] if line["line"] == HOLD]
    assert held["blame"][0]["line"] == HOLD
    baseline, beside = read()["side_by_side"]
    assert baseline["throughput"]["ratio"] == 1
    assert beside["throughput"]["low"] <= beside["throughput"]["ratio"] < 1
    assert beside["heartbeat_p99"]["ratio"] > 1
    assert checks(read())["loop (held)"] == "failed"
    assert "side by side" in done.stdout


def test_a_service_that_dies_ends_the_test_with_its_last_words(service, workload, report):
    option, read = report
    done = service(
        *PLANTED,
        *option,
        *("--duration", "30", "--warmup", "0", "--users", "2"),
        *("--env", f"MY_SECRET={SECRET}"),
        *workload('[[endpoints]]\npath = "/process"\nmethod = "DELETE"'),
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert checks(read())["service"] == "failed"
    assert "it ended with exit code 7" in done.stdout
    assert "the last words, with ***" in done.stdout


def test_an_interrupted_test_reports_what_ran_and_leaves_nothing(start, workload, report):
    option, read = report
    command = ("-m", "locust_qdrant", "service", *PLANTED, "--duration", "60", "--users", "2")
    process = start(*command, *option, *workload('[[endpoints]]\npath = "/free"'))
    for line in process.stderr:
        if line.startswith("steady"):
            break
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Interrupted" in out
    assert read()["interrupted"]
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


class TestRunningService:
    """With `--host`: nothing is started, and only who knows its token sees its profile."""

    TOKEN = "the-token-of-the-probe"

    @pytest.fixture
    def url(self, start):
        port = str(free_port())
        command = ("-m", "uvicorn", "--app-dir", str(APPS), "--port", port, "probed:app")
        process = start(*command)
        for line in process.stderr:
            if "Uvicorn running" in line:
                break
        return f"http://127.0.0.1:{port}"

    def test_it_is_asked_and_its_lines_are_blamed(self, service, workload, report, url):
        option, read = report
        asked = workload('[[endpoints]]\npath = "/held"')
        known = {"LOCUST_QDRANT_PROBE_TOKEN": self.TOKEN}
        options = (*SHORT, *option, *asked, "--host", url)
        done = service(*options, "--root", str(APPS), "--heartbeat", "/openapi.json", **known)
        assert done.returncode == 1, done.stdout + done.stderr
        group, _ = only(read())
        assert (group["blame"][0]["file"], group["blame"][0]["line"]) == ("planted.py", HOLD)
        assert group["heartbeat"]["count"] > 0
        assert self.TOKEN not in done.stdout + done.stderr + json.dumps(read())

        without = service(*options)
        assert without.returncode == 0, without.stdout + without.stderr
        assert only(read())[0]["held_share"] is None
        assert "no probe in the service" in without.stdout

        wrong = service(*options, LOCUST_QDRANT_PROBE_TOKEN="another-token")
        assert wrong.returncode == 2
        assert "refuses the token (status 401)" in wrong.stderr
        assert "another-token" not in wrong.stderr
