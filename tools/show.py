"""Show a text being said: a portrait and speech into a film of a talking head.

What is made is marked as synthetic: on the picture, unless that is switched off, and in the
file's metadata always. A photo of a person is used only where that person's consent is told.
"""

import hashlib
from collections.abc import Callable, Iterable
from enum import StrEnum
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from trikal.errors import BackendFailed, BadInput
from trikal.media.encode import Film, film
from trikal.media.picture import large_pictures, read_picture
from trikal.serving.roles import Avatar, Performance, Sound
from trikal.settings import Settings
from trikal.tools.backdrop import Backdrop, read_backdrop, read_matte

Picture = NDArray[np.uint8]

FILM_SUFFIXES: Final = (".mp4", ".mov", ".webm")
"""What a talking head is written as."""

RATE: Final = 25
"""Pictures a second."""

SMALLEST_SIDE: Final = 64
"""Pixels that a portrait's shorter side must have."""

LARGEST_SIDE: Final = 1_024
"""Larger portraits are shrunk to this many pixels, so that films are made while they play."""

_LABEL = "synthetic"


class Portrayed(StrEnum):
    """What a portrait shows, and so why it may be made to speak."""

    CONSENTING = "consenting"
    DRAWN = "drawn"


class Presenter(NamedTuple):
    """Who says answers aloud.

    Attributes:
        portrait: The picture's file.
        portrayed: Why it may be used; ``None`` where nobody said so.
    """

    portrait: Path
    portrayed: Portrayed | None


class Scene(NamedTuple):
    """What stands behind a face that speaks.

    Attributes:
        backdrop: The background that takes the place of the portrait's own.
        matte: Where the portrait is to be seen before it; ``None`` where that must be found out.
    """

    backdrop: Backdrop
    matte: NDArray[np.uint8] | None


def scene_of(named: str, portrait: Path, size: tuple[int, int], target: Path) -> Scene:
    """Return the scene that a person names.

    Args:
        named: As :func:`trikal.tools.backdrop.read_backdrop` takes it.
        portrait: The portrait's file, which was read already.
        size: Width and height that it is used in, in pixels.
        target: The film.

    Raises:
        BadInput: There is no such background, or the film cannot be let see through.
    """
    return Scene(read_backdrop(named, size, target), read_matte(portrait, size))


def presenter_of(settings: Settings) -> Presenter | None:
    """Return who says the agent's answers, if the settings name somebody."""
    if settings.portrait is None:
        return None
    known = settings.portrait_is
    return Presenter(settings.portrait, Portrayed(known) if known else None)


def read_portrait(presenter: Presenter) -> Picture:
    """Read a portrait that may be made to speak.

    Returns:
        RGB, uint8 of shape ``(height, width, 3)``, no side longer than `LARGEST_SIDE`.

    Raises:
        BadInput: Nobody told that it may be, or it is no still picture, or too small.
    """
    path, portrayed = presenter
    picture = read_picture(path)
    if portrayed is None:
        raise BadInput(
            f"{path} may show a real person, and nobody is made to say things unasked. Tell that "
            "the person agreed with --consent, or that it is a drawing with --drawing (for the "
            "agent: TRIKAL_PORTRAIT_IS=consenting or drawn).")
    _refuse_animation(path)
    height, width = picture.shape[:2]
    if min(height, width) < SMALLEST_SIDE:
        raise BadInput(f"The portrait {path} has {width} x {height} pixels; each side needs at "
                       f"least {SMALLEST_SIDE}. Give a larger picture.")
    image = Image.fromarray(picture)
    image.thumbnail((LARGEST_SIDE, LARGEST_SIDE), Image.Resampling.LANCZOS)
    return np.asarray(image)


def portrait_mark(presenter: Presenter) -> str:
    """Return the SHA-256 of a portrait's file, in hexadecimal: two portraits make two films.

    Raises:
        BadInput: It cannot be read.
    """
    try:
        with presenter.portrait.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as exc:
        raise BadInput(f"The portrait {presenter.portrait} cannot be read ({exc.strerror}). Check "
                       "the name.") from exc


def write_show(
    avatar: Avatar, portrait: Picture, sound: Sound, target: Path, *, labelled: bool = True,
    scene: Scene | None = None,
) -> None:
    """Write the film of a portrait that says something.

    Args:
        avatar: Moves the portrait.
        portrait: RGB, uint8 of shape ``(height, width, 3)``.
        sound: What it says.
        target: The film (.mp4, .mov or .webm); it appears when all of it is written.
        labelled: Whether "synthetic" stands on the picture.
        scene: What stands behind the face; its own background when not given.

    Raises:
        BadInput: The portrait does not show just one face, or the film cannot be written.
        ModelError: The avatar failed.
    """
    performance = Performance(portrait=portrait, sound=sound, rate=RATE, alone=scene is not None,
                              matte=scene.matte if scene else None)
    playing = iter(avatar.play(performance))
    first = next(playing)  # what is wrong with the portrait is told before a file is begun
    told = {"comment": f"Synthetic video, made with Trikal by the avatar {avatar.name}"}
    size = (portrait.shape[1], portrait.shape[0])
    mark = _label(size) if labelled else _unmarked
    frames: Iterable[Picture] = chain([first], playing)
    if scene is not None:
        frames = map(scene.backdrop.behind, frames)
    clear = scene is not None and scene.backdrop.picture is None
    with film(target, size=size, rate=RATE, sound_rate=sound.sample_rate, clear=clear,
              metadata=told) as reel:
        shown = _show(reel, map(mark, frames), sound)
        if shown != performance.frames:
            raise BackendFailed(f"{avatar.name} made {shown} pictures where {performance.frames} "
                                "were due. Choose another avatar.")


def _show(reel: Film, pictures: Iterable[Picture], sound: Sound) -> int:
    played = shown = 0
    for index, picture in enumerate(pictures):
        until = Fraction(index + 1, RATE)
        reel.show(picture, Fraction(index, RATE), until)
        due = sound.samples[played:round(until * sound.sample_rate)]
        if len(due):
            reel.play(due)
            played += len(due)
        shown = index + 1
    return shown


def _unmarked(picture: Picture) -> Picture:
    return picture


def _label(size: tuple[int, int]) -> Callable[[Picture], Picture]:
    """Return what writes the label into the lower left corner of pictures."""
    width, height = size
    letters = max(min(width, height) // 24, 9)
    font = ImageFont.load_default(letters)
    left, top, right, bottom = font.getbbox(_LABEL)
    wide, tall = int(right - left + letters), int(bottom - top + letters * 0.8)
    image = Image.new("L", (min(wide, width), min(tall, height)), 0)
    ImageDraw.Draw(image).text((letters / 2 - left, letters * 0.4 - top), _LABEL, 255, font)
    ink = np.asarray(image, np.float32)[..., None] / 255

    def marked(picture: Picture) -> Picture:
        tagged = picture.copy()
        corner = tagged[height - ink.shape[0]:, :ink.shape[1]]
        corner[..., :3] = corner[..., :3] * 0.45 * (1 - ink) + 245 * ink
        corner[..., 3:] = 255
        return tagged

    return marked


def _refuse_animation(path: Path) -> None:
    with large_pictures(), Image.open(path) as image:
        count = int(getattr(image, "n_frames", 1))
    if count > 1:
        raise BadInput(f"The portrait {path} is an animation of {count} pictures. Save one of them "
                       "as a still picture.")
