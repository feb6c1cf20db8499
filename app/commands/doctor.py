"""``trikal doctor``: what works on this machine, and what to do about what does not."""

import os
import platform
import shutil
from collections.abc import Iterator

import av
import typer
from rich.markup import escape

from trikal.app.findings import Finding, avatar_findings
from trikal.app.options import ArchiveOption, JsonOption
from trikal.app.output import console, print_json
from trikal.archive import open_archive
from trikal.errors import ArchiveMissing, TrikalError
from trikal.serving.models import Models
from trikal.serving.roles import Role
from trikal.settings import Settings, load_settings

app = typer.Typer()

_NEEDED = frozenset({Role.ASR, Role.TEXT_EMBEDDING, Role.CHAT, Role.OCR, Role.TTS})
_ROOM_BYTES = 2 * 1024**3


_MARKS = {"ok": "[green]✓[/green]", "missing": "[yellow]–[/yellow]", "broken": "[red]✗[/red]"}


@app.command()
def doctor(archive: ArchiveOption = None, json: JsonOption = False) -> None:
    """Look at models, libraries, disk and archive; say what to do about what is wrong."""
    settings = load_settings(archive=archive)
    findings = [*_machine(settings), *_roles(settings), _archive(settings)]
    if json:
        print_json([vars(finding) for finding in findings])
    else:
        for finding in findings:
            console.print(f"{_MARKS[finding.state]} {finding.what}: {escape(finding.detail)}")
    if any(finding.state == "broken" for finding in findings):
        raise typer.Exit(1)


def _machine(settings: Settings) -> Iterator[Finding]:
    yield Finding(what="machine", state="ok",
                  detail=f"Python {platform.python_version()}, {os.cpu_count()} cores, "
                         f"{platform.system()} {platform.machine()}")
    codec = ".".join(str(part) for part in av.library_versions["libavcodec"])
    yield Finding(what="decoding", state="ok",
                  detail=f"PyAV {av.__version__}, libavcodec {codec}")
    folder = next(p for p in (settings.cache_dir, *settings.cache_dir.parents) if p.exists())
    free = shutil.disk_usage(folder).free
    yield Finding(what="disk", state="ok" if free > _ROOM_BYTES else "broken",
                  detail=f"{free / 1024**3:.1f} GiB free for weights in {settings.cache_dir}"
                         + ("" if free > _ROOM_BYTES else "; free 2 GiB or set TRIKAL_CACHE_DIR"))


def _roles(settings: Settings) -> Iterator[Finding]:
    with Models(settings) as models:
        for report in models.describe_roles():
            if report.missing is None:
                yield Finding(what=report.role, state="ok",
                              detail=f"{report.model} on {report.backend} ({report.why})")
            else:
                state = "broken" if report.role in _NEEDED else "missing"
                yield Finding(what=report.role, state=state, detail=report.missing)
        yield from avatar_findings(settings, models)


def _archive(settings: Settings) -> Finding:
    try:
        with open_archive(settings.archive) as archive:
            media = len(archive.catalogue.media())
            moments = archive.catalogue.count_moments()
            waiting = archive.catalogue.count_moments(indexed=False)
    except ArchiveMissing as exc:
        return Finding(what="archive", state="missing", detail=str(exc))
    except TrikalError as exc:
        return Finding(what="archive", state="broken", detail=str(exc))
    todo = f", {waiting} still to embed: run the same trikal ingest again" if waiting else ""
    return Finding(what="archive", state="ok",
                   detail=f"{settings.archive}: {media} media, {moments} moments{todo}")
