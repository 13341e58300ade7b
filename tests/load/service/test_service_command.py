"""`locust-qdrant service`: traffic, the loop's keeper named, and a verdict."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path

import pytest
from json_schemas import validated
from load_places import free_port

APPS = Path(__file__).parent / "apps"
# The service asks no Qdrant, so none need be started.
NO_QDRANT = ("--qdrant-host", "http://127.0.0.1:9")
PLANTED = ("--app", "planted:app", "--app-dir", str(APPS), *NO_QDRANT)
SHORT = ("--users", "3", "--duration", "1", "--warm-up", "200ms")
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
        return run("-m", "locust_qdrant", "service", "--allow-invalid", *options, **environment)

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
    return ("--json", str(file)), lambda: validated(json.loads(file.read_text("utf-8")))


def checks(path) -> dict[str, str]:
    return {check["name"]: check["verdict"] for check in path["checks"]}


def only(data):
    (path,) = data["paths"]
    return path, {line["name"]: line for line in path["operations"] if line["name"] != "total"}


def test_the_planted_hold_is_blamed_in_every_report_and_fails_the_test(
    service, run, report, tmp_path
):
    option, read = report
    page, profile = tmp_path / "page.html", tmp_path / "profile.json"
    summary, junit, record = (tmp_path / name for name in ("s.md", "j.xml", "r.jsonl"))
    outputs = ("--html", str(page), "--profile", str(profile), "--record", str(record))
    outputs += ("--markdown", str(summary), "--junit", str(junit))
    done = service(*PLANTED, *SHORT, *option, *outputs)
    assert done.returncode == 1, done.stdout + done.stderr
    path, endpoints = only(read())
    seen = path["service"]
    first = seen["blame"][0]
    assert Path(first["file"]).name == "planted.py"
    assert (first["line"], first["function"]) == (HOLD, "held")
    assert first["source"] == "time.sleep(0.04)  # noqa: ASYNC251 - the planted hold"
    assert seen["held_share"] > 0.3
    assert first["longest"] >= 0.03
    verdicts = checks(path)
    assert {"generator", "errors", "throughput", "loop", "machine", "heartbeat"} <= set(verdicts)
    assert not {"ledger", "loop free"} & set(verdicts)
    assert (verdicts["errors"], verdicts["loop"]) == ("passed", "failed")
    # Whoever does nothing waits for whoever holds the loop.
    assert seen["heartbeat"]["p99"] > 0.03
    assert seen["loop_lag"]["p99"] > 0.02
    # Without a workload, the OpenAPI document says what can be asked.
    assert set(endpoints) == {"GET /free", "GET /held", "POST /double", "GET /environment"}
    assert "Not asked: GET /find/{name}: no example or default for name (path)." in done.stdout
    assert "Not asked: DELETE /broken: it deletes." in done.stdout
    for name, endpoint in endpoints.items():
        assert seen["statuses"][name] == {"200": endpoint["requests"]}
        assert 0 < endpoint["latency"]["p50"] <= endpoint["latency"]["p99"]
    for shown in (done.stdout, page.read_text("utf-8"), summary.read_text("utf-8")):
        assert f"planted.py:{HOLD}" in shown
        assert "time.sleep(0.04)" in shown
    assert "<svg" in page.read_text("utf-8")
    assert 'name="loop"' in junit.read_text("utf-8")
    assert "<script" not in page.read_text("utf-8")
    assert f'"line": {HOLD}' in profile.read_text("utf-8")
    assert "Verdict: FAILED" in done.stdout

    # A record of an HTTP request is a record: every report can be made of it again.
    again = tmp_path / "again.json"
    repeated = run("-m", "locust_qdrant", "report", str(record), "--json", str(again))
    assert repeated.returncode == 1, repeated.stdout + repeated.stderr
    assert json.loads(again.read_text("utf-8")) == read()


def test_a_free_service_made_by_a_function_passes_in_an_open_workload(service, workload, report):
    option, read = report
    # As an interpreter of another environment would run it.
    python = ("--python", sys.executable)
    app = ("--app", "no_startup:create()", "--app-dir", str(APPS), *NO_QDRANT, *python)
    load = '[traffic]\nrate = 50\narrivals = "poisson"\nduration = "2s"\nwarm_up = "200ms"\n'
    done = service(*app, *option, *workload(f'{load}[[endpoints]]\npath = "/made"'))
    assert done.returncode in {0, 3}, done.stdout + done.stderr
    path, endpoints = only(read())
    counted = path["phases"][0]["figures"]["requests"] + endpoints["GET /made"]["requests"]
    assert path["arrivals"]["planned"] == counted
    assert path["arrivals"]["missed"] == 0
    assert 60 < endpoints["GET /made"]["requests"] < 140
    latency, service_time = (endpoints["GET /made"][key] for key in ("latency", "service"))
    # From when it was due, so always more than from the request: nothing begins before it is due.
    assert latency["mean"] > service_time["mean"]
    assert checks(path)["loop"] == "passed"


def test_several_processes_share_the_load_of_a_service(service, workload, report):
    option, read = report
    asked = workload('[[endpoints]]\npath = "/find/{number}"\nexpect = [404]')
    done = service(*PLANTED, *SHORT, *option, *asked, "--processes", "2", "--users", "4")
    assert done.returncode in {0, 3}, done.stdout + done.stderr
    path, _ = only(read())
    assert set(path["cpu_by_worker"]) == {"0", "1"}
    assert path["service"]["heartbeat"]["p50"] > 0


def test_most_in_flight_bounds_what_is_under_way(service, workload, report):
    option, read = report
    traffic = "[traffic]\nrate = 100\nmost_in_flight = 1\nduration = 1\nwarm_up = 0\n"
    done = service(*PLANTED, *option, *workload(f'{traffic}[[endpoints]]\npath = "/held"'))
    assert done.returncode == 1, done.stdout + done.stderr
    path, endpoints = only(read())
    # One after the other, each of which takes 40 ms and more.
    assert 0 < endpoints["GET /held"]["requests"] <= 26
    assert path["arrivals"]["planned"] == 100
    assert path["arrivals"]["missed"] == 100 - endpoints["GET /held"]["requests"]
    assert checks(path)["arrivals"] == "failed"


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
    path, endpoints = only(read())
    statuses = path["service"]["statuses"]
    find = endpoints["GET /find/{name}"]
    assert find["failures"] == find["requests"] > 0
    assert statuses["GET /find/{name}"].keys() == {"404"}
    assert find["latency"]["max"] == 0
    assert statuses["DELETE /broken"].keys() == {"500"}
    # Around a request that breaks, uvicorn closes the connection that another is to use next.
    assert endpoints["GET /find/expected"]["failures"] == 0
    (errors,) = (check for check in path["checks"] if check["name"] == "errors")
    said = "\n".join(errors["evidence"])
    assert 'x GET /find/{name}: status 404: {"detail":"there is no otter"}' in said
    assert 'x GET /whoami: status 403: {"detail":"you sent ***"}' in said
    assert "status 404: {" in done.stdout
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
    assert "The setup request GET /environment failed: status 200: " in done.stderr
    for variable in ("QDRANT_URL", "QDRANT_GRPC_PORT", "QDRANT_HOST", "MY_QDRANT"):
        assert f'"{variable}":' in done.stderr
    assert "PROBE_TOKEN" not in done.stderr


def test_groups_take_turns_and_stand_side_by_side(service, report):
    option, read = report
    rounds = ("--side-by-side", "--rounds", "2")
    done = service(*PLANTED, *SHORT, *option, *rounds, "--duration", "2")
    assert done.returncode == 1, done.stdout + done.stderr
    free, held = read()["paths"]
    assert (free["path"], held["path"]) == ("free", "held")
    assert not [line for line in free["service"]["blame"] if line["line"] == HOLD]
    assert held["service"]["blame"][0]["line"] == HOLD
    baseline, beside = read()["side_by_side"]
    assert [side["turns"] for side in (baseline, beside)] == [2, 2]
    assert baseline["throughput"]["ratio"] == 1
    assert beside["throughput"]["low"] <= beside["throughput"]["ratio"] < 1
    assert beside["heartbeat_ratio"]["ratio"] > 1
    assert checks(held)["loop"] == "failed"
    assert "side by side" in done.stdout


def test_a_service_that_dies_ends_the_test_with_its_last_words(service, workload, report):
    option, read = report
    done = service(
        *PLANTED,
        *option,
        *("--duration", "30", "--warm-up", "0", "--users", "2"),
        *("--env", f"MY_SECRET={SECRET}"),
        *workload('[[endpoints]]\npath = "/process"\nmethod = "DELETE"'),
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert checks(read()["paths"][0])["service"] == "failed"
    assert "it ended with exit code 7" in done.stdout
    assert "the last words, with ***" in done.stdout


def test_an_interrupted_test_reports_what_ran_and_leaves_nothing(start, workload, report):
    option, read = report
    command = ("-m", "locust_qdrant", "service", *PLANTED, "--duration", "60", "--users", "2")
    process = start(*command, *option, *workload('[[endpoints]]\npath = "/free"'))
    for line in process.stderr:
        if line.startswith("Traffic"):
            break
    # Before the first request it would be an interruption of nothing.
    time.sleep(2)
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
        path, _ = only(read())
        seen = path["service"]
        assert (seen["blame"][0]["file"], seen["blame"][0]["line"]) == ("planted.py", HOLD)
        assert seen["heartbeat"]["p50"] > 0
        assert self.TOKEN not in done.stdout + done.stderr + json.dumps(read())

        without = service(*options)
        assert without.returncode in {0, 3}, without.stdout + without.stderr
        assert only(read())[0]["service"]["held_share"] is None
        assert "no probe in the service" in without.stdout

        wrong = service(*options, LOCUST_QDRANT_PROBE_TOKEN="another-token")
        assert wrong.returncode == 2
        assert "refuses the token (status 401)" in wrong.stderr
        assert "another-token" not in wrong.stderr
