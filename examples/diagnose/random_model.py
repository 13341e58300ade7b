"""Makes an embedding model of bge-small's shape without meaning: its weights are random.

    pip install onnx tokenizers
    python examples/diagnose/random_model.py FOLDER

What a model costs does not depend on the values of its weights. So where no model can be
downloaded, this one shows what the real one would do to an event loop.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

# BAAI/bge-small-en-v1.5.
LAYERS, WIDTH, INNER, WORDS, LENGTH = 12, 384, 1536, 30_522, 512
FILE = "model_optimized.onnx"


def main() -> None:
    """Write the model and its tokenizer."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(network(), folder / FILE)
    write_tokenizer(folder)


def network() -> onnx.ModelProto:
    """Return a transformer encoder with one attention head a layer."""
    random = np.random.default_rng(0)
    weights: list[onnx.TensorProto] = []
    nodes: list[onnx.NodeProto] = []

    def weight(*shape: int) -> str:
        values = random.standard_normal(shape, dtype=np.float32) / np.float32(np.sqrt(shape[0]))
        weights.append(numpy_helper.from_array(values, f"w{len(weights)}"))
        return weights[-1].name

    def node(kind: str, *inputs: str, **attributes: object) -> str:
        nodes.append(helper.make_node(kind, list(inputs), [f"n{len(nodes)}"], **attributes))
        return nodes[-1].output[0]

    def norm(value: str) -> str:
        return node("LayerNormalization", value, weight(WIDTH), weight(WIDTH))

    state = node("Gather", weight(WORDS, WIDTH), "input_ids")
    for _ in range(LAYERS):
        query, key, value = (node("MatMul", state, weight(WIDTH, WIDTH)) for _ in range(3))
        likeness = node("MatMul", query, node("Transpose", key, perm=[0, 2, 1]))
        attended = node("MatMul", node("Softmax", likeness, axis=-1), value)
        state = norm(node("Add", state, node("MatMul", attended, weight(WIDTH, WIDTH))))
        inner = node("Relu", node("MatMul", state, weight(WIDTH, INNER)))
        state = norm(node("Add", state, node("MatMul", inner, weight(INNER, WIDTH))))
    nodes.append(helper.make_node("Identity", [state], ["last_hidden_state"]))
    tokens = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "length"])
        for name in ("input_ids", "attention_mask", "token_type_ids")
    ]
    hidden = helper.make_tensor_value_info(
        "last_hidden_state", TensorProto.FLOAT, ["batch", "length", WIDTH]
    )
    graph = helper.make_graph(nodes, "random", tokens, [hidden], weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def write_tokenizer(folder: Path) -> None:
    """Write a tokenizer that knows every word as one of `WORDS` unknown ones."""
    tokenizer = Tokenizer(WordLevel({"[PAD]": 0, "[UNK]": 1}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    settings = {
        "config.json": {"pad_token_id": 0},
        "special_tokens_map.json": {"pad_token": "[PAD]"},
        "tokenizer_config.json": {"model_max_length": LENGTH, "pad_token": "[PAD]"},
    }
    for name, content in settings.items():
        (folder / name).write_text(json.dumps(content))


if __name__ == "__main__":
    main()
