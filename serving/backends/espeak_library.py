"""The espeak-ng library by its C interface: sound, and the words and phones in it with times.

After ``speak_lib.h`` of espeak-ng 1.52 (https://github.com/espeak-ng/espeak-ng). The library holds
one state for the whole process; calls wait for each other.
"""

import ctypes
import sys
import threading
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from trikal.errors import BackendFailed, ModelUnavailable

_SYNCHRONOUS = 2
_PHONEME_EVENTS, _IN_IPA, _DONT_EXIT = 0x1, 0x2, 0x8000
_UTF8 = 1
_FROM_CHARACTER = 1
_WORD, _PHONEME, _LAST = 1, 7, 0
_RATE_PARAMETER = 1
_LONGEST_PATH = 150  # the library cuts off what is longer

_NAMES: Final = {"win32": "espeak-ng.dll", "darwin": "libespeak-ng.dylib"}
_LOCK = threading.Lock()


class _Id(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int), ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int), ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int), ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p), ("id", _Id),
    )


_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


@dataclass(frozen=True)
class Begun:
    """Where something begins: in the text, in characters from 0; in the sound, in samples."""

    position: int
    sample: int
    ipa: str = ""


@dataclass
class Synthesised:
    """What the library made of a text.

    Attributes:
        samples: 16-bit samples.
        rate: Samples a second.
        words: Where words begin; what is run together with the word before is left out.
        phones: Where phones begin; one without a name is a pause.
    """

    rate: int
    samples: NDArray[np.int16] = field(default_factory=lambda: np.empty(0, np.int16))
    words: list[Begun] = field(default_factory=list)
    phones: list[Begun] = field(default_factory=list)


def installed() -> Path | None:
    """Return the folder of the library and its data; imports nothing."""
    found = find_spec("espeakng_loader")
    return Path(found.origin).parent if found and found.origin else None


class EspeakLibrary:
    """The library, loaded and ready; get it from :func:`espeak_library`."""

    def __init__(self, folder: Path) -> None:
        self._library = ctypes.CDLL(str(folder / _NAMES.get(sys.platform, "libespeak-ng.so")))
        self._rate: int = self._library.espeak_Initialize(
            _SYNCHRONOUS, 0, str(folder).encode(), _PHONEME_EVENTS | _IN_IPA | _DONT_EXIT)
        if self._rate <= 0:
            raise OSError(f"espeak-ng does not find its data in {folder}")
        self._made = Synthesised(self._rate)
        self._pieces: list[NDArray[np.int16]] = []
        # Kept as long as the library may call it.
        self._callback = _Callback(self._take)
        self._library.espeak_SetSynthCallback(self._callback)

    def synthesise(self, text: str, voice: str, *, words_per_minute: int) -> Synthesised:
        """Say a text.

        Args:
            text: Plain text.
            voice: The library's own name of a voice, like ``en-us``.
            words_per_minute: Of the average length, from 80 to 450.

        Raises:
            BackendFailed: There is no such voice, or the library failed.
        """
        raw = text.replace("\x00", " ").encode("utf-8", "replace")
        with _LOCK:
            self._made, self._pieces = Synthesised(self._rate), []
            if self._library.espeak_SetVoiceByName(voice.encode()):
                raise BackendFailed(f"espeak-ng has no voice {voice!r}.", of_request=True)
            self._library.espeak_SetParameter(_RATE_PARAMETER, words_per_minute, 0)
            failed = self._library.espeak_Synth(
                raw, ctypes.c_size_t(len(raw) + 1), 0, _FROM_CHARACTER, 0, _UTF8, None, None)
            made, pieces = self._made, self._pieces
        if failed:
            raise BackendFailed(f"espeak-ng cannot say this text (error {failed}).")
        made.samples = np.concatenate(pieces) if pieces else made.samples
        return made

    def _take(self, samples: Any, count: int, events: Any) -> int:
        if samples and count > 0:
            self._pieces.append(np.ctypeslib.as_array(samples, (count,)).copy())
        index = 0
        while events[index].type != _LAST:
            self._note(events[index])
            index += 1
        return 0

    def _note(self, event: Any) -> None:
        at = max(event.text_position - 1, 0)
        if event.type == _WORD:
            self._made.words.append(Begun(at, event.sample))
        elif event.type == _PHONEME:
            # Eight bytes may cut the last character in two.
            ipa = event.id.string.decode("utf-8", "ignore")
            if not ipa.startswith("("):  # so it tells that it changes the language
                self._made.phones.append(Begun(at, event.sample, ipa))


@cache
def espeak_library() -> EspeakLibrary:
    """Return the one library of this process.

    Raises:
        ModelUnavailable: It is not installed, or cannot be loaded.
    """
    folder = installed()
    if folder is None:
        raise ModelUnavailable(
            "espeak-ng is not installed. Install it with: pip install espeakng-loader")
    if len(str(folder)) > _LONGEST_PATH:
        raise ModelUnavailable(
            f"espeak-ng cannot read its data in a path as long as {folder}. Move the environment "
            f"to a path of fewer than {_LONGEST_PATH} characters.")
    try:
        return EspeakLibrary(folder)
    except OSError as exc:
        raise ModelUnavailable(
            f"espeak-ng cannot be loaded ({exc}). Install it again: "
            "pip install --force-reinstall espeakng-loader") from exc
