"""Make the pictures of docs/avatar.md anew: the contact sheet of visemes, and a still of a film.

``python scripts/avatar_pictures.py`` draws them with today's renderer, on a face of nobody. The
still is the picture of a real film, said by espeak-ng, in which the mouth is widest.
"""

import tempfile
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from tests.serving.portraits import portrait
from trikal.serving.backends.face_warp import FaceWarp
from trikal.serving.faces.head import Eyes
from trikal.serving.faces.motion import OPEN, mouth_track
from trikal.serving.faces.mouth import Mouth
from trikal.serving.faces.visemes import VISEMES
from trikal.serving.models import Models
from trikal.settings import load_settings
from trikal.tools.say import speech
from trikal.tools.show import RATE, write_show

DOCS = Path(__file__).resolve().parent.parent / "docs"
SIDE = 512
TEXT = "The ferry leaves every hour."
_CELL, _CROP, _COLUMNS = (200, 224), (91, 86, 421, 455), 7

Picture = NDArray[np.uint8]


def shapes(face: Picture, avatar: FaceWarp) -> dict[str, Picture]:
    """Return the face in each shape of the mouth, and with its lids shut."""
    parts = avatar.features(face)
    mouth, eyes = Mouth(face, parts), Eyes(face, parts)
    drawn = {}
    for name, shape in VISEMES.items():
        drawn[name] = face.copy()
        mouth.shape(drawn[name], np.array(shape[:5], np.float64))
    drawn["lids shut"] = face.copy()
    eyes.blink(drawn["lids shut"], 1.0)
    return drawn


def sheet(drawn: dict[str, Picture]) -> Image.Image:
    """Lay pictures out in rows, each with its name."""
    rows = -(-len(drawn) // _COLUMNS)
    made = Image.new("RGB", (_CELL[0] * _COLUMNS, _CELL[1] * rows))
    pen, font = ImageDraw.Draw(made), ImageFont.load_default(15)
    for place, (name, picture) in enumerate(drawn.items()):
        left, top = place % _COLUMNS * _CELL[0], place // _COLUMNS * _CELL[1]
        cell = Image.fromarray(picture).crop(_CROP).resize(_CELL, Image.Resampling.LANCZOS)
        made.paste(cell, (left, top))
        pen.text((left + 5, top + 2), name, (20, 20, 60), font)
    return made


def still(face: Picture, avatar: FaceWarp, models: Models) -> Image.Image:
    """Return the picture of a film in which the mouth is widest, as it is decoded."""
    sound = speech(TEXT, models.voice("en"), "en")
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder) / "talk.mp4"
        write_show(avatar, face, sound, film)
        with av.open(str(film)) as container:
            frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    track = mouth_track(sound, RATE, len(frames))
    return Image.fromarray(frames[int(np.argmax(track[:, OPEN]))])


def main() -> None:
    """Write both pictures into docs/."""
    face = portrait(SIDE, SIDE)
    with Models(load_settings(models={"tts": "espeak-ng"})) as models:
        avatar = models.avatar()
        if not isinstance(avatar, FaceWarp):
            raise SystemExit("The pictures are of the built-in renderer. Unset TRIKAL_AVATAR_*.")
        sheet(shapes(face, avatar)).save(DOCS / "avatar-visemes.png", optimize=True)
        still(face, avatar, models).save(DOCS / "avatar-still.png", optimize=True)


if __name__ == "__main__":
    main()
