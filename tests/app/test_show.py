"""``trikal show``: a portrait says a text, into a film."""

from pathlib import Path

import av
import pytest
from PIL import Image

from tests.app.conftest import Trikal
from tests.fakes import FakeModels, FakeVoice
from tests.serving.avatars import Still, spoken
from tests.serving.portraits import portrait
from trikal.app.commands import show
from trikal.media.audio import write_wav
from trikal.serving.backends.espeak import example_of


@pytest.fixture
def face(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    filled = FakeModels(voice=FakeVoice(), avatar=Still(), transcriber=None)
    monkeypatch.setattr(show, "Models", lambda settings: filled)
    path = tmp_path / "face.png"
    Image.fromarray(portrait(160, 160)).save(path)
    return path


def length_s(path: Path) -> float:
    with av.open(str(path)) as container:
        return float(container.duration or 0) / 1e6


def test_a_portrait_that_is_missing_is_told_before_consent_is_asked_for(
    trikal: Trikal, face: Path
) -> None:
    outcome = trikal("show", "nobody.png", "--text", "Hi")
    assert outcome.code == 2
    assert "nobody.png does not exist" in outcome.err
    assert "--consent" not in outcome.err


def test_a_text_is_shown_being_said(trikal: Trikal, face: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.mp4"
    outcome = trikal("show", face, "--text", "One two. Three.", "--drawing", "--out", out)
    assert outcome.code == 0
    assert outcome.out == f"{out}: 0.3 s, synthetic, shown by still\n"
    assert length_s(out) == pytest.approx(0.36, abs=0.1)


def test_a_recording_is_shown_and_machines_are_told(
    trikal: Trikal, face: Path, tmp_path: Path
) -> None:
    speech, out = tmp_path / "a.wav", tmp_path / "a.mp4"
    write_wav(speech, spoken(1.0).samples, 16_000)
    outcome = trikal("show", face, "--speech", speech, "--consent", "--out", out, "--no-label",
                     "--json")
    told = outcome.json
    assert "the mouth follows the loudness alone" in outcome.err  # nothing listens here
    assert told == {"path": str(out), "seconds": pytest.approx(1.0, abs=0.03), "avatar": "still",
                    "labelled": False}


def test_a_recording_whose_words_are_told_is_not_listened_to(
    trikal: Trikal, face: Path, tmp_path: Path
) -> None:
    said = example_of("My mother bought a paper map.", "en")
    write_wav(tmp_path / "a.wav", said.samples, said.sample_rate)
    command = ("show", face, "--speech", "a.wav", "--drawing", "--out", "a.mp4", "--text")
    outcome = trikal(*command, "My mother bought a paper map.")
    assert outcome.code == 0
    assert "notice" not in outcome.err  # nothing listens here
    assert length_s(tmp_path / "a.mp4") == pytest.approx(said.duration_ms / 1000, abs=0.1)
    for text, says in (("Map.", "much longer or shorter"), ("…", "no words")):
        outcome = trikal(*command, text, "--force")
        assert outcome.code == 2
        assert says in outcome.err


def test_the_recording_itself_is_never_overwritten(
    trikal: Trikal, face: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "talk.mp4").write_bytes(b"mine")  # as the film is called by itself
    for more in ((), ("--force",)):
        outcome = trikal("show", face, "--speech", "talk.mp4", "--drawing", *more)
        assert outcome.code == 2
        assert "is left as it is" in outcome.err
    assert (tmp_path / "talk.mp4").read_bytes() == b"mine"


def test_a_film_that_is_there_is_overwritten_only_when_that_is_wanted(
    trikal: Trikal, face: Path, tmp_path: Path
) -> None:
    (tmp_path / "talk.mp4").write_bytes(b"mine")
    command = ("show", face, "--text", "One two.", "--drawing")
    outcome = trikal(*command)
    assert outcome.code == 2
    assert outcome.err == ("error: talk.mp4 exists. Choose another name, or overwrite it with "
                           "--force.\n")
    assert (tmp_path / "talk.mp4").read_bytes() == b"mine"
    assert trikal(*command, "--force").code == 0
    assert length_s(tmp_path / "talk.mp4") == pytest.approx(0.16, abs=0.1)


def test_a_folder_in_the_place_of_the_portrait_is_told(trikal: Trikal, tmp_path: Path) -> None:
    outcome = trikal("show", tmp_path, "--text", "Hi", "--drawing")
    assert outcome.code == 2
    assert "is a folder. Give a PNG" in outcome.err


@pytest.mark.parametrize(("more", "says"), [
    (("--text", "Hi"), "--consent"), (("--text", "Hi", "--consent", "--drawing"), "not both"),
    (("--drawing",), "with --text, or with a recording by --speech"),
    (("--text", "Hi", "--speech", "missing.wav", "--drawing"), "missing.wav"),
    (("--text", "…", "--drawing"), "no words"),
    (("--text", "Hi", "--drawing", "--language", "??"), "BCP-47"),
    (("--speech", "missing.wav", "--drawing"), "missing.wav"),
    (("--text", "Hi", "--drawing", "--out", "talk.wav"), ".mp4"),
])
def test_what_cannot_be_shown_is_told_and_nothing_written(
    trikal: Trikal, face: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    more: tuple[str, ...], says: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = trikal("show", face, *more)
    assert outcome.code != 0
    assert says in " ".join(outcome.err.split())
    assert list(tmp_path.iterdir()) == [face]
