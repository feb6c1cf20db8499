"""Role tts on an OpenAI-compatible server, by its ``/v1/audio/speech``.

Indic Parler-TTS, Kokoro and others that cannot live beside Trikal's own libraries speak from an
environment of their own in this way.
"""

import io
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trikal.errors import BackendFailed
from trikal.serving.backends.openai_client import OpenAIClient
from trikal.serving.backends.spoken_sentences import spoken_sentences
from trikal.serving.roles import Sound


class OpenAICompatibleVoice:
    """Voice on an OpenAI-compatible server.

    Args:
        client: The server.
        speaker: The server's name for one of its voices.
        languages: BCP-47 tags that it speaks, as far as is known.
    """

    def __init__(self, client: OpenAIClient, *, speaker: str, languages: frozenset[str]) -> None:
        self._client, self._speaker, self._languages = client, speaker, languages

    @property
    def name(self) -> str:
        """Model and backend."""
        return self._client.name

    @property
    def languages(self) -> frozenset[str]:
        """BCP-47 tags that it speaks, as far as is known."""
        return self._languages

    def speak(self, text: str, *, language: str | None = None) -> Iterator[Sound]:
        """Say a text, sentence by sentence, as it comes.

        Args:
            text: Plain text.
            language: Not sent: the interface has no field for it.

        Yields:
            Sound at the server's rate, in ``[-1, 1]``; nothing for a text without words.

        Raises:
            BackendFailed: The server failed, or answered with something else than sound.
        """
        for sentence in spoken_sentences(text):
            with self._client.mapped():
                answer = self._client.api().audio.speech.create(
                    model=self._client.model(), voice=self._speaker, input=sentence,
                    response_format="wav")
            sound = self._decoded(answer.content)
            if sound.samples.size:
                yield sound

    def close(self) -> None:
        """Close the connections; the next call opens new ones."""
        self._client.close()

    def _decoded(self, content: bytes) -> Sound:
        # Imported here because knowing of such a voice must not load what decodes sound.
        import av

        try:
            with av.open(io.BytesIO(content), "r") as container:
                stream = container.streams.audio[0]
                rate = int(stream.rate)
                resampler = av.AudioResampler("flt", "mono", rate)
                pieces = [_samples(out) for frame in (*container.decode(stream), None)
                          for out in resampler.resample(frame)]
        except (av.FFmpegError, IndexError, ValueError) as exc:
            start = content[:60].decode("utf-8", "replace").strip()
            raise BackendFailed(
                f"{self.name} answered with no sound but {start!r} ({exc}). Check TRIKAL_TTS_URL "
                "and TRIKAL_TTS_MODEL.") from exc
        samples = np.concatenate([np.zeros(0, np.float32), *pieces])
        return Sound(samples=np.clip(samples, -1, 1), sample_rate=rate)


def _samples(frame: Any) -> NDArray[np.float32]:
    return np.asarray(frame.to_ndarray(), np.float32).reshape(-1)
