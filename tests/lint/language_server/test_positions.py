"""Where things are: code units of each encoding, line ends, and edits of parts of a text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from editor import codes
from flake8_qdrant.language_server.documents import Document
from flake8_qdrant.language_server.positions import Encoding, split_lines
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types
from projects import LOST, SERVICE
from pygls.workspace import PositionCodec

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from editor import Editor

KINDS = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}
WIDE = '"🙂é", '
TEXTS = st.text(st.sampled_from("ab é🙂\n\r\f\u2028\x85\x1c"), max_size=40)


def units(text: str, kind: str) -> int:
    sizes = {"utf-8": 1, "utf-16": 2, "utf-32": 4}
    return len(text.encode(KINDS[kind])) // sizes[kind]


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("kind", KINDS)
async def test_columns_are_code_units_of_the_encoding_that_the_client_prefers(
    kind: str, start: Callable[..., Awaitable[Editor]], project: Callable[..., Path]
) -> None:
    text = LOST.replace("    client.upsert(", f"    {WIDE}; client.upsert({WIDE}")

    def prefer(capabilities: types.ClientCapabilities) -> None:
        kinds = [types.PositionEncodingKind(kind), types.PositionEncodingKind.Utf16]
        capabilities.general = types.GeneralClientCapabilities(position_encodings=kinds)

    editor = await start(project({"lost.py": text}), change=prefer)
    assert editor.server.position_encoding == kind
    editor.open("lost.py")
    (found,) = await editor.pull("lost.py")
    line = text.splitlines()[found.range.start.line]
    begin = line.index("client")
    assert found.range.start.character == units(line[:begin], kind)
    assert found.range.end.character == units(line, kind)
    # An edit behind the wide characters of the same line lands where it should.
    at = found.range.start
    inserted = ((at.line, at.character), (at.line, at.character), "await ")
    editor.change("lost.py", inserted)
    assert await editor.pull("lost.py") == []


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
async def test_every_line_end_of_the_protocol_ends_a_line(
    end: str, editor: Editor, project: Callable[..., Path]
) -> None:
    editor.enter(project({"lost.py": LOST}))
    # Neither a form feed nor a separator of Unicode does, although Python's own splitting says so.
    text = ("# \f \u2028 \x85\n" + LOST).replace("\n", end)
    editor.open("lost.py", text)
    assert codes(await editor.pull("lost.py")) == [("QDR201", 8)]
    editor.change("lost.py", ((7, 4), (7, 4), "await "))
    assert codes(await editor.pull("lost.py")) == []


@given(TEXTS, TEXTS, st.data(), st.sampled_from(sorted(KINDS)))
def test_an_edit_replaces_just_its_range(
    text: str, new: str, data: st.DataObject, kind: str
) -> None:
    text = text.replace("\r\n", "\n")  # an edit may not come between the two
    first, second = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    encoding = Encoding(kind)

    def position(offset: int) -> types.Position:
        before = split_lines(text[:offset])
        return types.Position(len(before) - 1, units(before[-1], kind))

    document = Document("file:///a.py", text, position_codec=PositionCodec(encoding.kind))
    place = types.Range(position(first), position(second))
    document.apply_change(types.TextDocumentContentChangePartial(place, new))
    assert document.source == text[:first] + new + text[second:]


def test_a_position_past_the_end_of_its_line_is_that_end() -> None:
    document = Document("file:///a.py", "ab\ncd")
    far = types.Range(types.Position(0, 99), types.Position(7, 0))
    document.apply_change(types.TextDocumentContentChangePartial(far, "!"))
    assert document.source == "ab!"


@pytest.mark.asyncio(loop_scope="session")
async def test_texts_that_are_no_files_and_no_python_are_left_alone(
    editor: Editor, project: Callable[..., Path]
) -> None:
    editor.enter(project(SERVICE))
    editor.open("untitled:Untitled-1", LOST)
    editor.open("notes.txt", LOST, language="plaintext")
    assert await editor.pull("untitled:Untitled-1") == []
    assert await editor.pull("notes.txt") == []
    editor.open("script", LOST)
    assert codes(await editor.pull("script")) == [("QDR201", 7)]
