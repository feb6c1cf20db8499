"""What the nodes work with: models, index and archive, reached through the runtime context."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Protocol

from langchain_core.language_models import BaseChatModel
from langgraph.runtime import Runtime

from trikal.archive import Archive
from trikal.catalogue import Medium
from trikal.errors import BadInput
from trikal.graph.budget import Limits, limits_of
from trikal.graph.memory import NOTHING, Memories, remembered
from trikal.indexes.protocol import MomentIndex
from trikal.indexes.rules import NO_NAMES, Vocabulary
from trikal.serving.models import Models
from trikal.serving.triage import Verdict
from trikal.settings import Settings
from trikal.tools.by_reranker import RerankerSource, nothing_reranks
from trikal.tools.find import Finder, media_facts, vocabulary
from trikal.tools.holding import HOLDER
from trikal.tools.outputs import fenced_outputs
from trikal.tools.relevance import Relevance, cohort_cache
from trikal.tools.remembering import Remembering
from trikal.tools.show import presenter_of
from trikal.tools.toolbox import Toolbox


class Answering(Protocol):
    """Gives the chat model that a question is for, and why it is that one."""

    def __call__(self, question: str) -> tuple[BaseChatModel, Verdict | None]:
        """Return the chat model, ready; without a verdict where there was nothing to decide."""


class ChatSource(Protocol):
    """Gives the chat model, loading it on the first call."""

    def __call__(self) -> BaseChatModel:
        """Return the chat model, ready."""


@dataclass(frozen=True, kw_only=True)
class Resources:
    """The open archive with everything that answers from it.

    Attributes:
        finder: Finds moments.
        relevance: Tells how relevant a moment is.
        reranker: Gives what puts found moments in order, where anything does.
        media: The archive's media, by id.
        chat: Gives the chat model.
        chat_name: What the chat model is called.
        vocabulary: The names that a question may use.
        answering: Gives the chat model for a question; ``chat`` writes all answers when not given.
        toolbox: The tools that look, listen, write and cut; without it a plan can only search.
        limits: What answering one question may cost.
        memories: Gives what is remembered across sessions.
        writes: Tells whether the chat model may be asked to write a language, by its BCP-47 tag.
    """

    finder: Finder
    relevance: Relevance
    media: Mapping[str, Medium]
    chat: ChatSource
    chat_name: str
    vocabulary: Vocabulary = NO_NAMES
    reranker: RerankerSource = nothing_reranks
    answering: Answering | None = None
    toolbox: Toolbox | None = None
    limits: Limits = Limits()
    memories: Callable[[], Memories] = lambda: NOTHING
    writes: Callable[[str], bool] = lambda language: True

    def tools(self) -> Toolbox:
        """Return the tools.

        Raises:
            BadInput: There are none.
        """
        if self.toolbox is None:
            raise BadInput("This run was given no tools, so it can only search. Open the archive "
                           "with trikal.app.session.open_session.")
        return self.toolbox

    def chat_for(self, question: str) -> tuple[BaseChatModel, Verdict | None]:
        """Return the chat model that writes the answer to a question, ready."""
        return self.answering(question) if self.answering else (self.chat(), None)


@dataclass(frozen=True, kw_only=True)
class Context:
    """The run's context.

    Attributes:
        archive: Folder of the archive; the settings' when empty.
        asks_back: Whether the reader can be asked what is meant: the run then stops at an
            interrupt, and goes on when it is resumed with a choice.
        resources: What to work with; opened from ``archive`` and kept when not given.
    """

    archive: str = ""
    asks_back: bool = False
    resources: Resources | None = None


def gather_resources(
    archive: Archive, index: MomentIndex, models: Models, settings: Settings
) -> Resources:
    """Put together what the agent needs from an open archive.

    Args:
        archive: The open archive.
        index: Its open index.
        models: The run's models; they and the archive must stay open as long as these are used.
        settings: Where the cache is.

    Raises:
        ModelUnavailable: The embedding model is missing.
    """
    embedder = Remembering(models.embedder())
    media = {medium.id: medium for medium in archive.catalogue.media()}
    finder = Finder(index, embedder, media_facts(media.values()))
    return Resources(
        finder=finder,
        toolbox=Toolbox(catalogue=archive.catalogue, finder=lambda: finder, models=models,
                        outputs=fenced_outputs(archive, settings),
                        presenter=presenter_of(settings), reranker=models.reranker),
        reranker=models.reranker,
        limits=limits_of(settings),
        memories=lambda: remembered(settings, archive.memory_path),
        vocabulary=vocabulary(archive.catalogue),
        relevance=Relevance(embedder, cohort_cache(settings, embedder.fingerprint)),
        media=media,
        chat=models.chat,
        chat_name=models.choice_name("chat"),
        answering=models.answering,
        writes=models.writes,
    )


def resources_of(runtime: Runtime[Context]) -> Resources:
    """Return what a node works with, opening the archive on first use where a server runs us.

    Raises:
        ArchiveError: The archive cannot be opened.
        ModelError: A model is missing.
    """
    context = runtime.context or Context()
    if context.resources is not None:
        return context.resources
    return _GATHERED.of(Path(context.archive) if context.archive else None)


class _Gathered:
    """The resources of the archive that a long-running server holds, gathered once a change."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._changes = -1
        self._resources: Resources | None = None

    def of(self, path: Path | None) -> Resources:
        with self._lock:
            held = HOLDER.of(path)
            if self._resources is None or self._changes != HOLDER.changes:
                self._changes = HOLDER.changes
                self._resources = gather_resources(held.archive, held.index, held.models,
                                                   held.settings)
            return self._resources


_GATHERED = _Gathered()
