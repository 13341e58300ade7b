"""Embedding models without their weights.

The real fastembed runs, from its batching to its pooling; only the network's weights are missing,
which cannot be downloaded where tests run, so a session answers with ones of the right shape.
``sentence_transformers`` is a stand-in as a whole.
"""

from __future__ import annotations

import importlib
import json
import sys
import tempfile
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import onnxruntime  # type: ignore[import-untyped]
from fastembed.common.model_management import ModelManagement
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

if TYPE_CHECKING:
    from collections.abc import Callable

_DIMENSIONS = 384
_STAND_INS = Path(__file__).parent / "stand_ins"


class Witness(Protocol):
    """Who is told when a model computes."""

    def computed(self) -> None:
        """Note a computation, on the caller's stack."""


def stand_in_for_models(current: Callable[[], Witness | None]) -> None:
    """Let every embedding model of this process be one without weights.

    Args:
        current: Returns whom to tell, or None outside a run.
    """

    def computed() -> None:
        witness = current()
        if witness is not None:
            witness.computed()

    class Session:
        def __init__(self, *_: Any, **__: Any) -> None:
            names = "input_ids", "attention_mask", "token_type_ids"
            self._inputs = [SimpleNamespace(name=name) for name in names]

        def get_inputs(self) -> list[SimpleNamespace]:
            return self._inputs

        def run(self, _: Any, inputs: dict[str, Any]) -> list[Any]:
            computed()
            return [np.ones((*inputs["input_ids"].shape, _DIMENSIONS), dtype=np.float32)]

    onnxruntime.InferenceSession = Session
    download = classmethod(lambda *_, **__: _model_folder())
    ModelManagement.download_model = download  # type: ignore[assignment, method-assign]
    sys.path.insert(0, str(_STAND_INS))
    stand_in = importlib.import_module("sentence_transformers")
    stand_in.computed = computed  # type: ignore[attr-defined]


@cache
def _model_folder() -> Path:
    folder = tempfile.TemporaryDirectory(prefix="weightless-model-")
    path = Path(folder.name)
    tokenizer = Tokenizer(WordLevel({"[PAD]": 0, "[UNK]": 1}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.save(str(path / "tokenizer.json"))
    settings = {
        "config.json": {"pad_token_id": 0},
        "special_tokens_map.json": {"pad_token": "[PAD]"},
        "tokenizer_config.json": {"model_max_length": 128, "pad_token": "[PAD]"},
    }
    for name, content in settings.items():
        (path / name).write_text(json.dumps(content))
    _kept.append(folder)
    return path


_kept: list[tempfile.TemporaryDirectory[str]] = []
