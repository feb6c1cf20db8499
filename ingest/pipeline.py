"""The pipeline: files go in, moments come out, and every stage is journalled.

identify → listen → watch → read → describe → embed → store. A finished stage is never run again for
the same bytes; a broken file is reported and the rest go on.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from pydantic import JsonValue

from trikal.catalogue import Catalogue, Medium
from trikal.errors import BadInput, ModelError, ModelUnavailable
from trikal.indexes.opening import claim_images
from trikal.indexes.protocol import MomentIndex
from trikal.ingest.events import Event, FileReport, Stage, StageProgress, Status
from trikal.ingest.identify import identify
from trikal.ingest.listen import Heard, listen, listen_to_text
from trikal.ingest.look import read
from trikal.ingest.parts import Parts
from trikal.ingest.seen import Part, describe, embed_frames
from trikal.ingest.store import store
from trikal.media.probe import MediaInfo, probe
from trikal.media.shots import watch
from trikal.moments import Moment
from trikal.serving.roles import Describer, Embedder, ImageEmbedder, ScreenReader, Transcriber


class IngestModels(Protocol):
    """The models that the pipeline asks for, each only when a file needs it."""

    def transcriber(self) -> Transcriber:
        """Give the asr model."""

    def screen_reader(self) -> ScreenReader:
        """Give the ocr model."""

    def describer(self) -> Describer:
        """Give the vision model."""

    def embedder(self) -> Embedder:
        """Give the text-embedding model."""

    def image_embedder(self) -> ImageEmbedder:
        """Give the image-embedding model."""


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """What one stage observed: all that its commit needs."""

    source: str
    moments: tuple[Moment, ...] = ()
    detail: dict[str, JsonValue] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


class Pipeline:
    """Ingests files into one archive.

    Args:
        catalogue: The archive's catalogue.
        index: The archive's index.
        models: Where models come from.
        on_event: Called with every progress event and file report.
        language: BCP-47 tag of all speech; detected for each file when not given.
        transcribe_anyway: Listen with the model even where there are subtitles.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        index: MomentIndex,
        models: IngestModels,
        *,
        on_event: Callable[[Event], None] = lambda event: None,
        language: str | None = None,
        transcribe_anyway: bool = False,
    ) -> None:
        self._catalogue = catalogue
        self._index = index
        self._models = models
        self._on_event = on_event
        self._language = language
        self._transcribe_anyway = transcribe_anyway

    def run(self, paths: Sequence[Path]) -> list[FileReport]:
        """Ingest the files one after the other.

        Returns:
            One report a file, in order; a file that fails is reported and the rest go on.

        Raises:
            ArchiveError: The archive cannot be written.
        """
        reports = []
        for path in paths:
            report = _FileRun(path, self._catalogue, self._on_event).run(self)
            self._on_event(report)
            reports.append(report)
        self._index.optimize()
        return reports

    def ingest(self, run: "_FileRun") -> None:
        """Take one file through all the stages that are still to do."""
        with run.stage(Stage.IDENTIFY):
            medium = identify(run.path, self._catalogue)
        run.medium = medium
        if medium.kind == "text":
            run.once(Stage.LISTEN, lambda: _heard(listen_to_text(run.path, medium)))
        else:
            self._observe(run, medium)
        self._store(run, medium)

    def _observe(self, run: "_FileRun", medium: Medium) -> None:
        info = _info_of(run.path, medium)
        image_embedder = self._image_embedder() if info.video else None
        run.once(Stage.LISTEN, lambda: _heard(listen(
            run.path, info, medium, self._models.transcriber, language=self._language,
            transcribe_anyway=self._transcribe_anyway, on_progress=run.progress(Stage.LISTEN),
        )))
        if info.video:
            run.once(Stage.WATCH, lambda: _watched(run, info))
            run.once(Stage.READ, lambda: self._read(run, info, medium))
            self._describe(run, info, medium)
            if image_embedder:
                self._embed(run, info, medium, image_embedder)

    def _read(self, run: "_FileRun", info: MediaInfo, medium: Medium) -> _Seen | None:
        try:
            reader = self._models.screen_reader()
        except ModelUnavailable as exc:
            run.skipped(f"screen not read: {exc}")
            return None
        moments = read(run.path, info, medium, run.watched("changes"), reader,
                       on_progress=run.progress(Stage.READ))
        return _Seen(source=reader.name, moments=tuple(moments))

    def _describe(self, run: "_FileRun", info: MediaInfo, medium: Medium) -> None:
        try:
            describer = self._models.describer()
        except ModelUnavailable:
            if not self._catalogue.stage(medium.id, Stage.DESCRIBE):
                run.skipped("pictures not described: no vision model (set TRIKAL_VISION_URL, or "
                            'pip install "trikal[torch]" for tags)')
            return
        run.in_parts(
            Parts(self._catalogue, self._index, medium, Stage.DESCRIBE, lambda: describer.name),
            lambda from_ms: describe(run.path, info, medium, run.watched("shots"), describer,
                                     from_ms=from_ms, on_progress=run.progress(Stage.DESCRIBE)))

    def _embed(
        self, run: "_FileRun", info: MediaInfo, medium: Medium, embedder: ImageEmbedder
    ) -> None:
        run.in_parts(
            Parts(self._catalogue, self._index, medium, Stage.EMBED,
                  lambda: embedder.fingerprint),
            lambda from_ms: embed_frames(run.path, info, medium, run.watched("shots"), embedder,
                                         from_ms=from_ms, on_progress=run.progress(Stage.EMBED)))

    def _image_embedder(self) -> ImageEmbedder | None:
        """Give the image-embedding model, if there is one and the archive's frames are its own."""
        try:
            embedder = self._models.image_embedder()
        except ModelUnavailable:
            return None
        claim_images(self._catalogue, embedder.fingerprint)
        return embedder

    def _store(self, run: "_FileRun", medium: Medium) -> None:
        if not self._catalogue.count_moments(medium.id, indexed=False):
            return
        with run.stage(Stage.STORE):
            store(self._catalogue, self._index, self._models.embedder(), medium.id,
                  on_progress=lambda done, total: run.tell(Stage.STORE, done, total))


