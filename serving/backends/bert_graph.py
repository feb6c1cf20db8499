"""A BERT sentence encoder as an ONNX graph that multiplies in eight bits.

Weights are rounded to seven bits a column, once; activations to eight bits a token, as they come.
A scale of its own for every token keeps a text's vector the same whatever is embedded beside it,
which one scale for a whole call (the usual dynamic quantisation) does not. Seven bits, because
processors without VNNI add products of eight and eight bits in sixteen, and overflow.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from trikal.serving.backends.bert_weights import BertWeights

_CONTRIB = "com.microsoft"  # onnxruntime's own operators
_OPSET = 20
_IR_VERSION = 10
_WEIGHT_LEVELS = 63
_WORD_LEVELS = 127
_WORDS_AT_ONCE = 16_384


def sentence_encoder(weights: BertWeights) -> Any:
    """Return an ``onnx.ModelProto``.

    Its inputs are ``input_ids`` and ``attention_mask``, int64 of shape ``(texts, tokens)``; its
    output ``embedding`` is float32 of shape ``(texts, hidden)``, L2-normalised, the mean over the
    tokens that the mask keeps.
    """
    return _Graph(weights).model()


class _Graph:
    def __init__(self, weights: BertWeights) -> None:
        # Imported here because only the first use on a machine makes a graph.
        import onnx

        self._onnx = onnx
        self._weights = weights
        self._nodes: list[Any] = []
        self._constants: dict[str, Any] = {}

    def model(self) -> Any:
        hidden = self._embedded()
        kept = self._node("Cast", "attention_mask", to=self._onnx.TensorProto.INT32)
        for layer in range(self._weights.layers):
            hidden = self._layer(f"l{layer}", hidden, kept)
        self._pooled(hidden)
        helper, kinds = self._onnx.helper, self._onnx.TensorProto
        graph = helper.make_graph(
            self._nodes,
            "sentence_encoder",
            [
                helper.make_tensor_value_info(name, kinds.INT64, ["texts", "tokens"])
                for name in ("input_ids", "attention_mask")
            ],
            [
                helper.make_tensor_value_info(
                    "embedding", kinds.FLOAT, ["texts", self._weights.hidden]
                )
            ],
            list(self._constants.values()),
        )
        domains = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_CONTRIB, 1)]
        return helper.make_model(graph, opset_imports=domains, ir_version=_IR_VERSION)

    def _node(self, kind: str, *inputs: str, output: str = "", **attributes: Any) -> str:
        name = output or f"v{len(self._nodes)}"
        self._nodes.append(self._onnx.helper.make_node(kind, inputs, [name], **attributes))
        return name

    def _constant(self, name: str, value: NDArray[Any]) -> str:
        if name not in self._constants:
            whole = np.ascontiguousarray(value)
            self._constants[name] = self._onnx.numpy_helper.from_array(whole, name)
        return name

    def _number(self, value: float) -> str:
        return self._constant(f"number {value}", np.array(value, dtype=np.float32))

    def _places(self, *values: int) -> str:
        return self._constant(f"places {values}", np.array(values, dtype=np.int64))

    def _embedded(self) -> str:
        rounded, scales = _rounded_words(self._weights.words)
        words = self._node("Gather", self._constant("words", rounded), "input_ids")
        scale = self._node("Gather", self._constant("words scale", scales), "input_ids")
        known = self._node("Mul", self._float(words), scale)
        shape = self._node("Shape", "input_ids")
        count = self._node("Gather", shape, self._places(1))
        table = self._constant("positions", self._weights.positions)
        places = self._node("Slice", table, self._places(0), count, self._places(0))
        return self._normalised("eln", self._node("Add", known, places))

    def _layer(self, name: str, hidden: str, kept: str) -> str:
        joined = self._multiplied(hidden, *(f"{name}.{part}" for part in "qkv"))
        parts = [f"{name}.{part}" for part in "qkv"]
        self._nodes.append(
            self._onnx.helper.make_node("Split", [joined], parts, axis=2, num_outputs=3)
        )
        attended = self._node(
            "MultiHeadAttention", *parts, "", kept, domain=_CONTRIB, num_heads=self._weights.heads
        )
        mixed = self._multiplied(attended, f"{name}.ao")
        hidden = self._normalised(f"{name}.aln", self._node("Add", hidden, mixed))
        inner = self._node("Gelu", self._multiplied(hidden, f"{name}.fi"))
        outer = self._multiplied(inner, f"{name}.fo")
        return self._normalised(f"{name}.oln", self._node("Add", hidden, outer))

    def _multiplied(self, hidden: str, *names: str) -> str:
        """Multiply by one or more weights at once, and add their biases."""
        weight = np.concatenate([self._weights.tensor(f"{name}.w") for name in names])
        bias = np.concatenate([self._weights.tensor(f"{name}.b") for name in names])
        rounded, scales = _rounded_rows(weight, _WEIGHT_LEVELS)
        key = names[0]
        columns = self._constant(f"{key}.w", rounded.T)
        whole, scale = self._rounded_tokens(hidden)
        product = self._node("MatMulInteger", whole, columns, self._zero())
        scaled = self._node("Mul", self._float(product), scale)
        scaled = self._node("Mul", scaled, self._constant(f"{key}.scale", scales[:, 0]))
        return self._node("Add", scaled, self._constant(f"{key}.b", bias))

    def _rounded_tokens(self, hidden: str) -> tuple[str, str]:
        largest = self._node(
            "ReduceMax", self._node("Abs", hidden), self._places(-1), keepdims=1
        )
        least = self._node("Max", largest, self._number(1e-9))
        scale = self._node("Mul", least, self._number(1 / 127))
        steps = self._node("Round", self._node("Div", hidden, scale))
        shifted = self._node("Add", steps, self._number(128.0))
        return self._node("Cast", shifted, to=self._onnx.TensorProto.UINT8), scale

    def _zero(self) -> str:
        return self._constant("zero", np.array(128, dtype=np.uint8))

    def _float(self, name: str) -> str:
        return self._node("Cast", name, to=self._onnx.TensorProto.FLOAT)

    def _normalised(self, name: str, hidden: str) -> str:
        weight, bias = (
            self._constant(f"{name}.{part}", self._weights.tensor(f"{name}.{part}"))
            for part in "wb"
        )
        return self._node(
            "LayerNormalization", hidden, weight, bias, axis=-1, epsilon=self._weights.epsilon
        )

    def _pooled(self, hidden: str) -> None:
        kept = self._node("Unsqueeze", self._float("attention_mask"), self._places(2))
        total = self._node(
            "ReduceSum", self._node("Mul", hidden, kept), self._places(1), keepdims=0
        )
        self._node("LpNormalization", total, output="embedding", axis=-1, p=2)


def _rounded_rows(
    rows: NDArray[np.float32], levels: int
) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    scales = np.maximum(np.abs(rows).max(axis=1, keepdims=True), 1e-9) / levels
    return np.round(rows / scales).astype(np.int8), scales.astype(np.float32)


def _rounded_words(
    words: NDArray[np.float16],
) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Round a vocabulary piece by piece: in float32 a large one would take half a gigabyte."""
    pieces = [
        _rounded_rows(words[first : first + _WORDS_AT_ONCE].astype(np.float32), _WORD_LEVELS)
        for first in range(0, len(words), _WORDS_AT_ONCE)
    ]
    return np.concatenate([each[0] for each in pieces]), np.concatenate([e[1] for e in pieces])
