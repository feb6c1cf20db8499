"""Role asr on onnxruntime: AI4Bharat's IndicConformer, 22 languages of India, by its CTC head.

The model is published as ONNX graphs beside code of its own, which Trikal does not run. The graphs
are data: an encoder from mel bands to frames of 80 ms, and a head from those to the tokens of all
languages. A mask tells which tokens are a language's own, the last of them the blank; the likeliest
token of each frame, repeats and blanks left out, is what is heard (Graves et al., 2006). The
language must be named, for the model does not tell languages apart.
"""

import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import langcodes
import numpy as np
from numpy.typing import NDArray

from trikal.errors import BackendFailed, ModelUnavailable
from trikal.serving.backends.faster_whisper import speech_windows
from trikal.serving.backends.nemo_features import HOP, nemo_features
from trikal.serving.mel import RATE
from trikal.serving.roles import Utterance, Word
from trikal.serving.utterances import group_words

LONGEST_S: Final = 15
"""Longer speech loses words, as others found."""

_FRAME_MS: Final = 8 * HOP * 1000 // RATE  # the encoder makes one frame of eight
_SPACE: Final = "▁"
_SHORTEST_MS: Final = 20


@dataclass(frozen=True, kw_only=True)
class _Loaded:
    encoder: Any
    head: Any
    vocabulary: dict[str, list[str]]
    masks: dict[str, list[bool]]


@dataclass(frozen=True, kw_only=True)
class _Token:
    """A token and the frames ``[first, after)`` in which it is the likeliest."""

    text: str
    first: int
    after: int
    probability: float


class IndicConformer:
    """Transcriber on the ONNX graphs of IndicConformer.

    Args:
        name: The model's name in the catalogue.
        folder: Where ``assets`` lies, with the graphs, the vocabulary and the masks.
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
        self._assets = folder / "assets"
        self._threads = threads
        self._default_language = default_language
        self._lock = threading.Lock()
        self._loaded: _Loaded | None = None

    @property
    def name(self) -> str:
        """Model and backend."""
        return f"{self._name}/onnx"

    def transcribe(
        self, samples: NDArray[np.float32], *, language: str | None = None
    ) -> Iterator[Utterance]:
        """Transcribe 16 kHz mono float32 samples of shape ``(n,)``, with word times.

        Args:
            samples: The sound; its first sample is at 0 ms.
            language: BCP-47 tag that it is in.

        Yields:
            Utterances in time order; nothing when there is no speech.

        Raises:
            ModelUnavailable: The weights cannot be loaded, the language is not named, or the
                model does not know it.
            BackendFailed: The model failed.
        """
        yield from group_words(self._words(samples, language or self._default_language))

    def close(self) -> None:
        """Give the memory back; the next call loads again."""
        with self._lock:
            self._loaded = None

    def _words(
        self, samples: NDArray[np.float32], language: str | None
    ) -> Iterator[tuple[str, Word]]:
        loaded = self._load()
        tag = self._known(loaded, language)
        for window in speech_windows(samples, longest_s=LONGEST_S):
            heard = samples[window.start:window.end]
            if len(heard) > HOP * 2:
                tokens = self._tokens(loaded, heard, tag)
                yield from ((tag, word) for word in _spelled(
                    tokens, window.start * 1000 // RATE, len(heard) * 1000 // RATE))

    def _known(self, loaded: _Loaded, language: str | None) -> str:
        if language is None:
            raise ModelUnavailable(
                f"{self.name} does not tell languages apart. Name the language (--language hi, or "
                "TRIKAL_LANGUAGE), or choose a Whisper.")
        tag = str(langcodes.get(language).language)
        if tag not in loaded.vocabulary or tag not in loaded.masks:
            raise ModelUnavailable(
                f"{self.name} does not know the language {language!r}. It knows: "
                f"{', '.join(sorted(loaded.vocabulary))}.")
        return tag

    def _tokens(
        self, loaded: _Loaded, samples: NDArray[np.float32], tag: str
    ) -> list[_Token]:
        features = nemo_features(samples)[None]
        length = np.array([features.shape[-1]], np.int64)
        try:
            encoded = loaded.encoder.run(None, {"audio_signal": features, "length": length})[0]
            scores = loaded.head.run(None, {"encoder_output": encoded})[0][0]
            own = scores[:, np.asarray(loaded.masks[tag], bool)]
        except Exception as exc:  # onnxruntime's errors have no class in common
            raise BackendFailed(
                f"{self.name} failed while it transcribed ({str(exc)[:200]}). Try another asr "
                "model.") from exc
        return _decoded(own, loaded.vocabulary[tag])

    def _load(self) -> _Loaded:
        with self._lock:
            self._loaded = self._loaded or self._read()
            return self._loaded

    def _read(self) -> _Loaded:
        try:
            # Imported here because only hearing should pay for it.
            import onnxruntime

            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = self._threads or 0
            encoder, head = (
                onnxruntime.InferenceSession(
                    self._assets / file, options, providers=["CPUExecutionProvider"])
                for file in ("encoder.onnx", "ctc_decoder.onnx"))
            vocabulary, masks = (
                json.loads((self._assets / file).read_text(encoding="utf-8"))
                for file in ("vocab.json", "language_masks.json"))
        except Exception as exc:  # onnxruntime's errors have no class in common
            raise ModelUnavailable(
                f"{self._name} cannot be loaded from {self._assets} ({str(exc)[:200]}). Pull it "
                f"again: trikal models pull {self._name}") from exc
        return _Loaded(encoder=encoder, head=head, vocabulary=vocabulary, masks=masks)


def _decoded(scores: NDArray[np.float32], vocabulary: Sequence[str]) -> list[_Token]:
    """Return the tokens of a language's scores, of shape ``(frames, tokens and the blank)``."""
    blank = scores.shape[1] - 1
    chances = np.exp(scores - scores.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    best = chances.argmax(axis=1)
    tokens = []
    for token, places in groupby(range(len(best)), key=lambda place: int(best[place])):
        frames = list(places)
        if token != blank:
            tokens.append(_Token(text=vocabulary[token], first=frames[0], after=frames[-1] + 1,
                                 probability=float(chances[frames, token].max())))
    return tokens


def _spelled(tokens: Sequence[_Token], first_ms: int, length_ms: int) -> Iterator[Word]:
    """Join tokens into words: one begins where a token begins with a space."""
    held: list[_Token] = []
    for token in tokens:
        if held and token.text.startswith(_SPACE):
            yield from _word(held, first_ms, length_ms)
            held = []
        held.append(token)
    yield from _word(held, first_ms, length_ms)


def _word(tokens: Sequence[_Token], first_ms: int, length_ms: int) -> Iterator[Word]:
    text = "".join(token.text for token in tokens).replace(_SPACE, " ").strip()
    if text:
        start, end = (min(frame * _FRAME_MS, length_ms)
                      for frame in (tokens[0].first, tokens[-1].after))
        start = min(start, length_ms - _SHORTEST_MS)
        yield Word(
            start_ms=first_ms + start, end_ms=first_ms + max(end, start + _SHORTEST_MS),
            text=f" {text}", probability=float(np.mean([each.probability for each in tokens])))

