"""Voices told apart: dialogues made of recordings of known people, against who really speaks.

Pieces of two to seven seconds of different people follow each other with pauses of 0.3 s. Counted
is which share of what both sides call speech is given to the wrong voice, after the best pairing of
voices, and how much of the speech is found. The bound from which on two voices are one was chosen
on the first set of people; the second was not looked at before.
"""

import time
from itertools import permutations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trikal.media.audio import read_audio
from trikal.serving.models import Models
from trikal.serving.roles import Turn
from trikal.settings import load_settings

MEDIA = Path(__file__).resolve().parents[2] / "shared" / "media"
PEOPLE: dict[str, dict[str, tuple[str, ...]]] = {
    "chosen on": {"Kennedy": ("jfk/*.flac",), "azure": ("azure/testing.wav",),
                  "Kannada": ("sarvam/audio1_kn.wav",), "Hindi": ("hindi/12_*.wav",)},
    "not looked at": {"Austen": ("austen/*870.wav", "austen/*890.wav", "austen/*930.wav"),
                      "Gujarati": ("sarvam/audio2_gu.wav",), "Hindi": ("hindi/145_*.wav",),
                      "English": ("sarvam/audio3_en.wav",), "NASA": ("nasa/*.mp4",)},
}
_RATE = 16_000
_STEP_MS = 10
_LONGEST_S = 40
_PAUSE = int(0.3 * _RATE)
_SEED = 3

Samples = NDArray[np.float32]


def recording(patterns: tuple[str, ...]) -> Samples:
    files = [next(MEDIA.glob(pattern)) for pattern in patterns]
    whole = np.concatenate([each.samples for path in files
                            for each in read_audio(path, rate=_RATE)])
    piece = whole[:_LONGEST_S * _RATE]
    return np.asarray(0.5 * piece / np.abs(piece).max(), np.float32)


def dialogue(people: dict[str, tuple[str, ...]]) -> tuple[Samples, list[Turn]]:
    """Let people speak in turn, at random and never twice in a row, until too little is left."""
    draws = np.random.default_rng(_SEED)
    left = {name: recording(patterns) for name, patterns in people.items()}
    parts: list[Samples] = []
    turns: list[Turn] = []
    at, last = 0, ""
    while able := [name for name, rest in left.items() if name != last and len(rest) > 2 * _RATE]:
        last = able[draws.integers(len(able))]
        count = int(min(draws.uniform(2, 7) * _RATE, len(left[last])))
        parts += [left[last][:count], np.zeros(_PAUSE, np.float32)]
        left[last] = left[last][count:]
        turns.append(Turn(start_ms=at * 1000 // _RATE, end_ms=(at + count) * 1000 // _RATE,
                          speaker=last))
        at += count + _PAUSE
    return np.concatenate(parts), turns


def wrong_and_found(truth: list[Turn], told: list[Turn]) -> tuple[float, float]:
    """Return which share of the speech is the wrong voice's, and which is found at all."""
    length = max(each.end_ms for each in (*truth, *told)) // _STEP_MS + 1
    real, heard = _row(truth, length), _row(told, length)
    both = (real >= 0) & (heard >= 0)
    table = np.zeros((real.max() + 1, max(heard.max() + 1, real.max() + 1)), int)
    np.add.at(table, (real[both], heard[both]), 1)
    right = max(sum(table[n, voice] for n, voice in enumerate(order))
                for order in permutations(range(table.shape[1]), table.shape[0]))
    return 1 - right / both.sum(), both.sum() / (real >= 0).sum()


def _row(turns: list[Turn], length: int) -> NDArray[np.int_]:
    numbers = {name: n for n, name in enumerate(dict.fromkeys(each.speaker for each in turns))}
    row = np.full(length, -1)
    for each in turns:
        row[each.start_ms // _STEP_MS:each.end_ms // _STEP_MS] = numbers[each.speaker]
    return row


def main() -> None:
    print("| people | seconds | voices | told apart | wrong voice | speech found | times real time "
          "|\n| --- | --- | --- | --- | --- | --- | --- |")
    with Models(load_settings()) as models:
        diariser = models.diariser()
        for name, people in PEOPLE.items():
            samples, truth = dialogue(people)
            begun = time.perf_counter()
            told = diariser.turns([(0, samples)])
            seconds = time.perf_counter() - begun
            wrong, found = wrong_and_found(truth, told)
            voices, spoken = (len({each.speaker for each in turns}) for turns in (told, truth))
            length = len(samples) / _RATE
            print(f"| {name} | {length:.0f} | {spoken} | {voices} | {100 * wrong:.1f} % | "
                  f"{100 * found:.0f} % | {length / seconds:.0f} |", flush=True)


if __name__ == "__main__":
    main()
