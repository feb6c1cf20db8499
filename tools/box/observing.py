"""The tools that observe media anew: their pictures, their screen and their sound."""

from collections.abc import Sequence
from dataclasses import dataclass

from trikal.errors import ModelUnavailable
from trikal.tools.box.media import OnMedia
from trikal.tools.box.models import ToolModels
from trikal.tools.frames import save_frames, spread
from trikal.tools.language_tag import check_language
from trikal.tools.listen import LONGEST_CLOSELY_MS, listen
from trikal.tools.look import look
from trikal.tools.outputs import Outputs
from trikal.tools.read import read
from trikal.tools.results import Frames, Moments


@dataclass(frozen=True, kw_only=True)
class Observing(OnMedia):
    """Looks at media themselves.

    Attributes:
        models: The models.
        outputs: Where files may be written.
    """

    models: ToolModels
    outputs: Outputs

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
        language: str | None = None, model: str | None = None, voices: bool = False,
    ) -> Moments:
        """Transcribe a span again, with another model or in another language.

        Where no model is named, a short span is heard by a better one than usual if one is ready.
        With ``voices`` who speaks is told apart; the numbers are the span's and not the archive's.
        """
        check_language(language)
        heard = self.footage(medium)
        heard.need_sound()
        start, end = heard.checked(start_ms, end_ms)
        diariser = self.models.diariser() if voices else None
        short = model is None and end - start <= LONGEST_CLOSELY_MS
        keener = self.models.keener_transcriber(language) if short else None
        made = listen(heard, keener or self.models.transcriber(language, model=model),
                      start_ms=start_ms, end_ms=end_ms, language=language, diariser=diariser)
        if keener or not short:
            return made
        return made.model_copy(update={
            "words": f"{made.words}; no model that is ready here hears better"})

    def tells_voices(self) -> bool:
        """Tell whether there is a model that tells voices apart."""
        try:
            self.models.diariser()
        except ModelUnavailable:
            return False
        return True
