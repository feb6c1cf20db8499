"""The tools that make sound and film: reels, a voice, an avatar."""

from collections.abc import Sequence
from dataclasses import dataclass

from trikal.errors import ModelUnavailable
from trikal.tools.arguments import ClipSpan
from trikal.tools.box.media import OnMedia
from trikal.tools.box.models import ToolModels
from trikal.tools.clip import make_reel
from trikal.tools.language_tag import check_language
from trikal.tools.outputs import Outputs, written
from trikal.tools.recorded import check_length
from trikal.tools.results import Reel, Spoken
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


@dataclass(frozen=True, kw_only=True)
class Playing(OnMedia):
    """Makes files that play.

    Attributes:
        models: The models.
        outputs: Where files may be written.
        presenter: Whose face says what is to be shown; ``None`` for nobody's.
    """

    models: ToolModels
    outputs: Outputs
    presenter: Presenter | None = None

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
