"""The voice: what reaches the engine, and what is said where it cannot be loaded or fails."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trikal.errors import BackendFailed, ModelUnavailable
from trikal.serving.backends.piper import Piper, _plain


class _Engine:
    """What Piper hands out: a chunk of sound a sentence; without the times of its phonemes."""

    def __init__(self, error: Exception | None = None) -> None:
        self.said: list[str] = []
        self._error = error

    def synthesize(self, text: str, *, include_alignments: bool) -> Iterator[SimpleNamespace]:
        assert include_alignments
        self.said.append(text)
        if self._error and len(self.said) > 1:
            raise self._error
        yield SimpleNamespace(audio_float_array=np.zeros(5, np.float32), sample_rate=22_050,
                              phoneme_alignments=None)


def voice(engine: _Engine, monkeypatch: pytest.MonkeyPatch) -> Piper:
    piper = Piper("joe", Path("joe.onnx"), languages=frozenset({"en-US"}), cache_dir=Path())
    monkeypatch.setattr(piper, "_build", lambda: engine)
    return piper


def test_a_voice_is_named_by_model_and_engine_and_loads_nothing_for_it() -> None:
    piper = Piper("joe", Path("nowhere.onnx"), languages=frozenset({"en-US"}), cache_dir=Path())
    assert piper.name == "joe/piper"
    assert piper.languages == {"en-US"}


def test_a_voice_is_loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[_Engine] = []
    piper = Piper("joe", Path("joe.onnx"), languages=frozenset(), cache_dir=Path())
    monkeypatch.setattr(piper, "_build", lambda: built.append(_Engine()) or built[0])
    for _ in range(3):
        list(piper.speak("Hello."))
    assert len(built) == 1


def test_a_voice_loads_ahead_and_is_not_loaded_again(monkeypatch: pytest.MonkeyPatch) -> None:
    built, begun = [_Engine()], Event()
    piper = Piper("joe", Path("joe.onnx"), languages=frozenset(), cache_dir=Path())
    monkeypatch.setattr(piper, "_build", lambda: begun.set() or built.pop())
    piper.load_ahead()
    assert begun.wait(timeout=10)
    assert len(list(piper.speak("Hello."))) == 1


def test_what_fails_ahead_is_told_when_something_is_said(tmp_path: Path) -> None:
    piper = Piper("joe", tmp_path / "none.onnx", languages=frozenset(), cache_dir=tmp_path)
    piper.load_ahead()
    with pytest.raises(ModelUnavailable, match="force-reinstall"):
        list(piper.speak("Hello."))


def test_sound_comes_at_the_voices_own_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    (sound,) = voice(_Engine(), monkeypatch).speak("Hello.")
    assert (sound.sample_rate, len(sound.samples)) == (22_050, 5)


@given(st.text(st.sampled_from("[]ab \x00"), max_size=30))
def test_nothing_in_a_text_is_taken_for_phonemes(text: str) -> None:
    plain = _plain(text)
    assert "\x00" not in plain
    assert [c for c in plain if c in "ab"] == [c for c in text if c in "ab"]


def test_brackets_are_said_as_text(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = _Engine()
    list(voice(engine, monkeypatch).speak("see [[h@loU]] and \x00 note"))
    assert engine.said == ["see [h@loU] and note"]


@pytest.mark.parametrize("error", [RuntimeError("onnx"), ValueError("phonemes")])
def test_an_engine_that_fails_is_told_after_what_was_said(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    sounds = voice(_Engine(error), monkeypatch).speak("One. Two.")
    assert next(sounds).sample_rate == 22_050
    with pytest.raises(BackendFailed, match=f"joe/piper cannot say this text .{error}"):
        next(sounds)


@pytest.mark.parametrize("config", [None, "", "{}", "not json"])
def test_broken_files_say_how_to_install_them_again(tmp_path: Path, config: str | None) -> None:
    (tmp_path / "joe.onnx").write_bytes(b"no model")
    if config is not None:
        (tmp_path / "joe.onnx.json").write_text(config)
    with pytest.raises(ModelUnavailable, match="force-reinstall") as told:
        list(Piper("joe", tmp_path / "joe.onnx", languages=frozenset(),
                   cache_dir=tmp_path).speak("Hello."))
    assert str(tmp_path / "joe.onnx") in str(told.value)
