"""Role asr on faster-whisper: Whisper with word times, on a CPU in int8 or a GPU in float16.

Whisper always looks at thirty seconds, however little speech there is, and asks for the language
in a pass of its own; for short sound that is most of the work. Here Silero VAD cuts the sound into
windows at pauses, each window is encoded once and only as long as it is (plus silence, without
which Whisper repeats itself), and the language is read off the same encoding. A window whose text
repeats itself or is unlikely is decoded again the long way, with Whisper's own temperature ladder.
Decoding rules: Radford et al., "Robust Speech Recognition via Large-Scale Weak Supervision",
section 4.5. Word times: cross-attention and dynamic time warping, as in faster-whisper.
"""

import os
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import langcodes
import numpy as np
from numpy.typing import NDArray

from trikal.errors import BackendFailed, ModelUnavailable
from trikal.serving.backends.openmp import short_spins
from trikal.serving.backends.whisper_languages import SURE, Detected, detect, runs, smoothed
from trikal.serving.repetition import TOO_REPETITIVE, compression
from trikal.serving.roles import Utterance, Word
from trikal.serving.utterances import group_words

SAMPLE_RATE = 16_000
LEAST_CONFIDENCE = 0.2

_WINDOW_S = 20
_BATCH = 4
_MOST_THREADS = 8
_FRAMES_PER_SECOND = 100
_MOST_FRAMES = 3_000
_SILENCE_FRAMES = 600
_SHORTEST_WORD_MS = 20
_RETRY_TEMPERATURES = (0.0, 0.4, 0.8)
_TOO_UNLIKELY = -1.0
_SILENT = 0.6
_PREPENDED = "\"'“¿([{-"
_APPENDED = "\"'.。,，!！?？:：”)]}、।"

# Whisper's codes that are not, or not only, the BCP-47 subtag of the language.
_TO_WHISPER = {"nb": "no", "fil": "tl", "jv": "jw", "in": "id", "iw": "he", "cmn": "zh"}
_FROM_WHISPER = {"jw": "jv"}


@dataclass(frozen=True, kw_only=True)
class Window:
    """A span of samples that holds speech, decoded at once.

    Attributes:
        start: Its first sample.
        end: The sample behind its last.
    """

    start: int
    end: int

    @property
    def frames(self) -> int:
        """Its length in frames of Whisper's spectrogram."""
        return (self.end - self.start) * _FRAMES_PER_SECOND // SAMPLE_RATE


@dataclass(frozen=True, kw_only=True)
class _Heard:
    """What Whisper heard in one window."""

    tokens: list[int]
    text: str
    log_probability: float
    silence: float

    @property
    def is_silence(self) -> bool:
        return not self.text or (
            self.silence > _SILENT and self.log_probability < _TOO_UNLIKELY
        )

    @property
    def repeats(self) -> bool:
        return compression(self.text) > TOO_REPETITIVE

    @property
    def is_doubtful(self) -> bool:
        return self.repeats or self.log_probability < _TOO_UNLIKELY


class FasterWhisper:
    """Transcriber on a CTranslate2 Whisper.

    Args:
        name: The model's name in the catalogue.
        folder: Where ``model.bin``, ``config.json``, ``tokenizer.json`` lie.
        threads: CPU threads; all cores when not given.
        default_language: BCP-47 tag to assume when a call names none.
    """

    def __init__(
        self,
        name: str,
        folder: Path,
        *,
        threads: int | None = None,
        default_language: str | None = None,
    ) -> None:
        self._name = name
        self._folder = folder
        self._threads = threads
        self._default_language = default_language
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
            raise BackendFailed(
                f"{self.name} failed while it transcribed ({exc}). Try again with fewer "
                "TRIKAL_THREADS, or choose another asr model."
            ) from exc

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


