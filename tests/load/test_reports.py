"""Every report is made of a run alone, says the same, and no server can break it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from locust_qdrant import checks
from locust_qdrant.checks import Verdict
from locust_qdrant.checks.interface import WHAT_NOW
from locust_qdrant.cli import main
from locust_qdrant.client.factory import ClientSettings
from locust_qdrant.metrics.record import Stations
from locust_qdrant.metrics.record_file import RecordWriter
from locust_qdrant.metrics.results import (
    PathResult,
    Traffic,
)
from locust_qdrant.metrics.service import BlamedLine, ServiceSeen
from locust_qdrant.report import html, json_file, junit, markdown
from locust_qdrant.report.contents import blamed, report_on
from locust_qdrant.report.latency_breakdown import Breakdown, breakdown
from locust_qdrant.report.terminal import print_report
from locust_qdrant.targets.qdrant.connection import described
from recorded_runs import Page, a_path, a_run, requests

#: The name of a check, wherever it is given.
NAME = re.compile(
    r'(?:^_NAME = |CheckResult\(|^ +name=|pattern\(\s+)"([a-zA-Z/2 ]+)"', re.MULTILINE
)


def parts(records):
    return Traffic(records, 1.0, (), 0.0).requests.measured.parts


def test_the_page_says_the_verdict_first_and_needs_no_network():
    page = Page(html.render(report_on(a_run())))
    assert page.addresses == []
    assert "script" not in page.tags
    assert "link" not in page.tags
    text = " ".join(each for each in page.texts if each)
    shown = [
        text.index(each) for each in ("PASSED", "Checks", "Latency over time", "How it was run")
    ]
    assert shown == sorted(shown)
    assert page.tags.count("svg") > 4
    for each in ("query.p95 < 50ms", "recall@10", "a note", "<rag>.toml", "p99.9", "service time"):
        assert each in text


def test_the_page_can_be_read_aloud_and_without_colours():
    page = Page(html.render(report_on(a_run(a_path(failing=True)))))
    plots = [each for each in page.attributes if each.get("role") == "img"]
    assert len(plots) == page.tags.count("desc") == page.tags.count("figure") == 5
    # The numbers behind each plot, and in words what a colour says.
    assert page.tags.count("details") > 5
    assert "✗ failed" in page.texts
    assert "✓ passed" in page.texts
    ids = [each["id"] for each in page.attributes if "id" in each]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("allowed", [False, True])
def test_invalid_figures_are_said_first_and_end_with_3_unless_allowed(capsys, allowed):
    path = a_path()
    saturated = replace(path.traffic, cpu_by_worker={0: 9.9})
    report = report_on(a_run(replace(path, traffic=saturated)), allow_invalid=allowed)
    assert report.verdict is (Verdict.PASSED if allowed else Verdict.INVALID)
    assert report.exit_code == (0 if allowed else 3)
    page = " ".join(Page(html.render(report)).texts)
    print_report(report)
    printed = capsys.readouterr().out
    text = markdown.render(report)
    for said, before in ((page, "Checks"), (printed, "operation"), (text, "| check |")):
        assert "used 99% of its core" in said[: said.index(before)]
    expected = "PASSED, invalid figures allowed (see above)" if allowed else "INVALID\n"
    assert f"Verdict: {expected}" in printed
    assert "No check failed, but the figures say little about the server" in page
    errors = ET.fromstring(junit.render(report)).findall(".//testcase[@name='generator']/error")
    assert len(errors) == (not allowed)
    assert json.loads(json_file.render(report))["verdict"] == report.verdict.value


def test_nothing_follows_from_a_path_that_had_failures_beside_another(capsys):
    report = report_on(a_run(a_path(), a_path("sync", failing=True)))
    print_report(report)
    sentence = "sync path: errors failed (40 of 400 failed), so nothing follows from its figures"
    texts = (capsys.readouterr().out, " ".join(Page(html.render(report)).texts))
    for text in (*texts, markdown.render(report).replace("\\", "")):
        assert sentence in " ".join(text.split())
    data = json.loads(json_file.render(report))["comparison"]
    assert {line["ratio"] for line in data} == {None}
    good = report_on(a_run(a_path(), a_path("sync")))
    assert {line["ratio"] for line in json.loads(json_file.render(good))["comparison"]} == {1.0}


def test_a_failure_says_more_than_invalid_figures():
    path = a_path(failing=True)
    saturated = replace(path.traffic, cpu_by_worker={0: 9.9})
    report = report_on(a_run(replace(path, traffic=saturated)))
    assert (report.verdict, report.exit_code) == (Verdict.FAILED, 1)


def test_a_report_that_is_no_success_leads_to_the_page_for_newcomers(capsys):
    for path, leads in ((a_path(failing=True), True), (a_path(), False)):
        report = report_on(a_run(path))
        print_report(report)
        texts = (capsys.readouterr().out, html.render(report), markdown.render(report))
        assert [WHAT_NOW in text for text in texts] == [leads] * 3
    page = (Path(__file__).parents[2] / "docs" / WHAT_NOW.rpartition("/")[2]).read_text("utf-8")
    modules = Path(checks.__file__).parent.glob("*.py")
    names = {name for each in modules for name in NAME.findall(each.read_text("utf-8"))}
    assert len(names) > 20
    assert {name for name in names if name not in page} == set()


def test_a_dash_is_standard_output_and_the_rest_is_said_aside(capsys, tmp_path):
    record, page = tmp_path / "run.jsonl", tmp_path / "report.html"
    writer = RecordWriter(record)
    writer.begin(a_run(a_path()))
    writer.finish(a_run(a_path()))
    main(["report", str(record), "--json", "-", "--html", str(page)])
    said = capsys.readouterr()
    assert json.loads(said.out)["kind"] == "run"
    assert "Verdict:" in said.err
    assert said.err.splitlines()[-1] == f"wrote {page}"
    main(["report", str(record), "--html", str(page)])
    assert capsys.readouterr().out.splitlines()[-1] == f"wrote {page}"
    assert main(["run", "--record", "-"]) == 2
    assert "--record needs a file" in capsys.readouterr().err


def test_nothing_that_a_server_says_moves_the_cursor(capsys):
    print_report(report_on(a_run(a_path(failing=True))))
    assert "\x1b" not in capsys.readouterr().out


def test_a_run_without_anything_is_reported_too(capsys):
    nothing = PathResult("sync", ("query",), Traffic((), 0.0, (), 0.0), None, None)
    for run in (a_run(nothing), replace(a_run(), paths=())):
        report = report_on(run)
        for kind in (html, json_file, junit, markdown):
            assert kind.render(report)
        print_report(report)
    assert "Verdict: INTERRUPTED" in capsys.readouterr().out


def test_every_report_says_what_carries_over_from_the_embedded_engine(capsys):
    server = described("1.20.0+edge.0.9.0", ClientSettings("http://localhost:6333"))
    said = "directions carry over to a server, ratios and the knee do not"
    report = report_on(replace(a_run(), server=server))
    print_report(report)
    pages = [kind.render(report) for kind in (html, json_file, junit, markdown)]
    for page in (capsys.readouterr().out, *pages):
        assert said in " ".join(page.split())


def test_what_a_server_says_is_text_in_every_report():
    report = report_on(a_run(a_path(failing=True)))
    page = html.render(report)
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    failures = ET.fromstring(junit.render(report)).findall(".//failure")
    assert any("alert" in (each.text or "") for each in failures)
    assert "\\<script\\>" in markdown.render(report)
    json.loads(json_file.render(report))


def test_junit_has_a_case_a_check_and_a_failure_a_failed_one():
    report = report_on(a_run(a_path("async"), a_path("sync", failing=True)))
    suites = ET.fromstring(junit.render(report)).findall("testsuite")
    assert [each.get("name") for each in suites] == ["async path", "sync path"]
    assert [each.get("failures") for each in suites] == ["0", "1"]
    names = [each.get("name") for each in suites[0].findall("testcase")]
    assert names == [check.name for check in report.paths[0].checks]


def test_figures_leave_the_warm_up_out_and_count_from_the_intended_start():
    (path,) = json.loads(json_file.render(report_on(a_run())))["paths"]
    total = path["operations"][-1]
    assert path["seconds"] == pytest.approx(8)
    assert total["requests"] == 320
    assert total["rate"] == pytest.approx(40)
    assert total["latency"]["p50"] == pytest.approx(total["service"]["p50"] + 0.002, abs=2e-4)
    assert [each["name"] for each in path["phases"]] == ["warm-up", "main"]
    assert path["phases"][0]["figures"]["requests"] == 80


def test_the_slow_requests_time_is_split_and_adds_up():
    found = breakdown(parts(requests()), len(requests()))
    assert [band.requests for band in found.bands] == [400, 200, 160, 36, 4]
    for band in found.bands:
        assert sum(band.parts.values()) == pytest.approx(band.seconds)
        assert band.parts["due, not begun"] == pytest.approx(0.002, abs=1e-6)
    assert found.untold == []
    assert "“server”" in found.advice
    silent = breakdown(
        parts([replace(each, server_seconds=None) for each in requests()]), len(requests())
    )
    assert silent.untold == ["server"]
    assert sum(silent.bands[-1].parts.values()) == pytest.approx(silent.bands[-1].seconds)
    assert "which nothing tells apart" in silent.advice
    assert breakdown(parts([replace(each, stations=None) for each in requests()]), 1) == Breakdown()


def test_what_a_protocol_does_not_tell_is_named_and_not_guessed(capsys):
    told = Stations(encoding=0.001, first_byte=0.007, decoding=0.002)
    each = requests()[-1]
    over_grpc = replace(
        each, protocol="gRPC", end=each.start + 0.01, intended=None, loop_wait=0.0, stations=told
    )
    found = breakdown(parts([over_grpc]), 1)
    untold = ["waiting for the pool", "connecting", "sending", "head to body", "HTTP library"]
    assert found.untold == untold
    assert sum(found.bands[0].parts.values()) == pytest.approx(0.01)
    run = a_run(replace(a_path(), traffic=replace(a_path().traffic, records=[over_grpc])))
    print_report(report_on(run))
    assert f"not told: {', '.join(untold)}" in " ".join(capsys.readouterr().out.split())
    assert f"Not told: {', '.join(untold)}" in html.render(report_on(run))
    (path,) = json.loads(json_file.render(report_on(run)))["paths"]
    assert path["breakdown"]["untold"] == untold


def test_it_is_said_if_one_request_in_so_many_was_followed(capsys):
    some = [
        each if number % 4 == 0 else replace(each, stations=None)
        for number, each in enumerate(requests())
    ]
    run = a_run(replace(a_path(), traffic=replace(a_path().traffic, records=some, phases=[])))
    print_report(report_on(run))
    words = "1 request in 4 was followed"
    assert words in " ".join(capsys.readouterr().out.split())
    assert words in html.render(report_on(run))
    (path,) = json.loads(json_file.render(report_on(run)))["paths"]
    assert path["breakdown"]["one_in"] == 4
    print_report(report_on(a_run(a_path())))
    assert "followed" not in capsys.readouterr().out


def test_lines_that_hardly_held_the_loop_are_counted_together():
    lines = [
        BlamedLine(f"{name}.py", 3, "f", 2, seconds, 0.1, "", (), "x()")
        for name, seconds in (("a", 2.0), ("b", 0.03), ("c", 0.004))
    ]
    found = blamed(ServiceSeen(0.25, 0.1, probed_seconds=10.0, lines=lines))
    assert [line.file for line in found.lines] == ["a.py"]
    assert found.rest == "and 2 more, 34 ms together"
    short = blamed(ServiceSeen(0.25, 0.1, probed_seconds=10.0, lines=lines[2:]))
    assert ([line.file for line in short.lines], short.rest) == (["c.py"], "")


def test_what_stands_between_backticks_is_code_on_the_page():
    run = replace(a_run(), notes=("say `a < b` or `c`", "half a `tick"))
    page = html.render(report_on(run))
    assert "say <code>a &lt; b</code> or <code>c</code>" in page
    assert "half a `tick" in page
