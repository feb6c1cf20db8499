"""Role diarisation without a hub: who speaks when, by the voice of each moment of speech.

Silero VAD finds speech, a GE2E encoder turns every 1.6 s of it into a vector, and vectors that are
alike are one voice. Voices that speak at once are not told apart: the louder one is taken.
"""

import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from trikal.errors import ModelUnavailable
from trikal.serving.backends.voice_encoder import WINDOW_MS, VoiceEncoder
from trikal.serving.clustering import Labels, Vectors, clustered
from trikal.serving.mel import RATE
from trikal.serving.roles import Turn

LEAST_ALIKE: Final = 0.6
"""The mean cosine from which on two clusters are one voice; see ``bench/RESULTS.md``."""

LEAST_MS: Final = 1_600
"""A voice that is heard for less in all is likelier another one, heard badly."""

_STEP_MS: Final = 400
_PAUSE_MS: Final = 1_000
_WINDOW: Final = WINDOW_MS * RATE // 1000
_STEP: Final = _STEP_MS * RATE // 1000


class _Slot(NamedTuple):
    """A piece of speech that one window tells the voice of, in milliseconds."""

    start_ms: int
    end_ms: int


class VoiceTurns:
    """Diariser on a GE2E speaker encoder.

    Args:
        name: The model's name in the catalogue.
        path: The encoder's weights.
        threads: CPU threads; all cores when not given.
    """

    def __init__(self, name: str, path: Path, *, threads: int | None = None) -> None:
        self._name, self._path, self._threads = name, path, threads
        self._lock = threading.Lock()
        self._encoder: VoiceEncoder | None = None

    @property
    def name(self) -> str:
        """Model and backend."""
        return f"{self._name}/ge2e"

    def turns(
        self, stretches: Iterable[tuple[int, NDArray[np.float32]]]
    ) -> list[Turn]:
        """Tell who speaks when; see :meth:`trikal.serving.roles.Diariser.turns`.

        Raises:
            ModelUnavailable: The weights cannot be loaded.
        """
        encoder = self._load()
        slots: list[_Slot] = []
        found: list[Vectors] = []
        for start_ms, samples in stretches:
            for first, last in _speech(samples):
                starts = _starts(first, last)
                slots += _slots(first, last, len(starts), start_ms)
                found.append(encoder.vectors(_around(samples, starts), starts - starts[0]))
        if not slots:
            return []
        vectors = np.concatenate(found)
        labels = _settled(vectors, clustered(vectors, LEAST_ALIKE))
        return list(_turns(slots, labels))

    def close(self) -> None:
        """Give the memory back; the next call loads again."""
        with self._lock:
            self._encoder = None

    def _load(self) -> VoiceEncoder:
        with self._lock:
            try:
                self._encoder = self._encoder or VoiceEncoder(
                    self._path, threads=self._threads)
            except (OSError, ValueError, KeyError) as exc:
                raise ModelUnavailable(
                    f"{self._name} cannot be loaded from {self._path} ({exc}). Install it again: "
                    "pip install --force-reinstall --no-deps resemblyzer==0.1.4") from exc
            return self._encoder


def _speech(samples: NDArray[np.float32]) -> Iterator[tuple[int, int]]:
    """Yield the samples between which somebody speaks, cut at pauses."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(min_silence_duration_ms=200, min_speech_duration_ms=250, speech_pad_ms=0)
    for span in get_speech_timestamps(samples, options) if len(samples) else []:
        yield int(span["start"]), int(span["end"])


def _starts(first: int, last: int) -> NDArray[np.int_]:
    """Return where windows begin; one in the middle where there is not speech enough for one."""
    spare = last - first - _WINDOW
    if spare <= 0:
        return np.array([first + spare // 2])
    return first + np.linspace(0, spare, max(round(spare / _STEP), 1) + 1).astype(int)


def _slots(first: int, last: int, count: int, start_ms: int) -> list[_Slot]:
    edges = start_ms + np.linspace(first, last, count + 1) * 1000 / RATE
    return [_Slot(round(start), round(end)) for start, end in zip(edges, edges[1:], strict=False)]


def _around(samples: NDArray[np.float32], starts: NDArray[np.int_]) -> NDArray[np.float32]:
    """Return the samples that the windows cover; beyond the ends of all there is silence."""
    first, last = int(starts[0]), int(starts[-1]) + _WINDOW
    inside = samples[max(first, 0):last]
    return np.pad(inside, (max(-first, 0), max(last - len(samples), 0)))


def _settled(vectors: Vectors, labels: Labels) -> Labels:
    """Give what is in no cluster that lasts to the voice that it is most like."""
    counts = np.bincount(labels)
    lasting = np.flatnonzero(counts * _STEP_MS >= LEAST_MS)
    if not len(lasting):
        lasting = np.array([int(np.argmax(counts))])
    voices = np.stack([vectors[labels == each].mean(axis=0) for each in lasting])
    voices /= np.linalg.norm(voices, axis=1, keepdims=True)
    return np.asarray(lasting[np.argmax(vectors @ voices.T, axis=1)])


def _turns(slots: list[_Slot], labels: Labels) -> Iterator[Turn]:
    """Join slots of one voice that follow each other, and number voices as they come."""
    names = {label: f"voice {n}" for n, label in enumerate(dict.fromkeys(labels.tolist()), start=1)}
    held: Turn | None = None
    for slot, label in zip(slots, labels.tolist(), strict=True):
        if held and held.speaker == names[label] and slot.start_ms - held.end_ms < _PAUSE_MS:
            held = held.model_copy(update={"end_ms": slot.end_ms})
            continue
        if held:
            yield held
        held = Turn(start_ms=slot.start_ms, end_ms=slot.end_ms, speaker=names[label])
    if held:
        yield held
