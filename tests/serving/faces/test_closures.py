"""Lips shut where the sound dips, near where they are said to, and their neighbours give way."""

import numpy as np
import pytest

from trikal.serving.faces.closures import BEHIND_MS, HOLD_MS, REACH_MS, shut_where_quiet
from trikal.serving.roles import Phone, Sound

RATE = 16_000


def sound(*dips_ms: int, length_ms: int = 1_000) -> Sound:
    """Noise that is nearly silent for 40 ms around each of some times."""
    samples = 0.3 * np.random.default_rng(1).normal(size=length_ms * RATE // 1000)
    for middle in dips_ms:
        samples[(middle - 20) * RATE // 1000:(middle + 20) * RATE // 1000] *= 0.01
    return Sound(samples=samples.astype(np.float32), sample_rate=RATE)


def phones(*spans: tuple[str, int, int]) -> tuple[Phone, ...]:
    return tuple(Phone(ipa=ipa, start_ms=start, end_ms=end) for ipa, start, end in spans)


def middle(phone: Phone) -> float:
    return (phone.start_ms + phone.end_ms) / 2


@pytest.mark.parametrize("ipa", ["m", "b", "p"])
@pytest.mark.parametrize("dip", [475, 500, 525])
def test_lips_shut_at_the_dip(ipa: str, dip: int) -> None:
    before = phones(("a", 300, 470), (ipa, 470, 530), ("a", 530, 700))
    vowel, lips, other = shut_where_quiet(before, sound(dip))
    assert abs(middle(lips) - BEHIND_MS - dip) <= 10
    assert lips.end_ms - lips.start_ms == HOLD_MS
    assert vowel.end_ms <= lips.start_ms
    assert other.start_ms >= lips.end_ms


def test_a_dip_too_far_away_is_another_s() -> None:
    said = phones(("a", 300, 470), ("b", 470, 530), ("a", 530, 700))
    lips = shut_where_quiet(said, sound(800))[1]
    assert abs(middle(lips) - BEHIND_MS - 500) <= REACH_MS


def test_a_sound_that_is_long_stays_as_long() -> None:
    (lips,) = shut_where_quiet(phones(("m", 400, 600)), sound(500))
    assert lips.end_ms - lips.start_ms == 200


def test_other_sounds_stay() -> None:
    said = phones(("t", 470, 530), ("a", 530, 700))
    assert shut_where_quiet(said, sound(500, 560)) == said


def test_at_the_edges_of_the_sound_nothing_leaves_it() -> None:
    first, *_, last = shut_where_quiet(
        phones(("p", 0, 20), ("a", 20, 980), ("m", 980, 1_000)), sound())
    assert first.start_ms >= 0
    assert first.end_ms >= first.start_ms
    assert last.end_ms >= last.start_ms


def test_without_sounds_there_is_nothing_to_move() -> None:
    assert shut_where_quiet((), sound()) == ()
