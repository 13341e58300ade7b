"""What the client can do, and how it wants to be served."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pygls.capabilities import get_capability

if TYPE_CHECKING:
    from lsprotocol import types

    from flake8_qdrant.language_server.positions import Encoding


@dataclass(frozen=True, slots=True)
class Client:
    """What the client can do, and how it wants to be served."""

    encoding: Encoding
    pulls: bool = False
    refreshes: bool = False
    shows_steps: bool = False
    shows_progress: bool = False
    watches: bool = False
    versioned_edits: bool = False
    whole_workspace: bool = False

    @classmethod
    def from_params(cls, params: types.InitializeParams, encoding: Encoding) -> Client:
        """Read the client's capabilities and `initializationOptions`."""

        def has(name: str) -> bool:
            value: object = get_capability(params.capabilities, name, None)
            return bool(value)

        wishes = params.initialization_options
        mode = wishes.get("diagnosticMode") if isinstance(wishes, dict) else None
        return cls(
            encoding,
            pulls=has("text_document.diagnostic"),
            refreshes=has("workspace.diagnostics.refresh_support"),
            shows_steps=has("text_document.publish_diagnostics.related_information")
            or has("text_document.diagnostic.related_information"),
            shows_progress=has("window.work_done_progress"),
            watches=has("workspace.did_change_watched_files.dynamic_registration"),
            versioned_edits=has("workspace.workspace_edit.document_changes"),
            whole_workspace=mode == "workspace",
        )
