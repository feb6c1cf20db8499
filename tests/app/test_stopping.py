"""Told to end in the middle: nothing half-written is left, and the exit code says why."""

import ctypes
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image

from tests.serving.portraits import portrait
from trikal.app.stopping import Stopped, stoppable

_ROOT = Path(__file__).parents[2]
_SLOWLY = """
import signal, sys, time
from tests.fakes import FakeModels, FakeVoice
from tests.serving.avatars import Still
from trikal.app.cli import main
from trikal.app.commands import say, show

class Slow(FakeVoice):
    def speak(self, text, *, language=None):
        for sound in super().speak(text, language=language):
            yield sound
            if slow == "voice":
                time.sleep(0.05)

class Slowly(Still):
    def play(self, performance):
        for picture in super().play(performance):
            yield picture
            if slow == "face":
                time.sleep(0.05)

# Tests that run in the background are deaf to Ctrl-C, and what they start would be, too.
signal.signal(signal.SIGINT, signal.default_int_handler)
slow = sys.argv.pop(1)
models = FakeModels(voice=Slow(), avatar=Slowly())
say.Models = show.Models = lambda settings: models
main()
"""
_LONG = "One two three four. " * 400


def half_written(folder: Path) -> bool:
    return any(path.suffix in (".mp3", ".mp4") for path in folder.iterdir())


_VOICE = ("voice", ("say", _LONG, "--out", "a.mp3", "--timings", "a.vtt"))
_FACE = ("face", ("show", "face.png", "--text", _LONG, "--drawing", "--out", "a.mp4"))


@pytest.mark.parametrize(("slow", "command", "number", "code"), [
    (*_VOICE, signal.SIGTERM, 143),
    pytest.param(*_VOICE, signal.SIGINT, 130, marks=pytest.mark.thorough),
    pytest.param(*_FACE, signal.SIGTERM, 143, marks=pytest.mark.thorough),
    pytest.param(*_FACE, signal.SIGINT, 130, marks=pytest.mark.thorough),
])
def test_a_command_that_is_stopped_leaves_nothing_half_written(
    tmp_path: Path, slow: str, command: Sequence[str], number: int, code: int
) -> None:
    Image.fromarray(portrait(96, 96)).save(tmp_path / "face.png")
    with subprocess.Popen([sys.executable, "-c", _SLOWLY, slow, *command], cwd=tmp_path, text=True,
                          env={"PYTHONPATH": str(_ROOT), "PATH": "/usr/bin"},
                          stderr=subprocess.PIPE) as process:
        deadline = time.monotonic() + 60
        while not (begun := half_written(tmp_path)) and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(number)
        _, told = process.communicate(timeout=60)
    assert begun
    assert process.returncode == code
    assert "error: stopped" in told
    assert "Traceback" not in told
    assert sorted(path.name for path in tmp_path.iterdir()) == ["face.png"]


def test_a_signal_is_an_interruption_once_and_what_was_before_comes_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(Stopped, match="SIGTERM") as stopped, stoppable():
        signal.raise_signal(signal.SIGTERM)
    assert stopped.value.code == 143
    assert signal.getsignal(signal.SIGTERM) is before


def test_what_is_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stoppable():
            signal.raise_signal(signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_another_thread_than_the_main_one_hears_none() -> None:
    found: list[object] = []

    def inside() -> None:
        with stoppable():
            found.append(signal.getsignal(signal.SIGTERM))

    before = signal.getsignal(signal.SIGTERM)
    thread = threading.Thread(target=inside)
    thread.start()
    thread.join()
    assert found == [before]


@pytest.mark.parametrize(("number", "raised"), [
    (signal.SIGTERM, Stopped), (signal.SIGINT, KeyboardInterrupt)])
def test_what_a_library_swallows_is_told_again(number: int, raised: type[BaseException]) -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    called_back = ctypes.CFUNCTYPE(None)(lambda: signal.raise_signal(number))

    def go_on() -> None:
        with stoppable():
            called_back()  # ends as if nothing had been raised
            time.sleep(30)

    try:
        with pytest.raises(raised):
            go_on()
    finally:
        signal.signal(signal.SIGINT, before)
