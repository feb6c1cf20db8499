"""Voices told apart by the real encoder, where it is installed, and the file that it lies in."""

import io
import pickle
from collections import OrderedDict
from importlib.metadata import PackageNotFoundError, distribution
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from trikal.errors import ModelUnavailable
from trikal.media.audio import read_audio
from trikal.serving.backends.torch_file import read_torch
from trikal.serving.backends.voice_encoder import WINDOW_MS, VoiceEncoder
from trikal.serving.backends.voice_turns import VoiceTurns
from trikal.serving.mel import RATE
from trikal.serving.roles import Turn

MEDIA = Path(__file__).resolve().parents[3] / "shared" / "media"
MAGIC = 0x1950A86A20F9469CFC6C


def carried() -> Path | None:
    try:
        return Path(str(distribution("resemblyzer").locate_file("resemblyzer/pretrained.pt")))
    except PackageNotFoundError:
        return None


WEIGHTS = carried()
with_weights = pytest.mark.skipif(
    WEIGHTS is None, reason="needs pip install --no-deps resemblyzer==0.1.4")


class Written:
    """A tensor as old torch writes it into a pickle: a call, and a name for its numbers."""

    def __init__(self, key: str, shape: tuple[int, ...], first: int = 0) -> None:
        self.key, self.shape, self.first = key, shape, first


class Pickler(pickle.Pickler):
    """Writes what old torch wrote, where torch itself would write it otherwise today."""

    sizes: dict[str, int]

    def persistent_id(self, told: Any) -> Any:
        return told if isinstance(told, tuple) and told[:1] == ("storage",) else None

    def reducer_override(self, told: Any) -> Any:
        if not isinstance(told, Written):
            return NotImplemented
        steps = tuple(int(np.prod(told.shape[n + 1:])) for n in range(len(told.shape)))
        storage = ("storage", FloatStorage, told.key, "cpu", self.sizes[told.key], None)
        return _rebuild_tensor_v2, (storage, told.first, told.shape, steps, False, OrderedDict())


class FloatStorage:
    pass


def _rebuild_tensor_v2(*_: object) -> None:
    pass


FloatStorage.__module__, _rebuild_tensor_v2.__module__ = "torch", "torch._utils"


def old_file(path: Path, content: Any, numbers: dict[str, NDArray[np.float32]],
             monkeypatch: pytest.MonkeyPatch) -> Path:
    import sys
    import types

    modules = {name: types.ModuleType(name) for name in ("torch", "torch._utils")}
    modules["torch"].FloatStorage = FloatStorage  # type: ignore[attr-defined]
    modules["torch._utils"]._rebuild_tensor_v2 = _rebuild_tensor_v2  # type: ignore[attr-defined]
    out = io.BytesIO()
    with monkeypatch.context() as patch:
        for name, module in modules.items():
            patch.setitem(sys.modules, name, module)
        for each in (MAGIC, 1001, {"little_endian": True}):
            pickle.dump(each, out, 2)
        writer = Pickler(out, 2)
        writer.sizes = {key: len(each) for key, each in numbers.items()}
        writer.dump(content)
        pickle.dump(sorted(numbers), out, 2)
    for _, each in sorted(numbers.items()):
        out.write(np.array([len(each)], "<i8").tobytes() + each.astype("<f4").tobytes())
    path.write_bytes(out.getvalue())
    return path


def test_tensors_are_views_of_their_storages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = np.arange(10, dtype=np.float32)
    path = old_file(tmp_path / "old.pt", {"step": 3, "a": Written("1", (2, 3), 4),
                                          "b": Written("2", (4,))}, {"1": row, "2": row[:4]},
                    monkeypatch)
    found = read_torch(path)
    assert found["step"] == 3
    assert found["a"].tolist() == [[4, 5, 6], [7, 8, 9]]
    assert found["b"].tolist() == [0, 1, 2, 3]


def test_a_tensor_beyond_its_storage_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = old_file(tmp_path / "old.pt", {"a": Written("1", (9, 9))},
                    {"1": np.zeros(80, np.float32)}, monkeypatch)
    with pytest.raises(ValueError, match="out of its storage"):
        read_torch(path)


