"""Reports on a narrow terminal, in a pipe and in a browser: no figure is cut."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace

import pytest
from locust_qdrant.metrics.service import BlamedLine, ServiceSeen
from locust_qdrant.report import html
from locust_qdrant.report.console import print_records, report_console
from locust_qdrant.report.contents import report_on
from locust_qdrant.report.terminal import print_report
from recorded_runs import Page, a_path, a_run


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
