"""What vLLM is told, from the model's shape and what the machine has."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from trikal.errors import BadInput, ModelUnavailable
from trikal.serving.hardware import Hardware
from trikal.serving.vllm.weights import read_config, scores_pairs

CPU_CONTEXT = 8_192
GPU_CONTEXT = 32_768
LEAST_CONTEXT = 2_048
SEQUENCES = 16
"""How many answers are written at once, on a CPU."""

_TOKENS_EACH = 2_048  # of a sequence on average: a question with its evidence, and the answer
_BYTES = 2  # of a number in bfloat16
_MB = 1 << 20
OVERHEAD_MB = 3_000  # vLLM, torch and what they compute in: measured beside weights and cache
GPU_SHARE = 0.9
_GPU_SPARE = 1.2  # weights, and room for a cache that is worth having


class Shape(BaseModel):
    """What of a model decides how much memory it takes.

    Attributes:
        name: The model's name.
        weights_mb: Its weights, in MiB.
        token_bytes: Of the cache for one token.
        context: The longest that it was made for, in tokens.
        heads: Attention heads, which several GPUs divide among them.
        scores: Whether it scores pairs of texts and writes nothing.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    weights_mb: int
    token_bytes: int
    context: int
    heads: int
    scores: bool = False


class Plan(BaseModel):
    """How vLLM is started.

    Attributes:
        arguments: Of its command line.
        variables: Of its environment.
        context: Longest prompt with its answer, in tokens.
        words: The same for a person, in a few words.
    """

    model_config = ConfigDict(frozen=True)

    arguments: tuple[str, ...]
    variables: Mapping[str, str]
    context: int
    words: str


def read_shape(name: str, folder: Path) -> Shape:
    """Read a model's shape from its folder.

    Raises:
        BadInput: The folder does not tell it.
    """
    config: Mapping[str, Any] = read_config(folder)
    text = config.get("text_config") or config
    heads = _first(text, "num_attention_heads", "decoder_attention_heads", "n_head")
    width = _first(text, "hidden_size", "d_model", "n_embd")
    layers = _first(text, "num_hidden_layers", "decoder_layers", "n_layer")
    context = _first(text, "max_position_embeddings", "max_target_positions", "n_positions")
    if "roberta" in str(text.get("model_type")):
        context -= text.get("pad_token_id", 1) + 1  # its positions begin behind that of padding
    if not (heads and width and layers and context):
        raise BadInput(f"The config.json of {name} does not tell its layers, heads and context.")
    kv_heads = text.get("num_key_value_heads") or heads
    head_size = text.get("head_dim") or width // heads
    files = [*folder.glob("*.safetensors")] or [*folder.glob("*.bin")]
    return Shape(
        name=name,
        weights_mb=sum(file.stat().st_size for file in files) // _MB,
        token_bytes=2 * layers * kv_heads * head_size * _BYTES,
        context=context,
        heads=heads,
        scores=scores_pairs(config),
    )


def _first(config: Mapping[str, Any], *names: str) -> int:
    return next((int(config[name]) for name in names if config.get(name)), 0)


def plan(shape: Shape, hardware: Hardware, *, device: str, context: int | None = None) -> Plan:
    """Decide how to start vLLM for a model on this machine.

    Args:
        shape: The model.
        hardware: What the machine has.
        device: What vLLM was built for.
        context: Longest prompt with its answer in tokens; decided here when not given.

    Raises:
        BadInput: The model has no such context.
        ModelUnavailable: There is not enough memory; the message says how much is needed and what
            would fit.
    """
    if context is not None and not 0 < context <= shape.context:
        raise BadInput(
            f"{shape.name} has a context of {shape.context:,} tokens; {context:,} cannot be had."
        )
    on = _on_gpus if device == "cuda" else _on_cpu
    return on(shape, hardware, context)


