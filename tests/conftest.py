"""Fixtures that every folder of tests may use."""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from hypothesis import settings

# An example's deadline is a wall-clock time, which no test may hang on. The default run tries a
# property that names no number with a few examples, `make test-thorough` with Hypothesis' hundred.
settings.register_profile("thorough", deadline=None)
settings.register_profile("quick", deadline=None, max_examples=20)
settings.load_profile("quick")

for _name in [name for name in os.environ if name.startswith("TRIKAL_")]:
    if not _name.startswith("TRIKAL_TEST_"):
        del os.environ[_name]


@pytest.fixture(scope="module", autouse=True)
def settled() -> None:
    """Spare each unloaded model a walk over all that was imported: that is here to stay."""
    gc.freeze()


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
