"""Role asr on an OpenAI-compatible server that has a Whisper: vLLM, a hosted one."""

import io
import math
import warnings
import wave
from collections.abc import Callable, Iterator
from typing import Any

import langcodes
import numpy as np
from numpy.typing import NDArray

from trikal.serving.backends.openai_client import OpenAIClient
from trikal.serving.language_names import tags_by_name
from trikal.serving.roles import Translation, Utterance, Word
from trikal.serving.utterances import group_words

SAMPLE_RATE = 16_000
CHUNK_S = 300  # 9.6 MB of sound: below what servers take at once (25 MB)

_QUIET = 1e-4  # of full scale: digital silence and what an encoder leaves of it
_SILENT = 0.6  # Whisper's own threshold for no speech
_UNSURE = -1.0  # and its threshold for the mean log-probability
_SHORTEST_MS = 20
_NO_PROBABILITY = 0.5
_WRITTEN_WITHOUT_SPACES = frozenset({"zh", "yue", "ja", "th", "lo", "km", "my", "bo"})


class OpenAICompatibleTranscriber:
    """Transcriber on an OpenAI-compatible server.

    Servers that give word times are asked for them; where a server gives segments only, an
    utterance is a segment and has no words.

    Args:
        client: The server.
        default_language: BCP-47 tag to assume when a call names none.
        is_translator: Whether a model was taught to translate into English, by the server's name
            for it; none was when not given.
    """

    def __init__(
        self, client: OpenAIClient, *, default_language: str | None = None,
        is_translator: Callable[[str], bool] = lambda model: False,
    ) -> None:
        self._client = client
        self._default_language = default_language
        self._is_translator = is_translator

    @property
    def name(self) -> str:
        """Model and backend."""
        return self._client.name

    def transcribe(
        self, samples: NDArray[np.float32], *, language: str | None = None
    ) -> Iterator[Utterance]:
        """Transcribe 16 kHz mono float32 samples of shape ``(n,)``, chunk by chunk.

        Args:
            samples: The sound; its first sample is at 0 ms.
            language: BCP-47 tag that it is in; detected by the server when not given.

        Yields:
            Utterances in time order; nothing when there is no speech. Sound that is silent is
            not sent: Whisper makes words of it.

        Raises:
            BackendFailed: The server failed, or answered with something else than a transcript.
        """
        known = language or self._default_language
        step = CHUNK_S * SAMPLE_RATE
        for first in range(0, len(samples), step):
            chunk = samples[first : first + step]
            if np.abs(chunk).max() > _QUIET:
                at_ms = first * 1000 // SAMPLE_RATE
                yield from self._heard(chunk, at_ms, known)

    @property
    def translates(self) -> bool:
        """Whether the server's model was taught to translate into English."""
        return self._is_translator(self._client.model())

    def translate(self, samples: NDArray[np.float32], *, language: str) -> Translation | None:
        """Return in English what is said in at most 30 s of sound; its language is detected.

        Args:
            samples: 16 kHz mono float32 of shape ``(n,)``.
            language: BCP-47 tag that it is in; OpenAI's interface takes none.

        Returns:
            The translation; ``None`` where nothing is understood.

        Raises:
            BackendFailed: The server failed, or answered with something else than a text.
        """
        with self._client.mapped():
            answer = self._translated(_wav(samples))
            said = [each for each in answer.get("segments") or [] if not _is_silence(each)]
            text = str(answer["text"]).strip()
        if not text or (answer.get("segments") and not said):
            return None
        return Translation(text=text, confidence=float(np.mean(
            [_probability(each) for each in said] or [_NO_PROBABILITY])))

    def _translated(self, sound: bytes) -> dict[str, Any]:
        create = self._client.api().audio.translations.create
        with warnings.catch_warnings():
            # The library calls it deprecated, and has nothing in its place.
            warnings.simplefilter("ignore", DeprecationWarning)
            answer = create(model=self._client.model(), file=("sound.wav", sound, "audio/wav"),
                            response_format="verbose_json", temperature=0.0)
        found: dict[str, Any] = answer.model_dump(warnings=False)
        return found

    def close(self) -> None:
        """Close the connections; the next call opens new ones."""
        self._client.close()

    def _heard(
        self, chunk: NDArray[np.float32], at_ms: int, language: str | None
    ) -> list[Utterance]:
        fields: dict[str, Any] = {"language": langcodes.get(language).language} if language else {}
        fields |= {"model": self._client.model(), "temperature": 0.0}
        with self._client.mapped():
            found = _utterances(self._answer(_wav(chunk), fields), language)
        limit_ms = at_ms + len(chunk) * 1000 // SAMPLE_RATE
        return [late for each in found if (late := _moved(each, at_ms, limit_ms)) is not None]

    def _answer(self, sound: bytes, fields: dict[str, Any]) -> dict[str, Any]:
        """Ask for word times, and without them where the server refuses to give any."""
        from openai import BadRequestError

        asked = {
            **fields, "file": ("sound.wav", sound, "audio/wav"), "response_format": "verbose_json",
        }
        create = self._client.api().audio.transcriptions.create
        try:
            answer = create(**asked, timestamp_granularities=["word", "segment"])
        except BadRequestError as exc:
            if "granularit" not in str(exc):
                raise
            answer = create(**asked)
        found: dict[str, Any] = answer.model_dump(warnings=False)  # misfits are found below
        return found


