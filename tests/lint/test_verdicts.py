"""What tips a verdict: small programs that differ in the one thing that decides.

These cannot be cases: what a case claims must happen when it runs, and here some of it happens once
a process, or in another file's tests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flake8_qdrant.check import Checker
from flake8_qdrant.project import open_project
from flake8_qdrant.settings import Settings

if TYPE_CHECKING:
    from flake8_qdrant.finding import Finding

HEAD = "from qdrant_client import AsyncQdrantClient, QdrantClient\n"


def found(**files: str) -> list[Finding]:
    """Check modules that exist only in memory, the first of them from its own imports on."""
    texts = {f"/project/{name}.py": HEAD + text for name, text in files.items()}
    checker = open_project("/project", texts, Settings(), texts)
    return [finding for path in texts for finding in checker.check(path)]


def codes(**files: str) -> list[str]:
    return [finding.code for finding in found(**files)]


class TestWorkThatIsDoneOnceAProcess:
    PROGRAM = """
client = None


def get():
    global client
    if {condition}:
        {target} = QdrantClient()
        QdrantClient().get_collections()
    return client


async def main():
    get()
"""

    @pytest.mark.parametrize("condition", ["client is None", "not client"])
    def test_is_told_as_such(self, condition):
        assert codes(app=self.PROGRAM.format(condition=condition, target="client")) == ["QDR107"]

    @pytest.mark.parametrize(
        ("condition", "target"),
        [("client is None", "other"), ("client", "client"), ("client is not None", "client")],
    )
    def test_other_work_is_one(self, condition, target):
        assert "QDR102" in codes(app=self.PROGRAM.format(condition=condition, target=target))


@pytest.mark.parametrize("first", ["openai", "qdrant"])
def test_of_two_libraries_the_main_one_is_named(first):
    calls = {"openai": "OpenAI().models.list()", "qdrant": "QdrantClient().get_collections()"}
    second = next(name for name in calls if name != first)
    (finding,) = found(
        app=f"""
from openai import OpenAI


def helper():
    {calls[first]}
    {calls[second]}


async def main():
    helper()
"""
    )
    assert finding.code == "QDR102"
    assert "QdrantClient.get_collections" in finding.message


class TestAnArmThatLeaves:
    PROGRAM = """
async def main(fast, many):
    for one in many:
        client = QdrantClient()
        if fast:
            client = AsyncQdrantClient()
            await client.count("docs")
            {last}
        await client.count("docs")
"""

    @pytest.mark.parametrize("last", ["return", "raise ValueError", "continue", "break"])
    def test_hands_nothing_on(self, last):
        assert "QDR203" in codes(app=self.PROGRAM.format(last=last))

    def test_one_that_stays_does(self):
        assert "QDR203" not in codes(app=self.PROGRAM.format(last="pass"))


@pytest.mark.parametrize("first", ["ping", "pong"])
def test_functions_that_call_each_other_give_what_any_of_them_gives(first):
    # One round through the circle tells `pong` nothing of what `ping` gives.
    assert "QDR101" not in codes(
        app=f"""
def ping(n):
    return pong(n - 1) if n else AsyncQdrantClient()


def pong(n):
    return ping(n - 1) if n else QdrantClient()


async def main():
    {first}(1)
    await pong(2).count("docs")
    await ping(2).count("docs")
"""
    )


@pytest.mark.parametrize("order", ["abc", "bca", "cab", "cba"])
def test_circles_within_circles_give_one_thing_wherever_they_are_entered(order):
    calls = "\n".join(f"    {name}(2).count('docs')" for name in order)
    assert (
        codes(
            app=f"""
def a(n):
    return b(n) if n else QdrantClient()


def b(n):
    return c(n) if n else a(n)


def c(n):
    return b(n)


async def main():
{calls}
"""
        )
        == ["QDR101"] * 3
    )


@pytest.mark.parametrize(
    ("define", "call", "client", "main"),
    [
        ("def", "", "QdrantClient", "async def"),
        ("async def", "await ", "AsyncQdrantClient", "def"),
    ],
)
def test_a_path_does_not_go_round_in_a_circle(define, call, client, main):
    (finding,) = found(
        app=f"""
client = {client}()


{define} down(n):
    {call}up(n)
    {call}client.count("docs")


{define} up(n):
    {call}down(n - 1)


{main} main():
    down(3)
"""
    )
    assert finding.code in ("QDR102", "QDR204")
    assert [step.function for step in finding.chain] == ["down"]


@pytest.mark.parametrize(
    ("handed", "expected"),
    [
        ("Mock()", ["QDR102"]),
        ("MagicMock(spec=QdrantClient)", ["QDR102"]),
        ("object()", ["QDR102"]),
    ],
)
def test_what_a_test_puts_in_a_clients_place_says_nothing_of_the_client(handed, expected):
    found_codes = codes(
        app="""
def count(client):
    return client.count("docs")


async def main():
    count(QdrantClient())
""",
        test_app=f"""
from unittest.mock import MagicMock, Mock

from app import count


def test_it():
    count({handed})
""",
    )
    assert [code for code in found_codes if code == "QDR102"] == expected


def test_nothing_is_kept_of_files_that_changed_while_they_were_checked(
    project, command, monkeypatch
):
    blocking = f"{HEAD}\n\nasync def main():\n    QdrantClient().count('docs')\n"
    root = project({"app.py": blocking})
    found = Checker.found

    def slowly(self, path):
        findings = found(self, path)
        (root / "app.py").write_text(HEAD)
        return findings

    with monkeypatch.context() as patch:
        patch.setattr(Checker, "found", slowly)
        assert "QDR101" in command("check").out
    assert command("check").out == ""
