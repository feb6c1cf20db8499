"""Role avatar by a program of one's own: SadTalker, MuseTalk, or whatever makes a film of a face.

The program is started directly, never through a shell, in an empty folder that is removed again.
It is given files and must leave a film; that is decoded and checked, whatever it said.
"""

import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from trikal.errors import BackendFailed, BadInput, ModelUnavailable
from trikal.media.audio import write_wav
from trikal.serving.backends.avatar_film import played, refuse_alone
from trikal.serving.roles import Performance

PLACES: Final = ("{portrait}", "{sound}", "{out}")
"""What a command must name: the PNG and the WAV that it reads, and the .mp4 that it writes."""

_RATE_PLACE = "{rate}"


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
            BadInput: The background is to be left away.
            ModelUnavailable: The program is not there.
            BackendFailed: It failed, took too long, or left no film that fits.
        """
        refuse_alone(performance, self.name)
        with tempfile.TemporaryDirectory(prefix="trikal-avatar-") as folder:
            out = self._run(Path(folder), performance)
            yield from played(out, performance, self.name)

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
