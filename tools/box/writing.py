"""The tools that write texts: exports for other programs, and what is composed from evidence."""

from collections.abc import Sequence
from dataclasses import dataclass

from trikal.errors import BadInput
from trikal.moments import Track, Unit
from trikal.tools.box.finding import Finding
from trikal.tools.box.models import ToolModels
from trikal.tools.chapters import chapters
from trikal.tools.compose import compose, thinned, written_down
from trikal.tools.composition import Composition, Kind
from trikal.tools.edit_list import edl, otio
from trikal.tools.export import CHAPTERS, SUBTITLES, Format, write
from trikal.tools.footage import footage
from trikal.tools.markdown import markdown
from trikal.tools.outputs import Outputs
from trikal.tools.results import Chapter, Cited, Written, cited


@dataclass(frozen=True, kw_only=True)
class Writing(Finding):
    """Writes from the moments of an archive.

    Attributes:
        models: The models.
        outputs: Where files may be written.
    """

    models: ToolModels
    outputs: Outputs

    def chapters(self, medium: str) -> tuple[Chapter, ...]:
        """Divide a medium into chapters.

        Raises:
            BadInput: Nothing was said or shown in it.
        """
        known = self.medium(medium)
        found = chapters(known, self.catalogue.moments(known.id, unit=Unit.OBSERVATION))
        if not found:
            raise BadInput(f"{known.name} has no chapters, for nothing was said or shown in it. "
                           "Ingest it with a model that hears or reads.")
        return found

    def export(
        self, format: Format, *, medium: str | None = None, moment_ids: Sequence[str] = (),
        tracks: Sequence[Track] = (Track.SPEECH,), file: str | None = None,
    ) -> Written:
        """Write a medium's moments, its chapters, or chosen moments for other programs.

        Args:
            format: What to write.
            medium: The medium; may be left out where moments are chosen.
            moment_ids: Only these moments of the archive, in this order.
            tracks: Without chosen moments: only these tracks of the medium.
            file: The file's name; a free one when not given.
        """
        if format in CHAPTERS:
            if medium is None:
                raise BadInput(f"Chapters ({format}) are a medium's. Name one.")
            titled = self.chapters(medium)
            return write(CHAPTERS[format](titled), format, self.outputs, file, titled)
        moments = self._chosen(medium, moment_ids, tracks)
        if format in SUBTITLES and len({each.media_id for each in moments}) > 1:
            raise BadInput(f"Subtitles ({format}) are one medium's. Choose moments of one.")
        text = SUBTITLES[format](moments) if format in SUBTITLES else self._listed(format, moments)
        return write(text, format, self.outputs, file, moments)

    def _chosen(
        self, medium: str | None, moment_ids: Sequence[str], tracks: Sequence[Track]
    ) -> tuple[Cited, ...]:
        if moment_ids:
            return self.by_id(moment_ids)
        if medium is None:
            raise BadInput("Name a medium, or give the ids of moments.")
        known = self.medium(medium)
        moments = self.catalogue.moments(known.id, tracks=tracks, unit=Unit.OBSERVATION)
        if not moments:
            raise BadInput(f"There is nothing to write: {known.name} has no moments on the track "
                           f"{' or '.join(tracks)}. Choose another track.")
        return tuple(cited(n, each, known.name) for n, each in enumerate(moments, start=1))

    def _listed(self, format: Format, moments: Sequence[Cited]) -> str:
        if not moments:
            return ""
        media = {each.media_id: self.catalogue.medium(each.media_id) for each in moments}
        known = {media_id: each for media_id, each in media.items() if each}
        title = " + ".join(each.name for each in known.values())[:200]
        if format is Format.MARKDOWN:
            return markdown(moments, {key: each.path for key, each in known.items()}, title)
        at_hand = {key: footage(each) for key, each in known.items()}
        pieces = [(at_hand[each.media_id], each, each.text) for each in moments]
        return (edl if format is Format.EDL else otio)(pieces, title)

    def compose(
        self, kind: Kind, *, evidence: Sequence[Cited] = (), moment_ids: Sequence[str] = (),
        medium: str | None = None, start_ms: int = 0, end_ms: int | None = None, about: str = "",
        by_model: bool = True, file: str | None = None,
    ) -> Composition:
        """Write a summary, brief, script, quiz or chapter list whose every line is proven.

        Args:
            kind: What to write.
            evidence: What to write from, each with a number of its own; or else
            moment_ids: moments of the archive; or else
            medium: what was said (or, where nothing was, shown) in a medium
            start_ms: from here
            end_ms: up to here, its end when not given.
            about: What it is to be about.
            by_model: Whether the chat model may write.
            file: A text file to write it into, besides.
        """
        if kind is Kind.CHAPTERS:
            made = Composition(kind=kind, about=about, chapters=self.chapters(
                medium or self._only_medium(evidence)))
        else:
            items = evidence or (self.by_id(moment_ids) if moment_ids
                                 else self._told(medium, start_ms, end_ms))
            made = compose(kind, items, about=about, chat=self.models.chat if by_model else None)
        return written_down(made, self.outputs, file) if file else made

    def _told(self, medium: str | None, start_ms: int, end_ms: int | None) -> list[Cited]:
        """Return what was said in a span, or else shown, no more than can be written from."""
        if medium is None:
            raise BadInput("Name a medium, or give the evidence to write from.")
        known = self.medium(medium)
        until = max(known.duration_ms, start_ms + 1) if end_ms is None else end_ms
        for track in (Track.SPEECH, Track.SCREEN, Track.CAPTION):
            moments = self.catalogue.moments(known.id, tracks=(track,), unit=Unit.OBSERVATION,
                                             overlapping=(start_ms, until))
            if moments:
                return thinned([cited(n, each, known.name)
                                for n, each in enumerate(moments, start=1)])
        raise BadInput(f"Nothing was said or shown in {known.name} there. Choose another span.")

    def _only_medium(self, evidence: Sequence[Cited]) -> str:
        ids = {each.media_id for each in evidence}
        if len(ids) != 1:
            raise BadInput("Chapters are one medium's. Name it.")
        return ids.pop()
