"""A spoken question: what was asked, in which language, and how sure that is."""

from pathlib import Path

import numpy as np
import pytest

from tests.fakes import FakeTranscriber, utterance
from trikal.errors import BadInput, MediumUnreadable
from trikal.media.audio import write_wav
from trikal.serving.roles import Utterance
from trikal.tools.question import LONGEST_S, heard_question

RATE = 16_000


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "question.wav"
    tone = 0.5 * np.sin(np.arange(3 * RATE) * 2 * np.pi * 220 / RATE)
    write_wav(path, tone.astype(np.float32), RATE)
    return path


def said(text: str, language: str, sure: float | None, start: int = 0, end: int = 1_000
         ) -> Utterance:
    return utterance(start, end, text).model_copy(
        update={"language": language, "language_probability": sure})


def test_a_question_is_heard_with_the_language_that_most_of_it_is_in(recording: Path) -> None:
    heard = heard_question(recording, FakeTranscriber([
        said("यह क्या है", "hi", 0.95, 0, 2_000), said("on the slide?", "en", 0.95, 2_000, 2_900)]))
    assert (heard.text, heard.language) == ("यह क्या है on the slide?", "hi")
    assert heard.doubt == ""
    assert heard.likeliest == "hi"


@pytest.mark.parametrize(("text", "language", "sure", "doubt", "likeliest"), [
    ("gubert och ist", "de", 0.1, "the language is doubtful", "en"),
    ("यह क्या है", "hi", 0.5, "the language is doubtful", "hi"),
    ("Gubad kokisne", "hi", 0.9, "the script does not fit it", "en"),
    ("இது என்ன", "te", 0.9, "the script does not fit it", "ta"),
])
def test_a_doubtful_language_is_told_with_the_remedy_and_letters_decide(
    recording: Path, text: str, language: str, sure: float, doubt: str, likeliest: str
) -> None:
    heard = heard_question(recording, FakeTranscriber([said(text, language, sure)]))
    assert doubt in heard.doubt
    assert "--language" in heard.doubt
    assert (heard.language, heard.likeliest) == (language, likeliest)


def test_a_language_that_is_named_is_taken_as_it_is(recording: Path) -> None:
    heard = heard_question(
        recording, FakeTranscriber([said("Gubad kokisne", "hi", None)]), language="hi")
    assert heard.likeliest == "hi"
    assert "--language" not in heard.doubt


def test_a_recording_in_which_nobody_speaks_is_told(recording: Path) -> None:
    for nothing in (said("Music.", "en", 0.9, 0, 99_000), said("…", "en", 0.9)):
        with pytest.raises(BadInput, match="No speech is heard"):
            heard_question(recording, FakeTranscriber([nothing]))


def test_what_cannot_be_a_question_is_refused_before_anybody_listens(tmp_path: Path) -> None:
    path = tmp_path / "question.wav"
    write_wav(path, np.zeros(RATE, np.float32), RATE)
    with pytest.raises(BadInput, match="is silent"):
        heard_question(path, FakeTranscriber())
    write_wav(path, np.full((LONGEST_S + 2) * 1_000, 0.5, np.float32), 1_000)
    with pytest.raises(BadInput, match="longer than 5 minutes"):
        heard_question(path, FakeTranscriber())
    path.write_bytes(b"OggS and nothing that follows")
    with pytest.raises(MediumUnreadable):
        heard_question(path, FakeTranscriber())
