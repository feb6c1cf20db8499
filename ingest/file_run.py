"""One file on its way through ingest: its clock, its notes and its journal."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import JsonValue

from trikal.catalogue import Catalogue, Medium
from trikal.errors import BadInput, ModelError
from trikal.ingest.events import Event, FileReport, Stage, StageProgress, Status
from trikal.ingest.parts import Parts
from trikal.ingest.seen import Part
from trikal.moments import Moment


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What one stage observed: all that its commit needs."""

    source: str
    moments: tuple[Moment, ...] = ()
    detail: dict[str, JsonValue] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


class FileRun:
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

    def known(self) -> Medium:
        """Return the file's medium; it has been identified."""
        assert self.medium is not None
        return self.medium

    def run(self, stages: Callable[["FileRun"], None]) -> FileReport:
        """Run the file through stages and report how it ended."""
        started = time.perf_counter()
        error: str | None = None
        try:
            stages(self)
        except (BadInput, ModelError) as exc:
            error = str(exc)
        return self.report(time.perf_counter() - started, error)

    @contextmanager
    def stage(self, stage: Stage) -> Iterator[None]:
        """Time a stage and tell that it has begun."""
        self.tell(stage, 0, 0)
        started = time.perf_counter()
        yield
        self._seconds[stage] = time.perf_counter() - started

    def once(self, stage: Stage, observe: Callable[[], Seen | None]) -> None:
        """Run a stage unless the journal has it, and commit what it observed.

        A stage that could not run for want of a model stays open, for the day it can.
        """
        if self._catalogue.stage(self.known().id, stage):
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

    def _commit(self, stage: Stage, seen: Seen) -> None:
        self._catalogue.finish_stage(
            self.known().id, stage, source=seen.source, moments=seen.moments,
            detail={**seen.detail, "notes": list(seen.notes)},
        )
        self._notes += seen.notes
        self._committed = True

    def watched(self, what: str) -> Any:
        """Return what the stage watch found: ``shots`` or ``changes``."""
        record = self._catalogue.stage(self.known().id, Stage.WATCH)
        assert record is not None
        return record.detail[what]

    def progress(self, stage: Stage) -> Callable[[int], None]:
        """Return a callback that tells how far a stage has come on the media clock."""
        total = self.known().duration_ms
        return lambda done: self.tell(stage, done, total)

    def tell(self, stage: Stage, done: int, total: int) -> None:
        """Tell whoever watches how far a stage has come."""
        self._on_event(StageProgress(path=self.path, stage=stage, done=done, total=total))

    def report(self, seconds: float, error: str | None = None) -> FileReport:
        """Say how the file ended."""
        worked = self._committed or Stage.STORE in self._seconds
        done = Status.DONE if worked else Status.UNCHANGED
        return FileReport(
            path=self.path, status=Status.FAILED if error else done, seconds=seconds, error=error,
            media_id=self.medium.id if self.medium else None,
            duration_ms=self.medium.duration_ms if self.medium else 0,
            stage_seconds=self._seconds, notes=tuple(self._notes),
            moments=self._catalogue.count_moments(self.medium.id) if self.medium else 0,
        )
