"""A reranker on real vLLM: a tiny cross-encoder of random weights, from nothing to scores.

What it prefers means nothing, so that only what is true of any reranker is asserted. Environment
and cache are those of ``tests/app/test_vllm_serving.py``.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.vllm_settings import vllm_settings
from trikal.serving.backends.openai_rerank import BATCH
from trikal.serving.models import Models
from trikal.serving.roles import Reranker, Role
from trikal.serving.vllm.environment import ensure_environment
from trikal.serving.vllm.launcher import down, up
from trikal.settings import Settings

pytestmark = pytest.mark.vllm

ROOT = Path(__file__).resolve().parents[3]
QUESTION = "When does the ferry to the island leave?"
PASSAGES = ["The ferry to the island leaves at noon.", "Cats.", "", "तूफ़ान के बाद नाव चली।"]
BUILD = """
import sys
from pathlib import Path
from transformers import AutoTokenizer
from trikal.serving.tiny.encoders import RECIPES
folder = Path(sys.argv[1])
RECIPES["BertForSequenceClassification"].build(folder)
tokenizer = AutoTokenizer.from_pretrained(folder)
tokenizer.chat_template = None  # rerankers of the catalogue have none
for file in folder.glob("chat_template*"):
    file.unlink()
tokenizer.save_pretrained(folder)
"""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return vllm_settings(tmp_path_factory.mktemp("rerank") / ".trikal")


@pytest.fixture(scope="module")
def folder(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny cross-encoder, made in vLLM's own environment."""
    place = tmp_path_factory.mktemp("tiny")
    environment = ensure_environment(settings, "cpu", place / "setup.log", lambda _: None)
    package = place / "trikal" / "serving" / "tiny"
    package.parent.mkdir(parents=True)
    package.symlink_to(ROOT / "serving" / "tiny", target_is_directory=True)
    model = place / "tiny-cross-encoder"
    model.mkdir()
    subprocess.run([str(environment.python), "-c", BUILD, str(model)], check=True, timeout=300,
                   env={**os.environ, "PYTHONPATH": str(place), "HF_HUB_OFFLINE": "1"})
    return model


@pytest.fixture(scope="module")
def reranker(settings: Settings, folder: Path) -> Iterator[Reranker]:
    """What the router hands out where a vLLM server reranks."""
    server, _ = up(settings, str(folder), report=lambda words: print(words, file=sys.stderr))  # noqa: T201
    try:
        assert server.roles == (Role.RERANK,)
        with Models(settings) as models:
            found = models.reranker("en")
            assert found is not None
            assert models.choice(Role.RERANK).why == "trikal vllm runs it here"
            assert found.name == "tiny-cross-encoder/openai-compatible"
            yield found
    finally:
        down(settings, Role.RERANK)


def test_each_passage_has_the_score_of_its_own(reranker: Reranker) -> None:
    together = reranker.score(QUESTION, PASSAGES)
    assert together.shape == (4,)
    assert ((together >= 0) & (together <= 1)).all()
    assert len(set(together.tolist())) == 4
    alone = [reranker.score(QUESTION, [each])[0] for each in PASSAGES]
    assert together == pytest.approx(np.array(alone), abs=1e-5)


def test_more_passages_than_one_request_takes_are_all_scored(reranker: Reranker) -> None:
    scores = reranker.score(QUESTION, [PASSAGES[n % 2] for n in range(BATCH + 8)])
    assert scores.shape == (BATCH + 8,)
    assert scores[2:] == pytest.approx(scores[:-2], abs=1e-5)


def test_what_is_longer_than_the_context_is_read_as_far_as_it_goes(reranker: Reranker) -> None:
    assert np.isfinite(reranker.score(QUESTION, ["a very long story " * 200, "ok"])).all()


@pytest.mark.filterwarnings("ignore")
def test_sentence_transformers_gives_the_same_scores(reranker: Reranker, folder: Path) -> None:
    pytest.importorskip("sentence_transformers")
    from trikal.serving.backends.cross_encoder import CrossEncoderReranker

    here = CrossEncoderReranker("tiny", folder).score(QUESTION, PASSAGES[:2])
    assert reranker.score(QUESTION, PASSAGES[:2]) == pytest.approx(here, abs=1e-4)
