"""Old files of torch that were cut short, say they are longer, or are made to do harm."""

import pickle
from pathlib import Path

import numpy as np
import pytest

from tests.serving.test_voice_turns import MAGIC, Written, old_file
from trikal.serving.backends.torch_file import read_torch

ROW = np.arange(1, 13, dtype=np.float32)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Two tensors, the last of one number alone."""
    with pytest.MonkeyPatch.context() as patch:
        return old_file(
            tmp_path_factory.mktemp("torch") / "old.pt",
            {"a": Written("1", (3, 4)), "b": Written("2", (1,))}, {"1": ROW, "2": ROW[:1]}, patch,
        ).read_bytes()


def read(content: bytes, folder: Path) -> dict[str, np.ndarray]:
    path = folder / "bad.pt"
    path.write_bytes(content)
    return read_torch(path)


def test_the_whole_file_is_read(whole: bytes, tmp_path: Path) -> None:
    found = read(whole, tmp_path)
    assert found["a"].tolist() == ROW.reshape(3, 4).tolist()
    assert found["b"].tolist() == [1.0]


def test_a_file_that_is_cut_short_anywhere_is_refused(whole: bytes, tmp_path: Path) -> None:
    for length in range(len(whole)):
        with pytest.raises(ValueError, match="bad.pt"):
            read(whole[:length], tmp_path)


@pytest.mark.parametrize("claimed", [0, 1, 11, 13, -1, 2**40])
def test_a_storage_of_another_length_than_it_says_is_refused(
    whole: bytes, tmp_path: Path, claimed: int
) -> None:
    at = whole.index(np.array([12], "<i8").tobytes() + ROW.tobytes())
    changed = whole[:at] + np.array([claimed], "<i8").tobytes() + whole[at + 8:]
    with pytest.raises(ValueError, match="bad.pt"):
        read(changed, tmp_path)


@pytest.mark.parametrize("third", [
    b"cbuiltins\neval\n.", b"cos\nsystem\n(S'true'\ntR.", b"ctorch\nload\n.", b"K\x01Q.",
    b"X\x03\x00\x00\x00abcQ.", b"(K\x01K\x02tQ.", b"}K\x01.",
])
def test_a_pickle_that_names_anything_else_is_refused(tmp_path: Path, third: bytes) -> None:
    head = b"".join(pickle.dumps(each, 2) for each in (MAGIC, 1001, {}))
    with pytest.raises(ValueError, match="bad.pt"):
        read(head + third + pickle.dumps([], 2), tmp_path)
