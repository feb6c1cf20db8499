"""Weights in the form that vLLM reads: found, converted once, whole or not at all."""

import json
import sys
from pathlib import Path

import pytest

from tests.serving.carrying import carried_model, install, weight_file
from tests.serving.vllm.standin import make_model
from trikal.errors import BadInput, ModelUnavailable
from trikal.serving.catalog import Catalog, Model, load_catalog
from trikal.serving.roles import Role
from trikal.serving.vllm import weights
from trikal.serving.vllm.environment import Environment
from trikal.serving.vllm.weights import Target, find_target, place_target
from trikal.settings import Settings

CONTENT = b"GGUF and four bits a weight"
HERE = Environment(python=Path(sys.executable), version="0.32.0", device="cpu")
CONVERTER = """
import json, sys
from pathlib import Path
source, target = map(Path, sys.argv[1:])
target.mkdir()
(target / "model.safetensors").write_bytes(source.read_bytes())
if (source.parent / "sour").exists():
    raise ValueError("the weights are sour")
(target / "config.json").write_text(json.dumps({"runs": 1}))
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(cache_dir=tmp_path / "cache")


@pytest.fixture
def carried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Model:
    """A GGUF in two carriers, and a converter that needs no torch."""
    site = tmp_path / "site"
    install(site, "part-one", {"part_one/data/a.bin": CONTENT[:9]})
    install(site, "part-two", {"part_two/data/b.bin": CONTENT[9:]})
    monkeypatch.syspath_prepend(str(site))
    converter = tmp_path / "convert.py"
    converter.write_text(CONVERTER)
    monkeypatch.setattr(weights, "_CONVERT", converter)
    return carried_model(weight_file("tiny.gguf", CONTENT, ("part-one", "part_one/data/a.bin"),
                                     ("part-two", "part_two/data/b.bin")))


def place(model: Model, settings: Settings, words: list[str] | None = None) -> Path:
    target = Target(name=model.name, roles=(Role.CHAT,), model=model)
    report = words.append if words is not None else lambda _: None
    return place_target(target, HERE, settings, settings.cache_dir / "setup.log", report)


def test_a_carrier_is_converted_once(carried: Model, settings: Settings) -> None:
    words: list[str] = []
    folder = place(carried, settings, words)
    assert (folder / "model.safetensors").read_bytes() == CONTENT
    assert any("converting tiny" in each for each in words)
    stamp = (folder / "config.json").stat().st_mtime_ns
    again: list[str] = []
    assert place(carried, settings, again) == folder
    assert again == []
    assert (folder / "config.json").stat().st_mtime_ns == stamp


def test_weights_are_kept_under_their_hash(carried: Model, settings: Settings) -> None:
    folder = place(carried, settings)
    assert carried.weights.kind == "carrier"
    assert folder.name == carried.weights.files[0].sha256[:16]


def test_a_conversion_that_fails_leaves_nothing_and_says_why(
    carried: Model, settings: Settings
) -> None:
    assert carried.weights.kind == "carrier"
    joined = settings.cache_dir / "weights" / carried.weights.files[0].sha256[:16]
    joined.mkdir(parents=True)
    (joined / "sour").touch()
    with pytest.raises(ModelUnavailable, match=r"ValueError: the weights are sour\). Everything"):
        place(carried, settings)
    left = [each.name for each in (settings.cache_dir / "vllm" / "weights").iterdir()]
    assert not [name for name in left if not name.endswith(".lock")]
    (joined / "sour").unlink()
    assert (place(carried, settings) / "config.json").exists()


def test_what_a_killed_conversion_left_is_not_taken_for_weights(
    carried: Model, settings: Settings
) -> None:
    assert carried.weights.kind == "carrier"
    name = carried.weights.files[0].sha256[:16]
    partial = settings.cache_dir / "vllm" / "weights" / f"{name}.partial"
    partial.mkdir(parents=True)
    (partial / "model.safetensors").write_bytes(b"half")
    folder = place(carried, settings)
    assert (folder / "model.safetensors").read_bytes() == CONTENT
    assert not partial.exists()


def test_a_full_disk_is_said_before_converting(
    carried: Model, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weights, "_CONVERTED_SIZE", 10**12)
    with pytest.raises(ModelUnavailable, match="takes up to .* MB free. Make room there"):
        place(carried, settings)


def test_a_missing_carrier_names_its_installation(
    carried: Model, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", [each for each in sys.path if "site" not in Path(each).name])
    with pytest.raises(ModelUnavailable, match="pip install"):
        place(carried, settings)


def test_a_folder_is_served_where_it_lies(settings: Settings, tmp_path: Path) -> None:
    folder = make_model(tmp_path / "mine")
    target = find_target(str(folder), settings, load_catalog())
    assert target == Target(name="mine", roles=(Role.CHAT,), folder=folder)
    assert place_target(target, HERE, settings, tmp_path / "log", print) == folder


@pytest.mark.parametrize("name", ["./mine", "mine", "./absent"])
def test_a_folder_without_a_model_is_told_as_a_folder(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / "mine").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadInput, match=r"holds no model that vLLM can read: config\.json"):
        find_target(name, settings, load_catalog())


def test_a_folder_that_is_called_like_a_model_is_not_taken_for_it(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "phi-2").mkdir()
    monkeypatch.chdir(tmp_path)
    assert find_target("phi-2", settings, load_catalog()).folder is None
    (tmp_path / "phi-2").rmdir()
    make_model(tmp_path / "phi-2")
    assert find_target("phi-2", settings, load_catalog()).folder == tmp_path / "phi-2"


@pytest.mark.parametrize(("config", "roles"), [
    ({}, (Role.CHAT,)),
    ({"vision_config": {}}, (Role.VISION, Role.CHAT)),
    ({"architectures": ["WhisperForConditionalGeneration"]}, (Role.ASR,)),
    ({"architectures": ["BertForSequenceClassification"]}, (Role.RERANK,)),
    ({"architectures": ["XLMRobertaForSequenceClassification"]}, (Role.RERANK,)),
])
def test_a_folders_roles_are_read_from_it(
    settings: Settings, tmp_path: Path, config: dict[str, object], roles: tuple[Role, ...]
) -> None:
    folder = make_model(tmp_path / "mine", **config)
    assert find_target(str(folder), settings, load_catalog()).roles == roles


@pytest.mark.parametrize("name", ["bge-reranker-v2-m3", "ms-marco-minilm-l6-v2"])
def test_a_reranker_of_the_catalogue_is_served_for_its_role(settings: Settings, name: str) -> None:
    target = find_target(name, settings, load_catalog())
    assert (target.name, target.roles) == (name, (Role.RERANK,))


def test_without_a_name_the_pinned_chat_model_is_served(settings: Settings) -> None:
    pinned = settings.model_copy(update={"models": {"chat": "qwen2.5-coder-1.5b-instruct"}})
    assert find_target(None, pinned, load_catalog()).name == "qwen2.5-coder-1.5b-instruct"


def test_without_a_name_or_pin_the_first_installed_chat_model_is_served(
    settings: Settings, carried: Model
) -> None:
    absent = carried_model(weight_file("x.gguf", b"x", ("absent", "absent/x.bin")), name="absent")
    entries = [json.loads(each.model_dump_json()) for each in (absent, carried)]
    catalog = Catalog.model_validate({"model": entries})
    assert find_target(None, settings, catalog).name == "tiny"
    with pytest.raises(ModelUnavailable, match="trikal vllm up NAME"):
        find_target(None, settings, Catalog.model_validate({"model": entries[:1]}))


@pytest.mark.parametrize(("name", "says"), [
    ("no-such-model", "has no model 'no-such-model'"), ("pp-ocrv6-small", "is a model for ocr"),
])
def test_what_vllm_cannot_serve_is_said(settings: Settings, name: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        find_target(name, settings, load_catalog())
