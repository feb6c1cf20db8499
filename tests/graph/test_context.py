"""What a long-running server works with: one archive held open, and let go of in order."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

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


@pytest.fixture(autouse=True)
def _server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
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
    with open_session(load_settings(archive=path), create=True) as session:
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


def test_an_archive_is_opened_on_first_use_and_kept(tmp_path: Path) -> None:
    path = make_archive(tmp_path / "one")
    first = resources(path)
    assert texts(first) == ["The bridge is green."]
    assert first.media["ab" * 32].name == "one.srt"
    assert resources(path) is first
    assert not is_free(path)


def test_without_a_name_the_archive_of_the_settings_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIKAL_ARCHIVE", str(make_archive(tmp_path / "one")))
    assert texts(resources()) == ["The bridge is green."]
    nothing: Any = SimpleNamespace(context=None)
    assert resources_of(nothing) is resources()


def test_another_archive_takes_the_place_of_the_first_which_is_let_go_of(tmp_path: Path) -> None:
    one = make_archive(tmp_path / "one")
    two = make_archive(tmp_path / "two", "The bridge is red.")
    resources(one)
    assert texts(resources(two)) == ["The bridge is red."]
    assert is_free(one)
    assert not is_free(two)
    assert texts(resources(one)) == ["The bridge is green."]


def test_an_archive_that_cannot_be_opened_leaves_no_closed_one_behind(tmp_path: Path) -> None:
    one = make_archive(tmp_path / "one")
    first = resources(one)
    with pytest.raises(ArchiveMissing):
        resources(tmp_path / "none")
    again = resources(one)
    assert again is not first
    assert texts(again) == ["The bridge is green."]


def test_an_archive_whose_models_are_missing_is_not_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = make_archive(tmp_path / "one")
    monkeypatch.setenv("TRIKAL_MODELS__TEXT_EMBEDDING", "no-such-model")
    with pytest.raises(BadInput, match="no-such-model"):
        resources(one)
    assert is_free(one)
    monkeypatch.delenv("TRIKAL_MODELS__TEXT_EMBEDDING")
    assert texts(resources(one)) == ["The bridge is green."]


def test_an_archive_that_is_in_use_can_be_asked_once_it_is_free(tmp_path: Path) -> None:
    one = make_archive(tmp_path / "one")
    with open_archive(one), pytest.raises(ArchiveLocked):
        resources(one)
    assert texts(resources(one)) == ["The bridge is green."]


def test_resources_know_their_media_and_load_no_chat_model(tmp_path: Path) -> None:
    path = make_archive(tmp_path / "one")
    models: Any = FakeModels(embedder=FakeEmbedder(dimensions=384))
    with open_session(load_settings(archive=path)) as session:
        gathered = gather_resources(session.archive, session.index, models,
                                    Settings(cache_dir=tmp_path / "cache"))
        assert gathered.chat_name == "fake-chat"
        assert set(gathered.media) == {"ab" * 32}
        assert gathered.chat == models.chat


def test_a_session_hands_out_what_the_agent_needs(tmp_path: Path) -> None:
    path = make_archive(tmp_path / "one")
    with open_session(load_settings(archive=path)) as session:
        assert texts(session.resources()) == ["The bridge is green."]
