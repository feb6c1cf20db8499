"""What cannot be said, shown or heard: a clear sentence each, and nothing half-written."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.app.conftest import Trikal
from tests.fakes import FakeModels, FakeTranscriber, FakeVoice, utterance
from tests.serving.avatars import Still
from tests.serving.portraits import portrait
from trikal.app.commands import say, show
from trikal.media.audio import write_wav
from trikal.media.encode import film
from trikal.tools.backdrop import read_matte

RATE = 8_000
SPOKEN = (0.5 * np.sin(np.arange(RATE) * 2 * np.pi * 220 / RATE)).astype(np.float32)


@pytest.fixture
def speaking(trikal: Trikal, monkeypatch: pytest.MonkeyPatch) -> Trikal:
    def filled(_: Any) -> FakeModels:
        return FakeModels(voice=FakeVoice(), avatar=Still(),
                          transcriber=FakeTranscriber([utterance(100, 900, "Papa naps")]))

    monkeypatch.setattr(say, "Models", filled)
    monkeypatch.setattr(show, "Models", filled)
    Image.fromarray(portrait(96, 96)).save("face.png")
    return trikal


@pytest.mark.parametrize(("text", "says"), [
    ("", "no words"), ("🎉 🎊", "no words"), ("\u200f\u202e…", "no words"),
    ("\x00\x07", "no words"),
    ("word " * 210_000, "1,050,000 characters"),
])
@pytest.mark.parametrize("command", ["say", "show"])
def test_a_text_without_words_or_with_too_many_is_refused(
    speaking: Trikal, tmp_path: Path, command: str, text: str, says: str
) -> None:
    before = sorted(tmp_path.iterdir())
    given = ("say", text) if command == "say" else ("show", "face.png", "--text", text, "--drawing")
    outcome = speaking(*given)
    assert outcome.code == 2
    assert says in outcome.err
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("text", [
    "Hello \x01\x02 world 🎉", "Hello שלום عالم नमस्ते", "\u202eabc\u202c def",
])
def test_odd_letters_among_words_are_no_hindrance(
    speaking: Trikal, tmp_path: Path, text: str
) -> None:
    assert speaking("say", text, "--out", "a.wav", "--timings", "a.vtt").code == 0
    assert (tmp_path / "a.wav").stat().st_size > 1_000
    assert (tmp_path / "a.vtt").read_text(encoding="utf-8").startswith("WEBVTT")


@pytest.mark.parametrize("tag", ["", " ", "klingon of the north"])
def test_what_is_no_language_is_refused(speaking: Trikal, tmp_path: Path, tag: str) -> None:
    before = sorted(tmp_path.iterdir())
    outcome = speaking("say", "Hello.", "--language", tag)
    assert outcome.code == 2
    assert "no BCP-47 tag" in outcome.err
    assert sorted(tmp_path.iterdir()) == before


def test_a_large_portrait_speaks_without_a_word_about_its_size(
    speaking: Trikal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 8_000)  # Pillow warns above, refuses twice that
    assert speaking("show", "face.png", "--text", "Hi.", "--drawing", "--out", "a.mp4").code == 0
    assert read_matte(Path("face.png"), (96, 96)) is None


def _opus(path: Path) -> None:
    with film(path, size=None, sound_rate=16_000) as reel:
        reel.play(np.tile(SPOKEN, 4))


@pytest.mark.parametrize(("kind", "says"), [
    ("silence", "is silent"), ("empty", "is empty"), ("cut", "not a recording"),
    ("text", "not a recording"), ("missing", "does not exist"), ("folder", "is a folder"),
])
def test_a_recording_that_nothing_can_be_heard_in_is_refused(
    speaking: Trikal, tmp_path: Path, kind: str, says: str
) -> None:
    path = tmp_path / f"{kind}.opus"
    _opus(path)
    content = path.read_bytes()
    if kind == "silence":
        path = path.with_suffix(".wav")
        write_wav(path, np.zeros(RATE, np.float32), RATE)
    elif kind == "missing":
        path.unlink()
    elif kind == "folder":
        path.unlink()
        path.mkdir()
    else:
        path.write_bytes({"empty": b"", "cut": content[:60], "text": b"no sound"}[kind])
    before = sorted(tmp_path.iterdir())
    outcome = speaking("show", "face.png", "--speech", path, "--drawing", "--out", "a.mp4")
    assert outcome.code == 2
    assert says in outcome.err
    assert sorted(tmp_path.iterdir()) == before


def test_telephone_sound_and_a_damaged_opus_are_shown(speaking: Trikal, tmp_path: Path) -> None:
    telephone, damaged = tmp_path / "phone.wav", tmp_path / "damaged.opus"
    write_wav(telephone, SPOKEN, RATE)
    _opus(damaged)
    content = bytearray(damaged.read_bytes())
    content[len(content) // 2:len(content) // 2 + 200] = bytes(200)
    damaged.write_bytes(content)
    for path in (telephone, damaged):
        outcome = speaking("show", "face.png", "--speech", path, "--drawing", "--out",
                           f"{path.stem}.mp4")
        assert outcome.code == 0, outcome.err


@pytest.mark.parametrize(("size", "says"), [((40, 40), "at least 64"), ((0, 0), "animation of 3")])
def test_a_portrait_that_cannot_speak_is_refused(
    speaking: Trikal, tmp_path: Path, size: tuple[int, int], says: str
) -> None:
    path = tmp_path / "portrait.gif"
    if size[0]:
        Image.new("RGB", size).save(path)
    else:
        frames = [Image.new("RGB", (100, 100), shade) for shade in ("red", "blue", "green")]
        frames[0].save(path, save_all=True, append_images=frames[1:])
    before = sorted(tmp_path.iterdir())
    outcome = speaking("show", path, "--text", "Hi.", "--drawing")
    assert outcome.code == 2
    assert says in outcome.err
    assert sorted(tmp_path.iterdir()) == before
