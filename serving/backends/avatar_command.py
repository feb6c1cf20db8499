"""Role avatar by a program of one's own: SadTalker, MuseTalk, or whatever makes a film of a face.

The program is started directly, never through a shell, in an empty folder that is removed again.
It is given files and must leave a film; that is decoded and checked, whatever it said.
"""

import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from trikal.errors import BackendFailed, BadInput, ModelUnavailable
from trikal.media.audio import write_wav
from trikal.serving.roles import Performance

PLACES: Final = ("{portrait}", "{sound}", "{out}")
"""What a command must name: the PNG and the WAV that it reads, and the .mp4 that it writes."""

_RATE_PLACE = "{rate}"
_SHORTEST = 0.8


class CommandAvatar:
    """Avatar by a command.

    Args:
        command: The program and its arguments, with `PLACES` in them, and ``{rate}`` where it
            wants to know how many pictures a second are expected.
        timeout_s: How long it may take.

    Raises:
        BadInput: The command lacks a place.
    """

    def __init__(self, command: Sequence[str], *, timeout_s: float) -> None:
        lacking = [each for each in PLACES if not any(each in part for part in command[1:])]
        if lacking:
            raise BadInput(f"The avatar's command lacks {' and '.join(lacking)}: without it the "
                           "program gets no file. Correct TRIKAL_AVATAR_COMMAND.")
        self._command = tuple(command)
        self._timeout_s = timeout_s

    @property
    def name(self) -> str:
        """Model and backend."""
        return f"{Path(self._command[0]).name}/command"

    def play(self, performance: Performance) -> Iterator[NDArray[np.uint8]]:
        """Yield the frames of the program's film; see :meth:`trikal.serving.roles.Avatar.play`.

        Raises:
            ModelUnavailable: The program is not there.
            BackendFailed: It failed, took too long, or left no film that fits.
        """
        with tempfile.TemporaryDirectory(prefix="trikal-avatar-") as folder:
            out = self._run(Path(folder), performance)
            yield from _played(out, performance, self.name)

    def _run(self, folder: Path, performance: Performance) -> Path:
        files = {place: folder / name for place, name in
                 zip(PLACES, ("portrait.png", "sound.wav", "out.mp4"), strict=True)}
        Image.fromarray(performance.portrait).save(files["{portrait}"])
        sound = performance.sound
        write_wav(files["{sound}"], sound.samples, sound.sample_rate)
        code, said = self._called([self._filled(part, files, performance.rate)
                                   for part in self._command], folder)
        if code:
            last = (said.strip().splitlines() or ["it said nothing"])[-1][:200]
            raise BackendFailed(f"{self.name} ended with code {code}: {last}. Try its command by "
                                "hand.")
        if not files["{out}"].is_file() or files["{out}"].is_symlink():
            raise BackendFailed(f"{self.name} ended well but wrote no film to {{out}}. Check its "
                                "command.")
        return files["{out}"]

    def _filled(self, part: str, files: dict[str, Path], rate: int) -> str:
        for place, path in files.items():
            part = part.replace(place, str(path))
        return part.replace(_RATE_PLACE, str(rate))

    def _called(self, command: list[str], folder: Path) -> tuple[int, str]:
        try:
            process = subprocess.Popen(
                command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, text=True, errors="replace", start_new_session=True)
        except OSError as exc:
            raise ModelUnavailable(
                f"The avatar's program {command[0]} cannot be started ({exc.strerror}). Install "
                "it, or correct TRIKAL_AVATAR_COMMAND.") from exc
        with process:
            try:
                said, _ = process.communicate(timeout=self._timeout_s)
            except subprocess.TimeoutExpired as exc:
                raise BackendFailed(f"{self.name} took longer than {self._timeout_s:.0f} s and was "
                                    "stopped. Give it less to say, or more time.") from exc
            finally:
                if process.poll() is None:  # its children too
                    os.killpg(process.pid, signal.SIGKILL)
        return process.returncode, said


def _played(out: Path, performance: Performance, name: str) -> Iterator[NDArray[np.uint8]]:
    """Yield the film's picture at the middle of each frame, in the portrait's size."""
    size = (performance.portrait.shape[1], performance.portrait.shape[0])
    due = shown = 0
    picture: NDArray[np.uint8] | None = None
    for at, coming in _decoded(out, name):
        while picture is not None and due < performance.frames and _middle(due, performance) < at:
            yield picture
            due += 1
        picture, shown = _sized(coming, size), due
    if picture is None or shown + 1 < _SHORTEST * performance.frames:
        raise BackendFailed(f"The film of {name} is shorter than what is said. Check its command.")
    for _ in range(due, performance.frames):
        yield picture


def _decoded(out: Path, name: str) -> Iterator[tuple[Fraction, NDArray[np.uint8]]]:
    try:
        with av.open(str(out)) as container:
            if not container.streams.video:
                raise BackendFailed(f"The film of {name} has no pictures. Check its command.")
            first: Fraction | None = None
            for frame in container.decode(video=0):
                at = Fraction(frame.pts or 0) * (frame.time_base or Fraction(1, 25))
                first = at if first is None else first
                yield at - first, np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
    except av.FFmpegError as exc:
        raise BackendFailed(f"The film of {name} cannot be decoded ({exc}). Check its "
                            "command.") from exc


def _middle(index: int, performance: Performance) -> Fraction:
    return Fraction(2 * index + 1, 2 * performance.rate)


def _sized(picture: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    if picture.shape[1::-1] == size:
        return picture
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
