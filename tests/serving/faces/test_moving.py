"""Mouth, lids and head of a drawn portrait: what moves, which way, and what stays as it was."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.every import every
from tests.serving.portraits import Picture, portrait
from trikal.serving.faces.head import Eyes, Head, head_track, lids_track
from trikal.serving.faces.landmarks import Axes, Curve, Eye, Features, features
from trikal.serving.faces.motion import envelope, mouth_track, shut_frames
from trikal.serving.faces.mouth import Mouth
from trikal.serving.faces.visemes import VISEMES, visemes_of
from trikal.serving.roles import Phone, Sound

MIDDLE, R = 160.0, 0.28 * 320
MOUTH = MIDDLE + 0.74 * R
EYES = MIDDLE - 0.1 * R
RATE = 16_000


def line(u: float, v: float, half: float) -> Curve:
    return Curve(np.array([u - half, u, u + half]), np.array([v, v, v]))


def drawn_parts() -> Features:
    """The parts of the face that `portrait` draws, read off the drawing."""
    axes = Axes(np.array([MIDDLE, MOUTH]), np.array([1.0, 0.0]), np.array([0.0, 1.0]))
    left, right = (Eye(line(u * R, -0.95 * R, 0.2 * R), line(u * R, -0.73 * R, 0.2 * R), -1.08 * R)
                   for u in (-0.4, 0.4))
    half = 0.36 * R
    return Features(
        axes=axes, outer_upper=line(0, -0.11 * R, half), inner_upper=line(0, -0.015 * R, half),
        inner_lower=line(0, 0.015 * R, half), outer_lower=line(0, 0.11 * R, half),
        eyes=(left, right), nose=-0.34 * R, chin=0.61 * R, half=half, breadth=0.95 * R,
        height=2.5 * R)


def moved(pose: tuple[float, ...]) -> Picture:
    canvas = portrait().copy()
    Mouth(portrait(), drawn_parts()).shape(canvas, np.array(pose))
    return canvas


def rows_that_differ(one: Picture, other: Picture) -> NDArray[np.intp]:
    return np.flatnonzero((one != other).any(axis=(1, 2)))


SHUT, OPEN = (0.0, 0.0, 0.0, 0.0, 0.0), (1.0, 0.0, 0.0, 0.0, 0.0)


def dark(picture: Picture) -> int:
    """How many pixels around the mouth are as dark as what is behind the lips."""
    around = picture[int(MOUTH - R / 2):int(MOUTH + R / 2), int(MIDDLE - R / 2):int(MIDDLE + R / 2)]
    return int((around.astype(int).sum(axis=2) < 130).sum())


def test_the_wider_a_mouth_opens_the_more_is_seen_behind_the_lips() -> None:
    seen = [dark(moved((opened, 0, 0, 0, 0))) for opened in (0.0, 0.25, 0.5, 1.0)]
    assert seen[0] == 0
    assert seen == sorted(set(seen))


@pytest.mark.parametrize(("pose", "colour"), [
    ((1.0, 0.0, 0.6, 0.0, 0.0), (200, 190, 170)), ((1.0, 0.0, 0.0, 1.0, 0.0), (150, 70, 70)),
])
def test_teeth_and_tongue_are_seen_where_a_sound_shows_them(
    pose: tuple[float, ...], colour: tuple[int, int, int]
) -> None:
    def like(picture: Picture) -> int:
        inside = picture[int(MOUTH - 30):int(MOUTH + 30), int(MIDDLE - 15):int(MIDDLE + 15)]
        return int((np.abs(inside.astype(int) - colour).max(axis=2) < 40).sum())

    assert like(moved(pose)) > like(moved(OPEN)) + 50


@pytest.mark.parametrize("pose", [SHUT, OPEN, (0.4, -1.0, 0, 0, 0), (0.4, 1.0, 0.5, 0.2, 1.0)])
def test_eyes_hair_and_background_do_not_move_with_the_mouth(pose: tuple[float, ...]) -> None:
    changed = rows_that_differ(moved(pose), portrait())
    nose = MOUTH - 0.34 * R
    assert (changed >= nose - 2).all()
    assert (moved(pose)[:, :int(MIDDLE - R)] == portrait()[:, :int(MIDDLE - R)]).all()


def test_a_mouth_is_shaped_anew_each_time() -> None:
    mouth, canvas = Mouth(portrait(), drawn_parts()), portrait().copy()
    mouth.shape(canvas, np.array(OPEN))
    mouth.shape(canvas, np.array(SHUT))
    assert np.array_equal(canvas, moved(SHUT))


def test_rounded_lips_are_narrower_than_spread_ones() -> None:
    def width(wide: float) -> int:
        row = moved((0.3, wide, 0, 0, 0))[int(MOUTH)].astype(int)
        skin = np.array([224, 178, 150])
        return int((np.abs(row[int(MIDDLE - R / 2):int(MIDDLE + R / 2)] - skin).max(axis=1) > 40)
                   .sum())

    assert width(-1.0) < width(0.0) < width(1.0)


def white(picture: Picture) -> int:
    """How many pixels of the eyes are as white as they are drawn."""
    around = picture[int(EYES - 20):int(EYES + 20), int(MIDDLE - R * 0.7):int(MIDDLE + R * 0.7)]
    return int((around.min(axis=2) > 230).sum())


def test_lids_come_down_over_the_eyes_and_go_up_again() -> None:
    eyes = Eyes(portrait(), drawn_parts())
    seen = []
    for shut in (0.0, 0.3, 0.6, 1.0):
        canvas = portrait().copy()
        eyes.blink(canvas, shut)
        seen.append(white(canvas))
        changed = rows_that_differ(canvas, portrait())
        assert (np.abs(changed - EYES) < 0.35 * R).all()
    assert seen == sorted(seen, reverse=True)
    assert seen[-1] < 0.1 * seen[0]


def test_a_head_moves_and_what_is_far_behind_it_stays() -> None:
    still, canvas = portrait(), portrait().copy()
    head = Head(still, drawn_parts())
    head.move(canvas, 0.0, 0.0)
    assert np.array_equal(canvas, still)
    head.move(canvas, 0.02, 0.0)
    eyes = slice(int(EYES - 8), int(EYES + 8))
    columns = np.arange(320)

    def middle(picture: Picture) -> float:
        whites = (picture[eyes].min(axis=2) > 225).sum(axis=0)
        return float((columns * whites).sum() / whites.sum())

    assert middle(canvas) - middle(still) == pytest.approx(0.02 * 2.5 * R, abs=1.5)
    assert np.array_equal(canvas[:4, :4], still[:4, :4])


@given(st.integers(1, 60), st.integers(1, 600))
def test_lids_are_open_most_of_the_time_and_never_more_than_shut(rate: int, frames: int) -> None:
    shut = lids_track(rate, frames)
    assert shut.shape == (frames,)
    assert ((shut >= 0) & (shut <= 1)).all()
    if frames / rate > 6:
        assert (shut == 0).mean() > 0.7


def test_people_blink_every_few_seconds() -> None:
    shut = lids_track(100, 6_000) > 0.5
    begins = np.flatnonzero(shut[1:] & ~shut[:-1]) / 100
    assert (np.diff(begins) > 1.8).all()
    assert (np.diff(begins) < 4.8).all()


@given(st.integers(1, 60), st.lists(st.floats(0, 1), min_size=1, max_size=200))
def test_a_head_sways_by_a_hand_s_breadth_at_most(rate: int, loud: list[float]) -> None:
    track = head_track(np.array(loud), rate)
    assert track.shape == (len(loud), 2)
    assert np.abs(track).max() < 0.05


@given(st.floats(-3, 3), st.floats(0.5, 3), st.floats(-200, 200), st.integers(0, 99))
def test_a_face_has_the_same_features_turned_moved_and_larger(
    turn: float, scale: float, shift: float, seed: int
) -> None:
    draws = np.random.default_rng(seed)
    mesh = draws.uniform(0, 100, (468, 2))
    mesh[[33, 263]] = [[20, 40], [80, 40]]
    turned = mesh @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    one, other = features(mesh), features(turned * scale + shift)
    for name in ("nose", "chin", "half", "breadth", "height"):
        assert getattr(other, name) == pytest.approx(scale * getattr(one, name), abs=1e-6)
    for name in ("outer_upper", "inner_upper", "inner_lower", "outer_lower"):
        assert getattr(other, name).v == pytest.approx(scale * getattr(one, name).v, abs=1e-6)
        assert (np.diff(getattr(other, name).u) >= 0).all()
    assert np.allclose(other.axes.back(one.axes.of(mesh) * scale), turned * scale + shift)


def test_a_curve_is_level_beyond_its_ends() -> None:
    curve = Curve(np.array([-1.0, 0.0, 2.0]), np.array([5.0, 1.0, 3.0]))
    assert curve.at(np.array([-9.0, -0.5, 1.0, 9.0])).tolist() == [5.0, 3.0, 2.0, 3.0]


phones = st.lists(
    st.tuples(st.sampled_from(["m", "a", "iː", "s", "aɪ", "", "t̪", "b", "ʔ", "u"]),
              st.integers(1, 250)), max_size=12).map(
    lambda told: tuple(
        Phone(ipa=ipa, start_ms=sum(each for _, each in told[:n]),
              end_ms=sum(each for _, each in told[:n + 1])) for n, (ipa, _) in enumerate(told)))


@given(phones, st.integers(10, 60), st.integers(1, 80), st.integers(0, 9))
@example((Phone(start_ms=0, end_ms=5, ipa="m"), Phone(start_ms=5, end_ms=255, ipa="m"),
          Phone(start_ms=255, end_ms=505, ipa="m"), Phone(start_ms=505, end_ms=506, ipa="a")),
         10, 5, 0)  # rounded to a little less than nothing
def test_a_mouth_s_track_stays_within_what_mouths_do(
    said: tuple[Phone, ...], rate: int, frames: int, seed: int
) -> None:
    samples = np.random.default_rng(seed).normal(0, 0.2, RATE * frames // rate + 1)
    sound = Sound(samples=samples.astype(np.float32), sample_rate=RATE, phones=said)
    track = mouth_track(sound, rate, frames)
    assert track.shape == (frames, 5)
    assert np.isfinite(track).all()
    assert (track[:, [0, 2, 3, 4]] >= 0).all()
    assert (track <= 1 + 1e-9).all()
    assert (track[:, 1] >= -1 - 1e-9).all()
    assert (track[shut_frames(said, rate, frames), 0] == 0).all()
    loud = envelope(sound, rate, frames)
    assert ((loud >= 0) & (loud <= 1)).all()


@given(st.text(max_size=6))
def test_every_text_has_a_shape_and_no_two_alike_in_a_row(ipa: str) -> None:
    names = visemes_of(ipa)
    assert names
    assert set(names) <= set(VISEMES)
    assert all(one != other for one, other in zip(names, names[1:], strict=False))


@every(("ipa", "names"), [
    ("aɪ", ("a", "i")), ("aː", ("a",)), ("tʃ", ("hiss", "hush")), ("", ("rest",)), ("ˈ", ("rest",)),
    ("t̪ʰ", ("hiss",)), ("ᵊ", ("e",)), ("ж", ("back",)), ("mm", ("closed",)),
])
def test_a_sound_goes_through_its_shapes(ipa: str, names: tuple[str, ...]) -> None:
    assert visemes_of(ipa) == names


def test_of_all_shapes_only_shut_lips_are_wholly_shut() -> None:
    assert {name for name, shape in VISEMES.items() if shape.open == 0} == {"rest", "closed"}
    assert all(shape.weight > 0 for shape in VISEMES.values())
    assert all(0 <= value <= 1 for shape in VISEMES.values()
               for value in (shape.open, shape.teeth, shape.tongue, shape.tuck))
