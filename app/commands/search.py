"""``trikal search``: moments that match, best first, without a language model."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from trikal.app.explaining import print_steps, said_value
from trikal.app.frames import FrameSearch
from trikal.app.options import ArchiveOption, JsonOption, MediaOption, time_option
from trikal.app.output import citation_line, console, hit, part, part_lines, print_json
from trikal.app.session import Session, media_ids, open_session
from trikal.errors import BadInput
from trikal.graph.weighing.support import resembles
from trikal.indexes.found import Found
from trikal.indexes.intervals import EARLIEST_MS, LATEST_MS, Interval
from trikal.indexes.moment_search import Evidence
from trikal.indexes.phrases import plain_words
from trikal.indexes.protocol import MomentFilter
from trikal.indexes.rules import Reading, read_question
from trikal.indexes.temporal import Ask, Scope
from trikal.indexes.trace import Step, StepKind, place_words
from trikal.media.picture import read_picture
from trikal.moments import Track, Unit
from trikal.settings import load_settings
from trikal.tools.by_reranker import Ranked, search_ranked
from trikal.tools.find import Finder, media_facts, vocabulary
from trikal.tools.own_letters import searched, searched_text

app = typer.Typer()

_WIDEN = " Widen the time window, or leave out --track, --media, --speaker or --language."


@app.command()
def search(
    query: Annotated[str | None, typer.Argument(help="What to look for.")] = None,
    archive: ArchiveOption = None,
    media: MediaOption = None,
    track: Annotated[
        list[Track] | None, typer.Option(help="Only this track; may be repeated.")
    ] = None,
    from_: Annotated[
        str | None, typer.Option("--from", help="Only from this time on, like 1:05.")
    ] = None,
    to: Annotated[str | None, typer.Option(help="Only up to this time, like 4:30.")] = None,
    speaker: Annotated[list[str] | None, typer.Option(help="Only this speaker.")] = None,
    language: Annotated[list[str] | None, typer.Option(help="Only this language.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many moments.")] = 10,
    image: Annotated[
        Path | None, typer.Option(help="Find frames that look like this picture, instead.")
    ] = None,
    queries: Annotated[
        Path | None, typer.Option(help="A file of queries, one a line; one JSON line out for each.")
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show how the query was read and what was done.")
    ] = False,
    plain: Annotated[
        bool, typer.Option("--plain", help="Look for the query as it stands; read no time in it.")
    ] = False,
    spans: Annotated[
        bool, typer.Option("--spans", help="Find whole parts, each with a start and an end.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Find moments by meaning, by words and by time: "the fuel cells after the launch".

    A query that somebody says word for word is looked for as it stands. "The part about the fuel
    cells", or any query with --spans, gives parts: from where to where, and what proves it. With
    --track frame the query says what is to be seen, where the model for image-embedding reads
    text too.
    """
    if plain and spans:
        raise BadInput("Give either --plain, which reads nothing into a query, or --spans.")
    if image and (query or queries):
        raise BadInput("Give either a query or --image PICTURE.")
    texts = [] if image else _texts(query, queries)
    picture = read_picture(image) if image else None
    scope = MomentFilter(
        tracks=tuple(track or ()), speakers=tuple(speaker or ()), languages=tuple(language or ()),
        windows=_windows(time_option(from_, "--from"), time_option(to, "--to")),
    )
    with open_session(load_settings(archive=archive)) as session:
        scope = replace(scope, media_ids=media_ids(session.archive, media or []))
        if picture is not None or scope.tracks == (Track.FRAME,):
            frames = FrameSearch(session, scope, limit)
            frames.print([frames.like(picture)] if picture is not None else frames.showing(texts),
                         json=json or queries is not None)
            return
        search = _Search(session, scope, limit, plain=plain, spans=spans)
        results = search.answer(texts)
        if json or queries:
            for result in results:
                print_json(search.hits(result))
        else:
            search.show(results[0], explain=explain)


def _texts(query: str | None, queries: Path | None) -> list[str]:
    if (query is None) == (queries is None):
        raise BadInput("Give either a query or --queries FILE.")
    if queries is None:
        texts = [query or ""]
    else:
        try:
            texts = queries.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as exc:
            raise BadInput(f"{queries} cannot be read ({exc}). Give a UTF-8 text file.") from exc
    if not all(text.strip() for text in texts) or not texts:
        raise BadInput("A query is empty. Write one query a line, without empty lines.")
    for text in texts:
        if not plain_words(text):
            raise BadInput(f"“{text}” has no word in it. Say in words what to look for.")
    return texts


def _absence(found: Found) -> str:
    """Say why nothing was found, and what the question's events were taken to be."""
    taken = "; ".join(f"“{each.text}” was taken to be {place_words(each.evidence[0].moment)}"
                      for each in found.taken if each.text and each.evidence)
    reason = found.absent or "nothing is like it"
    return f"{reason} ({taken})" if taken else reason


def _windows(start_ms: int | None, end_ms: int | None) -> tuple[Interval, ...]:
    if start_ms is None and end_ms is None:
        return ()
    start = EARLIEST_MS if start_ms is None else start_ms
    end = LATEST_MS if end_ms is None else end_ms
    if end <= start:
        raise BadInput("--to must be later than --from.")
    return (Interval(start, end),)


