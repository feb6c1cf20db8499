"""Role tts on Piper: VITS voices in onnxruntime, phonemes by espeak-ng.

The network's own durations of phonemes are led out of it, and are the times of phones and words.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from trikal.errors import BackendFailed, ModelUnavailable
from trikal.serving.backends.piper_network import open_network
from trikal.serving.backends.piper_times import timed
from trikal.serving.backends.spoken_sentences import spoken_sentences
from trikal.serving.roles import Sound


class Piper:
    """Voice on a Piper model.

    Args:
        name: The model's name in the catalogue.
        path: The ``.onnx`` file, with its ``.onnx.json`` beside it.
        languages: BCP-47 tags that it speaks.
        cache_dir: Networks made ready are kept under ``cache_dir/onnx``.
    """

    def __init__(
        self, name: str, path: Path, *, languages: frozenset[str], cache_dir: Path
    ) -> None:
        self._name = name
        self._path = path
        self._languages = languages
        self._cache = cache_dir / "onnx"
        self._lock = threading.Lock()
        self._voice: Any = None

    @property
    def name(self) -> str:
        """Model and backend."""
        return f"{self._name}/piper"

    @property
    def languages(self) -> frozenset[str]:
        """BCP-47 tags that it speaks."""
        return self._languages

    def speak(self, text: str, *, language: str | None = None) -> Iterator[Sound]:
        """Say a text, sentence by sentence, as it is made, with the times of words and phones.

        Args:
            text: Plain text; nothing in it is taken for markup.
            language: Not needed: a Piper voice has one.

        Yields:
            Sound at the voice's own rate, in ``[-1, 1]``; nothing for a text without words.

        Raises:
            ModelUnavailable: The voice cannot be loaded.
            BackendFailed: The voice failed.
        """
        voice = self._load()
        try:
            for sentence in spoken_sentences(_plain(text)):
                yield from self._said(voice, sentence)
        except (RuntimeError, ValueError) as exc:
            raise BackendFailed(
                f"{self.name} cannot say this text ({exc}). Try a shorter or simpler one."
            ) from exc

    def load_ahead(self) -> None:
        """Begin to load, beside what else is done; what fails is told when something is said."""
        threading.Thread(target=self._ahead, name="piper").start()

    def _ahead(self) -> None:
        with suppress(ModelUnavailable):
            self._load()

    def _said(self, voice: Any, sentence: str) -> Iterator[Sound]:
        chunks = list(voice.synthesize(sentence, include_alignments=True))
        if chunks:
            yield timed(sentence, chunks, lambda word: sum(voice.phonemize(word), []))

    def _load(self) -> Any:
        with self._lock:
            if self._voice is None:
                self._voice = self._build()
            return self._voice

    def _build(self) -> Any:
        # Imported here because only speaking should pay for espeak-ng and onnxruntime.
        try:
            from piper import PiperConfig, PiperVoice

            config = json.loads(Path(f"{self._path}.json").read_text(encoding="utf-8"))
            return PiperVoice(config=PiperConfig.from_dict(config),
                              session=open_network(self._path, self._cache))
        except (ImportError, OSError, RuntimeError, ValueError, KeyError) as exc:
            raise ModelUnavailable(
                f"{self._name} cannot be loaded from {self._path} ({exc}). Install it again: "
                'pip install --force-reinstall "trikal[offline]"'
            ) from exc


def _plain(text: str) -> str:
    """Take out what Piper would read as raw phonemes, and what a C string cannot hold."""
    return text.replace("\x00", " ").replace("[[", "[").replace("]]", "]")
