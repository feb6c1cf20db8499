"""The toolbox: every tool over one open archive, the same for people, plans and models."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from trikal.catalogue import Catalogue, Medium
from trikal.errors import BadInput, ModelUnavailable
from trikal.indexes.found import Found
from trikal.indexes.intervals import Interval
from trikal.indexes.moment_search import Evidence
from trikal.indexes.protocol import EVERYTHING, MomentFilter
from trikal.indexes.temporal import TemporalQuery
from trikal.moments import Moment, Track, Unit
from trikal.serving.roles import Avatar, Describer, ScreenReader, Transcriber, Voice
from trikal.tools.arguments import ClipSpan
from trikal.tools.chapters import chapters
from trikal.tools.clip import make_reel
from trikal.tools.compose import compose, thinned, written_down
from trikal.tools.composition import Composition, Kind
from trikal.tools.edit_list import edl, otio
from trikal.tools.export import CHAPTERS, SUBTITLES, Format, write
from trikal.tools.find import Finder
from trikal.tools.footage import Footage, footage
from trikal.tools.frames import save_frames, spread
from trikal.tools.listen import LONGEST_CLOSELY_MS, check_language, listen
from trikal.tools.look import look
from trikal.tools.markdown import markdown
from trikal.tools.outputs import Outputs, written
from trikal.tools.read import read
from trikal.tools.recorded import check_length
from trikal.tools.results import (
    Chapter,
    Cited,
    Frames,
    Moments,
    Neighbours,
    Reel,
    Spoken,
    Written,
    cited,
)
from trikal.tools.say import (
    SOUND_SUFFIXES,
    TIMING_SUFFIXES,
    check_text,
    speech,
    stream,
    write_sound,
    write_timings,
)
from trikal.tools.show import (
    FILM_SUFFIXES,
    Presenter,
    portrait_mark,
    read_portrait,
    write_show,
)

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

    def keener_transcriber(self, language: str | None = None) -> Transcriber | None:
        """Give an asr model that hears better than the usual one, if one is ready."""

    def screen_reader(self) -> ScreenReader:
        """Give the ocr model."""

    def describer(self) -> Describer:
        """Give the vision model."""

    def voice(self, language: str = "en") -> Voice:
        """Give a voice for a language."""

    def avatar(self) -> Avatar:
        """Give the avatar model."""


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
        presenter: Whose face says what is to be shown; ``None`` for nobody's.
    """

    catalogue: Catalogue
    finder: Callable[[], Finder]
    models: ToolModels
    outputs: Outputs
    presenter: Presenter | None = None

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

    def look(
        self, medium: str, *, start_ms: int, end_ms: int | None = None, ask: str | None = None
    ) -> Moments:
        """Say what is seen at a time or over a span, or answer a question about it."""
        shot = self.footage(medium)
        shot.need_picture()
        shot.checked(start_ms, start_ms + 1 if end_ms is None else end_ms)
        return look(shot, self.models.describer(), start_ms=start_ms, end_ms=end_ms, ask=ask)

    def listen(
        self, medium: str, *, start_ms: int = 0, end_ms: int | None = None,
        language: str | None = None, model: str | None = None,
    ) -> Moments:
        """Transcribe a span again, with another model or in another language.

        Where no model is named, a short span is heard by a better one than usual if one is ready.
        """
        check_language(language)
        heard = self.footage(medium)
        heard.need_sound()
        start, end = heard.checked(start_ms, end_ms)
        short = model is None and end - start <= LONGEST_CLOSELY_MS
        keener = self.models.keener_transcriber(language) if short else None
        made = listen(heard, keener or self.models.transcriber(language, model=model),
                      start_ms=start_ms, end_ms=end_ms, language=language)
        if keener or not short:
            return made
        return made.model_copy(update={
            "words": f"{made.words}; no model that is ready here hears better"})

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
            return self._by_id(moment_ids)
        if medium is None:
            raise BadInput("Name a medium, or give the ids of moments.")
        known = self.medium(medium)
        moments = self.catalogue.moments(known.id, tracks=tracks, unit=Unit.OBSERVATION)
        return tuple(cited(n, each, known.name) for n, each in enumerate(moments, start=1))

    def _by_id(self, moment_ids: Sequence[str]) -> tuple[Cited, ...]:
        finder = self.finder()
        moments = [finder.moment(each) for each in moment_ids]
        return tuple(cited(n, each, self._name(each.media_id))
                     for n, each in enumerate(moments, start=1))

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

    def clip(
        self, spans: Sequence[ClipSpan], *, file: str | None = None,
        captions: bool = True,
    ) -> Reel:
        """Cut stretches of media and join them into one file.

        Args:
            spans: The stretches, in the order in which they play.
            file: The file's name; a free one when not given.
            captions: Whether what is said there comes along, as subtitles to switch on.
        """
        shots = [(self.footage(each.medium), each.start_ms, each.end_ms) for each in spans]
        said = self.catalogue.moments if captions else None
        return make_reel(shots, self.outputs, file=file, said=said)

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
            items = evidence or (self._by_id(moment_ids) if moment_ids
                                 else self._told(medium, start_ms, end_ms))
            made = compose(kind, items, about=about, chat=self.models.chat if by_model else None)
        return written_down(made, self.outputs, file) if file else made

    def say(
        self, text: str, *, language: str = "en", file: str | None = None,
        timings: str | None = None,
    ) -> Spoken:
        """Say a text into a sound file, and when each word is said into another."""
        check_language(language)
        check_text(text)
        target = self.outputs.place(file or ".wav", SOUND_SUFFIXES)
        beside = self.outputs.place(timings, TIMING_SUFFIXES) if timings else None
        voice = self.models.voice(language)
        others = self.models.voice
        with written(target, force=self.outputs.force) as part:
            sound = write_sound(
                stream(text, voice, language, others=others), part, voice=voice.name)
        if beside:
            write_timings(sound, beside, force=self.outputs.force)
        return Spoken(path=target, duration_ms=sound.duration_ms, voice=voice.name,
                      timings=beside)

    def show(self, text: str, *, language: str = "en", file: str | None = None) -> Spoken:
        """Let the settings' portrait say a text, marked as synthetic.

        Raises:
            ModelUnavailable: No portrait is set, or no model fills the role avatar here.
        """
        check_language(language)
        check_text(text)
        if self.presenter is None:
            raise ModelUnavailable("No portrait is set for an avatar, so nobody can be shown "
                                   "saying this. Set TRIKAL_PORTRAIT, or have it said instead.")
        portrait = read_portrait(self.presenter)
        target = self.outputs.place(file or ".mp4", FILM_SUFFIXES)
        avatar, voice = self.models.avatar(), self.models.voice(language)
        sound = speech(text, voice, language, others=self.models.voice)
        check_length(sound)
        with written(target, force=self.outputs.force) as part:
            write_show(avatar, portrait, sound, part)
        return Spoken(path=target, duration_ms=sound.duration_ms, voice=voice.name)

    def portrait_mark(self) -> str:
        """Return what tells the portrait of the settings from every other; empty where none is."""
        return portrait_mark(self.presenter) if self.presenter else ""

    def moment_at(self, medium: str, time_ms: int, track: Track = Track.SPEECH) -> Moment:
        """Return the observation that stands at a time, else the nearest one.

        Raises:
            BadInput: The medium has none on that track.
        """
        known = self.medium(medium)
        moments = self.catalogue.moments(known.id, tracks=(track,), unit=Unit.OBSERVATION)
        if not moments:
            raise BadInput(f"{known.name} has no moments on the track {track}. Choose another "
                           "track.")
        instant = Interval.at(time_ms)
        return min(moments, key=lambda each: Interval.of(each).gap_ms(instant))

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
        return tuple(cited(n, each.moment, self._name(each.moment.media_id),
                           original=each.original)
                     for n, each in enumerate(evidence, start=1))

    def _name(self, media_id: str) -> str:
        medium = self.catalogue.medium(media_id)
        return medium.name if medium else media_id[:12]
