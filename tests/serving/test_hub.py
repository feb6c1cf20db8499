from pathlib import Path

import pytest
from huggingface_hub import constants

from trikal.serving.catalog import HubWeights
from trikal.serving.hub import pulled

COMMIT = "0123456789012345678901234567890123456789"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of the hub's library."""
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    return tmp_path


def weights(**given: object) -> HubWeights:
    return HubWeights.model_validate(
        {"kind": "hub", "install": "pip install x", "id": "org/name", **given})


def lay(cache: Path, *files: str) -> Path:
    """Lay files where a finished download of them would have left them."""
    repository = cache / "models--org--name"
    snapshot = repository / "snapshots" / COMMIT
    snapshot.mkdir(parents=True)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(COMMIT)
    for name in files:
        (snapshot / name).write_bytes(b"x")
    return snapshot


def test_what_was_never_pulled_is_not_here(cache: Path) -> None:
    assert pulled(weights()) is None


def test_what_was_pulled_is_found_where_the_hub_library_keeps_it(cache: Path) -> None:
    snapshot = lay(cache, "config.json", "model.safetensors")
    assert pulled(weights()) == snapshot


def test_an_id_is_an_owner_and_a_name() -> None:
    with pytest.raises(ValueError, match="id"):
        weights(id="../../etc")


def test_what_may_not_be_looked_into_is_not_here(cache: Path) -> None:
    assert pulled(weights(id=f"org/{'n' * 300}")) is None  # no file system takes such a name
