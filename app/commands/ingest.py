"""``trikal ingest``: files, folders and globs into the archive."""

from typing import Annotated

import typer

from trikal.app.options import ArchiveOption, JsonOption
from trikal.app.output import errors, print_json
from trikal.app.progress import ProgressView
from trikal.app.session import open_session
from trikal.ingest.events import Event, FileReport, Status
from trikal.ingest.pipeline import Pipeline
from trikal.ingest.sources import expand
from trikal.settings import load_settings
from trikal.tools.relevance import Relevance, cohort_cache

app = typer.Typer()


@app.command()
def ingest(
    files: Annotated[
        list[str], typer.Argument(help="Media files, subtitle files, folders or globs.")
    ],
    archive: ArchiveOption = None,
    language: Annotated[
        str | None, typer.Option(help="Language of the speech (BCP-47); detected when not given.")
    ] = None,
    transcribe: Annotated[
        bool, typer.Option("--transcribe", help="Listen even where there are subtitles.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Take media into the archive; files that are in it already are left alone."""
    settings = load_settings(archive=archive, language=language)
    paths = expand(files)
    with open_session(settings, create=True) as session, ProgressView(paths, quiet=json) as view:
        pipeline = Pipeline(
            session.archive.catalogue, session.index, session.models,
            on_event=_print_event if json else view.show, language=settings.language,
            transcribe_anyway=transcribe, translates=settings.translate,
            diarises=settings.diarise,
        )
        reports = pipeline.run(paths)
        embedder = session.models.embedder()
        Relevance(embedder, cohort_cache(settings, embedder.fingerprint)).prepare()
    if not json:
        errors.print(_summary(reports))
    if any(report.status is Status.FAILED for report in reports):
        raise typer.Exit(1)


def _print_event(event: Event) -> None:
    kind = "file" if isinstance(event, FileReport) else "progress"
    print_json({"event": kind, **event.model_dump(mode="json")})


def _summary(reports: list[FileReport]) -> str:
    if len(reports) == 1 and reports[0].status is Status.UNCHANGED:
        return "Nothing to do: the archive has this file already."
    counts = {status: sum(r.status is status for r in reports) for status in Status}
    parts = [f"{count} {status}" for status, count in counts.items() if count]
    return f"{', '.join(parts)}."


