"""Transcribe a medium's sound on the medium's own clock."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trikal.media.audio import AudioChunk, read_audio
from trikal.media.probe import MediaInfo
from trikal.serving.roles import Transcriber, Utterance
from trikal.tools.phantoms import Cut, Fault, cut_of, is_silent, without_phantoms

RATE = 16_000
"""Samples a second that speech models want, in Hz."""

STRETCH_MS = 300_000
"""How much sound is held and transcribed at a time, in milliseconds: memory stays bounded
whatever the length of the medium, and batches stay full."""

_SEARCH_MS = 15_000
_QUIET_MS = 200


def transcribe(
    path: Path,
    transcriber: Transcriber,
    *,
    info: MediaInfo | None = None,
    language: str | None = None,
    start_ms: int | None = None,
    end_ms: int | None = None,
    stretch_ms: int = STRETCH_MS,
    on_progress: Callable[[int], None] | None = None,
    on_cut: Callable[[Cut], None] | None = None,
) -> Iterator[Utterance]:
    """Hear what is said in a medium.

    Sound is read in stretches that are cut where it is quiet, so that no word is halved. What
    the model made up is left out (:mod:`trikal.tools.phantoms`).

    Args:
        path: The media file.
        transcriber: What listens.
        info: The file's probe, when it is at hand.
        language: BCP-47 tag of the speech; detected as it goes when not given.
        start_ms: Begin here on the media clock; at the sound's start when not given.
        end_ms: Stop here; at the sound's end when not given.
        stretch_ms: How much sound is held at a time at most, in milliseconds.
        on_progress: Called with the media time, in ms, up to which the sound has been heard.
        on_cut: Told what is left out, with times on the media clock.

    Yields:
        Utterances in time order with times on the media clock, in milliseconds.

    Raises:
        MediumUnreadable: The sound cannot be decoded.
        ModelError: The transcriber failed.
    """
    tell = on_cut or _tell_nobody
    chunks = read_audio(path, rate=RATE, info=info, start_ms=start_ms, end_ms=end_ms)
    heard = _heard(stretches(chunks, stretch_ms=stretch_ms), transcriber, language, on_progress,
                   tell)
    yield from without_phantoms(heard, tell)


def _heard(
    stretches: Iterable[tuple[int, NDArray[np.float32]]],
    transcriber: Transcriber,
    language: str | None,
    on_progress: Callable[[int], None] | None,
    on_cut: Callable[[Cut], None],
) -> Iterator[Utterance]:
    for start_ms, samples in stretches:
        for utterance in transcriber.transcribe(samples, language=language):
            moved = _shifted(utterance, start_ms)
            if on_progress:
                on_progress(moved.end_ms)
            if is_silent(utterance, samples):
                on_cut(cut_of(moved, Fault.SILENCE))
            else:
                yield moved
        if on_progress:
            on_progress(start_ms + len(samples) * 1000 // RATE)


def _tell_nobody(_: Cut) -> None:
    pass


def stretches(
    chunks: Iterable[AudioChunk], *, stretch_ms: int = STRETCH_MS
) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Regroup contiguous chunks into long stretches cut at quiet places.

    Args:
        chunks: Contiguous 16 kHz chunks in time order.
        stretch_ms: The longest stretch, in milliseconds.

    Yields:
        The start on the media clock in ms, and float32 samples of shape ``(n,)``.
    """
    limit = stretch_ms * RATE // 1000
    start_ms: int | None = None
    held = np.empty(0, np.float32)
    for chunk in chunks:
        start_ms = chunk.start_ms if start_ms is None else start_ms
        held = np.concatenate([held, chunk.samples])
        while len(held) >= limit:
            cut = _quiet_place(held[:limit])
            yield start_ms, held[:cut]
            start_ms, held = start_ms + cut * 1000 // RATE, held[cut:]
    if start_ms is not None and len(held):
        yield start_ms, held


def _quiet_place(samples: NDArray[np.float32]) -> int:
    """Return the middle of the quietest fifth of a second near the end, on a whole millisecond."""
    window = _QUIET_MS * RATE // 1000
    search = min(_SEARCH_MS * RATE // 1000, len(samples) // 2)
    tail = samples[-search:]
    blocks = tail[: len(tail) // window * window].reshape(-1, window)
    quietest = int(np.argmin(np.square(blocks).mean(axis=1)))
    place = len(samples) - search + quietest * window + window // 2
    return place - place % (RATE // 1000)


def _shifted(utterance: Utterance, by_ms: int) -> Utterance:
    words = tuple(
        word.model_copy(update={"start_ms": word.start_ms + by_ms, "end_ms": word.end_ms + by_ms})
        for word in utterance.words
    )
    return utterance.model_copy(update={
        "start_ms": utterance.start_ms + by_ms, "end_ms": utterance.end_ms + by_ms, "words": words,
    })
