"""Every report is made of a run alone, says the same, and no server can break it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from random import Random
from xml.etree import ElementTree as ET

import pytest
from locust_qdrant import checks
from locust_qdrant.checks import Verdict
from locust_qdrant.checks.interface import WHAT_NOW
from locust_qdrant.cli import main
from locust_qdrant.client.factory import ClientSettings
from locust_qdrant.config.model import Threshold
from locust_qdrant.errors import UsageError
from locust_qdrant.ledger import Audit
from locust_qdrant.metrics.record import Outcome, Record, Stations
from locust_qdrant.metrics.record_file import RecordWriter
from locust_qdrant.metrics.results import (
    Arrivals,
    Lateness,
    Leftovers,
    PathResult,
    Phase,
    Recall,
    Run,
    Traffic,
)
from locust_qdrant.metrics.service import BlamedLine, ServiceSeen
from locust_qdrant.probe.loop_lag import summarise
from locust_qdrant.report import html, json_file, junit, markdown, outputs, writing
from locust_qdrant.report.console import print_records, report_console
from locust_qdrant.report.contents import blamed, report_on
from locust_qdrant.report.latency_breakdown import Breakdown, breakdown
from locust_qdrant.report.terminal import print_report
from locust_qdrant.targets.qdrant.connection import described

#: The name of a check, wherever it is given.
NAME = re.compile(
    r'(?:^_NAME = |CheckResult\(|^ +name=|pattern\(\s+)"([a-zA-Z/2 ]+)"', re.MULTILINE
)
START = 1_764_000_000.0
EVIL = "503 <script>alert('x')</script> | `a` \x00\x1b[31m & more"


def stations(taken: float) -> Stations:
    """Where the time of a request went that waited a tenth of it for the loop."""
    shares = (0.05, 0.02, 0.01, 0.02, 0.6, 0.1, 0.06, 0.04)
    return Stations(*(share * taken for share in shares))


def requests(seconds: int = 10, *, failing: bool = False) -> list[Record]:
    chance = Random(0)
    made = []
    for number in range(seconds * 40):
        due = START + number / 40
        taken = chance.uniform(0.01, 0.03)
        fails = failing and number % 10 == 0
        made.append(
            Record(
                operation=chance.choice(["query", "upsert"]),
                collection="c",
                protocol="REST",
                start=due + 0.002,
                end=due + 0.002 + taken,
                outcome=Outcome.ERROR if fails else Outcome.OK,
                error=EVIL if fails else "",
                intended=due,
                points=10,
                server_seconds=taken / 2,
                loop_wait=taken / 10,
                busy_seconds=taken / 10,
                step="warm-up" if number < 80 else "main",
                stations=stations(taken),
            )
        )
    return made


def parts(records):
    return Traffic(records, 1.0, (), 0.0).requests.measured.parts


def a_path(name: str = "async", *, failing: bool = False) -> PathResult:
    ticks = [Lateness(START + n / 200, 0.0005) for n in range(2000)]
    traffic = Traffic(
        records=requests(failing=failing),
        seconds=10.0,
        lag=[tick.seconds for tick in ticks],
        cpu_seconds=4.0,
        phases=[
            Phase("warm-up", START, START + 2, measured=False, rate=40.0),
            Phase("main", START + 2, START + 10, rate=40.0),
        ],
        arrivals=Arrivals(400, 0, 0),
        lag_over_time=ticks,
        heartbeat=ticks[::2],
        cpu_by_worker={0: 4.0},
    )
    return PathResult(
        path=name,
        expected=("query", "upsert"),
        traffic=traffic,
        lag=summarise(list(traffic.lag)),
        audit=Audit(100, 0, 0, 0, 0),
        recall=Recall(20, 10, 0.99, 0.9),
        leftovers=Leftovers(),
        thresholds=(Threshold("query.p95 < 50ms", "query", "p95", "<", 0.05),),
    )


def a_run(*paths: PathResult, title: str = "40 arrivals/s") -> Run:
    return Run(
        title=title,
        server="Qdrant 1.20 at http://localhost:6333",
        command="locust-qdrant run --workload <rag>.toml",
        started=START,
        versions={"python": "3.11"},
        machine={"cores": "2"},
        workload={"seed": 0},
        paths=paths or [a_path()],
        notes=["a note"],
    )


class Page(HTMLParser):
    """What a browser would find in a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[dict[str, str | None]] = []
        self.addresses: list[str] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes.append(dict(attrs))
        self.addresses += [value or "" for name, value in attrs if name in {"src", "href"}]

    def handle_data(self, data):
        self.texts.append(data.strip())


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


