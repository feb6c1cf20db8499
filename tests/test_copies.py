"""A copy of an archive that is lent again is as the archive is, whatever was done to the last."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.copies import Copies


def _written(archive: Path) -> None:
    with open(archive / "index" / "page.dat", "r+b") as file:
        file.seek(700_000)
        file.write(b"in a hole")
        file.seek(8_190)
        file.write(b"over the words")


def _swapped(archive: Path) -> None:
    (archive / "catalogue.db").unlink()
    (archive / "catalogue.db").symlink_to(archive / "index" / "page.dat")


@pytest.mark.parametrize("done", [
    lambda archive: None,
    _written,
    _swapped,
    lambda archive: shutil.rmtree(archive / "index"),
    lambda archive: (archive / "index" / "page.dat").write_bytes(b"cut"),
    lambda archive: (archive / "index" / "page.dat").chmod(0o400),
    lambda archive: shutil.copytree(archive / "index", archive / "more" / "index"),
    lambda archive: shutil.rmtree(archive),
    lambda archive: archive.rename(archive.with_name("away")),
])
def test_whatever_is_done_to_a_copy_the_next_is_as_the_archive_is(
    tmp_path: Path, done: Callable[[Path], None]
) -> None:
    page = bytearray(1 << 20)
    page[8_192:8_200] = b"the ferry"[:8]
    given = {"catalogue.db": b"a catalogue", "index/page.dat": bytes(page), "index/none.dat": b""}
    for name, content in given.items():
        path = tmp_path / "archive" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    copies = Copies(tmp_path / "archive", tmp_path / "copies")
    with copies.lent(tmp_path / "first"):
        done(tmp_path / "first")
    for name in ("second", "third"):
        with copies.lent(tmp_path / name):
            held = tmp_path / name
            files = {str(path.relative_to(held)): path for path in held.rglob("*")}
            assert files.keys() == {*given, "index"}
            assert {each: files[each].read_bytes() for each in given} == given
            assert not any(path.is_symlink() or path.stat().st_mode & 0o200 == 0
                           for path in files.values())
    copies.close()
    assert not (tmp_path / "copies" / "spare").exists()
