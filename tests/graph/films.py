"""A small archive with real footage, and tools with fake models, for plans that do things."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from langchain_core.language_models import BaseChatModel

from tests.factories import make_tone, make_video
from tests.fakes import DIMENSIONS, FakeEmbedder, FakeModels
from tests.indexes_lent import lent_index
from trikal.catalogue import Catalogue, Medium
from trikal.graph.budget import Limits
from trikal.graph.context import Context, Resources
from trikal.ingest.identify import identify
from trikal.moments import Moment, Track
from trikal.tools.find import Finder, media_facts, vocabulary
from trikal.tools.outputs import Fenced
from trikal.tools.relevance import Relevance
from trikal.tools.toolbox import Toolbox

LENGTH_S = 20


@dataclass(frozen=True, kw_only=True)
class Film:
    """A film in an archive with everything that the agent works with."""

    medium: Medium
    finder: Finder
    catalogue: Catalogue
    folder: Path

    def context(
        self, chat: BaseChatModel, *, asks_back: bool = False, limits: Limits | None = None,
        outputs: Path | None = None, **models: Any,
    ) -> Context:
        """Return a context over the archive; models that are not given are missing."""
        home = outputs or self.folder / "outputs"
        filled = FakeModels(chat=chat, **models)
        toolbox = Toolbox(catalogue=self.catalogue, finder=lambda: self.finder, models=filled,
                          outputs=Fenced(home))
        relevance = Relevance(FakeEmbedder(), self.folder / "cohort.npy")
        return Context(asks_back=asks_back, resources=Resources(
            finder=self.finder, relevance=relevance, media={self.medium.id: self.medium},
            chat=lambda: chat, chat_name="fake", vocabulary=vocabulary(self.catalogue),
            toolbox=toolbox, limits=limits or Limits(),
        ))


Said = Sequence[tuple[Track, int, int, str]]


@contextmanager
def archived(folder: Path, said: Said, **fields: Any) -> Iterator[Film]:
    """Make a film of 20 seconds, and an archive in which these moments are known of it."""
    path = folder / "harbour.mp4"
    path.write_bytes(_encoded())

    def known(media_id: str) -> list[Moment]:
        return [Moment(media_id=media_id, track=track, start_ms=start, end_ms=end, text=text,
                       source="test", **fields) for track, start, end, text in said]

    with archived_of(folder, path, known) as film:
        yield film


@cache
def _encoded() -> bytes:
    with TemporaryDirectory() as folder:
        return make_video(Path(folder) / "harbour.mp4", duration=LENGTH_S, size=(64, 48),
                          sound=make_tone(LENGTH_S)).read_bytes()


@contextmanager
def archived_of(
    folder: Path, path: Path, known: Callable[[str], Sequence[Moment]]
) -> Iterator[Film]:
    """Make an archive in which these moments are known of a film, by the id of its medium."""
    with closing(Catalogue.open(folder / "catalogue.db")) as catalogue:
        medium = identify(path, catalogue)
        moments = known(medium.id)
        catalogue.finish_stage(medium.id, "listen", source="test", moments=moments)
        embedder = FakeEmbedder()
        with lent_index(DIMENSIONS) as index:
            index.upsert(moments, embedder.embed_passages([each.text for each in moments]))
            finder = Finder(index, embedder, media_facts([medium]))
            yield Film(medium=medium, finder=finder, catalogue=catalogue, folder=folder)
