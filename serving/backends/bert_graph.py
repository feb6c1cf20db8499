"""A BERT sentence encoder as an ONNX graph: exact, or multiplying in eight bits in two ways.

Weights are rounded to seven bits a column, once. For onnxruntime activations are rounded to eight
bits a token, as they come: a scale of its own for every token keeps a text's vector the same
whatever is embedded beside it, which one scale for a whole call (the usual dynamic quantisation)
does not. For OpenVINO they are rounded by scales that were measured beforehand
(:mod:`trikal.serving.backends.bert_ranges`); channels much larger than the rest are divided by a
factor first and the weight's columns multiplied by it (SmoothQuant: Xiao et al., 2023), or one
scale would round the others away. Seven bits, because processors without VNNI add products of
eight and eight bits in sixteen, and overflow.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trikal.serving.backends.bert_weights import BertWeights

SMOOTHED = 0.7
"""How much of the differences between channels goes from activations to weights, from 0 to 1."""

_CONTRIB = "com.microsoft"  # onnxruntime's own operators
_OPSET = 20
_IR_VERSION = 10
_WEIGHT_LEVELS = 63
_WORD_LEVELS = 127
_WORDS_AT_ONCE = 16_384
_LEAST = 1e-5
_UNSEEN = -1e4  # before a softmax: a token that is not to be looked at


@dataclass(frozen=True, kw_only=True)
class Range:
    """What a product's activations were seen to lie between.

    Attributes:
        least: float32 of shape ``(channels,)``.
        most: Likewise.
    """

    least: NDArray[np.float32]
    most: NDArray[np.float32]

    def joined(self, other: "Range") -> "Range":
        """Return what holds both."""
        return Range(least=np.minimum(self.least, other.least),
                     most=np.maximum(self.most, other.most))


def sentence_encoder(weights: BertWeights) -> Any:
    """Return an ``onnx.ModelProto`` for onnxruntime.

    Its inputs are ``input_ids`` and ``attention_mask``, int64 of shape ``(texts, tokens)``; its
    output ``embedding`` is float32 of shape ``(texts, hidden)``, L2-normalised, the mean over the
    tokens that the mask keeps.
    """
    return _ByToken(weights).model()


def measured_encoder(weights: BertWeights, ranges: Mapping[str, Range]) -> Any:
    """Return the same for OpenVINO, of ONNX's own operators alone.

    Args:
        weights: The encoder.
        ranges: Of the activations of each product, by the name of its first weight.
    """
    return _ByRange(weights, ranges).model()


def exact_encoder(weights: BertWeights) -> tuple[Any, Mapping[str, str]]:
    """Return the same in float32, and where the activations of each product are to be seen.

    Every place is an output of the graph after the first, float32 of shape
    ``(texts, tokens, channels)``.
    """
    graph = _Exact(weights)
    model = graph.model()
    made = [graph.onnx.helper.make_tensor_value_info(place, graph.onnx.TensorProto.FLOAT, None)
            for place in graph.places.values()]
    model.graph.output.extend(made)
    return model, graph.places


class _Graph:
    def __init__(self, weights: BertWeights) -> None:
        # Imported here because only the first use on a machine makes a graph.
        import onnx

        self.onnx = onnx
        self._weights = weights
        self._nodes: list[Any] = []
        self._constants: dict[str, Any] = {}

    def model(self) -> Any:
        hidden = self._embedded()
        kept = self._node("Cast", "attention_mask", to=self.onnx.TensorProto.INT32)
        for layer in range(self._weights.layers):
            hidden = self._layer(f"l{layer}", hidden, kept)
        self._pooled(hidden)
        helper, kinds = self.onnx.helper, self.onnx.TensorProto
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
        self._nodes.append(self.onnx.helper.make_node(kind, inputs, [name], **attributes))
        return name

    def _constant(self, name: str, value: NDArray[Any]) -> str:
        if name not in self._constants:
            whole = np.ascontiguousarray(value)
            self._constants[name] = self.onnx.numpy_helper.from_array(whole, name)
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
            self.onnx.helper.make_node("Split", [joined], parts, axis=2, num_outputs=3)
        )
        mixed = self._multiplied(self._attended(parts, kept), f"{name}.ao")
        hidden = self._normalised(f"{name}.aln", self._node("Add", hidden, mixed))
        inner = self._node("Gelu", self._multiplied(hidden, f"{name}.fi"))
        outer = self._multiplied(inner, f"{name}.fo")
        return self._normalised(f"{name}.oln", self._node("Add", hidden, outer))

    def _attended(self, parts: Sequence[str], kept: str) -> str:
        return self._node("MultiHeadAttention", *parts, "", kept, domain=_CONTRIB,
                          num_heads=self._weights.heads)

    def _multiplied(self, hidden: str, *names: str) -> str:
        """Multiply by one or more weights at once, and add their biases."""
        weight = np.concatenate([self._weights.tensor(f"{name}.w") for name in names])
        bias = np.concatenate([self._weights.tensor(f"{name}.b") for name in names])
        product = self._product(names[0], hidden, weight)
        return self._node("Add", product, self._constant(f"{names[0]}.b", bias))

    def _product(self, key: str, hidden: str, weight: NDArray[np.float32]) -> str:
        raise NotImplementedError

    def _float(self, name: str) -> str:
        return self._node("Cast", name, to=self.onnx.TensorProto.FLOAT)

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


class _Exact(_Graph):
    def __init__(self, weights: BertWeights) -> None:
        super().__init__(weights)
        self.places: dict[str, str] = {}

    def _product(self, key: str, hidden: str, weight: NDArray[np.float32]) -> str:
        self.places[key] = hidden
        return self._node("MatMul", hidden, self._constant(f"{key}.w", weight.T))


class _ByToken(_Graph):
    """Activations are rounded as they come, each token by its own scale."""

    def _product(self, key: str, hidden: str, weight: NDArray[np.float32]) -> str:
        rounded, scales = _rounded_rows(weight, _WEIGHT_LEVELS)
        columns = self._constant(f"{key}.w", rounded.T)
        whole, scale = self._rounded_tokens(hidden)
        zero = self._constant("zero", np.array(128, dtype=np.uint8))
        product = self._node("MatMulInteger", whole, columns, zero)
        scaled = self._node("Mul", self._float(product), scale)
        return self._node("Mul", scaled, self._constant(f"{key}.scale", scales[:, 0]))

    def _rounded_tokens(self, hidden: str) -> tuple[str, str]:
        largest = self._node(
            "ReduceMax", self._node("Abs", hidden), self._places(-1), keepdims=1
        )
        least = self._node("Max", largest, self._number(1e-9))
        scale = self._node("Mul", least, self._number(1 / 127))
        steps = self._node("Round", self._node("Div", hidden, scale))
        shifted = self._node("Add", steps, self._number(128.0))
        return self._node("Cast", shifted, to=self.onnx.TensorProto.UINT8), scale


class _ByRange(_Graph):
    """Activations are rounded by what they were seen to lie between."""

    def __init__(self, weights: BertWeights, ranges: Mapping[str, Range]) -> None:
        super().__init__(weights)
        self._ranges = ranges

    def _product(self, key: str, hidden: str, weight: NDArray[np.float32]) -> str:
        seen = self._ranges[key]
        factors = _factors(seen, weight)
        width, zero = _steps(seen, factors)
        smooth = self._node("Mul", hidden, self._constant(f"{key}.smooth", 1 / factors))
        step = (self._constant(f"{key}.step", np.array(width, dtype=np.float32)),
                self._constant(f"{key}.zero", np.array(zero, dtype=np.uint8)))
        whole = self._node("QuantizeLinear", smooth, *step)
        rounded, scales = _rounded_rows(weight * factors, _WEIGHT_LEVELS)
        columns = self._node(
            "DequantizeLinear", self._constant(f"{key}.w", rounded.T),
            self._constant(f"{key}.scale", scales[:, 0]), axis=1,
        )
        return self._node("MatMul", self._node("DequantizeLinear", whole, *step), columns)

    def _attended(self, parts: Sequence[str], kept: str) -> str:
        queries, keys, values = (self._by_head(part) for part in parts)
        size = self._weights.hidden // self._weights.heads
        turned = self._node("Transpose", keys, perm=[0, 1, 3, 2])
        likeness = self._node("Mul", self._node("MatMul", queries, turned),
                              self._number(size**-0.5))
        unseen = self._node("Mul", self._node("Sub", self._number(1.0), self._float(kept)),
                            self._number(_UNSEEN))
        masked = self._node("Add", likeness, self._node("Unsqueeze", unseen, self._places(1, 2)))
        mixed = self._node("MatMul", self._node("Softmax", masked, axis=-1), values)
        turned_back = self._node("Transpose", mixed, perm=[0, 2, 1, 3])
        return self._node("Reshape", turned_back, self._places(0, 0, self._weights.hidden))

    def _by_head(self, part: str) -> str:
        shape = self._places(0, 0, self._weights.heads, -1)
        return self._node("Transpose", self._node("Reshape", part, shape), perm=[0, 2, 1, 3])


def _factors(seen: Range, weight: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return by what each channel is divided, of shape ``(channels,)``; one on average."""
    activations = np.maximum(np.maximum(-seen.least, seen.most), _LEAST)
    weights = np.maximum(np.abs(weight).max(axis=0), _LEAST)
    factors = activations**SMOOTHED / weights ** (1 - SMOOTHED)
    return np.asarray(factors / np.exp(np.log(factors).mean()), dtype=np.float32)


def _steps(seen: Range, factors: NDArray[np.float32]) -> tuple[float, int]:
    """Return the width of one of 256 steps that hold all channels, and the step of zero."""
    least = min(float((seen.least / factors).min()), -_LEAST)
    most = max(float((seen.most / factors).max()), _LEAST)
    width = (most - least) / 255
    return width, round(-least / width)


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
