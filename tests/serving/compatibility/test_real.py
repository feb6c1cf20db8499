"""Real tiny models on the real libraries: a sentence, an image, a second of sound.

``TRIKAL_TEST_VLLM_PYTHON`` names an environment that has vLLM; without it the one is used that
``trikal vllm up`` made in the user's cache.
"""

import os
import sys
from pathlib import Path

import pytest

from trikal.serving.compatibility.runner import Runner
from trikal.serving.vllm.environment import made_environment
from trikal.settings import Settings

_LIMIT_S = 500.0  # importing vLLM alone takes a minute on a busy machine


def on_vllm() -> Runner:
    if given := os.environ.get("TRIKAL_TEST_VLLM_PYTHON"):
        return Runner(Path(given), _LIMIT_S)
    cache = os.environ.get("TRIKAL_TEST_VLLM_CACHE")
    made = made_environment(Settings(cache_dir=Path(cache)) if cache else Settings())
    if made is None:
        pytest.skip("no environment with vLLM; `trikal vllm up` makes one")
    return Runner(made.python, _LIMIT_S)


@pytest.mark.vllm
@pytest.mark.parametrize(("architecture", "answer"), [
    ("Qwen2ForCausalLM", "8 tokens"),
    ("WhisperForConditionalGeneration", "8 tokens"),
    ("BertModel", "64 dimensions"),
])
def test_vllm_lists_and_runs_a_tiny_model(architecture: str, answer: str) -> None:
    found = on_vllm().check(architecture, "vllm")
    assert (found.ran, found.listed, found.detail) == (True, True, answer)
    assert found.seconds > 0
    assert {"torch", "transformers"} <= set(found.versions)


@pytest.mark.vllm
def test_what_vllm_does_not_run_says_why_and_its_registry_knows() -> None:
    found = on_vllm().check("VitsModel", "vllm")
    assert (found.ran, found.listed) == (False, False)
    assert ": " in found.detail


@pytest.mark.torch
@pytest.mark.parametrize(("architecture", "says"), [
    ("Qwen2ForCausalLM", "8 tokens"),
    ("WhisperForConditionalGeneration", "8 tokens"),
    ("VitsModel", "samples of sound"),
    ("T5ForConditionalGeneration", "tokens"),
    ("XLMRobertaForSequenceClassification", "1 score"),
])
def test_transformers_runs_a_tiny_model(architecture: str, says: str) -> None:
    found = Runner(Path(sys.executable), _LIMIT_S).check(architecture, "transformers")
    assert found.ran, found.detail
    assert says in found.detail


@pytest.mark.torch
def test_what_has_no_tiny_model_says_so() -> None:
    found = Runner(Path(sys.executable), _LIMIT_S).check("SadTalker", "transformers")
    assert not found.ran
    assert "no class of Transformers or vLLM" in found.detail
