from pathlib import Path

import pytest

from trikal.errors import BadInput
from trikal.serving.catalog import CarrierWeights, load_catalog, read_catalog
from trikal.serving.roles import Role

ENTRY = """
[[model]]
name = "a"
role = "tts"
architecture = "x"
backends = ["piper"]
languages = ["en-US", "hi"]
memory_mb = 1
licence = "MIT"
[model.weights]
kind = "hub"
id = "x/y"
install = "pip install it"
"""


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "catalog.toml"
    path.write_text(text)
    return path


def test_our_own_catalogue_fills_every_role_of_the_default() -> None:
    catalog = load_catalog()
    for role in (Role.CHAT, Role.ASR, Role.TEXT_EMBEDDING, Role.OCR, Role.TTS):
        assert next(catalog.for_role(role))


def test_parts_of_a_big_model_are_listed_in_order() -> None:
    weights = load_catalog().get("qwen2.5-coder-1.5b-instruct").weights
    assert isinstance(weights, CarrierWeights)
    assert [part.path[-6:-4] for part in weights.files[0].parts] == [
        f"{number:02d}" for number in range(1, 23)
    ]


@pytest.mark.parametrize(
    ("asked", "suggested"),
    [("whisper-bas", "whisper-base"), ("qwen-coder-0.5b", "qwen2.5-coder-0.5b-instruct")],
)
def test_an_unknown_name_brings_near_ones(asked: str, suggested: str) -> None:
    with pytest.raises(BadInput, match=suggested):
        load_catalog().get(asked)


def test_a_language_is_told_by_its_primary_subtag(tmp_path: Path) -> None:
    model = read_catalog(write(tmp_path, ENTRY)).get("a")
    assert model.speaks("en")
    assert model.speaks("hi-IN")
    assert not model.speaks("ta")


def test_multilingual_models_speak_anything() -> None:
    assert load_catalog().get("whisper-base").speaks("ml")


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('role = "tts"', 'role = "singer"', "role"),
        ('backends = ["piper"]', "backends = []", "backends"),
        ('"hi"', '"not a tag"', "languages"),
        ('kind = "hub"', 'kind = "torrent"', "weights"),
        ("memory_mb = 1", "memory_mb = 0", "memory_mb"),
        ("memory_mb = 1", 'memory_mb = 1\ncolour = "red"', "colour"),
        ('role = "tts"', 'role = "text-embedding"', "dimensions"),
    ],
)
def test_a_wrong_entry_is_named(tmp_path: Path, old: str, new: str, where: str) -> None:
    with pytest.raises(BadInput, match=where):
        read_catalog(write(tmp_path, ENTRY.replace(old, new)))


def test_one_name_is_given_once(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="more than one model is named a"):
        read_catalog(write(tmp_path, ENTRY * 2))


@pytest.mark.parametrize("name", ["../../evil", "/etc/passwd"])
def test_a_file_cannot_leave_its_folder(tmp_path: Path, name: str) -> None:
    carrier = f"""kind = "carrier"
install = "x"
[[model.weights.files]]
name = "{name}"
sha256 = "{"0" * 64}"
size_bytes = 1
parts = [{{ package = "p", path = "p/x" }}]
"""
    text = ENTRY.partition('kind = "hub"')[0] + carrier
    with pytest.raises(BadInput, match="out of its folder"):
        read_catalog(write(tmp_path, text))


def test_text_that_is_no_toml_is_a_plain_error(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        read_catalog(write(tmp_path, "model = ["))
