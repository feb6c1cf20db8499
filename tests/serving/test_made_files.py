"""What is made of weights and kept: shared by equal weights, and gone when nobody uses it."""

import os
import time
from pathlib import Path

import pytest

from trikal.serving.backends.made_files import drop_unused, fingerprint, note_use

ONE, OTHER = "0123456789abcdef", "fedcba9876543210"


def aged(path: Path, hours: float) -> Path:
    path.write_bytes(b"made")
    then = time.time() - hours * 3_600
    os.utime(path, (then, then))
    return path


def test_equal_weights_have_one_fingerprint_wherever_they_lie(tmp_path: Path) -> None:
    one, other = tmp_path / "one.onnx", tmp_path / "other.onnx"
    one.write_bytes(b"weights" * 100_000)
    other.write_bytes(one.read_bytes())
    os.utime(other, (0, 0))
    assert fingerprint(one, "1.2", 3) == fingerprint(other, "1.2", 3)
    assert fingerprint(one, "1.2", 3) != fingerprint(one, "1.3", 3)


@pytest.mark.parametrize("size", [0, 1, 100, 4_096, 10_000, 1_000_000])
@pytest.mark.parametrize("place", [0.0, 0.5, 1.0])
def test_other_weights_have_another(tmp_path: Path, size: int, place: float) -> None:
    content = bytearray(size)
    (tmp_path / "one").write_bytes(content)
    first = fingerprint(tmp_path / "one")
    # A block's length of other weights in a file of many is seen or not; all of them are.
    changed = slice(int(place * size * 0.5), int(place * size * 0.5) + size // 2 + 1)
    content[changed] = b"\x01" * len(content[changed])
    (tmp_path / "one").write_bytes(content or b"x")
    assert fingerprint(tmp_path / "one") != first


def test_only_what_is_old_of_that_name_and_not_the_new_one_goes(tmp_path: Path) -> None:
    gone = [aged(tmp_path / name, 25) for name in (
        f"joe-{OTHER}.ort", f"joe-{OTHER}-onnxruntime.onnx", f"joe-{OTHER}-1a2b3c4d.engine",
        f"joe-{OTHER}.5a6b7c8d.partial")]
    stay = [aged(tmp_path / f"joe-{ONE}.ort", 500), aged(tmp_path / f"joe-{OTHER}.lock", 25),
            aged(tmp_path / f"joe-{'a' * 16}.ort", 2), aged(tmp_path / f"joe-two-{OTHER}.ort", 25),
            aged(tmp_path / f"my-joe-{OTHER}.ort", 25), aged(tmp_path / "joe-notes.txt", 25)]
    drop_unused(tmp_path, "joe", ONE)
    assert not [each for each in gone if each.exists()]
    assert all(each.exists() for each in stay)


def test_what_is_used_stays_and_what_is_not_there_is_no_hindrance(tmp_path: Path) -> None:
    used = aged(tmp_path / f"joe-{OTHER}.ort", 400)
    note_use(used)
    note_use(tmp_path / "nothing")
    drop_unused(tmp_path, "joe", ONE)
    drop_unused(tmp_path / "nowhere", "joe", ONE)
    assert used.exists()


def test_a_name_with_signs_is_only_a_name(tmp_path: Path) -> None:
    other, own = aged(tmp_path / f"jo-{OTHER}.ort", 30), aged(tmp_path / f"j[o]-{OTHER}.ort", 30)
    drop_unused(tmp_path, "j[o]", ONE)
    assert (other.exists(), own.exists()) == (True, False)
