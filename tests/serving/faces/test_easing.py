import numpy as np

from trikal.serving.faces.easing import box_around, smooth
from trikal.serving.faces.landmarks import Axes


def test_a_step_is_level_at_both_ends() -> None:
    values = smooth(np.linspace(-0.5, 1.5, 201))
    assert values[0] == values[50] == 0
    assert values[150] == values[-1] == 1
    assert (np.diff(values) >= 0).all()
    assert abs(values[51] - values[50]) < 0.001


def test_a_box_ends_where_the_picture_does() -> None:
    portrait = np.zeros((40, 60, 3), np.uint8)
    assert box_around(portrait, np.array([-3.2, 5.7]), np.array([70.0, 12.1])) == (0, 5, 60, 14)


def test_points_come_back_where_they_were() -> None:
    axes = Axes(np.array([10.0, 20.0]), np.array([0.6, 0.8]), np.array([-0.8, 0.6]))
    points = np.array([[12.0, 25.0], [3.0, -4.0]])
    assert np.allclose(axes.back(axes.of(points)), points)
