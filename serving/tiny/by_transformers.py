"""Asking Transformers, in this process."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import torch
import transformers as tf

from trikal.serving.tiny.asking import RATE, SENTENCE, picture, sound, told
from trikal.serving.tiny.recipe import Ask, Recipe

_NEW_TOKENS = 8


def ask(folder: Path, recipe: Recipe) -> str:
    """Load a tiny model, ask it once, and say what came back."""
    torch.manual_seed(0)
    with torch.inference_mode():
        return _ASKING[recipe.ask](folder, recipe)


def _load(automatic: Any, folder: Path, recipe: Recipe) -> Any:
    loader = getattr(tf, recipe.loader) if recipe.loader else automatic
    trusted = bool(recipe.engine.get("trust_remote_code"))
    return loader.from_pretrained(folder, trust_remote_code=trusted).eval()


def _tokenized(folder: Path, *texts: str) -> Any:
    return tf.AutoTokenizer.from_pretrained(folder)(*texts, return_tensors="pt")


def _written(model: Any, given: Mapping[str, Any]) -> str:
    wanted = {"max_new_tokens": _NEW_TOKENS, "min_new_tokens": _NEW_TOKENS, "do_sample": False}
    ids = model.generate(**given, **wanted)
    read = 0 if model.config.is_encoder_decoder else given["input_ids"].shape[1]
    return told(ids[0][read:], "tokens")


def _text(folder: Path, recipe: Recipe) -> str:
    config = tf.AutoConfig.from_pretrained(folder)
    automatic = tf.AutoModelForSeq2SeqLM if config.is_encoder_decoder else tf.AutoModelForCausalLM
    given = _tokenized(folder, SENTENCE)
    given.pop("token_type_ids", None)
    return _written(_load(automatic, folder, recipe), given)


def _image(folder: Path, recipe: Recipe) -> str:
    processor = tf.AutoProcessor.from_pretrained(folder)
    given = processor(images=picture(), text=f"{recipe.prompt}{SENTENCE}", return_tensors="pt")
    for unwanted in ("token_type_ids", "qformer_token_type_ids"):
        given.pop(unwanted, None)
    return _written(_load(tf.AutoModelForImageTextToText, folder, recipe), given)


def _speech(folder: Path, recipe: Recipe) -> str:
    extractor = tf.AutoFeatureExtractor.from_pretrained(folder)
    given = extractor(sound(), sampling_rate=RATE, return_tensors="pt")
    if tf.AutoConfig.from_pretrained(folder).is_encoder_decoder:
        model = _load(tf.AutoModelForSpeechSeq2Seq, folder, recipe)
        ids = model.generate(given["input_features"], language="en", max_new_tokens=_NEW_TOKENS)
        return told(ids[0], "tokens")
    heard = _load(tf.AutoModelForCTC, folder, recipe)(**given).logits
    return told(heard[0].argmax(-1), "frames")


def _vector(folder: Path, recipe: Recipe) -> str:
    found = _load(tf.AutoModel, folder, recipe)(**_tokenized(folder, SENTENCE))
    return told(found.last_hidden_state[0].mean(0), "dimensions")


def _image_vector(folder: Path, recipe: Recipe) -> str:
    model = _load(tf.AutoModel, folder, recipe)
    processor = tf.AutoProcessor.from_pretrained(folder)
    given = processor(images=picture(), text="a ferry", return_tensors="pt")
    found = model(**given)
    seen = told(found.image_embeds[0], "dimensions of a picture")
    return f"{seen}, {told(found.text_embeds[0], 'of a text')}"


def _score(folder: Path, recipe: Recipe) -> str:
    given = _tokenized(folder, "When does the ferry leave?", SENTENCE)
    model = _load(tf.AutoModelForSequenceClassification, folder, recipe)
    return told(model(**given).logits[0], "score")


def _fill(folder: Path, recipe: Recipe) -> str:
    given = _tokenized(folder, SENTENCE.replace("noon", "<mask>"))
    found = _load(tf.AutoModelForMaskedLM, folder, recipe)(**given).logits
    place = (given["input_ids"][0] == _mask(folder)).nonzero()[0, 0]
    return told(found[0, place], "scores of words")


def _mask(folder: Path) -> int:
    return int(tf.AutoTokenizer.from_pretrained(folder).convert_tokens_to_ids("<mask>"))


def _voice(folder: Path, recipe: Recipe) -> str:
    given = _tokenized(folder, SENTENCE)
    model = _load(tf.AutoModelForTextToWaveform, folder, recipe)
    return told(_SPEAKING[type(model).__name__](model, given, folder), "samples of sound")


def _speak_vits(model: Any, given: Any, folder: Path) -> Any:
    return model(input_ids=given["input_ids"], attention_mask=given["attention_mask"]).waveform


def _speak_speecht5(model: Any, given: Any, folder: Path) -> Any:
    vocoder = tf.SpeechT5HifiGan.from_pretrained(folder / "vocoder").eval()
    voice = torch.zeros(1, model.config.speaker_embedding_dim)
    return model.generate_speech(given["input_ids"], voice, vocoder=vocoder, maxlenratio=1.0)


def _speak_bark(model: Any, given: Any, folder: Path) -> Any:
    # Bark reads texts of one length only.
    padded = tf.AutoTokenizer.from_pretrained(folder)(
        SENTENCE, padding="max_length", max_length=256, return_tensors="pt")
    return model.generate(**{name: padded[name] for name in ("input_ids", "attention_mask")},
                          semantic_max_new_tokens=_NEW_TOKENS, do_sample=False)


_SPEAKING: Mapping[str, Callable[[Any, Any, Path], Any]] = MappingProxyType({
    "VitsModel": _speak_vits,
    "SpeechT5ForTextToSpeech": _speak_speecht5,
    "BarkModel": _speak_bark,
})
_ASKING: Mapping[Ask, Callable[[Path, Recipe], str]] = MappingProxyType({
    Ask.TEXT: _text,
    Ask.IMAGE: _image,
    Ask.SPEECH: _speech,
    Ask.VECTOR: _vector,
    Ask.IMAGE_VECTOR: _image_vector,
    Ask.SCORE: _score,
    Ask.FILL: _fill,
    Ask.VOICE: _voice,
})
