"""Cross-encoders on sentence-transformers: what the library is given, and what is said without."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.serving.contract.opening import saved
from trikal.errors import BackendFailed, ModelUnavailable
from trikal.serving.backends import cross_encoder
from trikal.serving.backends.cross_encoder import CrossEncoderReranker, probabilities
from trikal.serving.builders import build_local
from trikal.serving.catalog import Backend, load_catalog
from trikal.serving.models import Models
from trikal.serving.readiness import missing
from trikal.serving.roles import Role
from trikal.settings import Settings

real = [pytest.mark.torch, pytest.mark.filterwarnings("ignore")]


def test_it_is_named_by_model_and_library_and_loads_nothing() -> None:
    made = CrossEncoderReranker("tiny", "no/such-place", languages=frozenset({"en"}))
    assert made.name == "tiny/sentence-transformers"
    assert made.languages == {"en"}
    assert made.score("q", []).shape == (0,)
    made.close()


def test_without_the_extra_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cross_encoder, "find_spec", lambda _: None)
    with pytest.raises(ModelUnavailable, match=r'tiny needs .*pip install "trikal\[torch\]"'):
        CrossEncoderReranker("tiny", "no/such-place").score("q", ["a"])


def test_large_logits_keep_their_order() -> None:
    shares = probabilities(np.array([-800.0, -11.5, -11.0, 0.0, 9.0, 9.5, 800.0]))
    assert shares.dtype == np.float32
    assert (np.diff(shares) > 0).all()
    assert (shares[0], shares[3], shares[-1]) == (0.0, 0.5, 1.0)


@pytest.mark.parametrize("entry", list(load_catalog().for_role(Role.RERANK)),
                         ids=lambda entry: entry.name)
def test_every_reranker_of_the_catalogue_has_an_adapter(tmp_path: Path, entry: object) -> None:
    assert Backend.SENTENCE_TRANSFORMERS in entry.backends  # type: ignore[attr-defined]
    made = build_local(entry, Backend.SENTENCE_TRANSFORMERS, tmp_path, Settings())  # type: ignore[arg-type]
    assert isinstance(made, CrossEncoderReranker)
    known = entry.languages  # type: ignore[attr-defined]
    assert made.languages == (None if known == "multilingual" else frozenset(known))
    assert "trikal vllm up" in str(missing(entry, Backend.VLLM))  # type: ignore[arg-type]


def _refused(*_: object) -> None:
    raise AssertionError("the network was asked")


class TestReal:
    """With the extra, on tiny models of random weights."""

    pytestmark = real

    @pytest.mark.parametrize("kind", ["bert", "xlm_roberta"])
    def test_a_score_is_the_logistic_function_of_the_model_s_logit(self, kind: str) -> None:
        torch = pytest.importorskip("torch")
        import transformers as tf

        question, passages = "When does it leave?", ["At noon.", "The mirror is 2.4 m wide."]
        tokenizer = tf.AutoTokenizer.from_pretrained(saved(kind))
        assert tokenizer("a", "b")["input_ids"].count(tokenizer.eos_token_id) == 2
        model = tf.AutoModelForSequenceClassification.from_pretrained(saved(kind)).eval()
        with torch.inference_mode():
            logits = [model(**tokenizer(question, each, return_tensors="pt")).logits.item()
                      for each in passages]
        made = CrossEncoderReranker("tiny", saved(kind))
        assert made.score(question, passages) == pytest.approx(
            1 / (1 + np.exp(-np.array(logits))), abs=1e-5)

    def test_loading_writes_nothing_between_a_question_and_its_answer(
        self, capfd: pytest.CaptureFixture[str]
    ) -> None:
        pytest.importorskip("sentence_transformers")
        saved("bert")
        capfd.readouterr()
        CrossEncoderReranker("tiny", saved("bert")).score("When?", ["At noon."])
        assert capfd.readouterr() == ("", "")

    @pytest.mark.usefixtures("no_server_here")
    def test_what_was_pulled_reranks_by_itself_and_asks_no_network(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pytest.importorskip("sentence_transformers")
        from huggingface_hub import constants

        monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
        monkeypatch.setattr("socket.socket.connect", _refused)
        monkeypatch.setattr("socket.getaddrinfo", _refused)
        settings = Settings(cache_dir=tmp_path / "cache")
        with Models(settings) as models:
            assert models.reranker("en") is None
        here = tmp_path / "models--cross-encoder--ms-marco-MiniLM-L6-v2"
        (here / "refs").mkdir(parents=True)
        (here / "refs" / "main").write_text("0" * 40)
        shutil.copytree(saved("bert"), here / "snapshots" / ("0" * 40))
        with Models(settings) as models:
            found = models.reranker("en")
            assert found is not None
            assert found.name == "ms-marco-minilm-l6-v2/sentence-transformers"
            assert found.score("When?", ["At noon.", "Cats."]).shape == (2,)
            assert models.choice(Role.RERANK).why == "its weights come from the hub"
            assert models.reranker("hi") is None

    def test_a_folder_without_a_model_says_how_to_fetch_it(self, tmp_path: Path) -> None:
        pytest.importorskip("sentence_transformers")
        with pytest.raises(ModelUnavailable, match="trikal models pull tiny") as told:
            CrossEncoderReranker("tiny", tmp_path).score("q", ["a"])
        assert "\n" not in str(told.value)

    def test_a_classifier_of_several_labels_is_no_reranker(self, tmp_path: Path) -> None:
        pytest.importorskip("sentence_transformers")
        from tests.serving.tiny_models import save_cross_encoder

        folder = save_cross_encoder(tmp_path, "BertForSequenceClassification", labels=3)
        with pytest.raises(BackendFailed, match=r"shape \(2, 3\) for 2 passages"):
            CrossEncoderReranker("tiny", folder).score("q", ["a", "b"])
