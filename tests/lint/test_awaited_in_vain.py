"""QDR502: `await` on what other clients' plain methods give, which no case can send."""

from __future__ import annotations

import pytest

PROGRAM = """\
import cohere
from openai import AsyncOpenAI

llm, co = AsyncOpenAI(), cohere.AsyncClient()


async def run():
    {line}
"""


@pytest.fixture
def lines(project, check):
    def run(line: str) -> list[str]:
        project({"app.py": PROGRAM.format(line=line)})
        return check().lines

    return run


@pytest.mark.parametrize(
    ("line", "remedy"),
    [
        ("return await llm.responses.stream(model='m', input='x')", "async with"),
        ("return await llm.beta.threads.runs.create_and_stream(thread_id='t')", "async with"),
        ("stream = await llm.chat.completions.stream(model='m')", "async with"),
        ("return await llm.with_options(timeout=3)", "drop the `await`"),
        ("return await co.chat_stream(message='x')", "async for"),
    ],
)
def test_it_cannot_be_awaited(lines, line, remedy):
    (found,) = lines(line)
    assert "QDR502" in found
    assert remedy in found


@pytest.mark.parametrize(
    "line",
    [
        "async with llm.responses.stream(model='m', input='x') as stream: print(stream)",
        "async for event in co.chat_stream(message='x'): print(event)",
        "return await llm.responses.create(model='m', input='x')",
        "return await llm.models.list()",
    ],
)
def test_what_is_right_is_no_finding(lines, line):
    assert lines(line) == []
