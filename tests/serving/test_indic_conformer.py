"""IndicConformer's graphs, as small as they can be: its features, its decoding, its languages."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from trikal.errors import BackendFailed, ModelUnavailable
from trikal.serving.backends.espeak import Espeak
from trikal.serving.backends.indic_conformer import IndicConformer, _decoded, _spelled
from trikal.serving.backends.nemo_features import BANDS, HOP, nemo_features
from trikal.serving.builders import onnx_model
from trikal.serving.catalog import load_catalog
from trikal.serving.mel import RATE
from trikal.settings import Settings

WORDS = {"hi": ["<unk>", "▁नम", "स्ते", "blank"], "ta": ["<unk>", "▁வண", "க்கம்", "blank"]}
MASKS = {"hi": [True] * 3 + [False] * 3 + [True], "ta": [False] * 3 + [True] * 4}

Samples = np.ndarray[Any, np.dtype[np.float32]]


def graph(path: Path, nodes: list[Any], ins: list[Any], out: Any, **known: Any) -> None:
    made = helper.make_graph(nodes, "g", ins, [out], [
        numpy_helper.from_array(value, name) for name, value in known.items()])
    onnx.save(helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)],
                                ir_version=8), path)


def floats(name: str, *shape: Any) -> Any:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that hears, in any sound and language, its second token."""
    home = tmp_path_factory.mktemp("indic")
    assets = home / "assets"
    assets.mkdir()
    graph(assets / "encoder.onnx", [
        helper.make_node("AveragePool", ["audio_signal"], ["outputs"], kernel_shape=[8],
                         strides=[8])],
        [floats("audio_signal", 1, BANDS, "t"),
         helper.make_tensor_value_info("length", TensorProto.INT64, [1])],
        floats("outputs", 1, BANDS, "f"))
    likes = np.array([0, 5, 1, 0, 5, 1, 2], np.float32)
    graph(assets / "ctc_decoder.onnx", [
        helper.make_node("Transpose", ["encoder_output"], ["turned"], perm=[0, 2, 1]),
        helper.make_node("MatMul", ["turned", "none"], ["zero"]),
        helper.make_node("Add", ["zero", "likes"], ["logprobs"])],
        [floats("encoder_output", 1, BANDS, "f")], floats("logprobs", 1, "f", 7),
        none=np.zeros((BANDS, 7), np.float32), likes=likes)
    (assets / "vocab.json").write_text(json.dumps(WORDS))
    (assets / "language_masks.json").write_text(json.dumps(MASKS))
    return home


@pytest.fixture(scope="module")
def speech() -> Samples:
    (said,) = Espeak("espeak", languages=("hi",)).speak("नमस्ते दुनिया, आप कैसे हैं", language="hi")
    at = np.arange(0, len(said.samples), said.sample_rate / RATE)
    return np.interp(at, np.arange(len(said.samples)), said.samples).astype(np.float32)


@pytest.mark.parametrize(("language", "text"), [("hi", "नम"), ("hi-IN", "नम"), ("ta", "வண")])
def test_what_is_heard_is_of_the_language_that_was_named(
    folder: Path, speech: Samples, language: str, text: str
) -> None:
    (said,) = IndicConformer("ic", folder, threads=1).transcribe(speech, language=language)
    assert (said.text, said.language) == (text, language[:2])
    assert 0 <= said.start_ms < said.end_ms <= len(speech) * 1000 // RATE
    assert said.language_probability is None
    assert 0.8 < said.confidence <= 1


@pytest.mark.parametrize(("language", "message"), [
    (None, "does not tell languages apart"), ("en", "does not know the language 'en'.*hi, ta"),
])
def test_a_language_must_be_named_and_known(
    folder: Path, speech: Samples, language: str | None, message: str
) -> None:
    with pytest.raises(ModelUnavailable, match=message):
        list(IndicConformer("ic", folder).transcribe(speech, language=language))
    assert list(IndicConformer("ic", folder, default_language="hi").transcribe(speech))


