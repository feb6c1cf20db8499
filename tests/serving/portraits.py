"""Portraits of nobody, drawn in code, that a face finder takes for faces."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

Picture = NDArray[np.uint8]


def draw_face(pen: ImageDraw.ImageDraw, x: float, y: float, r: float) -> None:
    """Draw a face around a middle; ``r`` is half its width."""
    def oval(dx: float, dy: float, w: float, h: float, fill: tuple[int, int, int]) -> None:
        pen.ellipse([x + (dx - w) * r, y + (dy - h) * r, x + (dx + w) * r, y + (dy + h) * r], fill)

    oval(0, -0.2, 1.15, 1.35, (70, 45, 30))
    oval(0, 0.1, 0.95, 1.25, (224, 178, 150))
    for side in (-0.4, 0.4):
        oval(side, -0.32, 0.26, 0.05, (80, 50, 35))
        oval(side, -0.1, 0.2, 0.11, (245, 245, 245))
        oval(side, -0.1, 0.1, 0.1, (60, 40, 30))
        oval(side, -0.21, 0.21, 0.03, (90, 55, 45))
        oval(side * 0.22, 0.37, 0.06, 0.04, (150, 100, 85))
    oval(0, 0.28, 0.12, 0.12, (212, 160, 132))
    oval(0, 0.74, 0.36, 0.11, (190, 90, 90))
    oval(0, 0.73, 0.33, 0.015, (120, 50, 55))


def portrait(width: int = 320, height: int = 320, *, faces: int = 1, size: float = 0.28) -> Picture:
    """Draw a portrait of some faces beside each other; ``size`` is half a face's share of it."""
    image = Image.new("RGB", (width, height), (150, 170, 190))
    pen = ImageDraw.Draw(image)
    for number in range(faces):
        draw_face(pen, width * (number + 0.5) / faces, height * 0.5,
                  size * min(width / faces, height))
    return np.asarray(image.filter(ImageFilter.GaussianBlur(min(width, height) / 250)))
