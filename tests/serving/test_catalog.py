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


def carrier_entry(**file: object) -> str:
    """An entry whose weights are carried, with one file as given."""
    given = {"name": "m.onnx", "sha256": "0" * 64, "size_bytes": 1,
             "parts": [{"package": "p", "path": "p/x"}], **file}
    lines = [f"{name} = {_toml(value)}" for name, value in given.items()]
    return (ENTRY.partition('kind = "hub"')[0]
            + '\nkind = "carrier"\ninstall = "x"\n[[model.weights.files]]\n' + "\n".join(lines))


def _toml(value: object) -> str:
    if isinstance(value, list):
        inside = ", ".join(f'{{ package = "{p["package"]}", path = "{p["path"]}" }}' for p in value)
        return f"[{inside}]"
    return f'"{value}"' if isinstance(value, str) else str(value)


def test_carriers_are_listed_once_in_order(tmp_path: Path) -> None:
    parts = [{"package": name, "path": f"{name}/x"} for name in ("b", "a", "b")]
    weights = read_catalog(write(tmp_path, carrier_entry(parts=parts))).get("a").weights
    assert isinstance(weights, CarrierWeights)
    assert weights.packages == ("b", "a")


@pytest.mark.parametrize(("file", "where"), [
    ({"sha256": "00"}, "sha256"), ({"sha256": "Z" * 64}, "sha256"), ({"size_bytes": 0}, "size"),
    ({"parts": []}, "parts"), ({"parts": [{"package": "p", "path": "../x"}]}, "out of its folder"),
    ({"parts": [{"package": "p", "path": "/etc/x"}]}, "out of its folder"),
    ({"name": "a/../../b"}, "out of its folder"),
])
def test_a_wrong_file_is_named(tmp_path: Path, file: dict[str, object], where: str) -> None:
    with pytest.raises(BadInput, match=where) as told:
        read_catalog(write(tmp_path, carrier_entry(**file)))
    assert "model.0.weights" in str(told.value)


@pytest.mark.parametrize("content", [b"model = [", b"\xff\xfe", b"[[model"])
def test_what_cannot_be_read_is_told_with_its_path(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "catalog.toml").write_bytes(content)
    with pytest.raises(BadInput, match=r"catalog\.toml cannot be read"):
        read_catalog(tmp_path / "catalog.toml")
    with pytest.raises(BadInput, match="cannot be read"):
        read_catalog(tmp_path / "none.toml")


def test_a_catalogue_without_models_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="is wrong at model"):
        read_catalog(write(tmp_path, "colour = 1"))


def test_models_of_a_role_keep_the_order_of_the_file(tmp_path: Path) -> None:
    text = ENTRY + ENTRY.replace('name = "a"', 'name = "b"')
    assert [each.name for each in read_catalog(write(tmp_path, text)).for_role(Role.TTS)] == [
        "a", "b"]
    assert list(read_catalog(write(tmp_path, text)).for_role(Role.ASR)) == []


def test_every_model_of_ours_says_what_installs_it_and_under_which_licence() -> None:
    for model in load_catalog().models:
        assert model.weights.install.startswith("pip install")
        assert model.licence
        assert load_catalog().get(model.name) is model


def test_a_name_like_no_other_brings_all_of_them() -> None:
    with pytest.raises(BadInput) as told:
        load_catalog().get("zzzzzzzzzz")
    for model in load_catalog().models:
        assert model.name in str(told.value)


def test_the_catalogue_is_read_once() -> None:
    assert load_catalog() is load_catalog()


def test_models_that_trikal_does_not_use_are_passed_over(tmp_path: Path) -> None:
    unused = ENTRY.replace('name = "a"', 'name = "b"').replace(
        'backends = ["piper"]', 'instead = "piper speaks"')
    catalog = read_catalog(write(tmp_path, unused + ENTRY))
    assert [each.name for each in catalog.for_role(Role.TTS)] == ["a"]
    assert catalog.get("b").instead == "piper speaks"


def test_what_was_made_for_a_role_stands_before_what_can_also_fill_it(tmp_path: Path) -> None:
    also = ENTRY.replace('role = "tts"', 'role = "chat"\nalso = ["tts"]')
    catalog = read_catalog(write(tmp_path, also + ENTRY.replace('name = "a"', 'name = "b"')))
    assert [each.name for each in catalog.for_role(Role.TTS)] == ["b", "a"]
    assert catalog.get("a").roles == (Role.CHAT, Role.TTS)


def test_files_are_joined_in_the_order_given_and_names_differ_over_all(tmp_path: Path) -> None:
    first, second = tmp_path / "first.toml", tmp_path / "second.toml"
    first.write_text(ENTRY.replace('name = "a"', 'name = "z"'))
    second.write_text(ENTRY)
    assert [each.name for each in read_catalog(first, second).models] == ["z", "a"]
    second.write_text(first.read_text())
    with pytest.raises(BadInput, match=r"first\.toml, .*second\.toml is wrong.*named z"):
        read_catalog(first, second)