def speech_windows(samples: NDArray[np.float32]) -> list[Window]:
    """Cut at pauses into windows of at most ``_WINDOW_S`` seconds that hold all speech."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(
        max_speech_duration_s=_WINDOW_S, min_silence_duration_ms=160, min_speech_duration_ms=250
    )
    windows: list[Window] = []
    for span in get_speech_timestamps(samples, options) if len(samples) else []:
        start, end = int(span["start"]), int(span["end"])
        if windows and end - windows[-1].start <= _WINDOW_S * SAMPLE_RATE:
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
    for first in range(0, len(windows), _BATCH):
        batch = windows[first : first + _BATCH]
        features = [
            model.feature_extractor(samples[window.start : window.end])[..., : window.frames]
            for window in batch
        ]
        encoded = _encode(model, features)
        detected = [Detected(code=language)] * len(batch) if language else []
        if not language:
            probabilities = _language_probabilities(model, encoded, features)
            detected, before = smoothed(probabilities, before), probabilities[-1]
        found += zip(batch, detected, strict=True)
        for code, places in runs(detected):
            part = [features[place] for place in places]
            whole = len(part) == len(batch)
            yield from _words_in(model, encoded if whole else _encode(model, part), part,
                                 [batch[place] for place in places], code)


def _language_probabilities(
    model: Any, encoded: Any, features: Sequence[NDArray[np.float32]]
) -> list[dict[str, float]]:
    """Ask again at full length where Whisper is unsure: it learnt languages on padded sound."""
    probabilities = detect(model, encoded)
    for place, found in enumerate(probabilities):
        if max(found.values()) < SURE:
            padded = _encode(model, [features[place]], _MOST_FRAMES)
            probabilities[place] = detect(model, padded)[0]
    return probabilities


def _words_in(
    model: Any,
    encoded: Any,
    features: Sequence[NDArray[np.float32]],
    windows: Sequence[Window],
    language: str,
) -> Iterator[tuple[str, Word]]:
    """Yield ``(BCP-47 tag, word)`` of windows in one language."""
    heard = _decode(model, encoded, len(windows), language, 0.0)
    tag = _FROM_WHISPER.get(language, language)
    aligned = _align(model, encoded, windows, heard, language)
    for index, window in enumerate(windows):
        if heard[index].is_doubtful:
            words = _listen_again(model, features[index], window, language)
        else:
            words = [] if heard[index].is_silence else aligned[index]
        yield from ((tag, word) for word in words)


def _surety(utterance: Utterance, found: Sequence[tuple[Window, Detected]]) -> float | None:
    """Return the least probability of its language over the windows that it was heard in."""
    start, end = (edge * SAMPLE_RATE // 1000 for edge in (utterance.start_ms, utterance.end_ms))
    known = [detected.probability for window, detected in found
             if window.start < end and start < window.end and detected.probability is not None
             and _FROM_WHISPER.get(detected.code, detected.code) == utterance.language]
    return min(known, default=None)


def _encode(model: Any, features: Sequence[NDArray[np.float32]], frames: int = 0) -> Any:
    from faster_whisper.audio import pad_or_trim

    longest = max(feature.shape[-1] for feature in features)
    length = min(_MOST_FRAMES, frames or (longest + _SILENCE_FRAMES) // 2 * 2)
    return model.encode(np.stack([pad_or_trim(feature, length) for feature in features]))


def _tokenizer(model: Any, language: str) -> Any:
    from faster_whisper.tokenizer import Tokenizer

    return Tokenizer(
        model.hf_tokenizer, model.model.is_multilingual, task="transcribe", language=language
    )


def _decode(
    model: Any, encoded: Any, count: int, language: str, temperature: float
) -> list[_Heard]:
    from faster_whisper.transcribe import get_suppressed_tokens

    tokenizer = _tokenizer(model, language)
    prompt = model.get_prompt(tokenizer, [], without_timestamps=True)
    sampling = {"beam_size": 1, "sampling_topk": 0} if temperature else {"beam_size": 5}
    results = model.model.generate(
        encoded,
        [prompt] * count,
        sampling_temperature=temperature or 1.0,
        suppress_tokens=list(get_suppressed_tokens(tokenizer, [-1])),
        return_scores=True,
        return_no_speech_prob=True,
        **sampling,
    )
    return [_heard(tokenizer, result) for result in results]


def _heard(tokenizer: Any, result: Any) -> _Heard:
    tokens = [token for token in result.sequences_ids[0] if token < tokenizer.eot]
    return _Heard(
        tokens=tokens,
        text=tokenizer.decode(tokens).strip(),
        log_probability=result.scores[0] * len(tokens) / (len(tokens) + 1),
        silence=result.no_speech_prob,
    )


def _align(
    model: Any, encoded: Any, windows: Sequence[Window], heard: Sequence[_Heard], language: str
) -> list[list[Word]]:
    """Return the words of each window with their times."""
    segments: list[list[dict[str, Any]]] = [
        [
            {
                "tokens": result.tokens,
                "seek": window.start * _FRAMES_PER_SECOND / SAMPLE_RATE,
                "start": window.start / SAMPLE_RATE,
                "end": window.end / SAMPLE_RATE,
            }
        ]
        for window, result in zip(windows, heard, strict=True)
    ]
    frames = [window.frames for window in windows]
    model.add_word_timestamps(
        segments, _tokenizer(model, language), encoded, frames, _PREPENDED, _APPENDED, 0.0
    )
    return [[_word(word) for word in segment[0]["words"]] for segment in segments]


def _word(found: dict[str, Any]) -> Word:
    start_ms, end_ms = (round(float(found[edge]) * 1000) for edge in ("start", "end"))
    return Word(
        start_ms=start_ms,
        end_ms=max(end_ms, start_ms + _SHORTEST_WORD_MS),
        text=str(found["word"]),
        probability=float(found["probability"]),
    )


def _listen_again(
    model: Any, features: NDArray[np.float32], window: Window, language: str
) -> list[Word]:
    """Decode one window alone, at full length and rising temperature.

    Returns:
        Its words; none when Whisper is sure of silence, or repeats itself at every temperature.
    """
    import ctranslate2

    encoded = _encode(model, [features], _MOST_FRAMES)
    results: list[_Heard] = []
    for temperature in _RETRY_TEMPERATURES:
        ctranslate2.set_random_seed(0)  # the same sound must give the same moments
        results.extend(_decode(model, encoded, 1, language, temperature))
        if results[-1].is_silence or not results[-1].is_doubtful:
            break
    sound = [result for result in results if not result.repeats and not result.is_silence]
    if results[-1].is_silence or not sound:
        return []
    best = max(sound, key=lambda result: result.log_probability)
    return _align(model, encoded, [window], [best], language)[0]
