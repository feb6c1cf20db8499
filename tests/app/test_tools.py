"""The commands over the toolbox: one sentence for people, one JSON object for machines."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import opentimelineio
import pysubs2
import pytest

from tests.app.conftest import Trikal
from tests.factories import make_video
from tests.fakes import (
    FakeChat,
    FakeDiariser,
    FakeModels,
    FakeScreenReader,
    FakeTranscriber,
    utterance,
)
from tests.harbour import HARBOUR
from trikal.app import tooling
from trikal.archive import open_archive
from trikal.ingest.identify import identify
from trikal.media.audio import write_wav
from trikal.media.encode import film
from trikal.media.probe import probe
from trikal.moments import Moment, Track


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch) -> FakeModels:
    """A fake model for every role; its chat model writes what the evidence says."""
    fakes = FakeModels(
        chat=FakeChat(replies=["The harbour bridge was painted green in April. [1]"]),
        transcriber=FakeTranscriber([utterance(100, 900, "Good evening.")]),
        screen_reader=FakeScreenReader(["READ ME"]))
    monkeypatch.setattr(tooling, "Models", lambda settings: fakes)
    return fakes


@pytest.fixture
def talk(trikal: Trikal, tmp_path: Path, film_file: Path, models: FakeModels) -> Trikal:
    """A command line whose archive holds four seconds of film, of which three moments are known."""
    path = Path(shutil.copy(film_file, tmp_path))
    with open_archive(tmp_path / ".trikal", create=True) as archive:
        medium = identify(path, archive.catalogue)
        archive.catalogue.finish_stage(medium.id, "listen", source="test", moments=[
            Moment(media_id=medium.id, track=Track.SPEECH, start_ms=start, end_ms=start + 900,
                   text=text, source="test")
            for start, text in ((0, "The harbour bridge was painted green in April."),
                                (1_500, "The ferry leaves every hour."),
                                (3_000, "A storm closed the lighthouse."))])
    return trikal


def test_stretches_become_a_reel(talk: Trikal, tmp_path: Path) -> None:
    outcome = talk("clip", "talk.mp4@0:03-0:04", "talk@0-0:01.5", "--out", tmp_path / "r.mp4")
    assert (outcome.code, outcome.out) == (
        0, f"{tmp_path / 'r.mp4'}: 2.5 s, 2 pieces, 2 captions\n")
    assert probe(tmp_path / "r.mp4").video[0].duration_ms == 2_500


def test_machines_are_told_of_the_reel(talk: Trikal, tmp_path: Path) -> None:
    made = talk("clip", "talk@1-2", "--no-captions", "--json").json
    assert made["pieces"][0] | {"media_id": ""} == {
        "media_id": "", "name": "talk.mp4", "start_ms": 1_000, "end_ms": 2_000, "at_ms": 0}
    assert (made["path"], made["captions"]) == ("reel.mp4", 0)
    assert (tmp_path / "reel.mp4").is_file()


@pytest.mark.parametrize("span", ["talk", "talk@", "talk@5", "talk@a-b", "@0-1",
                                  "talk@-1-2"])
def test_what_is_no_stretch_is_told(talk: Trikal, span: str) -> None:
    outcome = talk("clip", span)
    assert outcome.code == 2
    assert "talk.mp4@1:05-1:20" in outcome.err


def test_a_file_that_exists_is_overwritten_only_with_force(talk: Trikal, tmp_path: Path) -> None:
    target = tmp_path / "a.srt"
    target.write_text("mine")
    outcome = talk("export", "talk", "--out", target)
    assert outcome.code == 2
    assert "--force" in outcome.err
    assert target.read_text() == "mine"
    assert talk("export", "talk", "--out", target, "--force").code == 0
    assert [event.start for event in pysubs2.load(str(target))] == [0, 1_500, 3_000]


@pytest.mark.parametrize("suffix", [".srt", ".vtt", ".ffmeta", ".txt", ".psc", ".edl", ".otio",
                                    ".md"])
def test_the_suffix_chooses_the_format(talk: Trikal, tmp_path: Path, suffix: str) -> None:
    made = talk("export", "talk", "--out", tmp_path / f"a{suffix}", "--json").json
    assert Path(made["path"]).stat().st_size > 20
    assert made["entries"] == len(made["spans"]) > 0
    if suffix in {".edl", ".otio"}:
        extra = {"rate": 25} if suffix == ".edl" else {}
        timeline = opentimelineio.adapters.read_from_file(made["path"], **extra)
        assert len(list(timeline.find_clips())) == 3


def test_a_text_can_be_exported_too(filled: Trikal, tmp_path: Path) -> None:
    assert filled("export", "harbour", "--out", tmp_path / "a.srt").code == 0
    assert (tmp_path / "a.srt").read_text().split() == HARBOUR.split()


def test_stills_are_saved_where_a_person_says(talk: Trikal, tmp_path: Path) -> None:
    outcome = talk("frames", "talk", "--at", "1", "--at", "2.5", "--out", tmp_path / "f.png")
    assert outcome.out.splitlines() == [
        f"{tmp_path / 'f-0001000.png'}: 0:01.000, 192 × 108",
        f"{tmp_path / 'f-0002500.png'}: 0:02.500, 192 × 108"]
    spread = talk("frames", "talk", "--from", "2", "--count", "2", "--json").json
    assert [each["time_ms"] for each in spread["frames"]] == [2_500, 3_500]


def test_a_span_is_heard_again_and_the_screen_read(talk: Trikal) -> None:
    heard = talk("transcribe", "talk", "--from", "2", "--language", "hi")
    assert "0:02–0:02 talk.mp4 (speech) Good evening." in heard.out
    assert talk("transcribe", "talk", "--json").json["moments"][0]["start_ms"] == 100
    assert "READ ME" in talk("read", "talk", "0:01").out
    assert talk("read", "talk", "1", "--to", "3", "--json").json["moments"][0]["end_ms"] == 3_000


@pytest.fixture
def dialogue(talk: Trikal, monkeypatch: pytest.MonkeyPatch) -> Trikal:
    """The same, where two people are heard and told apart."""
    said = [utterance(100, 900, "How are you? I am fine.")]
    fakes = FakeModels(transcriber=FakeTranscriber(said), diariser=FakeDiariser(500))
    monkeypatch.setattr(tooling, "Models", lambda settings: fakes)
    return talk


def test_who_speaks_is_told_where_voices_can_be_told_apart(dialogue: Trikal) -> None:
    lines = dialogue("transcribe", "talk").out.splitlines()
    assert [line.partition("(speech) ")[2] for line in lines[:2]] == [
        "voice 1: How are you?", "voice 2: I am fine."]
    assert "2 voices told apart" in lines[2]
    moments = dialogue("transcribe", "talk", "--json").json["moments"]
    assert [each["speaker"] for each in moments] == ["voice 1", "voice 2"]


def test_who_speaks_is_left_out_where_that_is_wanted(
    dialogue: Trikal, monkeypatch: pytest.MonkeyPatch
) -> None:
    (moment,) = dialogue("transcribe", "talk", "--no-voices", "--json").json["moments"]
    assert (moment["speaker"], moment["text"]) == (None, "How are you? I am fine.")
    monkeypatch.setenv("TRIKAL_DIARISE", "false")
    assert len(dialogue("transcribe", "talk", "--json").json["moments"]) == 1
    assert len(dialogue("transcribe", "talk", "--voices", "--json").json["moments"]) == 2


def test_who_speaks_is_written_into_subtitles(dialogue: Trikal, tmp_path: Path) -> None:
    outcome = dialogue("transcribe", "talk", "--out", tmp_path / "a.vtt")
    assert f"{tmp_path / 'a.vtt'}: 2 entries (vtt)" in outcome.out
    assert "<v voice 2>I am fine." in (tmp_path / "a.vtt").read_text()
    made = dialogue("transcribe", "talk", "--out", tmp_path / "a.srt", "--json").json
    assert made["path"] == str(tmp_path / "a.srt")
    assert [event.text for event in pysubs2.load(made["path"])] == [
        "VOICE 1: How are you?", "VOICE 2: I am fine."]


def test_voices_that_nothing_tells_apart_are_an_error_only_where_they_are_asked_for(
    talk: Trikal
) -> None:
    assert talk("transcribe", "talk").code == 0
    outcome = talk("transcribe", "talk", "--voices")
    assert outcome.code == 1
    assert "diarisation" in outcome.err


def test_subtitles_of_a_span_overwrite_only_with_force_and_are_no_empty_file(
    talk: Trikal, tmp_path: Path
) -> None:
    target = tmp_path / "a.srt"
    target.write_text("mine")
    outcome = talk("transcribe", "talk", "--out", target)
    assert (outcome.code, target.read_text()) == (2, "mine")
    assert "--force" in outcome.err
    assert talk("transcribe", "talk", "--out", target, "--force").code == 0
    assert "Good evening." in target.read_text()
    silent = talk("transcribe", "talk", "--from", "3.95", "--out", tmp_path / "b.srt")
    assert silent.code == 2
    assert "b.srt is not written: no speech is heard" in silent.err
    assert sorted(path.name for path in tmp_path.glob("*.srt")) == ["a.srt"]


def _silence(path: Path) -> None:
    write_wav(path, np.zeros(16_000, np.float32), 16_000)


def _telephone(path: Path) -> None:
    with av.open(str(path), "w") as out:
        stream = out.add_stream("pcm_mulaw", rate=8_000, layout="mono")
        tone = (0.4 * np.sin(np.arange(16_000) / 6) * 32_767).astype("<i2")[None]
        frame = av.AudioFrame.from_ndarray(tone, format="s16", layout="mono")
        frame.sample_rate = 8_000
        for packet in (*stream.encode(frame), *stream.encode(None)):
            out.mux(packet)


def _damaged(path: Path) -> None:
    with film(path, size=None, sound_rate=16_000) as reel:
        reel.play((0.4 * np.sin(np.arange(64_000) / 6)).astype(np.float32))
    content = bytearray(path.read_bytes())
    content[len(content) // 3:len(content) // 2] = bytes(len(content) // 2 - len(content) // 3)
    path.write_bytes(content)


@pytest.mark.parametrize(("name", "make"), [
    ("silence.wav", _silence), ("phone.wav", _telephone), ("damaged.opus", _damaged)])
def test_odd_sound_is_listened_to_again(
    trikal: Trikal, models: FakeModels, tmp_path: Path, name: str, make: Callable[[Path], None]
) -> None:
    make(tmp_path / name)
    with open_archive(tmp_path / ".trikal", create=True) as archive:
        identify(tmp_path / name, archive.catalogue)
    outcome = trikal("transcribe", name)
    assert outcome.code == 0, outcome.err
    wanted = "No speech is heard" if name == "silence.wav" else "Good evening."
    assert wanted in outcome.out + outcome.err


def test_a_medium_that_has_gone_or_has_no_sound_is_told(
    trikal: Trikal, models: FakeModels, tmp_path: Path
) -> None:
    mute, gone = make_video(tmp_path / "mute.mp4", duration=1), tmp_path / "gone.wav"
    write_wav(gone, np.full(16_000, 0.2, np.float32), 16_000)
    with open_archive(tmp_path / ".trikal", create=True) as archive:
        for path in (mute, gone):
            identify(path, archive.catalogue)
    gone.unlink()
    for name, says in (("mute", "no sound"), ("gone", "gone.wav"), ("never", "No medium")):
        outcome = trikal("transcribe", name)
        assert outcome.code != 0
        assert says in outcome.err
        assert "Traceback" not in outcome.err


def test_a_summary_is_written_with_its_proof(talk: Trikal, tmp_path: Path) -> None:
    outcome = talk("compose", "summary", "talk", "--out", tmp_path / "a.md")
    assert "The harbour bridge was painted green in April. [1]" in outcome.out
    assert "[1] 0:00–0:00 talk.mp4 (speech)" in outcome.out
    assert (tmp_path / "a.md").read_text() == (
        "The harbour bridge was painted green in April. [1]\n\n[1] talk.mp4 0:00–0:00\n")
    made = talk("compose", "brief", "talk", "--no-model", "--json").json
    assert (made["by_model"], len(made["lines"])) == (False, 3)
    assert json.dumps(made["text"]).count("[") == 3


def test_a_span_limits_what_is_written_from(talk: Trikal) -> None:
    made = talk("compose", "quiz", "talk", "--from", "3", "--no-model", "--json").json
    assert [line["text"].replace("____", line["answer"]) for line in made["lines"]] == [
        "A storm closed the lighthouse."]
    assert talk("compose", "chapters", "talk").out.startswith("0:00 ")


def test_moments_found_are_written_from_where_no_medium_is_named(filled: Trikal) -> None:
    made = filled("compose", "brief", "--about", "the lighthouse storm", "--no-model", "--json",
                  "--limit", "1").json
    assert [line["text"] for line in made["lines"]] == [
        "“A storm closed the lighthouse for three weeks.” [1]"]


def test_neighbours_stand_about_a_time(filled: Trikal) -> None:
    lines = filled("neighbours", "harbour", "0:06", "--before", "1", "--after", "1").out
    assert [line.split()[1] for line in lines.splitlines()] == [
        "0:01–0:04", "0:05–0:08", "0:09–0:12"]
    beside = filled("neighbours", "harbour", "8.6", "--after", "0", "--before", "5", "--json").json
    assert beside["moment"]["start_ms"] == 9_000
    assert (len(beside["before"]), beside["after"]) == (2, [])


@pytest.mark.parametrize(("arguments", "code", "says"), [
    (("compose", "summary"), 2, "--about"), (("compose", "poem", "talk"), 2, "poem"),
    (("export", "talk", "--out", "a.xyz"), 2, "no suffix of a format"),
    (("export", "none", "--out", "a.srt"), 2, "No medium is called"),
    (("export", "talk", "--out", "no/a.srt"), 2, "no such folder"),
    (("frames", "talk", "--at", "9"), 2, "runs from 0:00 to 0:04"),
    (("frames", "talk", "--at", "x"), 2, "--at"), (("read", "talk", "9"), 2, "runs from"),
    (("transcribe", "talk", "--language", "??"), 2, "no BCP-47 tag"),
    (("transcribe", "talk", "--from", "9"), 2, "runs from 0:00 to 0:04"),
    (("transcribe", "talk", "--from", "3", "--to", "1"), 2, "the end must be later"),
    (("transcribe", "nothing"), 2, "No medium is called"),
    (("transcribe", "talk", "--out", "a.txt"), 2, "'a.txt' must end in .srt or .vtt"),
    (("transcribe", "talk", "--out", "no/a.srt"), 2, "no such folder"),
    (("neighbours", "talk", "1", "--track", "screen"), 2, "no moments on the track screen"),
])
def test_what_cannot_be_done_is_one_sentence(
    talk: Trikal, arguments: tuple[str, ...], code: int, says: str
) -> None:
    outcome = talk(*arguments)
    assert outcome.code == code
    assert says in outcome.err
    assert "Traceback" not in outcome.err
