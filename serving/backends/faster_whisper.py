"""Role asr on faster-whisper: Whisper with word times, on a CPU in int8 or a GPU in float16.

Whisper always looks at thirty seconds, however little speech there is, and asks for the language
in a pass of its own; for short sound that is most of the work. Here Silero VAD cuts the sound into
windows at pauses, each window is encoded once and only as long as it is (plus silence, without
which Whisper repeats itself), and the language is read off the same encoding; speech that is not
English is encoded at full length. A window whose text repeats itself or is unlikely is decoded
again the long way, with Whisper's own temperature ladder; one that may be in another language is
heard once more with the sound around it (`whisper_again`). Decoding rules: Radford et al., "Robust
Speech Recognition via Large-Scale Weak Supervision", section 4.5. Word times: cross-attention and
dynamic time warping, as in faster-whisper.
"""

import os
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import langcodes
import numpy as np
from numpy.typing import NDArray

from trikal.errors import BackendFailed, ModelUnavailable
from trikal.serving.backends.openmp import short_spins
from trikal.serving.backends.whisper_again import SecondHearing
from trikal.serving.backends.whisper_decoding import (
    MOST_FRAMES,
    SAMPLE_RATE,
    Window,
    align,
    decode,
    encode,
    features_of,
    listen_again,
    translated,
)
from trikal.serving.backends.whisper_languages import SURE, Detected, detect, runs, smoothed
from trikal.serving.roles import Translation, Utterance, Word
from trikal.serving.utterances import group_words

LEAST_CONFIDENCE = 0.2

_WINDOW_S = 20
_BATCH = 4
_MOST_THREADS = 8
_ENGLISH = "en"

# Whisper's codes that are not, or not only, the BCP-47 subtag of the language.
_TO_WHISPER = {"nb": "no", "fil": "tl", "jv": "jw", "in": "id", "iw": "he", "cmn": "zh"}
_FROM_WHISPER = {"jw": "jv"}


class FasterWhisper:
    """Transcriber on a CTranslate2 Whisper.

    Args:
        name: The model's name in the catalogue.
        folder: Where ``model.bin``, ``config.json``, ``tokenizer.json`` lie.
        threads: CPU threads; all cores when not given.
        default_language: BCP-47 tag to assume when a call names none.
        translates: Whether the model was taught to translate into English.
    """

    def __init__(
        self,
        name: str,
        folder: Path,
        *,
        threads: int | None = None,
        default_language: str | None = None,
        translates: bool = False,
    ) -> None:
        self._name = name
        self._folder = folder
        self._threads = threads
        self._default_language = default_language
        self._translates = translates
        self._lock = threading.Lock()
        self._loaded: Any = None

    @property
    def name(self) -> str:
        """Model and backend."""
        return f"{self._name}/faster-whisper"

    @property
    def folder(self) -> Path:
        """Where the weights lie."""
        return self._folder

    @property
    def translates(self) -> bool:
        """Whether it was taught to translate into English; loads nothing."""
        return self._translates

    def transcribe(
        self, samples: NDArray[np.float32], *, language: str | None = None
    ) -> Iterator[Utterance]:
        """Transcribe 16 kHz mono float32 samples of shape ``(n,)``, with word times.

        Args:
            samples: The sound; its first sample is at 0 ms.
            language: BCP-47 tag that it is in; detected when not given.

        Yields:
            Utterances of about a sentence, in time order; nothing when there is no speech, and
            none below ``LEAST_CONFIDENCE``.

        Raises:
            ModelUnavailable: The weights cannot be loaded, or do not know the language.
            BackendFailed: The engine failed.
        """
        model = self._load()
        known = self._whisper_language(model, language or self._default_language)
        windows = speech_windows(samples)
        found: list[tuple[Window, Detected]] = []
        try:
            for utterance in group_words(_heard_words(model, samples, windows, known, found)):
                if utterance.confidence >= LEAST_CONFIDENCE:
                    yield utterance.model_copy(
                        update={"language_probability": _surety(utterance, found)})
        except (RuntimeError, ValueError) as exc:
            raise self._failed(exc) from exc

    def translate(self, samples: NDArray[np.float32], *, language: str) -> Translation | None:
        """Return in English what is said in at most thirty seconds of sound.

        Args:
            samples: 16 kHz mono float32 of shape ``(n,)``.
            language: BCP-47 tag that it is in.

        Returns:
            What is said; ``None`` where Whisper hears nothing, or repeats itself.

        Raises:
            ModelUnavailable: The weights cannot be loaded, or do not know the language.
            BackendFailed: The engine failed.
        """
        model = self._load()
        code = self._whisper_language(model, language)
        try:
            return translated(model, samples, code or language)
        except (RuntimeError, ValueError) as exc:
            raise self._failed(exc) from exc

    def _failed(self, exc: Exception) -> BackendFailed:
        return BackendFailed(
            f"{self.name} failed while it listened ({exc}). Try again with fewer "
            "TRIKAL_THREADS, or choose another asr model."
        )

    def _load(self) -> Any:
        with self._lock:
            if self._loaded is None:
                self._loaded = self._build()
            return self._loaded

    def _build(self) -> Any:
        # Imported here because it takes half a second, which only a transcription should pay.
        with short_spins():
            import ctranslate2
            from faster_whisper import WhisperModel

        # An engine takes its seed when it first draws, and only then: a run can be repeated as a
        # whole, while what is drawn for one window depends on the windows drawn for before it.
        ctranslate2.set_random_seed(0)
        gpu = ctranslate2.get_cuda_device_count() > 0
        try:
            return WhisperModel(
                str(self._folder),
                device="cuda" if gpu else "cpu",
                compute_type="float16" if gpu else "int8",
                cpu_threads=self._threads or min(os.cpu_count() or 1, _MOST_THREADS),
                local_files_only=True,
            )
        except (RuntimeError, ValueError, OSError) as exc:
            raise ModelUnavailable(
                f"{self._name} cannot be loaded from {self._folder} ({exc}). Delete that folder "
                "so that it is made again."
            ) from exc

    def _whisper_language(self, model: Any, tag: str | None) -> str | None:
        if tag is None:
            return None
        known = langcodes.tag_is_valid(tag)
        subtag = (langcodes.get(tag).language if known else None) or tag
        code = _TO_WHISPER.get(subtag, subtag)
        if code not in model.supported_languages:
            raise ModelUnavailable(
                f"{self._name} does not know the language {tag!r}. Leave the language out to have "
                "it detected, or choose another asr model."
            )
        return code


