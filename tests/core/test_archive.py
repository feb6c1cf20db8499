import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from trikal.archive import open_archive
from trikal.errors import ArchiveError, ArchiveLocked, ArchiveMissing

_HOLDER = """
import sys
from pathlib import Path
from trikal.archive import open_archive

with open_archive(Path(sys.argv[1]), create=True) as archive:
    archive.catalogue.set_fact("held", "yes")
    print("ready", flush=True)
    sys.stdin.read()
"""


@contextmanager
def _held_elsewhere(path: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen([sys.executable, "-c", _HOLDER, str(path)], text=True,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.stdin.close()
        process.wait(timeout=20)
        process.stdout.close()


def test_a_folder_without_an_archive_names_the_command_that_makes_one(tmp_path: Path) -> None:
    missing = tmp_path / "films"
    with pytest.raises(ArchiveMissing, match="trikal ingest FILES --archive") as none:
        with open_archive(missing):
            pass
    assert str(missing) in str(none.value)
    assert not missing.exists()


def test_an_archive_is_made_when_asked_and_found_again(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "films"
    with open_archive(path, create=True) as archive:
        archive.catalogue.set_fact("colour", "red")
    with open_archive(path) as archive:
        assert archive.catalogue.fact("colour") == "red"
        assert archive.path == path
        assert archive.index_path.parent == archive.sessions_path.parent == path


def test_another_process_is_told_who_holds_the_archive(tmp_path: Path) -> None:
    with _held_elsewhere(tmp_path) as holder:
        with pytest.raises(ArchiveLocked, match=f"process {holder.pid} ") as locked:
            with open_archive(tmp_path):
                pass
        assert str(tmp_path) in str(locked.value)
        assert "--archive" in str(locked.value)


def test_an_archive_is_free_when_its_holder_has_gone(tmp_path: Path) -> None:
    with _held_elsewhere(tmp_path):
        pass
    with open_archive(tmp_path) as archive:
        assert archive.catalogue.fact("held") == "yes"


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no kill -9 here")
def test_an_archive_is_free_when_its_holder_was_killed(tmp_path: Path) -> None:
    with _held_elsewhere(tmp_path) as holder:
        holder.kill()
        holder.wait(timeout=20)
        assert (tmp_path / "lock.holder").exists()
        with open_archive(tmp_path) as archive:
            assert archive.catalogue.fact("held") == "yes"
            assert f"process {os.getpid()} " in (tmp_path / "lock.holder").read_text()


def test_an_archive_is_held_against_its_own_process_too(tmp_path: Path) -> None:
    with open_archive(tmp_path, create=True):
        with pytest.raises(ArchiveLocked, match=f"process {os.getpid()} "):
            with open_archive(tmp_path):
                pass
    with open_archive(tmp_path):
        pass


def test_a_failure_inside_lets_go_of_the_archive(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="inside"):
        with open_archive(tmp_path, create=True):
            raise RuntimeError("inside")
    assert not (tmp_path / "lock.holder").exists()
    with open_archive(tmp_path):
        pass


def test_a_damaged_catalogue_lets_go_of_the_archive(tmp_path: Path) -> None:
    (tmp_path / "catalogue.db").write_bytes(b"no database at all" * 100)
    for _ in range(2):
        with pytest.raises(ArchiveError, match="cannot be opened"):
            with open_archive(tmp_path):
                pass


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "films").write_text("a file")
    with pytest.raises(ArchiveError, match="cannot be made .*--archive"):
        with open_archive(tmp_path / "films", create=True):
            pass


def test_a_holder_that_left_no_name_holds_the_archive_all_the_same(tmp_path: Path) -> None:
    with open_archive(tmp_path, create=True):
        (tmp_path / "lock.holder").unlink()
        with pytest.raises(ArchiveLocked, match="another process"):
            with open_archive(tmp_path):
                pass


@pytest.mark.parametrize("create", [False, True])
def test_a_name_that_no_folder_can_have_is_told(tmp_path: Path, create: bool) -> None:
    with pytest.raises(ArchiveError, match="cannot be looked into .*too long.*--archive"):
        with open_archive(tmp_path / ("x" * 300), create=create):
            pass


@pytest.mark.parametrize("create", [False, True])
def test_a_folder_that_may_not_be_entered_is_told(
    tmp_path: Path, create: bool, as_nobody: Callable[[], AbstractContextManager[None]]
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with as_nobody(), pytest.raises(ArchiveError, match="Permission denied.*--archive"):
        with open_archive(closed / "archive", create=create):
            pass


def test_a_folder_that_may_not_be_written_is_told(
    tmp_path: Path, as_nobody: Callable[[], AbstractContextManager[None]]
) -> None:
    with open_archive(tmp_path / "films", create=True):
        pass
    with as_nobody(), pytest.raises(ArchiveError, match="writable|Permission denied"):
        with open_archive(tmp_path / "films"):
            pass


def test_a_command_line_of_any_bytes_can_hold_the_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["trikal", "ingest", os.fsdecode(b"\xff.mp4")])
    with open_archive(tmp_path, create=True):
        with pytest.raises(ArchiveLocked, match=r"trikal ingest \\udcff\.mp4"):
            with open_archive(tmp_path):
                pass


def test_two_archives_are_held_at_once(tmp_path: Path) -> None:
    with open_archive(tmp_path / "a", create=True) as one:
        with open_archive(tmp_path / "b", create=True) as other:
            one.catalogue.set_fact("name", "a")
            assert other.catalogue.fact("name") is None


def test_nothing_is_made_where_the_lock_is_refused(tmp_path: Path) -> None:
    with open_archive(tmp_path, create=True):
        before = sorted(path.name for path in tmp_path.iterdir())
        with pytest.raises(ArchiveLocked):
            with open_archive(tmp_path, create=True):
                pass
        assert sorted(path.name for path in tmp_path.iterdir()) == before