def test_silence_is_nothing(folder: Path) -> None:
    whisper = IndicConformer("ic", folder)
    assert list(whisper.transcribe(np.zeros(RATE, np.float32), language="hi")) == []
    assert list(whisper.transcribe(np.zeros(0, np.float32), language="hi")) == []


def test_weights_that_are_missing_or_broken_are_said_to_be(
    folder: Path, speech: Samples, tmp_path: Path
) -> None:
    with pytest.raises(ModelUnavailable, match="trikal models pull ic"):
        list(IndicConformer("ic", tmp_path).transcribe(speech, language="hi"))
    assets = tmp_path / "assets"
    assets.mkdir()
    for file in (folder / "assets").iterdir():
        (assets / file.name).write_bytes(file.read_bytes())
    (assets / "language_masks.json").write_text(json.dumps({"hi": [True], "ta": [True]}))
    with pytest.raises(BackendFailed, match="ic/onnx failed"):
        list(IndicConformer("ic", tmp_path).transcribe(speech, language="hi"))


def scores(*best: int) -> Samples:
    return np.where(np.arange(4) == np.array(best)[:, None], 9.0, 0.0).astype(np.float32)


def test_repeats_are_one_token_and_blanks_part_words_from_themselves() -> None:
    tokens = _decoded(scores(3, 1, 1, 2, 3, 3, 1, 3, 1), WORDS["hi"])
    assert [(each.text, each.first, each.after) for each in tokens] == [
        ("▁नम", 1, 3), ("स्ते", 3, 4), ("▁नम", 6, 7), ("▁नम", 8, 9)]
    words = list(_spelled(tokens, 1_000, 700))
    assert [(each.text, each.start_ms, each.end_ms) for each in words] == [
        (" नमस्ते", 1_080, 1_320), (" नम", 1_480, 1_560), (" नम", 1_640, 1_700)]


def test_features_are_level_and_tell_how_high_a_tone_is() -> None:
    clock = np.arange(RATE) / RATE
    heard = [nemo_features(np.sin(2 * np.pi * hertz * clock).astype(np.float32) * rising(clock))
             for hertz in (300, 3_000)]
    for features in heard:
        assert features.shape == (BANDS, RATE // HOP + 1)
        assert np.abs(features.mean(axis=1)).max() < 1e-3
        assert features.std(axis=1, ddof=1) == pytest.approx(np.ones(BANDS), abs=1e-2)
    assert not np.allclose(*heard)


def rising(clock: np.ndarray[Any, Any]) -> Samples:
    return (0.1 + 0.9 * clock).astype(np.float32)


@pytest.mark.torch
def test_features_are_those_of_a_fourier_transform_by_torch() -> None:
    import torch

    samples = np.random.default_rng(0).normal(0, 0.1, RATE).astype(np.float32)
    emphasised = np.concatenate([samples[:1], samples[1:] - 0.97 * samples[:-1]])
    spectrum = torch.stft(
        torch.from_numpy(emphasised), 512, 160, 400, torch.hann_window(400, periodic=False),
        center=True, pad_mode="reflect", return_complex=True).abs().square().numpy()
    from faster_whisper.feature_extractor import FeatureExtractor

    bands = np.log(FeatureExtractor.get_mel_filters(RATE, 512, 80) @ spectrum + 2 ** -24)
    wanted = (bands - bands.mean(1, keepdims=True)) / (bands.std(1, ddof=1, keepdims=True) + 1e-5)
    assert nemo_features(samples) == pytest.approx(wanted, abs=2e-3)


def test_the_catalogue_runs_it_where_it_is_pinned(folder: Path) -> None:
    entry = load_catalog().get("indic-conformer-600m")
    made = onnx_model(entry, folder, Settings(language="hi"))
    assert isinstance(made, IndicConformer)
    assert made.name == "indic-conformer-600m/onnx"
    assert entry.instead  # never chosen unasked: it needs the language