def speech_windows(
    samples: NDArray[np.float32], *, longest_s: int = _WINDOW_S
) -> list[Window]:
    """Cut at pauses into windows of at most so many seconds that hold all speech."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(
        max_speech_duration_s=longest_s, min_silence_duration_ms=160, min_speech_duration_ms=250
    )
    windows: list[Window] = []
    for span in get_speech_timestamps(samples, options) if len(samples) else []:
        start, end = int(span["start"]), int(span["end"])
        if windows and end - windows[-1].start <= longest_s * SAMPLE_RATE:
            start = windows.pop().start
        windows.append(Window(start=start, end=end))
    return windows


def _heard_words(
    model: Any,
    samples: NDArray[np.float32],
    windows: Sequence[Window],
    language: str | None,
    found: list[tuple[Window, Detected]],
) -> Iterator[tuple[str, Word]]:
    """Yield ``(BCP-47 tag, word)`` in time order; note in ``found`` how sure a language is."""
    before: dict[str, float] | None = None
    second = SecondHearing(model=model, samples=samples, windows=windows, found=found)
    for first in range(0, len(windows), _BATCH):
        batch = windows[first : first + _BATCH]
        features = [
            features_of(model, samples[window.start : window.end])
            for window in batch
        ]
        frames = _frames(language or _likeliest(before))
        encoded = encode(model, features, frames)
        detected = [Detected(code=language)] * len(batch) if language else []
        if not language:
            probabilities = _language_probabilities(model, encoded, features, frames)
            detected, before = smoothed(probabilities, before), probabilities[-1]
        found += zip(batch, detected, strict=True)
        for code, places in runs(detected):
            part = [features[place] for place in places]
            fits = len(part) == len(batch) and frames == _frames(code)
            yield from _words_in(model, encoded if fits else encode(model, part, _frames(code)),
                                 part, [first + place for place in places], code, second)


def _frames(code: str) -> int:
    """Return how long windows of a language are made: only English is sure when they are short.

    On 20 Malayalam recordings, named as such, whisper-base had a character error rate of 1.26 at
    their own length and of 1.03 at the length that it learnt at, and was surer of each.
    """
    return 0 if code == _ENGLISH else MOST_FRAMES


def _likeliest(probabilities: dict[str, float] | None) -> str:
    return max(probabilities, key=probabilities.__getitem__) if probabilities else _ENGLISH


def _language_probabilities(
    model: Any, encoded: Any, features: Sequence[NDArray[np.float32]], frames: int
) -> list[dict[str, float]]:
    """Ask again at full length where Whisper is unsure: it learnt languages on padded sound."""
    probabilities = detect(model, encoded)
    if frames == MOST_FRAMES:
        return probabilities
    for place, found in enumerate(probabilities):
        if max(found.values()) < SURE:
            padded = encode(model, [features[place]], MOST_FRAMES)
            probabilities[place] = detect(model, padded)[0]
    return probabilities


def _words_in(
    model: Any,
    encoded: Any,
    features: Sequence[NDArray[np.float32]],
    places: Sequence[int],
    language: str,
    second: SecondHearing,
) -> Iterator[tuple[str, Word]]:
    """Yield ``(BCP-47 tag, word)`` of windows in one language, or in that of a second hearing."""
    windows = [second.windows[place] for place in places]
    heard = decode(model, encoded, len(windows), language, 0.0)
    aligned = align(model, encoded, windows, heard, language)
    for index, window in enumerate(windows):
        other = second.of(places[index], heard[index], aligned[index])
        code = other.detected.code if other else language
        if other:
            words = other.words
        elif heard[index].is_doubtful:
            words = listen_again(model, features[index], window, language)
        else:
            words = [] if heard[index].is_silence else aligned[index]
        yield from ((_FROM_WHISPER.get(code, code), word) for word in words)


def _surety(utterance: Utterance, found: Sequence[tuple[Window, Detected]]) -> float | None:
    """Return the least probability of its language over the windows that it was heard in."""
    start, end = (edge * SAMPLE_RATE // 1000 for edge in (utterance.start_ms, utterance.end_ms))
    known = [detected.probability for window, detected in found
             if window.start < end and start < window.end and detected.probability is not None
             and _FROM_WHISPER.get(detected.code, detected.code) == utterance.language]
    return min(known, default=None)
