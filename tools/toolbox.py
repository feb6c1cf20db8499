"""The toolbox: every tool over one open archive, the same for people, plans and models."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from trikal.catalogue import Catalogue, Medium
from trikal.errors import BadInput
from trikal.indexes.found import Found
from trikal.indexes.moment_search import Evidence
from trikal.indexes.protocol import EVERYTHING, MomentFilter
from trikal.indexes.temporal import TemporalQuery
from trikal.moments import Track
from trikal.serving.roles import Describer, ScreenReader, Transcriber, Voice
from trikal.tools.find import Finder
from trikal.tools.footage import Footage, footage
from trikal.tools.frames import save_frames, spread
from trikal.tools.listen import check_language, listen
from trikal.tools.outputs import Outputs
from trikal.tools.read import read
from trikal.tools.results import Cited, Frames, Moments, Neighbours, cited

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


class ToolModels(Protocol):
    """The models that tools ask for, each only when it is needed."""

    def chat(self) -> "BaseChatModel":
        """Give the chat model."""

    def transcriber(
        self, language: str | None = None, *, model: str | None = None
    ) -> Transcriber:
        """Give the asr model, for a language, or a certain one."""

    def screen_reader(self) -> ScreenReader:
        """Give the ocr model."""

    def describer(self) -> Describer:
        """Give the vision model."""

    def voice(self, language: str = "en") -> Voice:
        """Give a voice for a language."""


@dataclass(frozen=True, kw_only=True)
class Toolbox:
    """Tools over one open archive.

    Every method may be called from several threads, and raises
    :class:`trikal.errors.BadInput` for what cannot be done as asked,
    :class:`trikal.errors.ModelError` where a model is missing or fails, and
    :class:`trikal.errors.ArchiveError` where the archive cannot be read.

    Attributes:
        catalogue: The archive's catalogue.
        finder: Gives what finds moments.
        models: The models.
        outputs: Where files may be written.
    """

    catalogue: Catalogue
    finder: Callable[[], Finder]
    models: ToolModels
    outputs: Outputs

    def find(
        self, query: TemporalQuery, *, scope: MomentFilter = EVERYTHING, limit: int = 8
    ) -> Moments:
        """Find moments by meaning, words and time."""
        found: Found = self.finder().find(query, scope=scope, limit=limit)
        return Moments(moments=self._cited(found.evidence), words=query.words(),
                       absent=found.absent, value=found.value, doubts=found.doubts)

    def search(self, text: str, *, tracks: Sequence[Track] = (), limit: int = 8) -> Moments:
        """Find moments by meaning and words, wherever they are."""
        scope = MomentFilter(tracks=tuple(tracks))
        (evidence,) = self.finder().search([text], scope=scope, limit=limit)
        return Moments(moments=self._cited(evidence), words=f"find “{text}”",
                       absent="" if evidence else "nothing is like it")

    def neighbours(self, moment_id: str, *, before: int = 2, after: int = 2) -> Neighbours:
        """Return the moments just before and just after one of the archive."""
        finder = self.finder()
        moment = finder.moment(moment_id)
        earlier, later = finder.neighbours(moment, before=before, after=after)
        numbered = [cited(n, each, self._name(each.media_id))
                    for n, each in enumerate([*earlier, moment, *later], start=1)]
        place = len(earlier)
        return Neighbours(before=tuple(numbered[:place]), moment=numbered[place],
                          after=tuple(numbered[place + 1:]))

    def frames(
        self, medium: str, times_ms: Sequence[int] = (), *, start_ms: int = 0,
        end_ms: int | None = None, count: int = 1, file: str | None = None,
        max_width: int | None = None,
    ) -> Frames:
        """Save stills: at given times, or ``count`` spread evenly over a span."""
        shot = self.footage(medium)
        times = times_ms or spread(*shot.checked(start_ms, end_ms), count)
        return save_frames(shot, times, self.outputs, name=file or ".jpg", max_width=max_width)

    def read(self, medium: str, *, start_ms: int, end_ms: int | None = None) -> Moments:
        """Read the screen at a time, or over a span."""
        shot = self.footage(medium)
        shot.need_picture()
        shot.checked(start_ms, end_ms)
        return read(shot, self.models.screen_reader(), start_ms=start_ms, end_ms=end_ms)

    def listen(
        self, medium: str, *, start_ms: int = 0, end_ms: int | None = None,
        language: str | None = None, model: str | None = None,
    ) -> Moments:
        """Transcribe a span again, with another model or in another language."""
        check_language(language)
        heard = self.footage(medium)
        heard.need_sound()
        heard.checked(start_ms, end_ms)
        transcriber = self.models.transcriber(language, model=model)
        return listen(heard, transcriber, start_ms=start_ms, end_ms=end_ms, language=language)

    def medium(self, name: str) -> Medium:
        """Return the one medium that is meant by a file name or the start of an id.

        Raises:
            UnknownMedium: None is.
            BadInput: Several are.
        """
        found = self.catalogue.find_media(name)
        if len(found) > 1:
            ids = ", ".join(each.id[:12] for each in found)
            raise BadInput(f"{len(found)} media are called {name!r}. Give one of the ids {ids}.")
        return found[0]

    def footage(self, medium: str) -> Footage:
        """Return a medium whose file is there; see :func:`trikal.tools.footage.footage`."""
        return footage(self.medium(medium))

    def _cited(self, evidence: Sequence[Evidence]) -> tuple[Cited, ...]:
        return tuple(cited(n, each.moment, self._name(each.moment.media_id))
                     for n, each in enumerate(evidence, start=1))

    def _name(self, media_id: str) -> str:
        medium = self.catalogue.medium(media_id)
        return medium.name if medium else media_id[:12]