@dataclass(frozen=True, kw_only=True)
class _Result:
    """What one query found, and how it was read; its text, if it says nothing of time.

    Of such a text there is also what is nearest, in the order of the search: by that it is told
    whether anything is like it, whatever a reranker puts first.
    """

    words: str
    found: Found
    ask: Ask = Ask.MOMENTS
    text: str = ""
    nearest: tuple[Evidence, ...] = ()


def _untimed(text: str, ranked: Ranked) -> _Result:
    steps = (Step(kind=StepKind.NOTE, words=ranked.order.words()),) if ranked.order else ()
    return _Result(words=f"find “{text}”", found=Found(evidence=ranked.evidence, steps=steps),
                   text=searched_text(text), nearest=ranked.nearest)


class _Search:
    """Answers queries over one archive."""

    def __init__(
        self, session: Session, scope: MomentFilter, limit: int, *, plain: bool, spans: bool
    ) -> None:
        catalogue = session.archive.catalogue
        self._media = {medium.id: medium for medium in catalogue.media()}
        self._finder = Finder(session.index, session.models.embedder(),
                              media_facts(self._media.values()))
        self._relevance = session.relevance()
        self._reranker = session.models.reranker
        self._index = session.index
        self._names = vocabulary(catalogue)
        self._scope, self._limit, self._plain, self._spans = scope, limit, plain, spans

    def answer(self, texts: Sequence[str]) -> list[_Result]:
        """Answer queries; those that say nothing of time in one batch."""
        readings = [self._reading(text) for text in texts]
        plain = [text for text, reading in zip(texts, readings, strict=True) if reading is None]
        found = iter(search_ranked(self._finder, plain, self._reranker, scope=self._scope,
                                   limit=self._limit))
        return [_untimed(text, next(found)) if reading is None else self._timed(reading)
                for text, reading in zip(texts, readings, strict=True)]

    def hits(self, result: _Result) -> list[dict[str, Any]]:
        """Return what was found as citation objects, or the parts with theirs."""
        if result.found.parts:
            return [part(n, each, self._media)
                    for n, each in enumerate(result.found.parts, start=1)]
        return [hit(n, each, self._media) for n, each in enumerate(result.found.evidence, start=1)]

    def show(self, result: _Result, *, explain: bool) -> None:
        """Print what was found for a person."""
        hits = self.hits(result)
        if result.found.value is not None:
            console.print(f"[bold]{said_value(result.found.value, result.ask)}[/bold]")
        for each in hits:
            line = part_lines if result.found.parts else citation_line
            console.print(line(each, self._name(each["media_id"])))
        self._doubt_likeness(result)
        if not hits:
            console.print(f"Nothing found: {escape(_absence(result.found))}."
                          f"{_WIDEN if self._is_narrowed() else ''}")
        for doubt in result.found.doubts:
            console.print(f"[yellow]{escape(doubt.words)}[/yellow] "
                          f"{escape(' | '.join(doubt.choices))}")
        if explain:
            print_steps(result.words, [step.as_data() for step in result.found.steps], hits,
                        self._media)

    def _is_narrowed(self) -> bool:
        """Whether options leave some of the archive out."""
        scope = self._scope
        return any((scope.media_ids, scope.tracks, scope.windows, scope.speakers, scope.languages))

    def _doubt_likeness(self, result: _Result) -> None:
        """Say so where the nearest moments are not near: a search by meaning always finds some."""
        plain = result.text and result.nearest
        if plain and not resembles(result.text, result.nearest, self._relevance):
            console.print("[yellow]Nothing in the archive is much like it; these are the nearest "
                          "moments.[/yellow]")

    def _reading(self, text: str) -> Reading | None:
        """Read a query; ``None`` when it says nothing of time, or is a quotation itself."""
        reading = read_question(text, self._names)
        query = reading.query
        if self._spans:
            return replace(reading, query=query.model_copy(update={
                "ask": Ask.SPANS, "target": searched_text(query.target or text)}))
        timed = (query.constraints or query.ordinal is not None or query.verbatim
                 or query.scope != Scope() or query.ask is not Ask.MOMENTS or reading.problem)
        if self._plain or not timed:
            return None
        quoted = self._index.count(replace(self._scope, phrase=text, units=(Unit.OBSERVATION,)))
        return None if quoted else replace(reading, query=searched(query, text))

    def _timed(self, reading: Reading) -> _Result:
        if reading.problem:
            return _Result(words="", found=Found(evidence=(), absent=reading.problem.rstrip(".")))
        found = self._finder.find(reading.query, scope=self._scope, limit=self._limit)
        return _Result(words=reading.query.words(), found=self._checked(found),
                       ask=reading.query.ask)

    def _checked(self, found: Found) -> Found:
        """Drop what hangs on an event that is not there: the nearest to it is something else."""
        for taken in found.taken:
            if taken.text and not resembles(taken.text, taken.evidence, self._relevance):
                absent = f"nothing in the archive is like “{taken.text}”"
                return Found(evidence=(), steps=found.steps, taken=found.taken, absent=absent)
        return found

    def _name(self, media_id: str) -> str:
        medium = self._media.get(media_id)
        return medium.name if medium else media_id[:12]
