"""Role avatar behind a URL: a server of one's own that makes a film of a face.

The protocol is one request: ``POST`` of a form (``multipart/form-data``) with the files
``portrait`` (PNG) and ``sound`` (WAV) and the field ``rate`` (pictures a second). The answer is
the film itself, in any format that FFmpeg decodes. What comes is not trusted: its size, its length
and its pictures are checked before one is shown.
"""

import io
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from trikal.errors import BackendFailed
from trikal.media.audio import write_wav
from trikal.serving.backends.avatar_film import played, refuse_alone
from trikal.serving.backends.openai_errors import map_errors
from trikal.serving.roles import Performance

if TYPE_CHECKING:
    import httpx

LARGEST_BYTES: Final = 512 << 20
"""Bytes that an answer may have."""

_PREFIX: Final = "TRIKAL_AVATAR"
_QUOTED: Final = 200
_MIB: Final = 1 << 20


class UrlAvatar:
    """Avatar by a server.

    Args:
        url: Where the form is sent.
        key: Sent as a bearer token, if given.
        timeout_s: How long the film may take, all in all.
        largest_bytes: How large it may be.
    """

    def __init__(
        self, url: str, *, key: str | None, timeout_s: float, largest_bytes: int = LARGEST_BYTES
    ) -> None:
        self._url, self._key = url, key
        self._timeout_s, self._largest = timeout_s, largest_bytes

    @property
    def name(self) -> str:
        """The server."""
        return f"{urlsplit(self._url).hostname}/url"

    def play(self, performance: Performance) -> Iterator[NDArray[np.uint8]]:
        """Yield the frames of the server's film; see :meth:`trikal.serving.roles.Avatar.play`.

        Raises:
            BadInput: The background is to be left away.
            BackendFailed: It cannot be reached, refused, took too long, or gave no film that fits.
        """
        refuse_alone(performance, self.name)
        with tempfile.TemporaryDirectory(prefix="trikal-avatar-") as folder:
            out = Path(folder) / "film.mp4"
            self._fetch(out, performance)
            yield from played(out, performance, self.name)

    def _fetch(self, out: Path, performance: Performance) -> None:
        import httpx

        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        with (map_errors("The avatar", self._url, prefix=_PREFIX, key=self._key),
              httpx.Client(timeout=self._timeout_s, headers=headers) as client,
              client.stream("POST", self._url, data={"rate": str(performance.rate)},
                            files=_form(performance, out.parent)) as answer,
              out.open("wb") as file):
            self._refuse(answer)
            for piece in self._pieces(answer):
                file.write(piece)

    def _pieces(self, answer: "httpx.Response") -> Iterator[bytes]:
        started, taken = time.monotonic(), 0
        for piece in answer.iter_bytes():
            taken += len(piece)
            if taken > self._largest:
                raise BackendFailed(f"{self.name} sent more than {self._largest // _MIB} MiB, "
                                    "more than a film is let have. Check the server.")
            if time.monotonic() - started > self._timeout_s:
                raise BackendFailed(f"{self.name} took longer than {self._timeout_s:.0f} s and was "
                                    "left. Give it less to say, or more time "
                                    "(TRIKAL_REQUEST_TIMEOUT_S).")
            yield piece

    def _refuse(self, answer: "httpx.Response") -> None:
        kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        if answer.status_code == 200 and not kind.startswith(("text/", "application/json")):
            return
        said = " ".join(self._beginning(answer).split())
        if self._key:
            said = said.replace(self._key, "…")
        hint = {401: f"Set {_PREFIX}_KEY to a key that the server knows.",
                403: f"Set {_PREFIX}_KEY to a key that may use it.",
                404: f"Correct {_PREFIX}_URL."}.get(answer.status_code, "Look at the server's log.")
        raise BackendFailed(
            f"{self.name} sent no film (HTTP {answer.status_code}): {said[:_QUOTED] or 'nothing'}. "
            f"{hint}", of_request=400 <= answer.status_code < 500,
            may_pass=answer.status_code >= 500)

    def _beginning(self, answer: "httpx.Response") -> str:
        held = b""
        for piece in answer.iter_bytes():
            held += piece
            if len(held) > 4 * _QUOTED:
                break
        return held[:4 * _QUOTED].decode("utf-8", "replace")


def _form(performance: Performance, folder: Path) -> dict[str, tuple[str, bytes, str]]:
    picture, heard = io.BytesIO(), folder / "sound.wav"
    Image.fromarray(performance.portrait).save(picture, "PNG")
    write_wav(heard, performance.sound.samples, performance.sound.sample_rate)
    return {"portrait": ("portrait.png", picture.getvalue(), "image/png"),
            "sound": ("sound.wav", heard.read_bytes(), "audio/wav")}
