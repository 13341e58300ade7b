"""Reports as files: made again of a record, cut, appended, refused before the run."""

from __future__ import annotations

import json

import pytest
from locust_qdrant.cli import main
from locust_qdrant.errors import UsageError
from locust_qdrant.metrics.record_file import RecordWriter
from locust_qdrant.report import html, json_file, junit, markdown, outputs, writing
from locust_qdrant.report.contents import report_on
from locust_qdrant.report.terminal import print_report
from recorded_runs import a_path, a_run


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


def test_a_file_that_cannot_be_written_does_not_lose_the_others(tmp_path):
    nowhere = tmp_path / "gone" / "r.json"
    wanted = outputs.Outputs(json=nowhere, html=tmp_path / "r.html", junit=tmp_path / "r.xml")
    with pytest.raises(UsageError, match=r"--json .* could not be written after the run"):
        writing.write(report_on(a_run()), wanted)
    assert wanted.html.exists()
    assert wanted.junit.exists()