def _on_cpu(shape: Shape, hardware: Hardware, wanted: int | None) -> Plan:
    context = wanted or min(shape.context, CPU_CONTEXT)
    room_mb = hardware.free_mb - shape.weights_mb - OVERHEAD_MB
    fits = room_mb * _MB // shape.token_bytes
    if wanted is None and fits < context:
        context = max(fits // 1_024 * 1_024, min(LEAST_CONTEXT, shape.context))
    if fits < context:
        raise ModelUnavailable(_too_big(shape, hardware, context))
    tokens = min(max(context, SEQUENCES * _TOKENS_EACH), fits)
    cache_mb = -(-tokens * shape.token_bytes // _MB)
    return Plan(
        arguments=(
            *_common(context, shape),
            # Of scores the third digit tells two passages apart, which bfloat16 does not have.
            "--dtype", "float32" if shape.scores else "bfloat16",
            "--enforce-eager",  # compiling takes longer than a laptop's session gains
            "--max-num-seqs", str(SEQUENCES),
            "--kv-cache-memory-bytes", str(cache_mb * _MB),
        ),
        variables={"VLLM_TARGET_DEVICE": "cpu"},
        context=context,
        words=f"context {context:,} tokens, cache {cache_mb:,} MB, {hardware.cores} cores",
    )


def _on_gpus(shape: Shape, hardware: Hardware, wanted: int | None) -> Plan:
    context = wanted or min(shape.context, GPU_CONTEXT)
    each_mb = min((gpu.free_mb for gpu in hardware.gpus), default=0)
    used = _sharers(shape.heads, len(hardware.gpus))
    if shape.weights_mb * _GPU_SPARE > used * each_mb * GPU_SHARE:
        raise ModelUnavailable(_too_big_for_gpus(shape, hardware))
    return Plan(
        arguments=(
            *_common(context, shape),
            "--dtype", "auto",
            "--tensor-parallel-size", str(used),
            "--gpu-memory-utilization", str(GPU_SHARE),
        ),
        variables={},
        context=context,
        words=f"context {context:,} tokens, {used} × {hardware.gpus[0].name}",
    )


def _sharers(heads: int, gpus: int) -> int:
    """Return how many GPUs, at most, can share the heads evenly."""
    return max((n for n in (1, 2, 4, 8, 16) if n <= gpus and heads % n == 0), default=0)


def _common(context: int, shape: Shape) -> tuple[str, ...]:
    writing = () if shape.scores else (  # what reads whole texts at once has no cache of them
        "--enable-prefix-caching",
        "--structured-outputs-config", '{"backend": "auto"}',
    )
    return ("--max-model-len", str(context), *writing, "--disable-uvicorn-access-log")


def _too_big(shape: Shape, hardware: Hardware, context: int) -> str:
    cache_mb = -(-context * shape.token_bytes // _MB)
    needed = shape.weights_mb + cache_mb + OVERHEAD_MB
    fits = max(hardware.free_mb - OVERHEAD_MB - cache_mb, 0)
    return (
        f"{shape.name} needs about {needed:,} MB of memory on vLLM (weights {shape.weights_mb:,}, "
        f"cache for {context:,} tokens {cache_mb:,}, vLLM itself {OVERHEAD_MB:,}), and "
        f"{hardware.free_mb:,} MB are free. What fits: a model with at most {fits:,} MB of weights "
        f"(about {fits / 1_000 / _BYTES:.1f} billion parameters), or llama.cpp, which Trikal uses "
        "without vLLM."
    )


def _too_big_for_gpus(shape: Shape, hardware: Hardware) -> str:
    free = sum(gpu.free_mb for gpu in hardware.gpus)
    needed = int(shape.weights_mb * _GPU_SPARE / GPU_SHARE)
    return (
        f"{shape.name} needs about {needed:,} MB of GPU memory on vLLM (weights "
        f"{shape.weights_mb:,}), and {free:,} MB are free on {len(hardware.gpus)} GPU(s). What "
        f"fits: a model with at most {int(free * GPU_SHARE / _GPU_SPARE):,} MB of weights."
    )
