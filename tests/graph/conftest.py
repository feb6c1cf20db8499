"""A small archive to ask, on the real embedded engine, with fake models."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel
from pydantic import SecretStr

from tests.fakes import DIMENSIONS, FakeChat, FakeEmbedder
from trikal.catalogue import Medium
from trikal.graph.context import Context, Resources
from trikal.indexes.edge import EdgeIndex
from trikal.moments import Moment, Track
from trikal.settings import Settings
from trikal.tools.find import Finder, media_facts
from trikal.tools.relevance import Relevance

FILM = Medium(id="f" * 64, name="harbour.mp4", kind="video", size_bytes=1, duration_ms=60_000,
              paths=("/films/harbour.mp4",))
SAID = (
    (0, "The harbour bridge was painted green in April."),
    (5_000, "The ferry to the island leaves every hour."),
    (10_000, "A storm closed the lighthouse for three weeks."),
    (15_000, "The keeper of the lighthouse is called Anita Rao."),
)
SLIDES = ((0, 8_000, "Harbour bridge"), (8_000, 20_000, "Lighthouse"))


POSTGRES = os.environ.get("TRIKAL_TEST_POSTGRES_URL", "")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def settings(request: pytest.FixtureRequest) -> Settings:
    """Where sessions and memories are kept: every test of them holds for both."""
    if request.param == "sqlite":
        return Settings()
    if not POSTGRES:
        pytest.skip("TRIKAL_TEST_POSTGRES_URL names no server")
    return Settings(sessions_url=SecretStr(POSTGRES))


@pytest.fixture(scope="session")
def finder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Finder]:
    folder = tmp_path_factory.mktemp("graph") / "index"
    embedder = FakeEmbedder()
    spoken = [Moment(media_id=FILM.id, track=Track.SPEECH, start_ms=start, end_ms=start + 4_000,
                     text=text, source="test") for start, text in SAID]
    shown = [Moment(media_id=FILM.id, track=Track.SCREEN, start_ms=start, end_ms=end, text=text,
                    source="test") for start, end, text in SLIDES]
    with closing(EdgeIndex.open(folder, dimensions=DIMENSIONS)) as index:
        moments = [*spoken, *shown]
        index.upsert(moments, embedder.embed_passages([moment.text for moment in moments]))
        yield Finder(index, embedder, media_facts([FILM]))


def _no_chat() -> BaseChatModel:
    raise AssertionError("the chat model was asked although it should not have been")


@pytest.fixture
def context(finder: Finder, tmp_path: Path) -> Callable[..., Context]:
    """Make a context whose chat model follows a script; without one it must not be asked."""
    def make(*script: Any) -> Context:
        chat = FakeChat(replies=list(script)) if script else None
        return Context(resources=Resources(
            finder=finder, relevance=Relevance(FakeEmbedder(), tmp_path / "cohort.npy"),
            media={FILM.id: FILM}, chat=(lambda: chat) if chat else _no_chat, chat_name="fake",
        ))

    return make
