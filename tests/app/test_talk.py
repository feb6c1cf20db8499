"""``trikal talk``: asked by voice, answered aloud into one file, with captions beside it."""

from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from tests.app.conftest import Trikal
from tests.fakes import FakeTranscriber, FakeVoice, utterance
from tests.serving.avatars import Still, spoken
from tests.serving.portraits import portrait
from trikal.errors import BackendFailed, BadInput, ModelUnavailable
from trikal.media.audio import write_wav
from trikal.serving.models import Models
from trikal.serving.roles import Utterance

ASKED = "What was said at 0:02?"


class Spoken:
    """Stands for the models of speech; what is heard can be chosen."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.voice = FakeVoice()
        self.languages: list[str] = []
        self.avatar: Any = Still()
        self._patch = monkeypatch
        self.hears(utterance(0, 900, ASKED))
        monkeypatch.setattr(Models, "voice", lambda _, language="en": self._voice(language))
        monkeypatch.setattr(Models, "avatar", lambda models: self.avatar)

    def hears(self, said: Utterance) -> None:
        self._patch.setattr(Models, "transcriber", lambda *_, **__: FakeTranscriber([said]))

    def _voice(self, language: str) -> FakeVoice:
        if language == "ta":
            raise ModelUnavailable("Nothing speaks Tamil here.")
        self.languages.append(language)
        return self.voice


@pytest.fixture
def speech(monkeypatch: pytest.MonkeyPatch) -> Spoken:
    return Spoken(monkeypatch)


@pytest.fixture
def question(tmp_path: Path) -> Path:
    path = tmp_path / "question.wav"
    write_wav(path, spoken(1.0).samples, 16_000)
    return path


@pytest.fixture
def face(tmp_path: Path) -> Path:
    path = tmp_path / "face.png"
    Image.fromarray(portrait(160, 160)).save(path)
    return path


@pytest.mark.parametrize("name", ["a.wav", "a.opus", "a.mp3"])
def test_a_question_is_answered_aloud_with_captions_and_proof_beside_it(
    filled: Trikal, speech: Spoken, question: Path, tmp_path: Path, name: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    expected: list[str] = []
    monkeypatch.setattr(Models, "expect", lambda _, question: expected.append(question))
    outcome = filled("talk", question, "--out", tmp_path / name)
    assert outcome.code == 0
    assert expected == [ASKED]
    assert f"? {ASKED} (en)" in outcome.out
    assert "painted green" in outcome.out
    assert "synthetic, spoken by fake-voice" in outcome.out
    assert "painted green" in " ".join(speech.voice.said)
    assert "[1]" not in " ".join(speech.voice.said)
    with av.open(str(tmp_path / name)) as container:
        told = {**container.metadata, **container.streams.audio[0].metadata}
        assert "Synthetic speech" in str(told)
    captions = (tmp_path / "a.vtt").read_text(encoding="utf-8")
    assert captions.startswith("WEBVTT\n\nNOTE [1] harbour.srt 0:01–")
    assert "painted" in captions


def test_a_face_says_it_and_machines_are_told_everything(
    filled: Trikal, speech: Spoken, question: Path, face: Path, tmp_path: Path
) -> None:
    told = filled("talk", question, "--portrait", face, "--drawing", "--json").json
    assert told["path"] == "answer.mp4"
    assert told["captions"] == "answer.vtt"
    assert told["question"]["text"] == ASKED
    assert (told["language"], told["avatar"], told["found"]) == ("en", "still", True)
    assert [each["language"] for each in told["said"]] == ["en"]
    assert list(told["timings_ms"]) == ["listen", "answer", "speak", "write"]
    with av.open(str(tmp_path / "answer.mp4")) as container:
        assert "Synthetic video" in container.metadata["comment"]
        assert container.streams.video
        assert container.streams.audio
    assert (tmp_path / "answer.vtt").is_file()


def test_a_hindi_question_is_told_in_hindi_that_the_archive_does_not_tell(
    filled: Trikal, speech: Spoken, question: Path
) -> None:
    speech.hears(utterance(0, 900, "फ़ुटबॉल मैच किसने जीता?", language="hi"))
    told = filled("talk", question, "--json").json
    assert told["answer"].startswith("संग्रह यह नहीं बताता")
    assert (told["language"], told["found"]) == ("hi", False)
    assert speech.languages[0] == "hi"


def test_a_question_that_was_cut_short_is_answered_and_told(
    filled: Trikal, speech: Spoken, question: Path
) -> None:
    write_wav(question, spoken(4.0).samples, 16_000)
    question.write_bytes(question.read_bytes()[:70_000])
    outcome = filled("talk", question)
    assert outcome.code == 0
    assert "1.8 s of its sound cannot be read" in outcome.err
    assert "painted green" in outcome.out


def test_a_doubtful_language_is_alarmed_and_the_likeliest_is_taken(
    filled: Trikal, speech: Spoken, question: Path
) -> None:
    heard = utterance(0, 900, ASKED, language="de")
    speech.hears(heard.model_copy(update={"language_probability": 0.2}))
    outcome = filled("talk", question, "--json")
    assert "perhaps heard in the wrong language, de" in outcome.err
    assert "taken to be en" in outcome.err
    assert outcome.json["language"] == "en"


def test_an_english_voice_helps_out_where_a_language_has_none(
    filled: Trikal, speech: Spoken, question: Path
) -> None:
    speech.hears(utterance(0, 900, "கால்பந்து போட்டியில் வென்றது யார்?", language="ta"))
    outcome = filled("talk", question, "--json")
    assert [each["language"] for each in outcome.json["said"]] == ["ta"]
    assert "an English voice says it: Nothing speaks Tamil here." in outcome.err


def test_that_an_answer_is_in_english_is_said_first_where_it_was_not_asked_in_it(
    filled: Trikal, speech: Spoken, question: Path
) -> None:
    speech.hears(utterance(0, 900, "Wer hat das Spiel gewonnen?", language="de"))
    said = filled("talk", question, "--json").json["said"]
    assert [each["language"] for each in said] == ["en", "en"]
    assert "cannot write one in German" in said[0]["text"]
    assert said[1]["text"].startswith("The archive does not tell")


def test_a_session_goes_on_and_aloud_is_not_said_twice(
    filled: Trikal, speech: Spoken, question: Path, tmp_path: Path
) -> None:
    filled("memory", "set", "preference", "aloud", "yes")
    first = filled("talk", question, "--session", "walk", "--json").json
    assert first["files"] == []
    speech.hears(utterance(0, 900, "and what was said right after that?"))
    second = filled("talk", question, "--session", "walk", "--json", "--force").json
    assert second["citations"][0]["start_ms"] > first["citations"][0]["start_ms"]


@pytest.mark.parametrize(("more", "says"), [
    (("--portrait", "face.png"), "--consent"),
    (("--portrait", "face.png", "--drawing", "--consent"), "not both"),
    (("--portrait", "face.png", "--drawing", "--out", "a.wav"), ".mp4"),
    (("--portrait", "missing.png", "--drawing"), "missing.png"), (("--drawing",), "--portrait"),
    (("--out", "a.mp4"), "needs a face"), (("--out", "a.txt"), "must end in"),
    (("--out", "nowhere/a.wav"), "no such folder"), (("--language", "??"), "BCP-47"),
    (("--media", "nowhere.mp4"), "nowhere.mp4"),
])
def test_what_cannot_be_answered_aloud_is_told_and_nothing_written(
    filled: Trikal, speech: Spoken, question: Path, face: Path, tmp_path: Path,
    more: tuple[str, ...], says: str,
) -> None:
    outcome = filled("talk", question, *more)
    assert outcome.code == 2
    assert says in " ".join(outcome.err.split())
    assert sorted(tmp_path.iterdir()) == sorted([face, question, tmp_path / ".trikal"])


@pytest.mark.parametrize(("content", "says"), [
    (b"", "empty"), (b"OggS\0\2 and nothing that follows", "not a recording"),
    (b"What was said?", "not a recording"),
])
def test_a_recording_that_is_none_is_told(
    filled: Trikal, speech: Spoken, tmp_path: Path, content: bytes, says: str
) -> None:
    path = tmp_path / "question.opus"
    path.write_bytes(content)
    outcome = filled("talk", path)
    assert outcome.code == 2
    assert says in outcome.err
    assert not (tmp_path / "answer.wav").exists()


@pytest.mark.parametrize("more", [
    (), ("--out", "./answer.wav"), ("--force",), ("--out", "./answer.wav", "--force")])
def test_the_question_itself_is_never_overwritten(
    filled: Trikal, speech: Spoken, question: Path, tmp_path: Path, more: tuple[str, ...]
) -> None:
    asked = question.rename(tmp_path / "answer.wav")  # as the answer is called by itself
    content = asked.read_bytes()
    outcome = filled("talk", asked, *more)
    assert outcome.code == 2
    assert "is left as it is" in outcome.err
    assert asked.read_bytes() == content


@pytest.mark.parametrize("there", ["answer.wav", "answer.vtt"])
def test_what_is_there_is_overwritten_only_when_that_is_wanted(
    filled: Trikal, speech: Spoken, question: Path, tmp_path: Path, there: str
) -> None:
    (tmp_path / there).write_bytes(b"mine")
    outcome = filled("talk", question)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == (f"error: {there} exists. Choose another name, or overwrite it with "
                           "--force.\n")
    assert (tmp_path / there).read_bytes() == b"mine"
    assert filled("talk", question, "--force").code == 0
    assert (tmp_path / there).read_bytes() != b"mine"


def test_an_avatar_that_breaks_leaves_neither_film_nor_captions(
    filled: Trikal, speech: Spoken, question: Path, face: Path, tmp_path: Path
) -> None:
    speech.avatar = Still(breaks=True)
    (tmp_path / "answer.vtt").write_text("earlier")
    outcome = filled("talk", question, "--portrait", face, "--consent", "--force")
    assert outcome.code == 1
    assert "the avatar broke" in outcome.err
    assert (tmp_path / "answer.vtt").read_text() == "earlier"
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        ".trikal", "answer.vtt", "face.png", "question.wav"]


def test_a_portrait_without_a_face_is_refused_before_anybody_listens(
    filled: Trikal, speech: Spoken, question: Path, face: Path, tmp_path: Path
) -> None:
    class Picky(Still):
        def play(self, performance: object) -> Any:
            raise BadInput("No face was found.")

    speech.avatar = Picky()
    outcome = filled("talk", question, "--portrait", face, "--consent")
    assert (outcome.code, outcome.out) == (2, "")
    assert "No face was found." in outcome.err
    assert not (tmp_path / "answer.mp4").exists()


def test_a_voice_that_fails_leaves_nothing(
    filled: Trikal, speech: Spoken, question: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(*_: object, **__: object) -> object:
        raise BackendFailed("The voice broke.")

    monkeypatch.setattr(speech.voice, "speak", fails)
    assert "The voice broke." in filled("talk", question).err
    assert sorted(path.name for path in tmp_path.iterdir()) == [".trikal", "question.wav"]


def test_silence_is_told_before_the_archive_is_opened(
    trikal: Trikal, speech: Spoken, tmp_path: Path
) -> None:
    path = tmp_path / "silence.wav"
    write_wav(path, np.zeros(16_000, np.float32), 16_000)
    outcome = trikal("talk", path)  # there is no archive here at all
    assert "is silent" in outcome.err
