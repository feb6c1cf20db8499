"""What a model would cost, by rule: monotonous in what there is, and nothing where none writes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.every import every
from tests.serving.test_router import entry
from trikal.serving.catalog import Backend, Catalog, Model
from trikal.serving.estimates import answer_seconds, device, room_mb
from trikal.serving.hardware import Gpu, Hardware
from trikal.serving.roles import Role


def model(role: str, memory_mb: int) -> Model:
    (made,) = Catalog.model_validate(
        {"model": [entry("m", role, "llamacpp", memory_mb)]}).for_role(Role(role))
    return made


def machine(cores: int = 4, *gpus: int) -> Hardware:
    return Hardware(cores=cores, memory_mb=64_000, free_mb=32_000, gpus=tuple(
        Gpu(name="g", memory_mb=free, free_mb=free) for free in gpus))


@given(st.integers(1, 40_000), st.integers(1, 64))
def test_twice_the_weights_take_twice_as_long_and_more_cores_never_longer(
    memory_mb: int, cores: int
) -> None:
    once = answer_seconds(model("chat", memory_mb), machine(cores), "cpu")
    assert once > 0
    assert answer_seconds(model("chat", 2 * memory_mb), machine(cores), "cpu") == pytest.approx(
        2 * once)
    assert answer_seconds(model("chat", memory_mb), machine(cores + 1), "cpu") <= once


def test_more_than_eight_cores_share_what_the_memory_brings() -> None:
    by_cores = [answer_seconds(model("chat", 900), machine(n), "cpu") for n in (7, 8, 9, 64)]
    assert by_cores[0] > by_cores[1] == by_cores[2] == by_cores[3]


def test_the_smallest_model_on_two_cores_is_as_quick_as_was_measured() -> None:
    assert 120 / answer_seconds(model("chat", 900), machine(2), "cpu") == pytest.approx(38, abs=1)


@pytest.mark.parametrize("role", ["asr", "ocr", "tts", "text-embedding"])
def test_what_writes_no_answer_takes_no_time_for_one(role: str) -> None:
    assert answer_seconds(model(role, 9_000), machine(), "cpu") == 0


@every(("backend", "gpus", "where"), [
    (Backend.FASTER_WHISPER, (900,), "cpu"), (Backend.FASTER_WHISPER, (1_000,), "gpu"),
    (Backend.FASTER_WHISPER, (500, 4_000), "gpu"), (Backend.SENTENCE_TRANSFORMERS, (), "cpu"),
    (Backend.LLAMACPP, (80_000,), "cpu"), (Backend.ONNX, (80_000,), "cpu"),
])
def test_a_model_goes_to_the_gpu_where_its_backend_can_and_there_is_room(
    backend: Backend, gpus: Any, where: str
) -> None:
    here = machine(4, *gpus)
    assert device(model("asr", 1_000), backend, here) == where
    assert room_mb(here, where) == (max(gpus) if where == "gpu" else 32_000)


def test_a_model_of_unknown_size_stays_off_the_gpu() -> None:
    unknown = model("asr", 1).model_copy(update={"memory_mb": 0})
    assert device(unknown, Backend.FASTER_WHISPER, machine(4, 80_000)) == "cpu"