class _FileRun:
    """One file on its way through the pipeline: its clock, its notes and its journal."""

    def __init__(
        self, path: Path, catalogue: Catalogue, on_event: Callable[[Event], None]
    ) -> None:
        self.path = path
        self.medium: Medium | None = None
        self._catalogue = catalogue
        self._on_event = on_event
        self._seconds: dict[str, float] = {}
        self._notes: list[str] = []
        self._committed = False

    def run(self, pipeline: Pipeline) -> FileReport:
        """Run the file through the pipeline and report how it ended."""
        started = time.perf_counter()
        error: str | None = None
        try:
            pipeline.ingest(self)
        except (BadInput, ModelError) as exc:
            error = str(exc)
        return self._report(time.perf_counter() - started, error)

    @contextmanager
    def stage(self, stage: Stage) -> Iterator[None]:
        """Time a stage and tell that it has begun."""
        self.tell(stage, 0, 0)
        started = time.perf_counter()
        yield
        self._seconds[stage] = time.perf_counter() - started

    def once(self, stage: Stage, observe: Callable[[], _Seen | None]) -> None:
        """Run a stage unless the journal has it, and commit what it observed.

        A stage that could not run for want of a model stays open, for the day it can.
        """
        assert self.medium is not None
        if self._catalogue.stage(self.medium.id, stage):
            return
        with self.stage(stage):
            seen = observe()
            if seen:
                self._commit(stage, seen)

    def in_parts(
        self, parts: Parts, observe: Callable[[int | None], Iterable[Part]]
    ) -> None:
        """Run a long stage, or the rest of it; where its model fails, what there is is kept.

        What other stages found does not depend on it, so the file goes on.
        """
        if not parts.is_open():
            return
        with self.stage(parts.stage):
            try:
                for part in observe(parts.begin()):
                    parts.keep(part)
                    self._committed = True
                parts.finish()
                self._committed = True
            except ModelError as exc:
                self.skipped(f"stage {parts.stage} stopped at {parts.reached()}; what it found is "
                             f"kept, and the same command goes on there: {exc}")

    def skipped(self, note: str) -> None:
        """Note that a stage cannot run now."""
        self._notes.append(note)

    def _commit(self, stage: Stage, seen: _Seen) -> None:
        assert self.medium is not None
        self._catalogue.finish_stage(
            self.medium.id, stage, source=seen.source, moments=seen.moments,
            detail={**seen.detail, "notes": list(seen.notes)},
        )
        self._notes += seen.notes
        self._committed = True

    def watched(self, what: str) -> Any:
        """Return what the stage watch found: ``shots`` or ``changes``."""
        assert self.medium is not None
        record = self._catalogue.stage(self.medium.id, Stage.WATCH)
        assert record is not None
        return record.detail[what]

    def progress(self, stage: Stage) -> Callable[[int], None]:
        """Return a callback that tells how far a stage has come on the media clock."""
        assert self.medium is not None
        total = self.medium.duration_ms
        return lambda done: self.tell(stage, done, total)

    def tell(self, stage: Stage, done: int, total: int) -> None:
        """Tell whoever watches how far a stage has come."""
        self._on_event(StageProgress(path=self.path, stage=stage, done=done, total=total))

    def _report(self, seconds: float, error: str | None) -> FileReport:
        worked = self._committed or Stage.STORE in self._seconds
        done = Status.DONE if worked else Status.UNCHANGED
        return FileReport(
            path=self.path, status=Status.FAILED if error else done, seconds=seconds, error=error,
            media_id=self.medium.id if self.medium else None,
            duration_ms=self.medium.duration_ms if self.medium else 0,
            stage_seconds=self._seconds, notes=tuple(self._notes),
            moments=self._catalogue.count_moments(self.medium.id) if self.medium else 0,
        )


def _info_of(path: Path, medium: Medium) -> MediaInfo:
    return MediaInfo.model_validate({**medium.info, "path": path}) if medium.info else probe(path)


def _heard(heard: Heard) -> _Seen:
    return _Seen(source=heard.source, moments=heard.moments, notes=heard.notes)


def _watched(run: _FileRun, info: MediaInfo) -> _Seen:
    seen = watch(run.path, info=info, on_progress=run.progress(Stage.WATCH))
    return _Seen(source="scenedetect", detail={
        "shots": [[shot.start_ms, shot.end_ms] for shot in seen.shots],
        "changes": list(seen.changes),
    })
