"""The parts of a face that move, out of the 468 points of its mesh."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

_OUTER_UPPER: Final = (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291)
_OUTER_LOWER: Final = (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291)
_INNER_UPPER: Final = (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308)
_INNER_LOWER: Final = (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308)
_EYES: Final = (
    ((33, 246, 161, 160, 159, 158, 157, 173, 133), (33, 7, 163, 144, 145, 153, 154, 155, 133),
     (105, 52, 65)),
    ((362, 398, 384, 385, 386, 387, 388, 466, 263), (362, 382, 381, 380, 374, 373, 390, 249, 263),
     (334, 282, 295)),
)
_NOSE, _CHIN, _SIDES, _FOREHEAD = 2, 152, (234, 454), 10


class Axes(NamedTuple):
    """Coordinates that stand upright in a face: u along its eyes, v down, in pixels.

    Attributes:
        middle: x and y of the middle of the mouth in the picture, the origin.
        across: Unit vector of u in the picture.
        down: Unit vector of v.
    """

    middle: Points
    across: Points
    down: Points

    def of(self, points: Points) -> Points:
        """Return points of the picture, of shape ``(..., 2)``, in these coordinates."""
        moved = points - self.middle
        return np.stack([moved @ self.across, moved @ self.down], axis=-1)

    def back(self, points: Points) -> Points:
        """Return points in these coordinates, of shape ``(n, 2)``, in the picture."""
        return np.asarray(self.middle + points @ np.stack([self.across, self.down]))


class Curve(NamedTuple):
    """A line across the face: v at rising u."""

    u: Points
    v: Points

    def at(self, u: Points) -> Points:
        """Return v at any u; level beyond the ends."""
        return np.interp(u, self.u, self.v)


class Eye(NamedTuple):
    """The edges of an eye's lids, and v of the brow above."""

    upper: Curve
    lower: Curve
    brow: float


class Features(NamedTuple):
    """The moving parts of a face, in its own coordinates.

    Attributes:
        axes: These coordinates.
        outer_upper: Upper edge of the upper lip.
        inner_upper: Its lower edge.
        inner_lower: Upper edge of the lower lip.
        outer_lower: Its lower edge.
        eyes: Both.
        nose: v of the nose's base.
        chin: v of the chin.
        half: Half the width of the mouth.
        breadth: Half the breadth of the face.
        height: From forehead to chin.
    """

    axes: Axes
    outer_upper: Curve
    inner_upper: Curve
    inner_lower: Curve
    outer_lower: Curve
    eyes: tuple[Eye, Eye]
    nose: float
    chin: float
    half: float
    breadth: float
    height: float


def features(mesh: Points) -> Features:
    """Read the moving parts out of a mesh of shape ``(468, 2)``, in pixels of the picture."""
    across = mesh[263] - mesh[33]
    across = across / max(float(np.hypot(*across)), 1e-9)
    middle = (mesh[78] + mesh[308]) / 2
    axes = Axes(middle, across, np.array([-across[1], across[0]]))
    own = axes.of(mesh)
    left, right = Eye(*_lids(own, 0)), Eye(*_lids(own, 1))
    return Features(
        axes=axes, outer_upper=_curve(own, _OUTER_UPPER), inner_upper=_curve(own, _INNER_UPPER),
        inner_lower=_curve(own, _INNER_LOWER), outer_lower=_curve(own, _OUTER_LOWER),
        eyes=(left, right), nose=float(own[_NOSE, 1]), chin=float(own[_CHIN, 1]),
        half=float(own[308, 0] - own[78, 0]) / 2,
        breadth=float(own[_SIDES[1], 0] - own[_SIDES[0], 0]) / 2,
        height=float(own[_CHIN, 1] - own[_FOREHEAD, 1]),
    )


def _lids(own: Points, side: int) -> tuple[Curve, Curve, float]:
    upper, lower, brow = _EYES[side]
    return _curve(own, upper), _curve(own, lower), float(own[list(brow), 1].mean())


def _curve(own: Points, indices: tuple[int, ...]) -> Curve:
    points = own[list(indices)]
    points = points[np.argsort(points[:, 0])]
    return Curve(points[:, 0], points[:, 1])