@pytest.fixture
def report_command(run):
    def complete(*options: str):
        return run("-m", "locust_qdrant", "report", *options)

    return complete


@pytest.fixture
def recorded(tmp_path):
    file = tmp_path / "run.jsonl.gz"
    whole = a_run(a_path(failing=True))
    writer = RecordWriter(file)
    writer.begin(whole)
    writer.add("async", whole.paths[0].traffic.records)
    writer.finish(whole)
    return file, whole


def test_a_record_file_gives_the_same_reports_as_the_run(
    report_command, recorded, tmp_path, capsys
):
    file, whole = recorded
    kinds = ("html", "json", "junit", "markdown")
    files = {kind: tmp_path / f"report.{kind}" for kind in kinds}
    options = [each for kind, path in files.items() for each in (f"--{kind}", str(path))]
    done = report_command(str(file), *options)
    assert done.returncode == 1, done.stderr
    report = report_on(whole)
    print_report(report)
    shown, _, wrote = done.stdout.rstrip("\n").rpartition("wrote ")
    assert shown == capsys.readouterr().out
    assert wrote.split(", ") == [str(files[kind]) for kind in ("json", "html", "junit", "markdown")]
    render = {"html": html, "json": json_file, "junit": junit, "markdown": markdown}
    for kind, path in files.items():
        assert path.read_text() == render[kind].render(report)


@pytest.mark.parametrize(
    ("options", "count"),
    [(["--step", "warm-up"], 80), (["--from", "4", "--until", "6s"], 80), (["--from", "9"], 40)],
)
def test_a_run_is_cut_again(recorded, tmp_path, capsys, options, count):
    file, _ = recorded
    data = tmp_path / "report.json"
    assert main(["report", str(file), *options, "--json", str(data)]) == 1
    (path,) = json.loads(data.read_text())["paths"]
    assert path["operations"][-1]["requests"] == count
    assert path["operations"][-1]["rate"] == pytest.approx(36, abs=1)
    assert "Note: Only the requests" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--step", "sprint"], "--step 'sprint': the run has no such step; choose from warm-up"),
        (["--from", "soon"], "'soon' is not a duration"),
        (["--from", "5", "--until", "5"], "--from 5 is not before --until 5"),
        (["--from", "60"], "no request was made from 60 s"),
        (["--json", "{file}"], "--json names the record file itself"),
    ],
)
def test_a_part_that_is_not_there_is_told_in_one_sentence(recorded, capsys, options, words):
    file, _ = recorded
    before = file.read_bytes()
    assert main(["report", str(file), *(each.format(file=file) for each in options)]) == 2
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert words in said.err
    assert file.read_bytes() == before


def test_what_is_no_record_file_is_told_in_one_sentence(tmp_path, capsys):
    assert main(["report", str(tmp_path / "nothing.jsonl")]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("locust-qdrant: ")
    assert "cannot be read" in said.err


def test_a_step_summary_of_github_is_appended_to(tmp_path, monkeypatch):
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    writing.write(report_on(a_run()), outputs.Outputs())
    assert summary.read_text() == "before\n" + markdown.render(report_on(a_run()))
    writing.write(report_on(a_run()), outputs.Outputs(markdown=tmp_path / "mine.md"))
    assert summary.read_text() == "before\n" + (tmp_path / "mine.md").read_text()


def test_files_that_cannot_be_written_are_told_before_the_run(tmp_path):
    with pytest.raises(UsageError, match=r"--html .* is a folder"):
        outputs.Outputs(html=tmp_path).check_writable()
    with pytest.raises(UsageError, match=r"--json .* cannot be written"):
        outputs.Outputs(json=tmp_path / "no" / "r.json").check_writable()
    same = tmp_path / "report"
    with pytest.raises(UsageError, match=r"--json and --html name the same file"):
        outputs.Outputs(json=same, html=same).check_writable()
    outputs.Outputs(json=tmp_path / "r.json", html=tmp_path / "r.html").check_writable()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("chromium"), reason="Debian's chromium is not installed")
