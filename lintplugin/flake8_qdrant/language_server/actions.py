"""What the client can do about a finding: repair it, or silence it with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from flake8_qdrant.fixes import fix_of
from flake8_qdrant.fixes.silence import silence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flake8_qdrant.finding import Finding
    from flake8_qdrant.fixes import Fix
    from flake8_qdrant.language_server.documents import Part
    from flake8_qdrant.language_server.positions import Encoding


def actions_for(
    found: Iterable[tuple[Finding, types.Diagnostic]],
    part: Part,
    encoding: Encoding,
    *,
    versioned: bool,
) -> list[types.CodeAction]:
    """Return the actions for some findings in a text: repairs first.

    Args:
        found: the findings, each with the diagnostic that the client knows it by.
        part: the text.
        encoding: how the client counts columns.
        versioned: whether the client refuses edits of a version that it no longer has.
    """
    text = "\n".join(part.lines)
    repairs: list[types.CodeAction] = []
    silencers: dict[Fix, types.CodeAction] = {}
    for finding, diagnostic in found:
        fix = fix_of(text, finding)
        if fix is not None:
            edit = _workspace_edit(fix, part, encoding, versioned=versioned)
            repairs.append(_action(fix.title, diagnostic, edit, preferred=True))
        quiet = silence(text, finding)
        if quiet is not None:
            edit = _workspace_edit(quiet, part, encoding, versioned=versioned)
            silencers[quiet] = _action(quiet.title, diagnostic, edit, preferred=False)
    return [*repairs, *silencers.values()]


def _action(
    title: str, diagnostic: types.Diagnostic, edit: types.WorkspaceEdit, *, preferred: bool
) -> types.CodeAction:
    return types.CodeAction(
        title=f"{title} ({diagnostic.code})" if preferred else title,
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[diagnostic],
        is_preferred=preferred,
        edit=edit,
    )


def _workspace_edit(
    fix: Fix, part: Part, encoding: Encoding, *, versioned: bool
) -> types.WorkspaceEdit:
    edits = [
        types.TextEdit(
            encoding.range(part.lines, (edit.line, edit.column), (edit.end_line, edit.end_column)),
            edit.text,
        )
        for edit in fix.edits
    ]
    if not versioned:
        return types.WorkspaceEdit(changes={part.uri: edits})
    document = types.OptionalVersionedTextDocumentIdentifier(part.uri, part.version)
    return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(document, [*edits])])
