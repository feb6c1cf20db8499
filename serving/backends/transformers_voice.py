"""Role tts on ``transformers``: MMS-TTS and other VITS, SpeechT5, Bark."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from trikal.serving.backends.readable import readable
from trikal.serving.backends.torch_runtime import TorchModel
from trikal.serving.roles import Sound

LONGEST_SENTENCE = 300  # characters; SpeechT5 reads 600 tokens, and all slur what is longer

_SENTENCE = re.compile(r"[^.!?।॥。！？\n]+[.!?।॥。！？]*")
_SPEECHT5_RATE = 16_000
_VOCODER = "microsoft/speecht5_hifigan"
_SPEAKER_FILE = "speaker.npy"
_SEED = 0  # VITS and Bark draw at random: the same text must sound the same


class TransformersVoice:
    """Voice on a text-to-waveform model.

    A SpeechT5 needs two things beside its weights: a vocoder, in the folder ``vocoder`` beside
    them or from the hub, and a speaker, the 512 numbers of ``speaker.npy`` beside them.

    Args:
        name: The model's name in the catalogue.
        source: A folder of weights, or a hub id.
        languages: BCP-47 tags that it speaks.
        threads: CPU threads; as torch chooses when not given.
    """

    def __init__(
        self,
        name: str,
        source: Path | str,
        *,
        languages: frozenset[str],
        threads: int | None = None,
    ) -> None:
        self._model = TorchModel(name, source, _load, threads=threads)
        self._languages = languages

    @property
    def name(self) -> str:
        """Model and backend."""
        return self._model.name

    @property
    def languages(self) -> frozenset[str]:
        """BCP-47 tags that it speaks."""
        return self._languages

    def speak(self, text: str, *, language: str | None = None) -> Iterator[Sound]:
        """Say a text, sentence by sentence, as it is made.

        Args:
            text: Plain text.
            language: Not needed: such a voice tells the language from the text, or has one.

        Yields:
            Sound at the voice's own rate, in ``[-1, 1]``; nothing for a text without words.

        Raises:
            ModelUnavailable: The extra is missing, or the weights cannot be had.
            BackendFailed: The model failed.
        """
        for sentence in sentences(text):
            with self._model.running() as (model, processor):
                say = _SAYS.get(model.config.model_type, _say_vits)
                _settle()
                wave, rate = say(model, processor, sentence)
            samples = np.asarray(wave.squeeze().float().cpu().numpy(), dtype=np.float32)
            if samples.size:
                yield Sound(samples=samples / max(1.0, np.abs(samples).max()), sample_rate=rate)

    def close(self) -> None:
        """Give the memory back; the next call loads again."""
        self._model.close()


def sentences(text: str) -> Iterator[str]:
    """Yield the sentences of a text that have words, cut where they grow too long."""
    for found in _SENTENCE.finditer(readable(text, len(text))):
        held = ""
        for word in found.group().split():
            if held and len(held) + len(word) >= LONGEST_SENTENCE:
                yield held
                held = ""
            held = f"{held} {word[:LONGEST_SENTENCE]}".strip()
        if any(letter.isalnum() for letter in held):
            yield held


def _settle() -> None:
    import torch

    torch.manual_seed(_SEED)


def _say_vits(model: Any, processor: Any, sentence: str) -> tuple[Any, int]:
    inputs = processor(sentence, return_tensors="pt").to(model.device)
    if not inputs["input_ids"].shape[1]:
        return _nothing(), int(model.config.sampling_rate)  # no letter that the voice knows
    return model(**inputs).waveform, int(model.config.sampling_rate)


def _say_speecht5(model: Any, processor: Any, sentence: str) -> tuple[Any, int]:
    inputs = processor(text=sentence, return_tensors="pt").to(model.device)
    wave = model.generate_speech(
        inputs["input_ids"], model.trikal_speaker.to(model.device), vocoder=model.trikal_vocoder
    )
    return wave, _SPEECHT5_RATE


def _say_bark(model: Any, processor: Any, sentence: str) -> tuple[Any, int]:
    inputs = processor(sentence, return_tensors="pt").to(model.device)
    return model.generate(**inputs), int(model.generation_config.sample_rate)


def _nothing() -> Any:
    import torch

    return torch.zeros(0)


_SAYS: Mapping[str, Callable[[Any, Any, str], tuple[Any, int]]] = MappingProxyType(
    {"vits": _say_vits, "speecht5": _say_speecht5, "bark": _say_bark}
)


def _load(source: str) -> tuple[Any, Any]:
    from transformers import AutoConfig, AutoModelForTextToWaveform, AutoProcessor, AutoTokenizer

    kind = AutoConfig.from_pretrained(source).model_type
    if kind == "speecht5":
        return _load_speecht5(source)
    model = AutoModelForTextToWaveform.from_pretrained(source)
    reader = AutoTokenizer if kind == "vits" else AutoProcessor
    return model, reader.from_pretrained(source)


def _load_speecht5(source: str) -> tuple[Any, Any]:
    import torch
    from transformers import SpeechT5ForTextToSpeech, SpeechT5HifiGan, SpeechT5Processor

    model = SpeechT5ForTextToSpeech.from_pretrained(source)
    beside = Path(source)
    vocoder = beside / "vocoder"
    model.trikal_vocoder = SpeechT5HifiGan.from_pretrained(
        str(vocoder) if vocoder.is_dir() else _VOCODER
    )
    speaker = np.load(beside / _SPEAKER_FILE, allow_pickle=False)
    model.trikal_speaker = torch.from_numpy(speaker.astype(np.float32)).reshape(1, -1)
    return model, SpeechT5Processor.from_pretrained(source)
