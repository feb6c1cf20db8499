"""Role avatar without a neural renderer: a portrait's own pixels, moved to the sounds of speech."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trikal.errors import BadInput
from trikal.serving.faces.cutting_out import cut_out
from trikal.serving.faces.finding import Face, FaceFinder, Picture
from trikal.serving.faces.head import Eyes, Head, head_track, lids_track
from trikal.serving.faces.landmarks import Features, features
from trikal.serving.faces.motion import envelope, mouth_track
from trikal.serving.faces.mouth import Mouth
from trikal.serving.roles import Performance

_SMALLEST = 40
_RIVAL = 0.6


class FaceWarp:
    """Avatar that warps the mouth, the lids and the head of one face.

    Args:
        name: The model's name in the catalogue.
        folder: Where the networks are that find the face.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self._name = name
        self._finder = FaceFinder(folder)

    @property
    def name(self) -> str:
        """Model and backend."""
        return f"{self._name}/builtin"

    def play(self, performance: Performance) -> Iterator[Picture]:
        """Yield the frames; see :meth:`trikal.serving.roles.Avatar.play`.

        Raises:
            BadInput: The portrait shows no face, a face too small, or several alike in size.
            ModelUnavailable: The face finder cannot be run.
        """
        portrait = np.ascontiguousarray(performance.portrait)
        parts = self.features(portrait)
        mouth, eyes, head = Mouth(portrait, parts), Eyes(portrait, parts), Head(portrait, parts)
        matte = _matte(performance, parts) if performance.alone else None
        rate, frames = performance.rate, performance.frames
        poses = mouth_track(performance.sound, rate, frames)
        lids = lids_track(rate, frames)
        moves = head_track(envelope(performance.sound, rate, frames), rate)
        for pose, shut, (along, down) in zip(poses, lids, moves, strict=True):
            canvas = portrait.copy()
            mouth.shape(canvas, pose)
            eyes.blink(canvas, float(shut))
            if matte is not None:
                canvas = np.dstack([canvas, matte])
            head.move(canvas, float(along), float(down))
            yield canvas

    def features(self, portrait: Picture) -> Features:
        """Find the moving parts of the face on a portrait.

        Raises:
            BadInput: As :meth:`play`.
        """
        mesh = self._finder.points(portrait, self._only_face(portrait))
        if mesh is None:
            raise _no_face()
        return features(mesh)

    def close(self) -> None:
        """Give the memory back; the next call loads anew."""
        self._finder.close()

    def _only_face(self, portrait: NDArray[np.uint8]) -> Face:
        faces = self._finder.faces(portrait)
        if not faces:
            raise _no_face()
        rivals = [face for face in faces if face.side >= _RIVAL * faces[0].side]
        if len(rivals) > 1:
            raise BadInput(f"The portrait shows {len(rivals)} faces, and only one can speak. Crop "
                           "it to that one.")
        if faces[0].side < _SMALLEST:
            raise BadInput(
                f"The face on the portrait is {faces[0].side:.0f} pixels large; at least "
                f"{_SMALLEST} are needed to move its mouth. Give a larger picture, or crop it.")
        return faces[0]


def _matte(performance: Performance, parts: Features) -> NDArray[np.uint8]:
    return cut_out(performance.portrait, parts) if performance.matte is None else performance.matte


def _no_face() -> BadInput:
    return BadInput("No face was found on the portrait. Give a picture of one face, seen from the "
                    "front and not too far away.")
