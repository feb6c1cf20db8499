"""Opening what a command works with: settings, archive, models, index."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trikal.archive import Archive, open_archive
from trikal.indexes.opening import open_index
from trikal.indexes.protocol import MomentIndex
from trikal.serving.models import Models
from trikal.serving.observing import observing
from trikal.settings import Settings
from trikal.tools.relevance import Relevance, cohort_cache

if TYPE_CHECKING:
    from trikal.graph.context import Resources
    from trikal.tools.outputs import Outputs
    from trikal.tools.toolbox import Toolbox


@dataclass(frozen=True, kw_only=True)
class Session:
    """An open archive with its index and the models that work on it."""

    settings: Settings
    archive: Archive
    index: MomentIndex
    models: Models

    def toolbox(self, outputs: "Outputs | None" = None) -> "Toolbox":
        """Return the tools over this archive; they work as long as the session is open.

        Args:
            outputs: Where files may be written; as plans and models may when not given.
        """
        # Imported here because most commands use no tool.
        from trikal.tools.find import Finder, media_facts
        from trikal.tools.outputs import fenced_outputs
        from trikal.tools.show import presenter_of
        from trikal.tools.toolbox import Toolbox

        media = media_facts(self.archive.catalogue.media())
        return Toolbox(
            catalogue=self.archive.catalogue, models=self.models,
            finder=lambda: Finder(self.index, self.models.embedder(), media),
            outputs=outputs or fenced_outputs(self.archive, self.settings),
            presenter=presenter_of(self.settings), reranker=self.models.reranker,
        )

    def resources(self) -> "Resources":
        """Return what the agent needs; it works as long as the session is open."""
        # Imported here because LangGraph takes a second, which only a question should pay.
        from trikal.graph.context import gather_resources

        return gather_resources(self.archive, self.index, self.models, self.settings)

    def relevance(self) -> Relevance:
        """Return what tells how relevant a moment is."""
        embedder = self.models.embedder()
        return Relevance(embedder, cohort_cache(self.settings, embedder.fingerprint))


@contextmanager
def open_session(settings: Settings, *, create: bool = False) -> Iterator[Session]:
    """Hold archive, models and index open for the length of a ``with`` block.

    Args:
        settings: What to open.
        create: Make the archive when there is none.

    Raises:
        ArchiveError: The archive or its index cannot be opened.
        ModelError: The embedding model is missing.
    """
    with (open_archive(settings.archive, create=create) as archive, observing(settings),
          Models(settings) as models):
        embedder = models.embedder()
        with open_index(archive, settings, fingerprint=embedder.fingerprint,
                        dimensions=embedder.dimensions) as index:
            yield Session(settings=settings, archive=archive, index=index, models=models)


def media_ids(archive: Archive, names: Sequence[str]) -> tuple[str, ...]:
    """Return the ids of the media that a person named; two files may share a name.

    Raises:
        UnknownMedium: A name matches nothing.
    """
    found = [medium.id for name in names for medium in archive.catalogue.find_media(name)]
    return tuple(dict.fromkeys(found))


