"""Pictures from files: upright, opaque, of a size that can be held, or a clear refusal."""

import io
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from trikal.errors import BadInput
from trikal.media.picture import LONGEST_SIDE, read_picture

RED = (200, 30, 30)


def saved(path: Path, image: Image.Image, **options: object) -> Path:
    image.save(path, **options)  # type: ignore[arg-type]
    return path


def png(path: Path, width: int, height: int) -> Path:
    """A PNG that claims a size, whatever is in it."""
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (len(data).to_bytes(4, "big") + kind + data
                + zlib.crc32(kind + data).to_bytes(4, "big"))

    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\0\0\0"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
                     + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b""))
    return path


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".bmp", ".gif"])
def test_a_picture_of_any_usual_format_is_rgb(tmp_path: Path, suffix: str) -> None:
    picture = read_picture(saved(tmp_path / f"p{suffix}", Image.new("RGB", (40, 20), RED)))
    assert picture.shape == (20, 40, 3)
    assert picture.dtype == np.uint8
    assert np.abs(picture.astype(int) - RED).max() < 12


@pytest.mark.parametrize("mode", ["L", "1", "P", "RGBA", "LA", "CMYK", "I;16"])
def test_every_kind_of_pixel_becomes_rgb(tmp_path: Path, mode: str) -> None:
    suffix = ".tiff" if mode == "CMYK" else ".png"
    assert read_picture(saved(tmp_path / f"p{suffix}", Image.new(mode, (8, 6)))).shape == (6, 8, 3)


def test_an_animation_is_its_first_frame(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (16, 16), colour) for colour in (RED, (30, 30, 200))]
    path = saved(tmp_path / "a.gif", frames[0], save_all=True, append_images=frames[1:])
    assert read_picture(path)[8, 8].argmax() == 0


def test_what_is_transparent_stands_on_white(tmp_path: Path) -> None:
    picture = read_picture(saved(tmp_path / "t.png", Image.new("RGBA", (4, 4), (0, 0, 0, 0))))
    assert picture.min() == 255


def test_a_picture_is_turned_as_its_camera_was(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    path = saved(tmp_path / "turned.jpg", Image.new("RGB", (40, 20), RED), exif=exif)
    assert read_picture(path).shape == (40, 20, 3)


def test_a_hundred_megapixels_are_read_small(tmp_path: Path) -> None:
    path = saved(tmp_path / "huge.jpg", Image.new("L", (12_500, 8_000), 90))
    picture = read_picture(path)
    assert max(picture.shape) <= LONGEST_SIDE
    assert picture.shape[1] / picture.shape[0] == pytest.approx(12_500 / 8_000, rel=0.01)


def test_what_is_larger_than_any_camera_makes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="too large"):
        read_picture(png(tmp_path / "bomb.png", 60_000, 60_000))


@pytest.mark.parametrize("size", [(0, 0), (0, 7)])
def test_a_picture_without_pixels_is_refused(tmp_path: Path, size: tuple[int, int]) -> None:
    with pytest.raises(BadInput, match="none.png"):
        read_picture(png(tmp_path / "none.png", *size))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"gone.png does not exist"):
        read_picture(tmp_path / "gone.png")


@pytest.mark.parametrize("content", [b"", b"not a picture at all" * 50, b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_picture_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "fake.png").write_bytes(content)
    with pytest.raises(BadInput, match=r"fake.png"):
        read_picture(tmp_path / "fake.png")


def test_half_a_picture_is_refused(tmp_path: Path) -> None:
    stream = io.BytesIO()
    Image.effect_noise((200, 200), 80).save(stream, "PNG")
    (tmp_path / "half.png").write_bytes(stream.getvalue()[:9_000])
    with pytest.raises(BadInput, match=r"half.png cannot be read"):
        read_picture(tmp_path / "half.png")


def test_a_folder_is_no_picture(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="is a folder"):
        read_picture(tmp_path)
