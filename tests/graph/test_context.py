"""What a long-running server works with: one archive held open, and let go of in order."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.copies import Copies
from tests.fakes import FakeEmbedder, FakeModels
from trikal.app.session import open_session
from trikal.archive import open_archive
from trikal.catalogue import Medium
from trikal.errors import ArchiveLocked, ArchiveMissing, BadInput
from trikal.graph import context as module
from trikal.graph.context import Context, Resources, gather_resources, resources_of
from trikal.ingest.store import store
from trikal.moments import Moment, Track
from trikal.settings import Settings, load_settings
from trikal.tools.holding import Holder


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copies]:
    folder = tmp_path_factory.mktemp("context")
    with closing(Copies(make_archive(folder / "one"), folder)) as made:
        yield made


@pytest.fixture
def one(tmp_path: Path, copies: Copies) -> Iterator[Path]:
    """An archive in which the bridge is green."""
    with copies.lent(tmp_path / "one"):
        yield tmp_path / "one"


@pytest.fixture(autouse=True)
def _server(tmp_path: Path, one: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A server that holds nothing yet, in a folder and with a cache of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRIKAL_CACHE_DIR", str(tmp_path / "cache"))
    holder = Holder()
    monkeypatch.setattr(module, "HOLDER", holder)
    monkeypatch.setattr(module, "_GATHERED", module._Gathered())
    yield
    holder.close()


def make_archive(path: Path, said: str = "The bridge is green.") -> Path:
    """An archive of one cue, on the real engines."""
    medium = Medium(id="ab" * 32, name=f"{path.name}.srt", kind="text", size_bytes=1,
                    duration_ms=9_000)
    moment = Moment(media_id=medium.id, track=Track.SPEECH, start_ms=0, end_ms=900, text=said,
                    source="test")
    settings = Settings(archive=path, cache_dir=path.with_name("cache"))
    with open_session(settings, create=True) as session:
        session.archive.catalogue.add_medium(medium)
        session.archive.catalogue.finish_stage(medium.id, "listen", source="test",
                                               moments=[moment])
        store(session.archive.catalogue, session.index, session.models.embedder())
    return path


def resources(archive: Path | str = "") -> Resources:
    runtime: Any = SimpleNamespace(context=Context(archive=str(archive)))
    return resources_of(runtime)


def texts(given: Resources, query: str = "bridge") -> list[str]:
    (found,) = given.finder.search([query])
    return [each.moment.text for each in found]


def is_free(path: Path) -> bool:
    try:
        with open_archive(path):
            return True
    except ArchiveLocked:
        return False


def test_resources_that_are_given_are_used_and_nothing_is_opened() -> None:
    given: Any = object()
    runtime: Any = SimpleNamespace(context=Context(archive="/nowhere", resources=given))
    assert resources_of(runtime) is given


def test_an_archive_is_opened_on_first_use_and_kept(one: Path) -> None:
    first = resources(one)
    assert texts(first) == ["The bridge is green."]
    assert first.media["ab" * 32].name == "one.srt"
    assert resources(one) is first
    assert not is_free(one)


def test_without_a_name_the_archive_of_the_settings_is_opened(
    one: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIKAL_ARCHIVE", str(one))
    assert texts(resources()) == ["The bridge is green."]
    nothing: Any = SimpleNamespace(context=None)
    assert resources_of(nothing) is resources()


def test_another_archive_takes_the_place_of_the_first_which_is_let_go_of(
    one: Path, tmp_path: Path
) -> None:
    two = make_archive(tmp_path / "two", "The bridge is red.")
    resources(one)
    assert texts(resources(two)) == ["The bridge is red."]
    assert is_free(one)
    assert not is_free(two)
    assert texts(resources(one)) == ["The bridge is green."]


def test_an_archive_that_cannot_be_opened_leaves_no_closed_one_behind(
    one: Path, tmp_path: Path
) -> None:
    first = resources(one)
    with pytest.raises(ArchiveMissing):
        resources(tmp_path / "none")
    again = resources(one)
    assert again is not first
    assert texts(again) == ["The bridge is green."]


def test_an_archive_whose_models_are_missing_is_not_held(
    one: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIKAL_MODELS__TEXT_EMBEDDING", "no-such-model")
    with pytest.raises(BadInput, match="no-such-model"):
        resources(one)
    assert is_free(one)
    monkeypatch.delenv("TRIKAL_MODELS__TEXT_EMBEDDING")
    assert texts(resources(one)) == ["The bridge is green."]


def test_an_archive_that_is_in_use_can_be_asked_once_it_is_free(one: Path) -> None:
    with open_archive(one), pytest.raises(ArchiveLocked):
        resources(one)
    assert texts(resources(one)) == ["The bridge is green."]


def test_resources_know_their_media_and_load_no_chat_model(one: Path, tmp_path: Path) -> None:
    models: Any = FakeModels(embedder=FakeEmbedder(dimensions=384))
    with open_session(load_settings(archive=one)) as session:
        gathered = gather_resources(session.archive, session.index, models,
                                    Settings(cache_dir=tmp_path / "cache"))
        assert gathered.chat_name == "fake-chat"
        assert set(gathered.media) == {"ab" * 32}
        assert gathered.chat == models.chat


def test_a_session_hands_out_what_the_agent_needs(one: Path) -> None:
    with open_session(load_settings(archive=one)) as session:
        assert texts(session.resources()) == ["The bridge is green."]
