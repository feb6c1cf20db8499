"""What avatars are tested with: speech, and a program that makes films as a neural one would."""

import io
import sys
import wave
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from trikal.errors import BackendFailed
from trikal.serving.roles import Performance, Phone, Sound

_PROGRAM = '''
import sys
portrait, sound, out, rate, mode = sys.argv[1:6]
if mode == "fail":
    sys.exit("out of memory on the device")
if mode == "silent":
    sys.exit(0)
if mode == "garbage":
    open(out, "wb").write(b"no film at all")
    sys.exit(0)
import av, numpy as np
from PIL import Image
picture = np.asarray(Image.open(portrait).convert("RGB"))
with av.open(sound) as heard:
    seconds = sum(f.samples for f in heard.decode(audio=0)) / heard.streams.audio[0].rate
frames = max(round(seconds * int(rate) * (0.3 if mode == "short" else 1)), 1)
height, width = (side - side % 2 for side in picture.shape[:2])
if mode == "small":
    height, width = 64, 64
with av.open(out, "w") as made:
    stream = made.add_stream("mpeg4", rate=int(rate))
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    for number in range(frames):
        shade = np.uint8(255 * number / frames)
        frame = np.maximum(np.asarray(Image.fromarray(picture).resize((width, height))), shade)
        for packet in stream.encode(av.VideoFrame.from_ndarray(frame, "rgb24")):
            made.mux(packet)
    for packet in stream.encode(None):
        made.mux(packet)
'''


class Still:
    """An avatar that never moves; it may be made to leave out its last pictures, or to break."""

    name = "still"

    def __init__(self, lacks: int = 0, *, breaks: bool = False) -> None:
        self._lacks, self._breaks = lacks, breaks

    def play(self, performance: Performance) -> Iterator[NDArray[np.uint8]]:
        for number in range(performance.frames - self._lacks):
            if self._breaks and number == 5:
                raise BackendFailed("the avatar broke")
            yield performance.portrait


def film_of(body: bytes, *, share: float = 1.0, size: tuple[int, int] | None = None) -> bytes:
    """Answer a form as a server for avatars does: with a film as long as its sound.

    Args:
        body: The form, as it was sent.
        share: How long the film is, as a share of the sound.
        size: Width and height, if not the portrait's.
    """
    form = _form(body)
    portrait = Image.open(io.BytesIO(form["portrait"])).convert("RGB")
    with wave.open(io.BytesIO(form["sound"])) as heard:
        seconds = heard.getnframes() / heard.getframerate()
    rate = int(form["rate"])
    film = io.BytesIO()
    with av.open(film, "w", format="mp4") as made:
        stream = made.add_stream("mpeg4", rate=rate)
        stream.width, stream.height = size or tuple(side - side % 2 for side in portrait.size)
        stream.pix_fmt = "yuv420p"
        small = np.asarray(portrait.resize((stream.width, stream.height)))
        frames = max(round(seconds * rate * share), 1)
        for number in range(frames):
            shade = np.uint8(255 * number / frames)
            made.mux(stream.encode(av.VideoFrame.from_ndarray(np.maximum(small, shade), "rgb24")))
        made.mux(stream.encode(None))
    return film.getvalue()


def _form(body: bytes) -> dict[str, bytes]:
    """Read a form's parts by their names."""
    boundary = body.partition(b"\r\n")[0]
    parts = [each.partition(b"\r\n\r\n") for each in body.split(boundary)[1:-1]]
    return {head.partition(b'name="')[2].partition(b'"')[0].decode(): value[:-2]
            for head, _, value in parts}


def program(folder: Path, mode: str = "well") -> tuple[str, ...]:
    """Write the program; return its command."""
    path = folder / "moves_faces.py"
    path.write_text(_PROGRAM, encoding="utf-8")
    return (sys.executable, str(path), "{portrait}", "{sound}", "{out}", "{rate}", mode)


def spoken(seconds: float = 1.2) -> Sound:
    """Return something like speech: a vowel, an m in the middle, a vowel."""
    rate = 16_000
    times = np.arange(int(seconds * rate)) / rate
    middle = int(seconds * 500)
    wave = 0.5 * np.sin(2 * np.pi * 180 * times) * (0.6 + 0.4 * np.sin(2 * np.pi * 3 * times))
    return Sound(samples=wave.astype(np.float32), sample_rate=rate, phones=(
        Phone(start_ms=0, end_ms=middle - 50, ipa="a"),
        Phone(start_ms=middle - 50, end_ms=middle + 50, ipa="m"),
        Phone(start_ms=middle + 50, end_ms=int(seconds * 1000), ipa="a")))
