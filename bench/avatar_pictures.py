"""The pictures of docs/avatar.md, made anew by today's code: the shapes of the mouth, and a still.

``python -m bench avatar_pictures [FOLDER]`` writes ``avatar-visemes.png`` and ``avatar-still.png``,
of the drawing that the tests use, into docs/ or another folder. Look at them with your own eyes.
"""

import sys
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from tests.serving.portraits import portrait
from trikal.media.frames import frames_at
from trikal.serving.faces.head import Eyes
from trikal.serving.faces.motion import OPEN, mouth_track
from trikal.serving.faces.mouth import Mouth
from trikal.serving.faces.visemes import VISEMES
from trikal.serving.models import Models
from trikal.settings import load_settings
from trikal.tools.say import speech
from trikal.tools.show import RATE, write_show

Picture = NDArray[np.uint8]

SIDE = 512
TILE = (200, 224)
_COLUMNS = 7
_FACE = (slice(83, 438), slice(98, 415))
_TEXT = "Hello. The ferry leaves every hour, and a map hangs by the pier."


def shapes(drawn: Picture, models: Models) -> list[tuple[str, Picture]]:
    """Return the face in each shape of the mouth, and with its lids shut, by name."""
    parts = models.avatar().features(drawn)  # type: ignore[attr-defined]
    mouth, eyes, found = Mouth(drawn, parts), Eyes(drawn, parts), []
    for name, shape in VISEMES.items():
        canvas = drawn.copy()
        mouth.shape(canvas, np.array(shape[:5]))
        found.append((name, canvas))
    canvas = drawn.copy()
    eyes.blink(canvas, 1.0)
    return [*found, ("lids shut", canvas)]


def sheet(shown: list[tuple[str, Picture]]) -> Image.Image:
    """Return all of them beside each other, cut to the face and named."""
    rows = -(-len(shown) // _COLUMNS)
    whole = Image.new("RGB", (TILE[0] * _COLUMNS, TILE[1] * rows))
    pen, font = ImageDraw.Draw(whole), ImageFont.load_default(15)
    for place, (name, picture) in enumerate(shown):
        row, column = divmod(place, _COLUMNS)
        at = (column * TILE[0], row * TILE[1])
        whole.paste(Image.fromarray(picture[_FACE]).resize(TILE, Image.Resampling.LANCZOS), at)
        pen.text((at[0] + 5, at[1] + 2), name, (20, 20, 70), font)
    return whole


def still(drawn: Picture, models: Models) -> Image.Image:
    """Return the frame of a film, decoded, in which the mouth is open widest."""
    sound = speech(_TEXT, models.voice("en"), "en")
    frames = round(sound.duration_ms * RATE / 1000)
    widest = int(np.argmax(mouth_track(sound, RATE, frames)[:, OPEN]))
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder) / "talk.mp4"
        write_show(models.avatar(), drawn, sound, film)
        (frame,) = frames_at(film, [(widest * 2 + 1) * 500 // RATE])
    return Image.fromarray(frame.picture)


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs")
    drawn = np.ascontiguousarray(portrait(SIDE, SIDE))
    with Models(load_settings()) as models:
        sheet(shapes(drawn, models)).save(folder / "avatar-visemes.png")
        still(drawn, models).save(folder / "avatar-still.png")


if __name__ == "__main__":
    main()
