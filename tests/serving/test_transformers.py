"""The adapters on ``transformers``, on tiny random models: what they say is noise, how is not."""

import gc
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from pydantic import BaseModel

from trikal.errors import BackendFailed, BadInput, ModelUnavailable
from trikal.serving.backends.torch_runtime import TorchModel
from trikal.serving.backends.transformers_chat import TransformersChat
from trikal.serving.backends.transformers_pictures import TransformersPictures
from trikal.serving.backends.transformers_speech import TransformersWhisper
from trikal.serving.backends.transformers_vision import TransformersVision
from trikal.serving.backends.transformers_voice import TransformersVoice, sentences
from trikal.serving.models import Models

pytestmark = [pytest.mark.torch, pytest.mark.filterwarnings("ignore")]  # torch warns of itself


class Seen(BaseModel):
    colour: Literal["red", "green"]
    sure: bool


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("transformers")
    return tmp_path_factory.mktemp("tiny")


def saved(folder: Path, name: str) -> Path:
    from tests.serving import tiny_models

    target = folder / name
    return target if target.is_dir() else getattr(tiny_models, f"save_{name}")(target)


def noise(*shape: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return np.random.default_rng(len(shape) + shape[0]).integers(0, 255, shape, dtype=np.uint8)


@pytest.fixture(scope="module")
def describer(folder: Path) -> Iterator[TransformersVision]:
    made = TransformersVision("tiny", saved(folder, "llava"), most_tokens=6)
    yield made
    made.close()


@pytest.fixture(scope="module", params=["clip", "siglip"])
def pictures(folder: Path, request: pytest.FixtureRequest) -> Iterator[TransformersPictures]:
    dimensions = {"clip": 16, "siglip": 32}[request.param]
    made = TransformersPictures("tiny", saved(folder, request.param), dimensions=dimensions)
    yield made
    made.close()


@pytest.fixture(scope="module")
def chat(folder: Path) -> Iterator[TransformersChat]:
    made = TransformersChat("tiny", saved(folder, "chat"), most_tokens=64)
    yield made
    made.close()


def test_a_frame_a_question_and_a_run_of_frames_are_answered_in_words(
    describer: TransformersVision,
) -> None:
    frame = noise(40, 60, 3)
    said = {describer.describe(frame), describer.describe(frame, ask="what colour is this ?"),
            describer.describe_run([frame, frame // 2, frame // 4])}
    assert len(said) == 3
    assert all(text == text.strip() != "" for text in said)
    assert describer.describe(frame) in said


@pytest.mark.parametrize("shape", [(0, 0, 3), (0, 8, 3), (8, 8)])
def test_what_is_no_picture_is_refused_before_anything_is_loaded(shape: tuple[int, ...]) -> None:
    empty = np.zeros(shape, dtype=np.uint8)
    with pytest.raises(BadInput):
        TransformersVision("tiny", "nowhere").describe(empty)
    with pytest.raises(BadInput):
        TransformersPictures("tiny", "nowhere", dimensions=4).embed_pictures([empty])


def test_pictures_and_texts_get_vectors_of_length_one(pictures: TransformersPictures) -> None:
    seen = pictures.embed_pictures([noise(40, 60, 3), noise(9, 200, 3), noise(1, 1, 3)])
    assert seen.shape == (3, pictures.dimensions)
    read = pictures.embed_queries(["a red cat", "", "cat " * 1_000, "\ud800 \x00"])
    assert read is not None
    assert read.shape == (4, pictures.dimensions)
    for vectors in (seen, read):
        assert vectors.dtype == np.float32
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-3)


def test_nothing_in_gives_nothing_out(pictures: TransformersPictures) -> None:
    assert pictures.embed_pictures([]).shape == (0, pictures.dimensions)
    found = pictures.embed_queries([])
    assert found is not None
    assert found.shape == (0, pictures.dimensions)


def test_a_picture_has_one_vector_whatever_is_beside_it(pictures: TransformersPictures) -> None:
    frames = [noise(20 + index, 30, 3) for index in range(18)]
    together = pictures.embed_pictures(frames)
    alone = np.concatenate([pictures.embed_pictures([frame]) for frame in frames])
    assert together == pytest.approx(alone, abs=1e-4)
    assert len({vector.tobytes() for vector in together.round(3)}) == len(frames)


def test_a_text_has_one_vector_whatever_is_beside_it(pictures: TransformersPictures) -> None:
    together = pictures.embed_queries(["a red cat", "dog", "the blue bridge is in this picture"])
    alone = pictures.embed_queries(["dog"])
    assert together is not None
    assert alone is not None
    assert together[1] == pytest.approx(alone[0], abs=1e-4)


def test_a_model_without_a_text_tower_has_no_vectors_for_texts() -> None:
    model = TransformersPictures("tiny", "nowhere", dimensions=4, reads_text=False)
    assert model.embed_queries(["a cat"]) is None


def test_an_answer_obeys_a_schema_though_the_model_knows_nothing(chat: TransformersChat) -> None:
    model = chat.chat_model().with_structured_output(Seen, method="json_schema")
    assert isinstance(model.invoke("Which colour?"), Seen)
    raw: Any = chat.chat_model().with_structured_output(Seen, include_raw=True).invoke("Which?")
    assert isinstance(raw["parsed"], Seen)
    assert raw["parsing_error"] is None
    plain: Any = chat.chat_model().with_structured_output(
        {"title": "n", "type": "object", "properties": {"n": {"type": "boolean"}},
         "required": ["n"], "additionalProperties": False}
    ).invoke("n?")
    assert plain["n"] in (True, False)


def test_what_streams_is_what_is_answered(chat: TransformersChat) -> None:
    model = chat.chat_model()
    pieces = [str(chunk.text) for chunk in model.stream("Hello")]
    assert "".join(pieces) == str(model.invoke("Hello").text)
    assert len(str(model.invoke("Hello", max_tokens=4).text)) <= len("".join(pieces))


def test_a_stop_text_ends_an_answer(chat: TransformersChat) -> None:
    whole = str(chat.chat_model().invoke("Hello").text)
    stop = whole[3:5]
    assert str(chat.chat_model().invoke("Hello", stop=[stop]).text) == whole[: whole.index(stop)]


def test_who_stops_reading_stops_the_model(chat: TransformersChat) -> None:
    threads = threading.active_count()
    stream = chat.chat_model().stream("Hello")
    next(stream)
    stream.close()
    assert threading.active_count() == threads
    assert chat.chat_model().invoke("Hello").text


def test_a_prompt_that_is_too_long_says_how_long(chat: TransformersChat) -> None:
    with pytest.raises(BackendFailed, match=r"\d+ tokens, 512 fit"):
        chat.chat_model().invoke("word " * 600)


def test_threads_share_one_model(chat: TransformersChat) -> None:
    wanted = str(chat.chat_model().invoke("Hello").text)
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda: found.append(str(chat.chat_model().invoke("Hello").text)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [wanted] * 4


def test_a_model_is_loaded_once_and_its_memory_given_back() -> None:
    import torch

    loads: list[weakref.ref[Any]] = []

    def load(source: str) -> tuple[Any, Any]:
        made = torch.nn.Linear(8, 8)
        loads.append(weakref.ref(made))
        return made, None

    model = TorchModel("tiny", "here", load)
    assert loads == []
    for _ in range(3):
        with model.running() as (held, _):
            assert held is loads[0]()
    assert len(loads) == 1
    del held
    model.close()
    model.close()
    gc.collect()
    assert loads[0]() is None
    with model.running():
        assert len(loads) == 2


def test_weights_that_are_not_there_name_the_command_that_fetches_them(tmp_path: Path) -> None:
    chat = TransformersChat("phi-2", tmp_path / "none")
    with pytest.raises(ModelUnavailable, match="trikal models pull phi-2"):
        chat.chat_model()


def test_memory_that_runs_out_is_told_as_such() -> None:
    model = TorchModel("tiny", "here", lambda _: (__import__("torch").nn.Linear(2, 2), None))
    with pytest.raises(BackendFailed, match="ran out of memory"), model.running():
        raise RuntimeError("CUDA out of memory. Tried to allocate 20 GiB")


@pytest.fixture(scope="module")
def whisper(folder: Path) -> Iterator[TransformersWhisper]:
    made = TransformersWhisper("tiny", saved(folder, "whisper"))
    yield made
    made.close()


def test_speech_is_translated_by_its_own_task(
    whisper: TransformersWhisper, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, Any]] = []
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, 32_000).astype(np.float32)
    with whisper._model.running() as (model, _):
        generate = model.generate
        monkeypatch.setattr(model, "generate", lambda *given, **more: (
            asked.append(more), generate(*given, **more))[1])
        token = model.generation_config.task_to_id["translate"]
    made = whisper.translate(noise, language="hi")
    assert {key: asked[0][key] for key in ("language", "task")} == {
        "language": "hi", "task": "translate"}
    assert token != model.generation_config.task_to_id["transcribe"]
    assert made is None or (made.text and 0 < made.confidence <= 1)
    assert not whisper.translates  # for whoever made it has not said that it can


@pytest.mark.models
def test_words_lie_inside_the_sound_in_order(
    whisper: TransformersWhisper, models: Models
) -> None:
    sounds = list(models.voice("en").speak("The bridge was opened in June. Everybody came."))
    samples = np.concatenate([sound.samples for sound in sounds])
    wanted = np.arange(0, len(samples), sounds[0].sample_rate / 16_000)
    heard = np.interp(wanted, np.arange(len(samples)), samples).astype(np.float32)
    length_ms = len(heard) * 1000 // 16_000
    found = [word for said in whisper.transcribe(heard, language="hi") for word in said.words]
    assert found
    assert all(0 <= word.start_ms < word.end_ms <= length_ms for word in found)
    assert all(0 < word.probability <= 1 for word in found)
    assert {said.language for said in whisper.transcribe(heard)} <= {"en", "hi"}
    with pytest.raises(ModelUnavailable, match="'de'"):
        list(whisper.transcribe(heard, language="de"))


def test_silence_loads_nothing() -> None:
    whisper = TransformersWhisper("tiny", "nowhere")
    assert list(whisper.transcribe(np.zeros(16_000, dtype=np.float32))) == []
    assert list(whisper.transcribe(np.zeros(0, dtype=np.float32))) == []


def test_a_text_is_said_sentence_by_sentence_and_always_alike(folder: Path) -> None:
    voice = TransformersVoice("tiny", saved(folder, "vits"), languages=frozenset({"en"}))
    sounds = list(voice.speak("Hello there. It was the second goal!"))
    assert len(sounds) == 2
    for sound, again in zip(sounds, voice.speak("Hello there. It was the second goal!"),
                            strict=True):
        assert sound.samples.dtype == np.float32
        assert sound.samples.ndim == 1
        assert 0 < np.abs(sound.samples).max() <= 1
        assert sound.sample_rate == 16_000
        assert np.array_equal(sound.samples, again.samples)
    assert list(voice.speak("日本。")) == []
    voice.close()


@pytest.mark.parametrize("text", ["", "  ", "...", "\x00"])
def test_no_words_are_not_said_and_load_nothing(text: str) -> None:
    assert list(TransformersVoice("x", "nowhere", languages=frozenset()).speak(text)) == []


def test_a_sentence_without_an_end_is_cut() -> None:
    found = list(sentences("word " * 200 + "x" * 1_000 + "। ठीक है।"))
    assert all(0 < len(sentence) <= 300 for sentence in found)
    assert found[-1] == "ठीक है।"
