"""Role rerank behind a URL: vLLM's rerank and score APIs, and servers that answer as these do.

No standard names the request. Jina's and Cohere's, which vLLM, llama.cpp and Infinity take too, is
``POST /v1/rerank`` with ``query`` and ``documents``, answered by ``results`` with an ``index`` and
a ``relevance_score`` each. Hugging Face's text-embeddings-inference has it at ``/rerank`` with
``texts``, answered by a bare list of ``index`` and ``score``; vLLM's ``/v1/score`` pairs one text
with many. Which one a server takes is found out with the first request and remembered.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import numpy as np
from numpy.typing import NDArray

from trikal.errors import BackendFailed
from trikal.serving.backends.cross_encoder import probabilities
from trikal.serving.backends.openai_client import OpenAIClient
from trikal.serving.backends.openai_errors import is_too_long
from trikal.serving.backends.readable import readable

BATCH = 32
"""So many passages go into one request: text-embeddings-inference takes no more unless told to."""

LONGEST = 1_000
"""So many characters of a text are sent."""

SHORTEST = 125
"""And at least so many: fewer and fewer as long as a server finds a pair too long for its model."""

_NOT_SO = frozenset({404, 405, 422})  # the path is not there, or wants other fields


@dataclass(frozen=True, kw_only=True)
class _Way:
    """One form of the request.

    Attributes:
        path: Behind the API's base, as ``..`` leads out of the version.
        body: Makes the request of a question and its passages.
        named: Whether the request names a model.
    """

    path: str
    body: Callable[[str, Sequence[str]], dict[str, Any]]
    named: bool = True


def _documents(question: str, passages: Sequence[str]) -> dict[str, Any]:
    return {"query": question, "documents": list(passages), "top_n": len(passages)}


_WAYS = (
    _Way(path="rerank", body=_documents),
    _Way(path="../rerank", body=_documents),
    _Way(path="../rerank", named=False, body=lambda question, passages: {
        "query": question, "texts": list(passages), "truncate": True}),
    _Way(path="score", body=lambda question, passages: {
        "text_1": question, "text_2": list(passages)}),
)


class OpenAICompatibleReranker:
    """Reranker behind a URL.

    Args:
        client: The server.
        languages: Gives, for a model's name, the BCP-47 tags that it reads; ``None`` for about
            all, or where nobody knows.
    """

    def __init__(
        self,
        client: OpenAIClient,
        *,
        languages: Callable[[str], frozenset[str] | None] = lambda _: None,
    ) -> None:
        self._client = client
        self._known_languages = languages
        self._way: _Way | None = None
        self._nameless = False
        self._longest = LONGEST

    @property
    def name(self) -> str:
        """Model and backend; asks nothing of the server."""
        return self._client.name

    @property
    def languages(self) -> frozenset[str] | None:
        """BCP-47 tags that it reads, as far as is known by its name; asks nothing."""
        return self._known_languages(self.name.rpartition("/")[0])

    def score(self, question: str, passages: Sequence[str]) -> NDArray[np.float32]:
        """Tell how well each passage answers a question.

        Args:
            question: What is asked; read up to ``LONGEST`` characters, or as many as the model's
                context holds.
            passages: Any strings, each read so far.

        Returns:
            float32 of shape ``(len(passages),)`` in ``[0, 1]``: what the server gives, or the
            logistic function of it where it gives other numbers.

        Raises:
            BackendFailed: The server failed, does not rerank, or answered with something else than
                a number for each passage.
        """
        scores = np.array(self._scores(question, passages), dtype=np.float64)
        inside = bool(((scores >= 0) & (scores <= 1)).all())
        return scores.astype(np.float32) if inside else probabilities(scores)

    def close(self) -> None:
        """Close the connections; the next call opens new ones."""
        self._client.close()

    def _scores(self, question: str, passages: Sequence[str]) -> list[float]:
        while True:
            longest = self._longest
            texts = [_plain(passage, longest) for passage in passages]
            try:
                return [score for first in range(0, len(texts), BATCH) for score in self._batch(
                    _plain(question, longest), texts[first : first + BATCH])]
            except BackendFailed as exc:
                if not is_too_long(exc.__cause__) or longest <= SHORTEST:
                    raise
                self._longest = max(longest // 2, SHORTEST)

    def _batch(self, question: str, texts: Sequence[str]) -> list[float]:
        with self._client.mapped():
            scores = _read(self._answer(question, texts), len(texts))
        if scores is None:
            raise BackendFailed(
                f"{self.name} did not give one number for each of {len(texts)} passages. Set "
                "TRIKAL_RERANK_MODEL to a reranker, or TRIKAL_RERANK_URL to a server of one."
            )
        return scores

    def _answer(self, question: str, texts: Sequence[str]) -> Any:
        """Return a server's answer, in whatever way it takes the request.

        Raises:
            openai.OpenAIError: It takes none; the error is that of the first way.
        """
        from openai import APIStatusError

        refused: APIStatusError | None = None
        known = self._way  # another thread may find it out meanwhile
        for way in (known,) if known else _WAYS:
            try:
                answer = self._post(way, question, texts)
            except APIStatusError as exc:
                if known or exc.status_code not in _NOT_SO:
                    raise
                refused = refused or exc
                continue
            self._way = way
            return answer
        assert refused is not None
        raise refused

    def _post(self, way: _Way, question: str, texts: Sequence[str]) -> Any:
        body = way.body(question, texts)
        if way.named and (model := self._model()):
            body["model"] = model
        url = urljoin(f"{self._client.url}/", way.path)
        return self._client.api().post(url, cast_to=object, body=body)

    def _model(self) -> str | None:
        """Return the model's name; ``None`` where the server lists none, and needs none then."""
        if self._nameless:
            return None
        try:
            return self._client.model()
        except BackendFailed as exc:
            self._nameless = getattr(exc.__cause__, "status_code", None) in _NOT_SO
            if self._nameless:
                return None
            raise


def _plain(text: str, longest: int) -> str:
    # A server may refuse a text without words.
    return readable(text, longest).strip() or "."


def _read(answer: Any, count: int) -> list[float] | None:
    """Return the scores in the passages' order; ``None`` where there is not one for each."""
    listed = answer if isinstance(answer, list) else answer.get("results", answer.get("data"))
    scored = sorted((int(each["index"]), _number(each)) for each in listed)
    scores = [score for _, score in scored]
    whole = [index for index, _ in scored] == list(range(count))
    return scores if whole and bool(np.isfinite(scores).all()) else None


def _number(each: Mapping[str, Any]) -> float:
    return float(each["relevance_score"] if "relevance_score" in each else each["score"])
