"""Fixtures that every folder of tests may use."""

import gc
import os
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.factories import make_tone, make_video
from trikal.catalogue import Catalogue

# An example's deadline is a wall-clock time, which no test may hang on. The default run tries a
# property that names no number with a few examples, `make test-thorough` with Hypothesis' hundred.
settings.register_profile("thorough", deadline=None)
settings.register_profile("quick", deadline=None, max_examples=20)
settings.load_profile("quick")

for _name in [name for name in os.environ if name.startswith("TRIKAL_")]:
    if not _name.startswith("TRIKAL_TEST_"):
        del os.environ[_name]


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, Any, Any]:
    """Import and collect without looking again and again through what is here to stay."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_sessionfinish() -> None:
    """Let go of the indexes that were lent, if any were."""
    lent = sys.modules.get("tests.indexes_lent")
    if lent is not None:
        lent.close_all()


@pytest.fixture(scope="module", autouse=True)
def settled() -> None:
    """Spare each unloaded model a walk over all that was imported: that is here to stay."""
    gc.freeze()


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    with closing(Catalogue.open(tmp_path / "catalogue.db")) as opened:
        yield opened


@pytest.fixture(scope="session")
def film_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four seconds of numbered pictures, 25 a second, with a tone: encoded once."""
    return make_video(tmp_path_factory.mktemp("film") / "talk.mp4", duration=4, size=(192, 108),
                      sound=make_tone(4))


@pytest.fixture
def as_nobody(tmp_path: Path) -> Callable[[], AbstractContextManager[None]]:
    """Give a block in which permissions count even where the tests are run by root."""
    for folder in (tmp_path, *tmp_path.parents[:3]):
        if not folder.stat().st_mode & 0o001:
            folder.chmod(0o755)
    return _as_nobody


@contextmanager
def _as_nobody() -> Iterator[None]:
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.fixture(scope="session")
def shared_media() -> Path:
    """The folder of real recordings beside the checkout; a test that needs it skips without."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "media"
    if not folder.is_dir():
        pytest.skip("no ../shared/media beside the checkout")
    return folder
