"""Whisper on CTranslate2, a window at a time: encode, decode, align, and decode anew in doubt."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from trikal.serving.repetition import TOO_REPETITIVE, compression
from trikal.serving.roles import Translation, Word

SAMPLE_RATE: Final = 16_000
MOST_FRAMES: Final = 3_000

_FRAMES_PER_SECOND = 100
_SILENCE_FRAMES = 600
_SHORTEST_WORD_MS = 20
_RETRY_TEMPERATURES = (0.0, 0.4, 0.8)
_TOO_UNLIKELY = -1.0
_SILENT = 0.6
_MOST_TOKENS_A_SECOND = 50  # three to a letter, where Whisper has no others for a script
_TOKENS_OF_TIMES = 20
_ROOM_BESIDE_PROMPT = 220
_PREPENDED = "\"'“¿([{-"
_APPENDED = "\"'.。,，!！?？:：”)]}、।"


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
class Heard:
    """What Whisper heard in one window.

    Attributes:
        tokens: Its tokens, special ones left out.
        text: The same as text.
        log_probability: Mean over the tokens, the end included.
        silence: How likely Whisper finds it that nothing is said, in ``[0, 1]``.
    """

    tokens: list[int]
    text: str
    log_probability: float
    silence: float

    @property
    def is_silence(self) -> bool:
        """Whether nothing was heard, by Whisper's own bounds."""
        return not self.text or (
            self.silence > _SILENT and self.log_probability < _TOO_UNLIKELY
        )

    @property
    def repeats(self) -> bool:
        """Whether it is too repetitive to be speech."""
        return compression(self.text) > TOO_REPETITIVE

    @property
    def is_doubtful(self) -> bool:
        """Whether it should be decoded again, by Whisper's own bounds."""
        return self.repeats or self.log_probability < _TOO_UNLIKELY


def features_of(model: Any, samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the spectrogram of 16 kHz mono float32 samples, as long as they are."""
    frames = len(samples) * _FRAMES_PER_SECOND // SAMPLE_RATE
    features: NDArray[np.float32] = model.feature_extractor(samples)[..., :frames]
    return features


def encode(model: Any, features: Sequence[NDArray[np.float32]], frames: int = 0) -> Any:
    """Encode windows at one length, in frames; the longest's and some silence when not given."""
    from faster_whisper.audio import pad_or_trim

    longest = max(feature.shape[-1] for feature in features)
    length = min(MOST_FRAMES, frames or (longest + _SILENCE_FRAMES) // 2 * 2)
    return model.encode(np.stack([pad_or_trim(feature, length) for feature in features]))


def _tokenizer(model: Any, language: str, task: str = "transcribe") -> Any:
    from faster_whisper.tokenizer import Tokenizer

    return Tokenizer(
        model.hf_tokenizer, model.model.is_multilingual, task=task, language=language
    )


def decode(
    model: Any, encoded: Any, count: int, language: str, temperature: float,
    task: str = "transcribe",
) -> list[Heard]:
    """Decode ``count`` windows in one language, by beam search or, above 0, by sampling.

    Args:
        model: The ``WhisperModel``.
        encoded: What :func:`encode` made.
        count: How many windows that is.
        language: Whisper's code.
        temperature: Of the sampling.
        task: ``transcribe``, or ``translate`` into English.
    """
    from faster_whisper.transcribe import get_suppressed_tokens

    tokenizer = _tokenizer(model, language, task)
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


def _heard(tokenizer: Any, result: Any) -> Heard:
    tokens = [token for token in result.sequences_ids[0] if token < tokenizer.eot]
    return Heard(
        tokens=tokens,
        text=tokenizer.decode(tokens).strip(),
        log_probability=result.scores[0] * len(tokens) / (len(tokens) + 1),
        silence=result.no_speech_prob,
    )


def align(
    model: Any, encoded: Any, windows: Sequence[Window], heard: Sequence[Heard], language: str
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


def listen_again(
    model: Any, features: NDArray[np.float32], window: Window, language: str
) -> list[Word]:
    """Decode one window alone, at full length and rising temperature.

    Returns:
        Its words; none when Whisper is sure of silence, or repeats itself at every temperature.
    """
    encoded = encode(model, [features], MOST_FRAMES)
    best = _best_of_ladder(model, encoded, language)
    return align(model, encoded, [window], [best], language)[0] if best else []


def _best_of_ladder(
    model: Any, encoded: Any, language: str, task: str = "transcribe"
) -> Heard | None:
    """Decode one window at rising temperatures until Whisper is sure of it, or of silence."""
    results: list[Heard] = []
    for temperature in _RETRY_TEMPERATURES:
        results.extend(decode(model, encoded, 1, language, temperature, task))
        if results[-1].is_silence or not results[-1].is_doubtful:
            break
    sound = [result for result in results if not result.repeats and not result.is_silence]
    if results[-1].is_silence or not sound:
        return None
    return max(sound, key=lambda result: result.log_probability)


def heard_in_turn(
    model: Any, samples: NDArray[np.float32], language: str, *, repetition_penalty: float = 1.0
) -> Heard | None:
    """Decode at most thirty seconds with times, piece after piece, as Whisper was taught to.

    Args:
        model: The ``WhisperModel``.
        samples: 16 kHz mono float32 of shape ``(n,)``.
        language: Whisper's code.
        repetition_penalty: What the scores of tokens that were said before are divided by.

    Returns:
        What was heard, as likely as its unlikeliest piece; ``None`` where that is nothing.
    """
    most = round(len(samples) / SAMPLE_RATE * _MOST_TOKENS_A_SECOND) + _TOKENS_OF_TIMES
    pieces, _ = model.transcribe(
        samples, language=language, temperature=0.0, repetition_penalty=repetition_penalty,
        max_new_tokens=most if most < _ROOM_BESIDE_PROMPT else None)
    found = list(pieces)
    tokens = [token for piece in found for token in piece.tokens
              if token < model.hf_tokenizer.token_to_id("<|endoftext|>")]
    text = "".join(piece.text for piece in found).strip()
    if not text:
        return None
    heard = Heard(tokens=tokens, text=text, silence=max(each.no_speech_prob for each in found),
                  log_probability=min(piece.avg_logprob for piece in found))
    return heard


def translated(
    model: Any, samples: NDArray[np.float32], language: str
) -> Translation | None:
    """Return in English what is said in samples; ``None`` where it is silence, or repeats."""
    encoded = encode(model, [features_of(model, samples)], MOST_FRAMES)
    found = _best_of_ladder(model, encoded, language, "translate")
    if found is None:
        return None
    return Translation(text=found.text, confidence=math.exp(found.log_probability))
