"""The pipeline: files go in, moments come out, and every stage is journalled.

identify → listen → translate → watch → read → describe → embed → store. A finished stage is never
run again for the same bytes; a broken file is reported and the rest go on.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from trikal.catalogue import Catalogue, Medium
from trikal.errors import ModelUnavailable
from trikal.indexes.opening import claim_images
from trikal.indexes.protocol import MomentIndex
from trikal.ingest.events import Event, FileReport, Stage
from trikal.ingest.file_run import FileRun, Seen
from trikal.ingest.identify import identify
from trikal.ingest.listen import Heard, listen, listen_to_text
from trikal.ingest.look import read
from trikal.ingest.parts import Parts
from trikal.ingest.seen import describe, embed_frames
from trikal.ingest.store import store
from trikal.ingest.translate import translate
from trikal.media.probe import MediaInfo, probe
from trikal.media.shots import watch
from trikal.moments import Track, Unit
from trikal.serving.roles import (
    Describer,
    Diariser,
    Embedder,
    ImageEmbedder,
    ScreenReader,
    Transcriber,
    Translator,
)
from trikal.tools.translate import is_foreign


class IngestModels(Protocol):
    """The models that the pipeline asks for, each only when a file needs it."""

    def transcriber(self) -> Transcriber:
        """Give the asr model."""

    def diariser(self) -> Diariser:
        """Give the diarisation model."""

    def screen_reader(self) -> ScreenReader:
        """Give the ocr model."""

    def describer(self) -> Describer:
        """Give the vision model."""

    def embedder(self) -> Embedder:
        """Give the text-embedding model."""

    def image_embedder(self) -> ImageEmbedder:
        """Give the image-embedding model."""


class Pipeline:
    """Ingests files into one archive.

    Args:
        catalogue: The archive's catalogue.
        index: The archive's index.
        models: Where models come from.
        on_event: Called with every progress event and file report.
        language: BCP-47 tag of all speech; detected for each file when not given.
        transcribe_anyway: Listen with the model even where there are subtitles.
        translates: Translate what the model heard in other languages into English too.
        diarises: Tell the voices apart that the model heard, where a model for that is here.
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
        translates: bool = True,
        diarises: bool = True,
    ) -> None:
        self._catalogue = catalogue
        self._index = index
        self._models = models
        self._on_event = on_event
        self._language = language
        self._transcribe_anyway = transcribe_anyway
        self._translates = translates
        self._diarises = diarises
        self._stages: dict[Stage, Callable[[FileRun], None]] = {
            Stage.IDENTIFY: self._identify, Stage.LISTEN: self._listen,
            Stage.TRANSLATE: self._translate, Stage.WATCH: self._watch, Stage.READ: self._read,
            Stage.DESCRIBE: self._describe, Stage.EMBED: self._embed,
            Stage.STORE: self._store,
        }

    def run(self, paths: Sequence[Path]) -> list[FileReport]:
        """Ingest the files one after the other.

        Returns:
            One report a file, in order; a file that fails is reported and the rest go on.

        Raises:
            ArchiveError: The archive cannot be written.
        """
        reports = []
        for path in paths:
            report = FileRun(path, self._catalogue, self._on_event).run(self.ingest)
            self._on_event(report)
            reports.append(report)
        self._index.optimize()
        return reports

    def ingest(self, run: FileRun) -> None:
        """Take one file through all the stages that are still to do."""
        for stage in Stage:
            self.do(run, stage)

    def do(self, run: FileRun, stage: Stage) -> None:
        """Take one file through one stage, if it has it and it is still to do.

        The stages come in their order, in one run or in several: what each found is in the
        catalogue, so that the next one finds it there.

        Args:
            run: The file's run; all stages but the first need its medium.
            stage: The stage.

        Raises:
            BadInput: The file cannot be used.
            ModelError: A model failed, or none is there.
        """
        self._stages[stage](run)

    def _identify(self, run: FileRun) -> None:
        with run.stage(Stage.IDENTIFY):
            run.medium = identify(run.path, self._catalogue)
        if _has_picture(run):
            self._image_embedder()  # frames of another model are refused before any work

    def _listen(self, run: FileRun) -> None:
        medium = run.known()
        if medium.kind == "text":
            run.once(Stage.LISTEN, lambda: _heard(listen_to_text(run.path, medium)))
            return
        run.once(Stage.LISTEN, lambda: _heard(listen(
            run.path, _info_of(run), medium, self._models.transcriber,
            diariser=self._diariser(), language=self._language,
            transcribe_anyway=self._transcribe_anyway, on_progress=run.progress(Stage.LISTEN),
        )))

    def _diariser(self) -> Diariser | None:
        try:
            return self._models.diariser() if self._diarises else None
        except ModelUnavailable:
            return None

    def _translate(self, run: FileRun) -> None:
        medium = run.known()
        if not self._translates or medium.kind == "text":
            return
        spoken = self._catalogue.moments(medium.id, tracks=(Track.SPEECH,), unit=Unit.OBSERVATION)
        foreign = [each for each in spoken if is_foreign(each)]
        if foreign and (translator := self._translator()):
            run.in_parts(
                Parts(self._catalogue, self._index, medium, Stage.TRANSLATE,
                      lambda: translator.name),
                lambda from_ms: translate(run.path, _info_of(run), medium, foreign, translator,
                                          from_ms=from_ms,
                                          on_progress=run.progress(Stage.TRANSLATE)))

    def _translator(self) -> Translator | None:
        """Give the asr model if it translates too; not all do."""
        try:
            model = self._models.transcriber()
        except ModelUnavailable:
            return None
        return model if getattr(model, "translates", False) else None  # type: ignore[return-value]

    def _watch(self, run: FileRun) -> None:
        if _has_picture(run):
            run.once(Stage.WATCH, lambda: _watched(run, _info_of(run)))

    def _read(self, run: FileRun) -> None:
        if _has_picture(run):
            run.once(Stage.READ, lambda: self._seen_on_screen(run, _info_of(run), run.known()))

    def _describe(self, run: FileRun) -> None:
        if _has_picture(run):
            self._described(run, _info_of(run), run.known())

    def _embed(self, run: FileRun) -> None:
        if _has_picture(run) and (embedder := self._image_embedder()):
            self._embedded(run, _info_of(run), run.known(), embedder)

    def _seen_on_screen(
        self, run: FileRun, info: MediaInfo, medium: Medium
    ) -> Seen | None:
        try:
            reader = self._models.screen_reader()
        except ModelUnavailable as exc:
            run.skipped(f"screen not read: {exc}")
            return None
        moments = read(run.path, info, medium, run.watched("changes"), reader,
                       on_progress=run.progress(Stage.READ))
        return Seen(source=reader.name, moments=tuple(moments))

    def _described(self, run: FileRun, info: MediaInfo, medium: Medium) -> None:
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

    def _embedded(
        self, run: FileRun, info: MediaInfo, medium: Medium, embedder: ImageEmbedder
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

    def _store(self, run: FileRun) -> None:
        medium = run.known()
        if not self._catalogue.count_moments(medium.id, indexed=False):
            return
        with run.stage(Stage.STORE):
            store(self._catalogue, self._index, self._models.embedder(), medium.id,
                  on_progress=lambda done, total: run.tell(Stage.STORE, done, total))


def _info_of(run: FileRun) -> MediaInfo:
    medium = run.known()
    if not medium.info:
        return probe(run.path)
    return MediaInfo.model_validate({**medium.info, "path": run.path})


def _has_picture(run: FileRun) -> bool:
    return run.known().kind == "video"


def _heard(heard: Heard) -> Seen:
    return Seen(source=heard.source, moments=heard.moments, notes=heard.notes)


def _watched(run: FileRun, info: MediaInfo) -> Seen:
    seen = watch(run.path, info=info, on_progress=run.progress(Stage.WATCH))
    return Seen(source="scenedetect", detail={
        "shots": [[shot.start_ms, shot.end_ms] for shot in seen.shots],
        "changes": list(seen.changes),
    })