@pytest.mark.parametrize("width", [390, 1200])
def test_a_browser_shows_the_page_without_a_scroll_bar(tmp_path, width):
    source = "answer = self.client.query_points(COLLECTION, query=embed(text), limit=limit)"
    held = BlamedLine("a/service.py", 3, "search", 9, 1234.5, 0.1, "", ("a.py:3 in f",), source)
    path = replace(a_path(), service=ServiceSeen(0.25, 0.1, probed_seconds=10.0, lines=[held]))
    page = tmp_path / "report.html"
    probe = (
        "<script>const lines = document.querySelector('.lines');"
        "const wide = document.body.scrollWidth > innerWidth"
        " || lines.scrollWidth > lines.parentElement.clientWidth;"
        "document.title = `wide ${wide}`</script>"
    )
    page.write_text(html.render(report_on(a_run(path))).replace("</body>", f"{probe}</body>"))
    options = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--dump-dom")
    shown = subprocess.run(
        ["chromium", *options, f"--window-size={width},900", page.as_uri()],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert "wide false" in Page(shown.stdout).texts


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_figures_keep_their_digits_in_a_narrow_terminal(capsys, monkeypatch, columns):
    path = a_path()
    slow = [replace(each, end=each.end + 16_512.345) for each in path.traffic.records]
    report = report_on(a_run(replace(path, traffic=replace(path.traffic, records=slow))))
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    print_report(report)
    said = capsys.readouterr().out
    table, below = said[: said.index("of traffic")], said[said.index("of traffic") :]
    assert "\N{HORIZONTAL ELLIPSIS}" not in said
    assert "3,600,810.0" in table
    # What does not fit is left out whole, and named.
    assert ("16,512,3" in table) is (columns == 120)
    assert ("p99.9, max" in " ".join(below.split())) is (columns < 120)


def test_in_a_pipe_no_line_ends_with_spaces(capsys):
    print_report(report_on(a_run()))
    said = capsys.readouterr().out
    assert "verdict" in said
    assert not [line for line in said.splitlines() if line.endswith(" ")]


@pytest.mark.parametrize(("columns", "paragraphs"), [(120, False), (60, True)])
def test_a_row_that_does_not_fit_is_a_paragraph(capsys, monkeypatch, columns, paragraphs):
    headings = ["variant", *(f"figure {number}" for number in range(6)), "ratio", "ratio"]
    figures = [f"{number},234.5" for number in range(6)]
    row = ["async-rest:clients=2", *figures, "1.46 (0.94-2.15)", "0.81 (0.68-0.99)"]
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    with report_console() as console:
        print_records(console, headings, [row], "a caption")
    said = capsys.readouterr().out
    assert all(word in said for cell in row for word in cell.split())
    assert ("figure 5 5,234.5" in " ".join(said.split())) is paragraphs
    assert "a caption" in said


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


def test_a_file_that_cannot_be_written_does_not_lose_the_others(tmp_path):
    nowhere = tmp_path / "gone" / "r.json"
    wanted = outputs.Outputs(json=nowhere, html=tmp_path / "r.html", junit=tmp_path / "r.xml")
    with pytest.raises(UsageError, match=r"--json .* could not be written after the run"):
        writing.write(report_on(a_run()), wanted)
    assert wanted.html.exists()
    assert wanted.junit.exists()
