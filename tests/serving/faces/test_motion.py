import numpy as np
import pytest

from tests.every import every
from trikal.serving.backends.espeak import Espeak
from trikal.serving.faces.motion import OPEN, envelope, mouth_track, shut_frames
from trikal.serving.faces.visemes import VISEMES
from trikal.serving.roles import Phone, Sound

RATE = 25
SOUND_RATE = 16_000


def sound_of(seconds: float, *phones: tuple[int, int, str], loud: float = 0.5) -> Sound:
    noise = np.random.default_rng(1).normal(0, loud, int(seconds * SOUND_RATE))
    return Sound(samples=noise.astype(np.float32), sample_rate=SOUND_RATE, phones=tuple(
        Phone(start_ms=start, end_ms=end, ipa=ipa) for start, end, ipa in phones))


def test_a_long_vowel_takes_its_own_shape() -> None:
    track = mouth_track(sound_of(1, (0, 1000, "u")), RATE, 25)
    assert track[12, 1:] == pytest.approx(VISEMES["u"][1:5], abs=1e-3)


def test_neighbours_flow_into_each_other_without_a_jump() -> None:
    rate = 1_000
    track = mouth_track(sound_of(1, (0, 500, "i"), (500, 1000, "u")), rate, 1_000)[:, 1]
    steps = np.diff(track[300:700])
    assert track[300] > 0.9
    assert track[700] < -0.9
    assert steps.max() <= 1e-9
    assert np.abs(np.diff(steps)).max() < 0.15 * np.abs(steps).max()


def test_a_sound_is_prepared_before_it_begins() -> None:
    track = mouth_track(sound_of(1, (0, 500, "i"), (500, 1000, "u")), 100, 100)[:, 1]
    assert track[47] < 0.95 * track[30]


@pytest.mark.parametrize("ipa", ["m", "b", "p", "pʰ"])
@every("start", range(400, 440, 7))
def test_lips_shut_on_each_of_m_b_p_however_short_and_loud(ipa: str, start: int) -> None:
    sound = sound_of(1, (0, start, "a"), (start, start + 25, ipa), (start + 25, 1000, "a"))
    track = mouth_track(sound, RATE, 25)
    (shut,) = shut_frames(sound.phones, RATE, 25)
    assert track[shut, OPEN] == 0
    assert track[shut - 4, OPEN] > 0.3
    assert track[shut + 4, OPEN] > 0.3


def test_the_louder_the_wider() -> None:
    sound = sound_of(2, (0, 2000, "a"))
    fading = sound.model_copy(update={
        "samples": sound.samples * np.linspace(1, 0.05, len(sound.samples), dtype=np.float32)})
    opened = mouth_track(fading, RATE, 50)[:, OPEN]
    assert opened[5] > 2 * opened[40] > 0
    assert np.corrcoef(opened, envelope(fading, RATE, 50))[0, 1] > 0.98


@pytest.mark.parametrize("phones", [(), ((0, 1000, "a"),)])
def test_silence_keeps_the_mouth_almost_shut(phones: tuple[tuple[int, int, str], ...]) -> None:
    track = mouth_track(sound_of(1, *phones, loud=0.0), RATE, 25)
    assert np.isfinite(track).all()
    assert track[:, OPEN].max() <= 0.12


def test_without_phones_bright_sounds_spread_and_dark_ones_round_the_lips() -> None:
    times = np.arange(SOUND_RATE) / SOUND_RATE
    def hummed(hertz: int) -> Sound:
        return Sound(samples=(0.5 * np.sin(2 * np.pi * hertz * times)).astype(np.float32),
                     sample_rate=SOUND_RATE)
    dark, bright = (mouth_track(hummed(each), RATE, 25)[12] for each in (250, 2000))
    assert dark[1] < -0.5 < 0.4 < bright[1]
    assert dark[OPEN] > 0.2


def test_a_very_short_sound_has_a_frame() -> None:
    for count in (1, 10, 700):
        sound = Sound(samples=np.full(count, 0.5, np.float32), sample_rate=SOUND_RATE)
        assert np.isfinite(mouth_track(sound, RATE, 2)).all()


@pytest.mark.parametrize(("text", "language"), [
    ("My mother bought a paper boat for Bob and Pam.", "en"), ("मेरी माँ ने पापा को बुलाया।", "hi")])
def test_speech_opens_with_its_sound_and_without_delay(text: str, language: str) -> None:
    (sound,) = Espeak("espeak-ng", languages=("en", "hi")).speak(text, language=language)
    frames = len(sound.samples) * RATE // sound.sample_rate
    opened = mouth_track(sound, RATE, frames)[:, OPEN]
    loud = envelope(sound, RATE, frames)
    scores = {lag: np.corrcoef(opened[3 + lag:frames - 3 + lag], loud[3:frames - 3])[0, 1]
              for lag in range(-3, 4)}
    assert scores[0] >= 0.75
    assert abs(max(scores, key=lambda lag: scores[lag])) <= 1
    assert all(opened[at] == 0 for at in shut_frames(sound.phones, RATE, frames))
