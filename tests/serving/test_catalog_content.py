"""What our own catalogue holds: the models that were asked for, and facts in a checkable form."""

import langcodes
import pytest
from packaging.licenses import canonicalize_license_expression

from trikal.serving.catalog import Backend, HubWeights, LibraryWeights, Model, load_catalog
from trikal.serving.roles import Role

MODELS = load_catalog().models

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


@pytest.mark.parametrize("asked", ASKED_FOR)
def test_a_model_that_was_asked_for_is_there(asked: str) -> None:
    assert load_catalog().get(ASKED_FOR[asked]).origin


@pytest.mark.parametrize("name", BETTER)
def test_todays_choices_stand_beside_them(name: str) -> None:
    assert load_catalog().get(name)


def test_a_voice_is_there_for_each_of_the_nine_indian_languages() -> None:
    voices = [model for model in MODELS if model.name.startswith("mms-tts-")]
    assert tuple(tag for voice in voices for tag in voice.languages) == NINE
    assert {voice.architecture for voice in voices} == {"VitsModel"}


@pytest.mark.parametrize("model", MODELS, ids=named)
def test_its_facts_are_in_form(model: Model) -> None:
    assert canonicalize_license_expression(model.licence) == model.licence
    assert " " not in model.architecture
    assert model.origin or model.sources
    tags = () if model.languages == "multilingual" else model.languages
    assert tags == tuple(langcodes.get(tag, normalize=False).to_tag() for tag in tags)
    assert len(set(tags)) == len(tags)


@pytest.mark.parametrize("model", MODELS, ids=named)
def test_it_says_what_it_is_for_or_what_stands_in(model: Model) -> None:
    assert bool(model.use) != bool(model.instead)


@pytest.mark.parametrize("model", MODELS, ids=named)
def test_its_memory_holds_its_weights(model: Model) -> None:
    if model.parameters and not model.format:
        assert model.memory_mb >= model.parameters * 2 / 1e6 * 0.99  # two bytes each at least


@pytest.mark.parametrize("role", Role)
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


def test_gated_models_are_of_the_hub() -> None:
    for model in MODELS:
        assert not model.gated or isinstance(model.weights, HubWeights)