def _wav(samples: NDArray[np.float32]) -> bytes:
    stream = io.BytesIO()
    with wave.open(stream, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(SAMPLE_RATE)
        out.writeframes((np.clip(samples, -1, 1) * 32_767).astype("<i2").tobytes())
    return stream.getvalue()


def _utterances(answer: dict[str, Any], language: str | None) -> list[Utterance]:
    """Turn a verbose answer into utterances: by its words, or else by its segments."""
    tag = _tag(answer.get("language"), language)
    given = answer.get("segments") or []
    segments = [each for each in given if not _is_silence(each)]
    if given and not segments:
        return []
    if answer["text"].strip() and not (given or answer.get("words")):
        raise ValueError("the transcript has no times")
    words = list(_words(answer.get("words") or [], [*segments, *filter(_is_silence, given)], tag))
    if words:
        return list(group_words((tag, word) for word in words))
    return [each for segment in segments if (each := _from_segment(segment, tag)) is not None]


def _words(
    said: list[dict[str, Any]], segments: list[dict[str, Any]], tag: str
) -> Iterator[Word]:
    space = "" if tag in _WRITTEN_WITHOUT_SPACES else " "
    for word in said:
        inside = next((each for each in segments
                       if each["start"] <= word["start"] < each["end"]), None)
        # Words at the seams lie in no segment, for their edges are rounded apart.
        if inside is not None and _is_silence(inside):
            continue
        start_ms = round(word["start"] * 1000)
        yield Word(
            start_ms=start_ms,
            end_ms=max(round(word["end"] * 1000), start_ms + _SHORTEST_MS),
            text=space + str(word["word"]).strip(),
            probability=_probability(inside),
        )


def _from_segment(segment: dict[str, Any], tag: str) -> Utterance | None:
    start_ms, end_ms = (round(segment[edge] * 1000) for edge in ("start", "end"))
    text = str(segment["text"]).strip()
    if not text or end_ms <= start_ms:
        return None
    return Utterance(start_ms=start_ms, end_ms=end_ms, text=text, language=tag,
                     confidence=_probability(segment))


def _is_silence(segment: dict[str, Any]) -> bool:
    silence, likelihood = segment.get("no_speech_prob"), segment.get("avg_logprob")
    return (silence or 0.0) > _SILENT and (likelihood is None or likelihood < _UNSURE)


def _probability(segment: dict[str, Any] | None) -> float:
    likelihood = segment.get("avg_logprob") if segment else None
    return _NO_PROBABILITY if likelihood is None else min(1.0, math.exp(likelihood))


def _tag(said: Any, asked: str | None) -> str:
    """Return the language as a BCP-47 tag: servers write a tag, or an English name."""
    for guess in (said, asked):
        if guess and langcodes.tag_is_valid(str(guess)):
            return str(langcodes.get(str(guess)).language)
    return tags_by_name().get(str(said).lower(), "und")


def _moved(said: Utterance, by_ms: int, limit_ms: int) -> Utterance | None:
    """Put an utterance on the clock of the whole sound; ``None`` when it lies behind its end."""
    words = tuple(
        word.model_copy(update={"start_ms": word.start_ms + by_ms,
                                "end_ms": min(word.end_ms + by_ms, limit_ms)})
        for word in said.words if word.start_ms + by_ms < limit_ms
    )
    start_ms, end_ms = said.start_ms + by_ms, min(said.end_ms + by_ms, limit_ms)
    if start_ms >= end_ms:
        return None
    return said.model_copy(update={"start_ms": start_ms, "end_ms": end_ms, "words": words})
