import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from huggingface_hub import constants

from tests.serving.hubs import COMMIT, Hub, serving_hub
from trikal.errors import ModelUnavailable, WeightsCorrupt
from trikal.serving import hub as hub_module
from trikal.serving.catalog import HubWeights
from trikal.serving.hub import missing_bytes, pull, pulled

FILES = {"config.json": b"{}", "model.safetensors": b"w" * 300_000, "flax.msgpack": b"f" * 10,
         "onnx/model.safetensors": b"o"}


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of the hub's library."""
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    return tmp_path


@pytest.fixture
def serve(cache: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Hub], Hub]]:
    """Serves a hub and points the hub's library at it."""
    with ExitStack() as running:
        def start(hub: Hub) -> Hub:
            running.enter_context(serving_hub(hub))
            monkeypatch.setattr(constants, "ENDPOINT", hub.url)
            monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE",
                                hub.url + "/{repo_id}/resolve/{revision}/{filename}")
            return hub
        yield start


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


def test_only_the_files_that_are_needed_are_pulled(serve: Callable[[Hub], Hub]) -> None:
    hub = serve(Hub(files=FILES))
    assert missing_bytes(weights()) == 300_002
    folder = pull(weights())
    assert sorted(path.name for path in folder.iterdir()) == ["config.json", "model.safetensors"]
    assert (folder / "model.safetensors").read_bytes() == FILES["model.safetensors"]
    assert pulled(weights()) == folder
    assert missing_bytes(weights()) == 0
    assert hub.sent == 300_002


def test_what_is_here_is_not_fetched_again(serve: Callable[[Hub], Hub]) -> None:
    hub = serve(Hub(files=FILES))
    assert pull(weights()) == pull(weights())
    assert hub.sent == 300_002


def test_a_pull_that_was_broken_off_does_not_count_and_keeps_what_is_whole(
    serve: Callable[[Hub], Hub], cache: Path
) -> None:
    hub = serve(Hub(files={**FILES, "second.safetensors": b"s" * 1_000}))
    folder = pull(weights())
    (folder / "second.safetensors").resolve().unlink()
    (folder / "second.safetensors").unlink()
    assert pulled(weights()) is None
    assert missing_bytes(weights()) == 1_000
    hub.ranges.clear()
    assert pull(weights()) == folder
    assert hub.ranges == [("second.safetensors", 0)]
    assert pulled(weights()) == folder


def test_a_line_that_breaks_is_taken_up_where_it_broke(
    serve: Callable[[Hub], Hub], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", 10_000)
    hub = serve(Hub(files=FILES, break_after=50_000))
    folder = pull(weights())
    assert (folder / "model.safetensors").read_bytes() == FILES["model.safetensors"]
    starts = [start for name, start in hub.ranges if name == "model.safetensors"]
    assert len(starts) == 2
    assert starts[0] == 0
    assert 0 < starts[1] <= 50_000


def test_a_file_that_is_not_the_hubs_is_taken_away_and_told(serve: Callable[[Hub], Hub]) -> None:
    hub = serve(Hub(files=FILES, hashes={"model.safetensors": "a" * 64}))
    with pytest.raises(WeightsCorrupt, match=r"model\.safetensors of org/name has SHA-256.*aaaa"):
        pull(weights())
    assert pulled(weights()) is None
    hub.hashes.clear()


@pytest.mark.parametrize(("status", "code", "says"), [
    (401, "GatedRepo", r"org/name is gated.*hf auth login"),
    (403, "GatedRepo", r"org/name is gated.*accept its licence"),
    (404, "RepoNotFound", r"no model org/name"),
    (500, "", r"cannot be pulled from the hub.*500.*HF_ENDPOINT"),
])
def test_a_refusal_of_the_hub_says_what_to_do(
    serve: Callable[[Hub], Hub], status: int, code: str, says: str
) -> None:
    serve(Hub(files=FILES, status=status, code=code))
    with pytest.raises(ModelUnavailable, match=says):
        pull(weights())


def test_a_hub_that_is_out_of_reach_is_one_sentence(
    serve: Callable[[Hub], Hub], monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(Hub(files=FILES))
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(ModelUnavailable, match="cannot be pulled from the hub") as told:
        pull(weights())
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("rubbish", [
    b"<html>Welcome</html>", b"{}", b"[]", b"[1]", b"null", b'"x"', b'{"sha": 1, "siblings": "a"}',
    json.dumps({"id": "x", "sha": COMMIT, "siblings": [{"rfilename": "a"}]}).encode(),
])
def test_what_is_no_hub_is_told_as_such(serve: Callable[[Hub], Hub], rubbish: bytes) -> None:
    serve(Hub(files=FILES, rubbish=rubbish))
    with pytest.raises(ModelUnavailable, match=r"org/name cannot be pulled.*HF_ENDPOINT") as told:
        pull(weights())
    assert "\n" not in str(told.value)


def test_a_full_disk_is_told_before_anything_is_fetched(
    serve: Callable[[Hub], Hub], monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = serve(Hub(files=FILES))
    monkeypatch.setattr(hub_module, "_SPARE_BYTES", 1 << 60)
    with pytest.raises(ModelUnavailable, match=r"needs 0\.0 GB more.*HF_HUB_CACHE"):
        pull(weights())
    assert hub.sent == 0
