from pathlib import Path

import pytest

from tests.factories import make_video
from tests.fakes import FakeDiariser, FakeTranscriber, utterance
from trikal.catalogue import Catalogue, Medium
from trikal.errors import BadInput
from trikal.ingest.identify import identify
from trikal.moments import Track
from trikal.tools.footage import footage
from trikal.tools.listen import listen


def test_a_span_is_heard_on_the_medium_s_clock(talk: Medium) -> None:
    transcriber = FakeTranscriber([utterance(100, 900, "Good evening."),
                                   utterance(1_000, 9_000, "Behind the end.")])
    heard = listen(footage(talk), transcriber, start_ms=1_500, end_ms=3_500, language="hi")
    (moment,) = heard.moments
    assert (moment.start_ms, moment.end_ms, moment.text) == (1_600, 2_400, "Good evening.")
    assert (moment.track, moment.source, moment.media_id) == (
        Track.SPEECH, "fake-whisper/1", talk.id)
    ((samples, language),) = transcriber.heard
    assert language == "hi"
    assert samples / 16_000 == pytest.approx(2, abs=0.03)
    assert heard.words == "listened to talk.mp4 0:01–0:03 with fake-whisper/1"


def test_who_speaks_in_a_span_is_told_apart_within_it(talk: Medium) -> None:
    said = [utterance(100, 900, "How are you? I am fine.")]
    voices = FakeDiariser(2_000)
    heard = listen(footage(talk), FakeTranscriber(said), start_ms=1_500, end_ms=3_500,
                   diariser=voices)
    assert [(each.speaker, each.text) for each in heard.moments] == [
        ("voice 1", "How are you?"), ("voice 2", "I am fine.")]
    assert heard.words.endswith("; 2 voices told apart")
    ((start_ms, samples),) = voices.given
    assert (start_ms, samples / 16_000) == (1_500, pytest.approx(2, abs=0.03))


def test_a_diariser_that_breaks_costs_the_voices_alone(talk: Medium) -> None:
    heard = listen(footage(talk), FakeTranscriber([utterance(100, 900, "Good evening.")]),
                   diariser=FakeDiariser(None))
    assert [(each.speaker, each.text) for each in heard.moments] == [(None, "Good evening.")]
    assert heard.words.endswith("; voices not told apart: The encoder broke.")


def test_silence_is_told(talk: Medium) -> None:
    heard = listen(footage(talk), FakeTranscriber([utterance(0, 9_000, "Never")]), end_ms=1_000)
    assert heard.moments == ()
    assert heard.absent == "no speech is heard in talk.mp4 0:00–0:01"


def test_a_silent_film_and_a_tag_that_is_none_are_refused(
    talk: Medium, tmp_path: Path, catalogue: Catalogue
) -> None:
    silent = identify(make_video(tmp_path / "silent.mp4", duration=1), catalogue)
    with pytest.raises(BadInput, match="has no sound"):
        listen(footage(silent), FakeTranscriber())
    with pytest.raises(BadInput, match="no BCP-47 tag"):
        listen(footage(talk), FakeTranscriber(), language="hindi-ish")
    with pytest.raises(BadInput, match="runs from"):
        listen(footage(talk), FakeTranscriber(), start_ms=5_000)
