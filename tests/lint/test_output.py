"""Findings as text, JSON, annotations for GitHub and SARIF."""

from __future__ import annotations

import json

import pytest
from doors import BLOCKING
from flake8_qdrant.finding import Finding
from flake8_qdrant.output import FORMATS, render

CHAIN = {
    "store.py": "from qdrant_client import QdrantClient\n\n\n"
    "def find(client: QdrantClient):\n    return client.count('docs')\n",
    "app.py": "from qdrant_client import QdrantClient\nfrom store import find\n\n\n"
    "async def search():\n    return find(QdrantClient())\n",
}


def test_json_has_every_field_of_a_finding(project, check):
    project(CHAIN)
    (finding,) = json.loads(check("--format", "json").out)
    assert finding.pop("message").startswith("blocks the event loop: `find()` -> `find`")
    assert finding == {
        "path": "app.py",
        "line": 6,
        "column": 12,
        "end_line": 6,
        "end_column": 32,
        "code": "QDR102",
        "chain": [{"function": "find", "path": "store.py", "line": 5, "cell": None}],
        "cell": None,
    }


def test_json_without_findings_is_an_empty_array(project, check):
    project({})
    assert json.loads(check("--format", "json").out) == []


def test_github_shows_each_finding_beside_its_lines(project, check):
    project({"app.py": BLOCKING})
    line = check("--format", "github").out
    assert line.startswith(
        "::error title=flake8-qdrant (QDR101),file=app.py,line=7,col=5,endLine=7,endColumn=32::"
        "app.py:7:5: QDR101 `QdrantClient.query_points` blocks"
    )


def test_github_properties_and_text_cannot_break_out():
    finding = Finding("a:b,c%.py", 1, 1, 1, 1, "QDR101", "50%\nsecond ::error::")
    text = render([finding], "github")
    assert text.count("\n") == 1
    assert "file=a%3Ab%2Cc%25.py," in text
    assert text.endswith("QDR101 50%25%0Asecond ::error::\n")


class TestSarif:
    @pytest.fixture
    def run(self, project, check):
        project(CHAIN)
        log = json.loads(check("--format", "sarif").out)
        assert log["version"] == "2.1.0"
        (run,) = log["runs"]
        return run

    def test_names_the_tool_and_documents_every_rule(self, run):
        driver = run["tool"]["driver"]
        assert driver["name"] == "flake8-qdrant"
        assert driver["version"]
        for rule in driver["rules"]:
            assert rule["shortDescription"]["text"]
            assert "## Why is this bad?" in rule["help"]["markdown"]

    def test_points_at_the_rule_and_the_place(self, run):
        (result,) = run["results"]
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"] == {"uri": "app.py", "uriBaseId": "SRCROOT"}
        assert place["region"]["startLine"] == 6
        assert run["originalUriBaseIds"]["SRCROOT"]["uri"].endswith("/project/")

    def test_shows_the_chain_as_a_code_flow(self, run):
        (result,) = run["results"]
        (flow,) = result["codeFlows"]
        (thread,) = flow["threadFlows"]
        places = [
            (
                one["location"]["physicalLocation"]["artifactLocation"]["uri"],
                one["location"]["physicalLocation"]["region"]["startLine"],
            )
            for one in thread["locations"]
        ]
        assert places == [("app.py", 6), ("store.py", 5)]
        assert [one["id"] for one in result["relatedLocations"]] == [1]

    def test_quotes_paths(self):
        text = render([Finding("a b/ü#.py", 1, 1, 1, 1, "QDR101", "m")], "sarif")
        result = json.loads(text)["runs"][0]["results"][0]
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert uri == "a%20b/%C3%BC%23.py"


@pytest.mark.parametrize("format_", FORMATS)
def test_every_format_takes_no_findings(format_):
    assert isinstance(render([], format_), str)


def test_an_unknown_format_is_refused(project, check):
    project({})
    ran = check("--format", "xml")
    assert ran.code == 2
    assert "'text', 'json', 'github', 'sarif'" in ran.err or "text, json, github, sarif" in ran.err
