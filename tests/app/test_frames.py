"""``trikal search --image`` and ``trikal look``: frames found by their looks, and looked at."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.app.conftest import Trikal
from tests.copies import Copies
from tests.factories import make_tone, make_video, make_wav, plain
from tests.fakes import FakeDescriber, FakeImageEmbedder, FakeTranscriber
from trikal.app.session import open_session
from trikal.errors import ModelUnavailable
from trikal.ingest.pipeline import Pipeline
from trikal.serving.models import Models
from trikal.settings import Settings

COLOURS = {"red": (200, 30, 30), "green": (30, 200, 30), "blue": (30, 30, 200)}


def use(monkeypatch: pytest.MonkeyPatch, role: str, model: Any) -> None:
    def give(_models: Models, *_: Any, **__: Any) -> Any:
        if model is None:
            raise ModelUnavailable(f"No model for {role} is ready.")
        return model

    monkeypatch.setattr(Models, role, give)


def use_fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, "image_embedder", FakeImageEmbedder())
    use(monkeypatch, "describer", FakeDescriber())
    use(monkeypatch, "screen_reader", None)


@dataclass(frozen=True)
class Film:
    """A film of red, green and blue, and copies of an archive that holds it."""

    path: Path
    copies: Copies


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Iterator[Film]:
    path = make_video(tmp_path_factory.mktemp("film") / "film.mp4", fps=5, duration=6,
                      pictures=lambda frame: plain(list(COLOURS.values())[frame // 10]))
    settings = Settings(archive=path.parent / ".trikal", cache_dir=cache)
    with pytest.MonkeyPatch.context() as patch:
        use_fakes(patch)
        with open_session(settings, create=True) as session:
            Pipeline(session.archive.catalogue, session.index, session.models).run([path])
    with closing(Copies(settings.archive, path.parent)) as copies:
        yield Film(path, copies)


@pytest.fixture
def shown(
    trikal: Trikal, film: Film, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Trikal]:
    """A command line whose archive holds the film."""
    use_fakes(monkeypatch)
    with film.copies.lent(tmp_path / ".trikal"):
        yield trikal


@pytest.fixture
def picture(tmp_path: Path) -> Callable[[str], Path]:
    def paint(colour: str) -> Path:
        Image.fromarray(plain(COLOURS[colour])).save(tmp_path / f"{colour}.png")
        return tmp_path / f"{colour}.png"

    return paint


@pytest.mark.parametrize(("colour", "start_ms"), [("red", 0), ("green", 2_000), ("blue", 4_000)])
def test_a_picture_finds_the_moment_that_looks_like_it(
    shown: Trikal, picture: Callable[[str], Path], colour: str, start_ms: int
) -> None:
    first, *_ = shown("search", "--image", picture(colour), "--json").json
    assert first["start_ms"] == pytest.approx(start_ms, abs=250)
    assert (first["track"], first["score"]) == ("frame", pytest.approx(1.0, abs=0.01))
    assert colour in first["text"]  # what the describer saw then


def test_people_are_shown_when_and_how_alike(
    shown: Trikal, picture: Callable[[str], Path]
) -> None:
    outcome = shown("search", "--image", picture("green"), "--limit", 1)
    assert outcome.code == 0
    assert "film.mp4" in outcome.out
    assert "looks like the picture (1.00)" in outcome.out


def test_times_and_media_narrow_the_search(
    shown: Trikal, picture: Callable[[str], Path]
) -> None:
    late = shown("search", "--image", picture("red"), "--from", "0:03", "--json").json
    assert late
    assert all(each["end_ms"] > 3_000 for each in late)
    assert shown("search", "--image", picture("red"), "--media", "nothing").code == 2
    nowhere = shown("search", "--image", picture("red"), "--from", "9:00")
    assert "Nothing found" in nowhere.out


def test_a_text_finds_frames_where_the_model_reads_text(
    shown: Trikal, monkeypatch: pytest.MonkeyPatch
) -> None:
    (first, *_) = shown("search", "something blue", "--track", "frame", "--json").json
    assert first["start_ms"] == pytest.approx(4_000, abs=250)
    use(monkeypatch, "image_embedder", FakeImageEmbedder(reads_text=False))
    refused = shown("search", "something blue", "--track", "frame")
    assert refused.code == 1
    assert "--image" in refused.err


def test_a_search_by_words_never_answers_with_a_bare_frame(shown: Trikal) -> None:
    found = shown("search", "mostly green", "--json").json
    assert found
    assert {each["track"] for each in found} == {"caption"}


@pytest.mark.parametrize("arguments", [
    ("--image", "gone.png"), ("--image", "film.mp4"), ("--image", "red.png", "words too"),
])
def test_what_cannot_be_searched_with_is_refused(
    shown: Trikal, film: Film, picture: Callable[[str], Path], arguments: tuple[str, ...],
    tmp_path: Path,
) -> None:
    picture("red")
    shutil.copy(film.path, tmp_path)
    outcome = shown("search", *arguments)
    assert outcome.code == 2
    assert "Traceback" not in outcome.err


def test_an_old_archive_says_how_to_get_its_frames(
    filled: Trikal, picture: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, "image_embedder", FakeImageEmbedder())
    outcome = filled("search", "--image", picture("red"))
    assert outcome.code == 1
    assert "trikal ingest" in outcome.err
    use(monkeypatch, "image_embedder", None)
    assert filled("search", "--image", picture("red")).code == 1


@pytest.mark.thorough
def test_another_image_model_is_refused_until_a_reindex(
    shown: Trikal, picture: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = FakeImageEmbedder()
    other.fingerprint = "other-colours/1"
    use(monkeypatch, "image_embedder", other)
    refused = shown("search", "--image", picture("red"))
    assert refused.code == 1
    assert "trikal reindex" in refused.err
    assert shown("search", "mostly red", "--json").json  # words do not need that model
    assert shown("reindex").code == 0
    assert shown("search", "--image", picture("red"), "--json").json[0]["start_ms"] == 0


@pytest.mark.thorough
def test_a_reindex_without_an_image_model_keeps_the_frames(
    shown: Trikal, film: Film, picture: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = shown("search", "--image", picture("blue"), "--json").json
    use(monkeypatch, "image_embedder", None)
    away = film.path.rename(film.path.with_name("away.mp4"))
    try:
        assert shown("reindex").code == 0
    finally:
        away.rename(film.path)
    use(monkeypatch, "image_embedder", FakeImageEmbedder())
    after = shown("search", "--image", picture("blue"), "--json").json
    assert [each["start_ms"] for each in after] == [each["start_ms"] for each in before]


def test_a_frame_is_described_and_asked_about(shown: Trikal) -> None:
    assert shown("look", "film", "0:03", "--json").json["text"] == "A picture that is mostly green."
    assert "blue" in shown("look", "film", "0:05", "Which colour?").out
    span = shown("look", "film", "0:00", "--to", "0:06", "--json").json
    assert span["end_ms"] == 6_000
    assert shown("look", "film", "0:03", "--to", "0:01").code == 2


def test_sound_cannot_be_looked_at(
    shown: Trikal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, "transcriber", FakeTranscriber())
    with_sound = make_wav(tmp_path / "tone.wav", make_tone(1) * np.float32(0))
    assert shown("ingest", with_sound).code == 0
    outcome = shown("look", "tone", "0:00")
    assert outcome.code == 2
    assert "no picture" in outcome.err