class Bomb:
    def __reduce__(self) -> Any:
        return (Path.touch, (Path("bomb"),))


@pytest.mark.parametrize("content", [
    b"", b"\x80\x02.", b"no pickle at all", pickle.dumps("torch", 2),
    b"".join(pickle.dumps(each, 2) for each in (MAGIC, 1001, {}, Bomb())),
    b"".join(pickle.dumps(each, 2) for each in (MAGIC, 1001, {}, [1], [])),
])
def test_what_is_no_such_file_is_refused_and_nothing_in_it_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "bad.pt"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="bad.pt"):
        read_torch(path)
    assert not (tmp_path / "bomb").exists()
    with pytest.raises(ModelUnavailable, match="Install it again"):
        VoiceTurns("voices", path).turns([])


def speech(name: str, seconds: float) -> NDArray[np.float32]:
    found = next(MEDIA.glob(name), None)
    if found is None:
        pytest.skip("needs ../shared/media")
    whole = np.concatenate([each.samples for each in read_audio(found, rate=RATE)])
    piece = whole[:int(seconds * RATE)]
    return np.asarray(0.5 * piece / np.abs(piece).max(), np.float32)


@pytest.fixture(scope="module")
def voices() -> VoiceTurns:
    assert WEIGHTS is not None
    return VoiceTurns("voices", WEIGHTS)


@with_weights
def test_two_people_in_turn_are_two_voices(voices: VoiceTurns) -> None:
    ann, ben = speech("austen/*870.wav", 6), speech("jfk/*.flac", 10)
    talk = np.concatenate([ann, ben, ann])
    first, second, third = _joined(voices.turns([(0, talk)]))
    assert [first.speaker, second.speaker, third.speaker] == ["voice 1", "voice 2", "voice 1"]
    assert abs(second.start_ms - 6_000) < WINDOW_MS / 2
    assert abs(third.start_ms - 16_000) < WINDOW_MS / 2


@with_weights
def test_a_voice_is_the_same_across_stretches_and_times_are_the_medium_s(
    voices: VoiceTurns
) -> None:
    ann, ben = speech("austen/*870.wav", 6), speech("jfk/*.flac", 10)
    turns = _joined(voices.turns([(5_000, ann), (11_000, ben), (21_000, ann)]))
    assert [each.speaker for each in turns] == ["voice 1", "voice 2", "voice 1"]
    assert turns[0].start_ms >= 5_000
    assert turns[-1].end_ms <= 27_000


@with_weights
@pytest.mark.parametrize("samples", [
    np.zeros(0, np.float32), np.zeros(4 * RATE, np.float32),
    (0.3 * np.sin(np.arange(4 * RATE) / 8)).astype(np.float32),
])
def test_where_nobody_speaks_there_is_no_turn(
    voices: VoiceTurns, samples: NDArray[np.float32]
) -> None:
    assert voices.turns([(0, samples)]) == []


@with_weights
def test_the_shortest_speech_has_a_voice(voices: VoiceTurns) -> None:
    (turn,) = voices.turns([(0, speech("austen/*870.wav", 1.2))])
    assert turn.speaker == "voice 1"


@with_weights
def test_a_window_sounds_the_same_whatever_is_beside_it() -> None:
    assert WEIGHTS is not None
    encoder, sound = VoiceEncoder(WEIGHTS), speech("austen/*870.wav", 6)
    at = np.array([0, 16_000, 32_000])
    many, (one,) = encoder.vectors(sound, at), encoder.vectors(sound, at[1:2])
    assert np.allclose(np.linalg.norm(many, axis=1), 1, atol=1e-5)
    assert np.allclose(many[1], one, atol=1e-4)


def _joined(turns: list[Turn]) -> list[Turn]:
    """Join the turns of one voice across its pauses."""
    runs = [list(same) for _, same in groupby(turns, key=lambda turn: turn.speaker)]
    return [run[0].model_copy(update={"end_ms": run[-1].end_ms}) for run in runs]
