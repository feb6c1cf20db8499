"""Whose words are taken: subtitles that people made first, the model last."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.factories import Subtitles, make_noise, make_tone, make_video, make_wav
from tests.fakes import FakeDiariser, FakeTranscriber, utterance
from trikal.catalogue import Medium
from trikal.errors import BackendFailed, MediumUnreadable, ModelUnavailable
from trikal.ingest.listen import Heard, listen, listen_to_text
from trikal.media.probe import probe
from trikal.moments import Track, Unit

SRT = "1\n00:00:00,100 --> 00:00:00,900\nANN: From the file.\n"
SCRIPT = (utterance(0, 400, "One two."), utterance(500, 900, "Three four.", language="en"))


def medium(**fields: Any) -> Medium:
    return Medium(**{"id": "ab" * 32, "name": "film.mkv", "kind": "video", "size_bytes": 1,
                     "duration_ms": 2_000, **fields})


def no_model() -> FakeTranscriber:
    raise AssertionError("the model was asked although it should not have been")


def hear(path: Path, model: Callable[[], Any] = no_model, **options: Any) -> Heard:
    return listen(path, probe(path), medium(), model, **options)


def spoken(heard: Heard) -> list[str]:
    return [each.text for each in heard.moments if each.unit is Unit.OBSERVATION]


@pytest.fixture
def film(tmp_path: Path) -> Path:
    return make_video(tmp_path / "film.mkv", duration=1, sound=make_tone(1), subtitles=Subtitles(
        cues=[(0, 0.5, "From inside."), (0.5, 1, "Also inside.")], language="hin"))


def test_a_sidecar_comes_before_what_is_inside_and_before_the_model(film: Path) -> None:
    film.with_suffix(".srt").write_text(SRT)
    heard = hear(film)
    assert spoken(heard) == ["From the file."]
    assert heard.source == "file:film.srt"
    assert heard.notes == ("speech taken from file:film.srt (1 cues)",)


def test_what_is_inside_comes_before_the_model(film: Path) -> None:
    heard = hear(film)
    assert spoken(heard) == ["From inside.", "Also inside."]
    assert heard.source == "stream:2 (subrip)"
    assert {each.language for each in heard.moments} == {"hi"}


def test_the_model_listens_where_there_is_nothing_else(tmp_path: Path) -> None:
    path = make_wav(tmp_path / "talk.wav", make_tone(1))
    heard = hear(path, lambda: FakeTranscriber(SCRIPT))
    assert spoken(heard) == ["One two.", "Three four."]
    assert (heard.source, heard.notes) == ("fake-whisper/1", ())
    assert [each.confidence for each in heard.moments[:2]] == [0.9, 0.9]


def test_the_model_listens_anyway_when_told_to(film: Path) -> None:
    film.with_suffix(".srt").write_text(SRT)
    heard = hear(film, lambda: FakeTranscriber(SCRIPT), transcribe_anyway=True)
    assert spoken(heard) == ["One two.", "Three four."]


@pytest.mark.parametrize("content", [b"", b"no times at all\n", b"\x00\x01\x02" * 50])
def test_a_sidecar_without_a_usable_cue_costs_nothing_but_a_note(
    film: Path, content: bytes
) -> None:
    film.with_suffix(".srt").write_bytes(content)
    heard = hear(film)
    assert spoken(heard) == ["From inside.", "Also inside."]
    broken, taken = heard.notes
    assert "film.srt" in broken
    assert "left out" in broken
    assert taken.startswith("speech taken from stream:2")


def test_a_broken_sidecar_does_not_silence_the_next_one(film: Path) -> None:
    film.with_name("film.en.srt").write_text("")
    film.with_name("film.hi.srt").write_text(SRT)
    heard = hear(film)
    assert heard.source == "file:film.hi.srt"
    assert {each.language for each in heard.moments} == {"hi"}
    assert "film.en.srt" in heard.notes[0]


def test_a_broken_sidecar_leaves_the_sound_to_the_model(tmp_path: Path) -> None:
    path = make_wav(tmp_path / "talk.wav", make_tone(1))
    path.with_suffix(".srt").touch()
    heard = hear(path, lambda: FakeTranscriber(SCRIPT))
    assert spoken(heard) == ["One two.", "Three four."]
    assert "talk.srt" in heard.notes[0]


def test_a_forbidden_sidecar_is_noted(
    tmp_path: Path, as_nobody: Callable[[], AbstractContextManager[None]]
) -> None:
    path = make_video(tmp_path / "mute.mp4", duration=0.2)
    path.with_suffix(".srt").write_text(SRT)
    path.with_suffix(".srt").chmod(0)
    with as_nobody():
        heard = hear(path)
    assert "Permission denied" in heard.notes[0]
    assert heard.notes[1] == "no sound"


def test_a_film_without_sound_is_not_listened_to(tmp_path: Path) -> None:
    heard = hear(make_video(tmp_path / "mute.mp4", duration=0.2))
    assert (heard.source, heard.moments, heard.notes) == ("none", (), ("no sound",))


def test_sound_without_speech_is_noted(tmp_path: Path) -> None:
    path = make_wav(tmp_path / "quiet.wav", np.zeros(16_000, np.float32))
    heard = hear(path, FakeTranscriber)
    assert (heard.moments, heard.notes) == ((), ("no speech heard",))


def test_sound_that_is_lost_to_damage_is_noted(tmp_path: Path) -> None:
    path = make_noise(tmp_path / "cut.flac", "flac")
    whole = path.read_bytes()
    path.write_bytes(whole[:len(whole) // 2])
    assert " s of its sound cannot be read: the file is damaged or was cut off. " in hear(
        path, FakeTranscriber).notes[0]


def test_a_fifth_of_a_second_is_heard_to_the_end(tmp_path: Path) -> None:
    model = FakeTranscriber((utterance(0, 150, "Yes."),))
    heard = hear(make_wav(tmp_path / "short.wav", make_tone(0.2)), lambda: model)
    assert spoken(heard) == ["Yes."]
    assert model.heard == [(3_200, None)]


def test_sound_that_begins_late_is_heard_late(tmp_path: Path) -> None:
    path = make_video(tmp_path / "late.mkv", duration=2, sound=make_tone(1), audio_offset=1)
    heard = hear(path, lambda: FakeTranscriber((utterance(0, 400, "Late."),)))
    assert heard.moments[0].start_ms == pytest.approx(1_000, abs=25)


def test_what_the_model_heard_gets_its_voices(tmp_path: Path) -> None:
    path, voices = make_wav(tmp_path / "talk.wav", make_tone(1)), FakeDiariser(450)
    heard = hear(path, lambda: FakeTranscriber(SCRIPT), diariser=voices)
    assert [each.speaker for each in heard.moments] == ["voice 1", "voice 2", None]
    assert heard.notes == ("2 voices told apart",)
    assert voices.given == [(0, 16_000)]


def test_people_in_subtitles_are_not_renamed(film: Path) -> None:
    film.with_suffix(".srt").write_text(SRT)
    voices = FakeDiariser(450)
    assert [each.speaker for each in hear(film, diariser=voices).moments] == ["ANN"]
    assert voices.given == []


def test_a_diariser_that_breaks_costs_the_voices_alone(tmp_path: Path) -> None:
    path = make_wav(tmp_path / "talk.wav", make_tone(1))
    heard = hear(path, lambda: FakeTranscriber(SCRIPT), diariser=FakeDiariser(None))
    assert spoken(heard) == ["One two.", "Three four."]
    assert {each.speaker for each in heard.moments} == {None}
    (note,) = heard.notes
    assert note == "voices not told apart: The encoder broke."


def test_where_nobody_is_heard_nobody_is_told_apart(tmp_path: Path) -> None:
    path, voices = make_wav(tmp_path / "quiet.wav", np.zeros(16_000, np.float32)), FakeDiariser(450)
    assert hear(path, FakeTranscriber, diariser=voices).notes == ("no speech heard",)
    assert voices.given == []


def test_code_mixed_speech_keeps_both_scripts(tmp_path: Path) -> None:
    path = make_wav(tmp_path / "talk.wav", make_tone(1))
    said = "यह budget meeting में approve हुआ"
    model = FakeTranscriber([utterance(0, 900, said, language="hi")])
    (moment,) = hear(path, lambda: model).moments
    assert (moment.text, moment.language) == (said, "hi")


def test_utterances_are_joined_into_passages(film: Path) -> None:
    heard = hear(film)
    (passage,) = [each for each in heard.moments if each.unit is Unit.PASSAGE]
    assert passage.text == "From inside. Also inside."
    assert (passage.start_ms, passage.end_ms) == (0, 1_000)


def test_every_moment_belongs_to_the_medium_and_its_wall_clock(tmp_path: Path) -> None:
    path = make_wav(tmp_path / "talk.wav", make_tone(1))
    owner = medium(recorded_at="2026-01-02T03:04:05Z")
    heard = listen(path, probe(path), owner, lambda: FakeTranscriber(SCRIPT))
    assert {each.media_id for each in heard.moments} == {owner.id}
    assert {each.track for each in heard.moments} == {Track.SPEECH}
    assert {each.recorded_at for each in heard.moments} == {owner.recorded_at}


def test_a_timed_text_file_is_its_own_speech(tmp_path: Path) -> None:
    path = tmp_path / "meeting.hi.srt"
    path.write_text(SRT)
    heard = listen_to_text(path, medium(kind="text"))
    (moment,) = heard.moments
    assert (moment.text, moment.speaker, moment.language) == ("From the file.", "ANN", "hi")
    assert (moment.start_ms, moment.end_ms, moment.confidence) == (100, 900, None)
    assert heard.source == moment.source == "file:meeting.hi.srt"


def test_a_timed_text_file_that_lost_its_cues_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "empty.srt"
    path.touch()
    with pytest.raises(MediumUnreadable, match="no cue"):
        listen_to_text(path, medium(kind="text"))


def test_progress_reaches_the_end(tmp_path: Path) -> None:
    told: list[int] = []
    path = make_wav(tmp_path / "talk.wav", make_tone(1.5))
    hear(path, lambda: FakeTranscriber(SCRIPT), on_progress=told.append)
    assert told == [400, 900, 1_500]


def test_a_language_that_is_given_reaches_the_model(tmp_path: Path) -> None:
    model = FakeTranscriber(SCRIPT)
    hear(make_wav(tmp_path / "talk.wav", make_tone(1)), lambda: model, language="ta")
    assert model.heard == [(16_000, "ta")]


class _Breaking(FakeTranscriber):
    def transcribe(self, *_: Any, **__: Any) -> Any:
        yield utterance(0, 100, "Half.")
        raise BackendFailed("The engine broke.")


def _missing() -> FakeTranscriber:
    raise ModelUnavailable("No model for asr is ready.")


@pytest.mark.parametrize(("model", "error"), [
    (_Breaking, BackendFailed), (_missing, ModelUnavailable),
])
def test_a_model_that_fails_fails_the_stage_and_gives_no_half(
    tmp_path: Path, model: Callable[[], Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        hear(make_wav(tmp_path / "talk.wav", make_tone(1)), model)


def test_what_the_model_made_up_is_left_out_and_noted(tmp_path: Path) -> None:
    loop = tuple(utterance(n * 100, n * 100 + 90, "Thank you.") for n in range(6))
    heard = hear(make_wav(tmp_path / "talk.wav", make_tone(1)), lambda: FakeTranscriber(loop))
    assert spoken(heard) == ["Thank you."]
    assert heard.moments[0].confidence == 0.3
    assert heard.notes == ("made-up speech cut: 5 × said over and over",)


def test_speech_in_a_script_that_does_not_fit_is_stored_as_doubtful(tmp_path: Path) -> None:
    wrong = utterance(0, 900, "یا پھر ہم", language="hi")
    heard = hear(make_wav(tmp_path / "talk.wav", make_tone(1)), lambda: FakeTranscriber((wrong,)))
    assert heard.moments[0].confidence == 0.3
    (note,) = heard.notes
    assert "wrong language" in note
    assert "--language hi" in note
