"""Role asr on ``transformers``: Whisper with word times, where faster-whisper has no weights."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import langcodes
import numpy as np
from numpy.typing import NDArray

from trikal.errors import ModelUnavailable
from trikal.serving.backends.faster_whisper import speech_windows
from trikal.serving.backends.torch_runtime import TorchModel, number_type
from trikal.serving.backends.whisper_decoding import SAMPLE_RATE
from trikal.serving.roles import Translation, Utterance, Word
from trikal.serving.utterances import group_words

_ONLY_LANGUAGE = "en"  # of the Whisper models that know one
_SHORTEST_MS = 20
_UNFINISHED = "\ufffd"  # a character whose bytes are spread over several tokens


@dataclass(frozen=True, kw_only=True)
class _Token:
    id: int
    at_ms: int
    probability: float


class TransformersWhisper:
    """Transcriber on a Whisper of ``transformers``.

    Args:
        name: The model's name in the catalogue.
        source: A folder of weights, or a hub id.
        threads: CPU threads; as torch chooses when not given.
        default_language: BCP-47 tag to assume when a call names none.
        translates: Whether the model was taught to translate into English.
    """

    def __init__(
        self,
        name: str,
        source: Path | str,
        *,
        threads: int | None = None,
        default_language: str | None = None,
        translates: bool = False,
    ) -> None:
        self._model = TorchModel(name, source, _load, threads=threads)
        self._default_language = default_language
        self._translates = translates

    @property
    def name(self) -> str:
        """Model and backend."""
        return self._model.name

    def transcribe(
        self, samples: NDArray[np.float32], *, language: str | None = None
    ) -> Iterator[Utterance]:
        """Transcribe 16 kHz mono float32 samples of shape ``(n,)``, with word times.

        Args:
            samples: The sound; its first sample is at 0 ms.
            language: BCP-47 tag that it is in; detected when not given.

        Yields:
            Utterances in time order; nothing when there is no speech.

        Raises:
            ModelUnavailable: The extra or the weights are missing, or do not know the language.
            BackendFailed: The model failed.
        """
        yield from group_words(self._words(samples, language or self._default_language))

    @property
    def translates(self) -> bool:
        """Whether it was taught to translate into English; loads nothing."""
        return self._translates

    def translate(self, samples: NDArray[np.float32], *, language: str) -> Translation | None:
        """Return in English what is said in at most 30 s of sound.

        Args:
            samples: 16 kHz mono float32 of shape ``(n,)``.
            language: BCP-47 tag that it is in.

        Returns:
            The translation; ``None`` where nothing is understood.

        Raises:
            ModelUnavailable: The extra or the weights are missing, or do not know the language.
            BackendFailed: The model failed.
        """
        with self._model.running() as (model, processor):
            code = _code(self.name, model, language)
            _, tokens = _tokens(model, processor, samples, code, "translate")
            text = processor.tokenizer.decode([token.id for token in tokens]).strip()
        if not text:
            return None
        return Translation(
            text=text, confidence=float(np.mean([token.probability for token in tokens])))

    def close(self) -> None:
        """Give the memory back; the next call loads again."""
        self._model.close()

    def _words(
        self, samples: NDArray[np.float32], language: str | None
    ) -> Iterator[tuple[str, Word]]:
        for window in speech_windows(samples):
            first_ms = window.start * 1000 // SAMPLE_RATE
            last_ms = window.end * 1000 // SAMPLE_RATE
            with self._model.running() as (model, processor):
                code = _code(self.name, model, language)
                heard = samples[window.start : window.end]
                tag, tokens = _tokens(model, processor, heard, code)
                words = list(_spoken(processor.tokenizer, tokens, first_ms, last_ms))
            yield from ((tag, word) for word in words)


def _code(name: str, model: Any, language: str | None) -> str | None:
    known = getattr(model.generation_config, "lang_to_id", None)
    if not (language and known):
        return None
    code = str(langcodes.get(language).language)
    if f"<|{code}|>" not in known:
        raise ModelUnavailable(
            f"{name} does not know the language {language!r}. Leave the language out to have it "
            "detected, or choose another asr model."
        )
    return code


def _tokens(
    model: Any, processor: Any, samples: NDArray[np.float32], code: str | None,
    task: str = "transcribe",
) -> tuple[str, list[_Token]]:
    inputs = processor(
        samples, sampling_rate=SAMPLE_RATE, return_tensors="pt", return_attention_mask=True
    ).to(model.device, model.dtype)
    known = getattr(model.generation_config, "lang_to_id", None)
    if known and not code:
        (found,) = model.detect_language(input_features=inputs["input_features"]).tolist()
        code = next(tag.strip("<|>") for tag, number in known.items() if number == found)
    made = model.generate(
        inputs["input_features"],
        attention_mask=inputs["attention_mask"],
        return_token_timestamps=True,
        return_dict_in_generate=True,
        output_scores=True,
        **({"language": code, "task": task} if known else {}),
    )
    ids, times = made["sequences"][0].tolist(), made["token_timestamps"][0].tolist()
    special = set(processor.tokenizer.all_special_ids)
    chances = _probabilities(made, len(ids))
    tokens = [
        _Token(id=token, at_ms=round(time * 1000), probability=chance)
        for token, time, chance in zip(ids, times, chances, strict=True)
        if token not in special and token < processor.tokenizer.vocab_size
    ]
    return code or _ONLY_LANGUAGE, tokens


def _probabilities(made: Any, count: int) -> list[float]:
    """Return each token's probability; those of the prompt, which was given, are 1."""
    import torch

    scores = [torch.softmax(each[0].float(), dim=-1) for each in made["scores"]]
    prompt = count - len(scores)
    ids = made["sequences"][0].tolist()
    found = [float(each[ids[prompt + index]]) for index, each in enumerate(scores)]
    return [1.0] * prompt + found


def _spoken(
    tokenizer: Any, tokens: Sequence[_Token], first_ms: int, last_ms: int
) -> Iterator[Word]:
    """Join tokens into words: a new one begins where a space does."""
    held: list[_Token] = []
    text = ""
    for index, token in enumerate(tokens):
        piece = tokenizer.decode([token.id])
        if held and piece.startswith(" ") and not text.endswith(_UNFINISHED):
            yield from _word(text, held, token.at_ms, first_ms, last_ms)
            held = []
        held.append(token)
        text = tokenizer.decode([each.id for each in held])
        if index == len(tokens) - 1:
            yield from _word(text, held, last_ms - first_ms, first_ms, last_ms)


def _word(
    text: str, tokens: Sequence[_Token], until_ms: int, first_ms: int, last_ms: int
) -> Iterator[Word]:
    start_ms = min(first_ms + tokens[0].at_ms, last_ms - _SHORTEST_MS)
    end_ms = min(max(first_ms + until_ms, start_ms + _SHORTEST_MS), last_ms)
    if text.strip():
        yield Word(start_ms=start_ms, end_ms=end_ms, text=text,
                   probability=float(np.mean([token.probability for token in tokens])))


def _load(source: str) -> tuple[Any, Any]:
    from transformers import AutoProcessor, WhisperForConditionalGeneration

    model = WhisperForConditionalGeneration.from_pretrained(source, dtype=number_type())
    return model, AutoProcessor.from_pretrained(source)
