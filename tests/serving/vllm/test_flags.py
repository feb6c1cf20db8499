"""What vLLM is told on machines of all kinds."""

import json
from pathlib import Path

import pytest

from tests.every import every
from tests.serving.vllm.standin import make_model
from trikal.errors import BadInput, ModelUnavailable
from trikal.serving.hardware import Gpu, Hardware
from trikal.serving.vllm.flags import Plan, Shape, plan, read_shape

QWEN_HALF = Shape(name="half", weights_mb=942, token_bytes=12_288, context=32_768, heads=14)
QWEN_7B = Shape(name="seven", weights_mb=14_525, token_bytes=57_344, context=32_768, heads=28)
LAPTOP = Hardware(cores=2, memory_mb=24_000, free_mb=18_000)
H100 = Gpu(name="H100", memory_mb=81_559, free_mb=80_000)
RTX = Gpu(name="RTX 3060", memory_mb=12_288, free_mb=11_900)


def told(planned: Plan, flag: str) -> str:
    return planned.arguments[planned.arguments.index(flag) + 1]


def with_gpus(*gpus: Gpu) -> Hardware:
    return Hardware(cores=16, memory_mb=128_000, free_mb=100_000, gpus=gpus)


def test_a_shape_is_read_from_the_models_folder(tmp_path: Path) -> None:
    shape = read_shape("tiny", make_model(tmp_path / "tiny"))
    assert shape == Shape(name="tiny", weights_mb=1, token_bytes=24 * 2 * 2 * 64 * 2,
                          context=32_768, heads=14)


def test_a_vision_models_shape_is_that_of_its_text_part(tmp_path: Path) -> None:
    folder = make_model(tmp_path / "seer", text_config={
        "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4,
        "max_position_embeddings": 512, "head_dim": 32})
    shape = read_shape("seer", folder)
    assert (shape.token_bytes, shape.context, shape.heads) == (2 * 2 * 4 * 32 * 2, 512, 4)


@pytest.mark.parametrize("config", ['{"hidden_size": 3}', "{", "[]", ""])
def test_a_config_that_tells_nothing_is_said(tmp_path: Path, config: str) -> None:
    folder = make_model(tmp_path / "odd")
    (folder / "config.json").write_text(config)
    with pytest.raises(BadInput, match=r"config\.json"):
        read_shape("odd", folder)


def test_a_laptop_gets_a_cache_for_sixteen_and_no_compiler() -> None:
    planned = plan(QWEN_HALF, LAPTOP, device="cpu")
    assert "--enforce-eager" in planned.arguments
    assert "--enable-prefix-caching" in planned.arguments
    assert json.loads(told(planned, "--structured-outputs-config")) == {"backend": "auto"}
    assert told(planned, "--max-model-len") == "8192"
    assert int(told(planned, "--kv-cache-memory-bytes")) >= 16 * 2_048 * 12_288
    assert "--tensor-parallel-size" not in planned.arguments


@pytest.mark.parametrize("machine", [LAPTOP, with_gpus(H100)])
def test_what_scores_pairs_is_told_nothing_of_writing(machine: Hardware, tmp_path: Path) -> None:
    folder = make_model(tmp_path / "scorer", architectures=["XLMRobertaForSequenceClassification"],
                        model_type="xlm-roberta", pad_token_id=1, max_position_embeddings=8_194)
    shape = read_shape("scorer", folder)
    assert (shape.scores, shape.context) == (True, 8_192)
    planned = plan(shape, machine, device="cuda" if machine.gpus else "cpu")
    assert "--enable-prefix-caching" not in planned.arguments
    assert "--structured-outputs-config" not in planned.arguments
    assert told(planned, "--dtype") == ("auto" if machine.gpus else "float32")
    assert planned.context == 8_192


def test_little_memory_shortens_the_context_before_it_refuses() -> None:
    tight = Hardware(cores=2, memory_mb=4_000, free_mb=942 + 3_000 + 60)
    planned = plan(QWEN_HALF, tight, device="cpu")
    assert 2_048 <= planned.context < 8_192
    assert int(told(planned, "--kv-cache-memory-bytes")) <= 60 << 20


def test_too_little_memory_says_how_much_and_what_fits() -> None:
    with pytest.raises(ModelUnavailable) as caught:
        plan(QWEN_7B, LAPTOP.model_copy(update={"free_mb": 8_000}), device="cpu")
    said = str(caught.value)
    assert "17,637 MB" in said
    assert "8,000 MB are free" in said
    assert "at most 4,888 MB of weights" in said


def test_a_context_that_is_asked_for_is_kept_or_refused() -> None:
    assert plan(QWEN_HALF, LAPTOP, device="cpu", context=1_000).context == 1_000
    with pytest.raises(BadInput, match="32,768 tokens; 40,000 cannot be had"):
        plan(QWEN_HALF, LAPTOP, device="cpu", context=40_000)
    tight = LAPTOP.model_copy(update={"free_mb": 3_500})
    with pytest.raises(ModelUnavailable, match="32,768 tokens 384"):
        plan(QWEN_HALF, tight, device="cpu", context=32_768)


@every(("gpus", "used"), [
    ((H100,), "1"), ((H100, H100), "2"), ((H100,) * 3, "2"), ((H100,) * 4, "4"),
    ((H100,) * 8, "4"), ((RTX, RTX), "2"),
])
def test_gpus_share_the_heads_evenly(gpus: tuple[Gpu, ...], used: str) -> None:
    planned = plan(QWEN_7B, with_gpus(*gpus), device="cuda")
    assert told(planned, "--tensor-parallel-size") == used
    assert "--enforce-eager" not in planned.arguments
    assert planned.context == 32_768


def test_a_model_too_big_for_the_gpus_says_what_fits() -> None:
    with pytest.raises(ModelUnavailable, match="GPU memory.*at most 8,925 MB of weights"):
        plan(QWEN_7B, with_gpus(RTX), device="cuda")
