"""Opening the toolbox for a command: the index and the models only when a tool wants them."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

from rich.markup import escape

from trikal.app.output import citation_line, console
from trikal.archive import open_archive
from trikal.errors import BadInput
from trikal.indexes.opening import open_index
from trikal.serving.models import Models
from trikal.settings import load_settings
from trikal.timecode import format_timecode, parse_timecode
from trikal.tools.arguments import ClipSpan
from trikal.tools.find import Finder, media_facts
from trikal.tools.outputs import Anywhere
from trikal.tools.results import Cited, Moments
from trikal.tools.toolbox import Toolbox


@contextmanager
def open_tools(archive: Path | None, *, force: bool = False) -> Iterator[Toolbox]:
    """Hold an archive's tools open for the length of a ``with`` block.

    Args:
        archive: The archive's folder; the settings' when not given.
        force: Whether what exists may be overwritten.

    Raises:
        ArchiveError: The archive cannot be opened.
    """
    settings = load_settings(archive=archive)
    with ExitStack() as stack:
        opened = stack.enter_context(open_archive(settings.archive))
        models = stack.enter_context(Models(settings))

        @cache
        def finder() -> Finder:
            embedder = models.embedder()
            index = stack.enter_context(open_index(
                opened, settings, fingerprint=embedder.fingerprint,
                dimensions=embedder.dimensions))
            return Finder(index, embedder, media_facts(opened.catalogue.media()))

        # Whoever types a path may write there.
        yield Toolbox(catalogue=opened.catalogue, finder=finder, models=models,
                      reranker=models.reranker, outputs=Anywhere(force=force))


def print_moments(moments: Moments) -> None:
    """Print moments for a person, or why there are none."""
    for each in moments.moments:
        print_cited(each)
    if moments.absent:
        console.print(f"{escape(moments.absent[0].upper() + moments.absent[1:])}.")


def print_cited(moment: Cited) -> None:
    """Print one moment with its place."""
    console.print(citation_line(moment.model_dump(mode="json"), moment.name))


def span_of(text: str) -> ClipSpan:
    """Read a stretch like ``talk.mp4@1:05-1:20``.

    Raises:
        BadInput: It is none.
    """
    name, _, times = text.rpartition("@")
    start, _, end = times.replace("–", "-").partition("-")
    try:
        return ClipSpan(medium=name, start_ms=parse_timecode(start), end_ms=parse_timecode(end))
    except ValueError as exc:
        raise BadInput(f"{text!r} is no stretch of a medium. Write one like "
                       "talk.mp4@1:05-1:20.") from exc


def place(span: Cited) -> str:
    """Say where a moment is."""
    return f"{span.name} {format_timecode(span.start_ms)}–{format_timecode(span.end_ms)}"
