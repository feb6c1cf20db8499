"""``trikal say``: a text aloud, into a file."""

import wave
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app.conftest import Trikal
from tests.fakes import FakeModels, FakeVoice
from trikal.app.commands import say
from trikal.serving.roles import Sound


@pytest.fixture
def voice(monkeypatch: pytest.MonkeyPatch) -> FakeVoice:
    speaker = FakeVoice()
    monkeypatch.setattr(say, "Models", lambda settings: FakeModels(voice=speaker))
    return speaker


def length_s(path: Path) -> float:
    with wave.open(str(path), "rb") as file:
        return file.getnframes() / file.getframerate()


def test_a_text_is_said_into_a_file(trikal: Trikal, voice: FakeVoice, tmp_path: Path) -> None:
    outcome = trikal("say", "One two. Three.", "--out", tmp_path / "a.wav")
    assert outcome.code == 0
    assert outcome.out == f"{tmp_path / 'a.wav'}: 0.3 s, spoken by fake-voice/1\n"
    assert length_s(tmp_path / "a.wav") == pytest.approx(0.35)
    assert voice.said == ["One two.", "Three."]


def test_machines_are_told_path_length_and_voice(
    trikal: Trikal, voice: FakeVoice, tmp_path: Path
) -> None:
    assert trikal("say", "One two.", "--out", tmp_path / "a.wav", "--json").json == {
        "path": str(tmp_path / "a.wav"), "seconds": 0.1, "voice": "fake-voice/1", "timings": None}


def test_without_a_name_it_is_said_into_the_working_folder(
    trikal: Trikal, voice: FakeVoice, tmp_path: Path
) -> None:
    assert trikal("say", "One.").code == 0
    assert (tmp_path / "said.wav").is_file()


@pytest.mark.parametrize(("arguments", "says"), [
    (("",), "no words"), (("...",), "no words"), (("Hi", "--out", "a.txt"), ".wav"),
    (("Hi", "--out", "none/a.wav"), "no such folder"),
])
def test_what_cannot_be_said_is_refused_before_a_voice_is_loaded(
    trikal: Trikal, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], says: str
) -> None:
    def no_models(_: object) -> None:
        raise AssertionError("models were loaded")

    monkeypatch.setattr(say, "Models", no_models)
    outcome = trikal("say", *arguments)
    assert outcome.code == 2
    assert says in outcome.err


@pytest.mark.parametrize("there", ["a.wav", "a.vtt"])
def test_what_is_there_is_overwritten_only_when_that_is_wanted(
    trikal: Trikal, voice: FakeVoice, tmp_path: Path, there: str
) -> None:
    (tmp_path / there).write_bytes(b"mine")
    command = ("say", "One two.", "--out", "a.wav", "--timings", "a.vtt")
    outcome = trikal(*command)
    assert outcome.code == 2
    assert outcome.err == (f"error: {there} exists. Choose another name, or overwrite it with "
                           "--force.\n")
    assert voice.said == []
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [(there, b"mine")]
    assert trikal(*command, "--force").code == 0
    assert length_s(tmp_path / "a.wav") == pytest.approx(0.1)
    assert (tmp_path / "a.vtt").read_text(encoding="utf-8").startswith("WEBVTT")


def test_what_appears_while_it_is_said_is_left_alone(
    trikal: Trikal, voice: FakeVoice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    speak = voice.speak

    def interrupted(text: str, *, language: str | None = None) -> Iterator[Sound]:
        (tmp_path / "a.wav").write_bytes(b"theirs")
        return speak(text, language=language)

    monkeypatch.setattr(voice, "speak", interrupted)
    outcome = trikal("say", "One two.", "--out", "a.wav")
    assert outcome.code == 2
    assert "a.wav exists" in outcome.err
    assert (tmp_path / "a.wav").read_bytes() == b"theirs"
    assert [each.name for each in tmp_path.iterdir()] == ["a.wav"]


def test_a_folder_in_the_place_of_the_file_is_told(
    trikal: Trikal, voice: FakeVoice, tmp_path: Path
) -> None:
    (tmp_path / "a.wav").mkdir()
    outcome = trikal("say", "One.", "--out", tmp_path / "a.wav")
    assert outcome.code == 2
    assert "no plain file" in outcome.err
    assert [path.name for path in tmp_path.iterdir()] == ["a.wav"]


def test_words_get_their_times_in_a_file_of_their_own(
    trikal: Trikal, voice: FakeVoice, tmp_path: Path
) -> None:
    times = tmp_path / "a.vtt"
    outcome = trikal("say", "One two.", "--out", tmp_path / "a.opus", "--timings", times)
    assert outcome.code == 0
    assert "One <00:00:00." in times.read_text(encoding="utf-8")
    assert {path.suffix for path in tmp_path.iterdir() if path.name[0] == "a"} == {".opus", ".vtt"}


@pytest.mark.parametrize(("language", "code", "says"), [
    ("??", 2, "no BCP-47 tag"), ("xx", 2, "no BCP-47 tag"), ("tlh", 1, "language tlh"),
])
def test_a_language_that_is_none_or_that_no_voice_speaks_is_told(
    trikal: Trikal, language: str, code: int, says: str
) -> None:
    outcome = trikal("say", "One.", "--language", language)
    assert outcome.code == code
    assert says in outcome.err


def test_a_language_without_a_voice_is_told_with_those_that_have_one_and_what_adds_one(
    trikal: Trikal
) -> None:
    told = trikal("say", "One.", "--language", "tlh").err
    listed = told.partition("There are some for: ")[2].partition(". ")[0].split(", ")
    assert {"bn", "gu", "hi", "kn", "ml", "mr", "pa", "ta", "te"} <= set(listed)
    assert any(each.startswith("en") for each in listed)
    assert "TRIKAL_TTS_URL" in told


@pytest.mark.parametrize("name", ["[red]a.wav", "caf\u00e9 \U0001F389.wav", "bad \udcff.wav"])
def test_a_file_of_any_name_is_told_as_it_is_called(
    trikal: Trikal, voice: FakeVoice, tmp_path: Path, name: str
) -> None:
    outcome = trikal("say", "One.", "--out", name)
    assert outcome.code == 0
    assert outcome.out.startswith(name.encode("utf-8", "backslashreplace").decode())
    assert [path.name for path in tmp_path.iterdir()] == [name]
