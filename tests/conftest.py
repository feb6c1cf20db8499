"""Fixtures that every folder of tests may use."""

import os
from pathlib import Path

import pytest

for _name in [name for name in os.environ if name.startswith("TRIKAL_")]:
    if not _name.startswith("TRIKAL_TEST_"):
        del os.environ[_name]


@pytest.fixture(scope="session")
def shared_media() -> Path:
    """The folder of real recordings beside the checkout; a test that needs it skips without."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "media"
    if not folder.is_dir():
        pytest.skip("no ../shared/media beside the checkout")
    return folder
