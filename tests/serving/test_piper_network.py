"""A voice's network: made ready once, opened from the cache ever after, and right in any case."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper

from trikal.serving.backends import piper_network
from trikal.serving.backends.piper_network import open_network
from trikal.serving.carriers import place_weights
from trikal.serving.catalog import load_catalog


def write_voice(path: Path, *, durations: bool = True) -> Path:
    """Write a network that says a number and, like Piper's, rounds its lengths up inside."""
    def tensor(name: str) -> Any:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, [None])

    rounding = "Ceil" if durations else "Floor"
    graph = helper.make_graph(
        [helper.make_node(rounding, ["x"], ["w_ceil"]),
         helper.make_node("Add", ["w_ceil", "w_ceil"], ["y"])],
        "voice", [tensor("x")], [tensor("y")])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8),
              str(path))
    return path


def said(session: Any) -> list[list[float]]:
    return [each.tolist() for each in session.run(None, {"x": np.array([0.5, 2.0], np.float32)})]


SAID = [[2.0, 4.0], [1.0, 2.0]]


def no_making(_: Path) -> bytes:
    raise AssertionError("the network was made again")


def test_durations_are_told_and_the_second_time_nothing_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    voice, cache = write_voice(tmp_path / "joe.onnx"), tmp_path / "new" / "cache"
    assert said(open_network(voice, cache)) == SAID
    (kept,) = cache.iterdir()
    assert kept.name.startswith("joe-")
    monkeypatch.setattr(piper_network, "_with_durations", no_making)
    assert said(open_network(voice, cache)) == SAID
    assert capfd.readouterr().err == ""  # onnxruntime would warn of what suits one machine only


def test_a_network_without_durations_is_opened_as_it_is(tmp_path: Path) -> None:
    voice = write_voice(tmp_path / "joe.onnx", durations=False)
    for _ in range(2):
        assert said(open_network(voice, tmp_path / "cache")) == [[0.0, 4.0]]


@pytest.mark.parametrize("damage", [b"", b"no network", None])
def test_what_is_damaged_in_the_cache_is_made_anew(tmp_path: Path, damage: bytes | None) -> None:
    voice, cache = write_voice(tmp_path / "joe.onnx"), tmp_path / "cache"
    open_network(voice, cache)
    (kept,) = cache.iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(whole[:len(whole) // 2] if damage is None else damage)
    assert said(open_network(voice, cache)) == SAID
    assert [each.stat().st_size for each in cache.iterdir()] == [len(whole)]


def test_a_cache_that_cannot_be_written_is_no_hindrance(tmp_path: Path) -> None:
    voice = write_voice(tmp_path / "joe.onnx")
    (tmp_path / "cache").write_text("a file")
    assert said(open_network(voice, tmp_path / "cache")) == SAID


def test_another_voice_of_that_name_is_another_network(tmp_path: Path) -> None:
    voice, cache = write_voice(tmp_path / "joe.onnx"), tmp_path / "cache"
    open_network(voice, cache)
    write_voice(voice, durations=False)
    assert said(open_network(voice, cache)) == [[0.0, 4.0]]


def test_a_network_of_another_version_goes_when_nobody_uses_it(tmp_path: Path) -> None:
    voice, cache = write_voice(tmp_path / "joe.onnx"), tmp_path / "cache"
    cache.mkdir()
    old, used = (cache / f"joe-{digit * 16}.ort" for digit in "ab")
    old.write_bytes(b"of another version")
    used.write_bytes(b"of another one, just made")
    os.utime(old, (0, 0))
    assert said(open_network(voice, cache)) == SAID
    assert not old.exists()
    assert used.exists()


@pytest.mark.parametrize("content", [b"", b"no network"])
def test_a_voice_that_is_none_leaves_nothing_in_the_cache(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "joe.onnx").write_bytes(content)
    with pytest.raises((RuntimeError, ValueError)):
        open_network(tmp_path / "joe.onnx", tmp_path / "cache")
    assert not list((tmp_path / "cache").glob("*"))


@pytest.mark.models
def test_a_real_voice_says_the_same_from_the_cache(tmp_path: Path) -> None:
    voice = load_catalog().get("piper-en-us-joe-medium")
    file = place_weights(voice, tmp_path) / "en_US-joe-medium.onnx"
    plain = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    given = {"input": np.arange(3, 43, dtype=np.int64)[None], "input_lengths": np.array([40]),
             "scales": np.array([0, 1, 0], np.float32)}  # nothing is drawn at random
    (wanted,) = plain.run(None, given)
    for _ in range(2):
        found, lengths = open_network(file, tmp_path / "onnx").run(None, given)
        assert found.shape == wanted.shape
        assert np.abs(found - wanted).max() < 1e-3
        assert lengths.sum() * 256 == wanted.size
