"""``trikal search``: moments that match, best first, without a language model."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from trikal.app.options import ArchiveOption, JsonOption, MediaOption, time_option
from trikal.app.output import citation_line, console, hit, print_json
from trikal.app.session import Session, media_ids, open_session
from trikal.errors import BadInput
from trikal.indexes.intervals import EARLIEST_MS, LATEST_MS, Interval
from trikal.indexes.moment_search import Evidence
from trikal.indexes.protocol import MomentFilter
from trikal.moments import Track
from trikal.settings import load_settings
from trikal.tools.find import Finder, media_facts

app = typer.Typer()


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
    queries: Annotated[
        Path | None, typer.Option(help="A file of queries, one a line; one JSON line out for each.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Find moments by meaning and by words."""
    texts = _texts(query, queries)
    scope = MomentFilter(
        tracks=tuple(track or ()), speakers=tuple(speaker or ()), languages=tuple(language or ()),
        windows=_windows(time_option(from_, "--from"), time_option(to, "--to")),
    )
    with open_session(load_settings(archive=archive)) as session:
        scope = replace(scope, media_ids=media_ids(session.archive, media or []))
        results = _found(session, texts, scope, limit)
    if json or queries:
        for result in results:
            print_json([{key: value for key, value in each.items() if key != "name"}
                        for each in result])
    else:
        _show(results[0])


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
    return texts


def _windows(start_ms: int | None, end_ms: int | None) -> tuple[Interval, ...]:
    if start_ms is None and end_ms is None:
        return ()
    start = EARLIEST_MS if start_ms is None else start_ms
    end = LATEST_MS if end_ms is None else end_ms
    if end <= start:
        raise BadInput("--to must be later than --from.")
    return (Interval(start, end),)


def _found(
    session: Session, texts: list[str], scope: MomentFilter, limit: int
) -> list[list[dict[str, Any]]]:
    catalogue = session.archive.catalogue
    media = {medium.id: medium for medium in catalogue.media()}
    finder = Finder(session.index, session.models.embedder(),
                    media_facts(media.values()))

    def as_hits(found: list[Evidence]) -> list[dict[str, Any]]:
        return [{**hit(n, evidence, media), "name": _name(evidence, media)}
                for n, evidence in enumerate(found, start=1)]

    return [as_hits(found) for found in finder.search(texts, scope=scope, limit=limit)]


def _name(evidence: Evidence, media: dict[str, Any]) -> str:
    medium = media.get(evidence.moment.media_id)
    return medium.name if medium else evidence.moment.media_id[:12]


def _show(hits: list[dict[str, Any]]) -> None:
    if not hits:
        console.print("Nothing found. Widen the time window, or leave out --track or --media.")
    for each in hits:
        console.print(citation_line(each, each["name"]))
