"""Models that turn text or a picture into a vector, a score, or a word that is missing."""

from functools import partial
from pathlib import Path
from typing import Any

import torch
import transformers as tf

from trikal.serving.tiny.recipe import CONTEXT, HEAD, HEADS, HIDDEN, LAYERS, Ask, Recipe
from trikal.serving.tiny.vision import SIDE, TOWER
from trikal.serving.tiny.words import byte_tokenizer, special_ids

_ENCODER = {
    "hidden_size": HIDDEN, "intermediate_size": 2 * HIDDEN, "num_hidden_layers": LAYERS,
    "num_attention_heads": HEADS, "max_position_embeddings": CONTEXT + 2,
}


def _encoder(folder: Path, name: str, model_type: str, **more: Any) -> None:
    tokenizer = byte_tokenizer(["<mask>"])
    tokenizer.mask_token = "<mask>"
    config = tf.AutoConfig.for_model(model_type, **_ENCODER, **special_ids(tokenizer), **more)
    torch.manual_seed(0)
    getattr(tf, name)(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def _two_towers(folder: Path, family: str) -> None:
    tokenizer = byte_tokenizer()
    ids = special_ids(tokenizer)
    text = {**_ENCODER, **ids, "max_position_embeddings": 64}
    more = {"projection_dim": HIDDEN} if family == "clip" else {}
    if family != "clip":
        text["projection_size"] = HIDDEN
    config = tf.AutoConfig.for_model(
        family, text_config={**text, **more}, vision_config={**TOWER, **more}, **more)
    torch.manual_seed(0)
    tokenizer.model_max_length = 64
    size = {"height": SIDE, "width": SIDE}
    pictures, whole = {
        "clip": (tf.CLIPImageProcessor(size={"shortest_edge": SIDE}, crop_size=size),
                 tf.CLIPProcessor),
        "siglip": (tf.SiglipImageProcessor(size=size), tf.SiglipProcessor),
    }[family]
    tf.AutoModel.from_config(config).save_pretrained(folder)
    whole(image_processor=pictures, tokenizer=tokenizer).save_pretrained(folder)


def _recipe(ask: Ask, name: str, model_type: str, **more: Any) -> Recipe:
    return Recipe(ask=ask, loader=name,
                  build=partial(_encoder, name=name, model_type=model_type, **more))


_SHORT = {"max_model_len": 64}

RECIPES = {
    "BertModel": _recipe(Ask.VECTOR, "BertModel", "bert"),
    "XLMRobertaModel": _recipe(
        Ask.VECTOR, "XLMRobertaModel", "xlm-roberta", position_embedding_type="absolute"),
    "Gemma3TextModel": _recipe(
        Ask.VECTOR, "Gemma3TextModel", "gemma3_text", head_dim=HEAD, query_pre_attn_scalar=HEAD,
        sliding_window=128, num_key_value_heads=HEADS),
    "BertForMaskedLM": Recipe(
        ask=Ask.FILL, loader="BertForMaskedLM", engine={"convert": "embed"},
        build=partial(_encoder, name="BertForMaskedLM", model_type="bert")),
    "XLMRobertaForSequenceClassification": _recipe(
        Ask.SCORE, "XLMRobertaForSequenceClassification", "xlm-roberta", num_labels=1),
    "BertForSequenceClassification": _recipe(
        Ask.SCORE, "BertForSequenceClassification", "bert", num_labels=1),
    "CLIPModel": Recipe(
        ask=Ask.IMAGE_VECTOR, build=partial(_two_towers, family="clip"), engine=_SHORT),
    "SiglipModel": Recipe(
        ask=Ask.IMAGE_VECTOR, build=partial(_two_towers, family="siglip"), engine=_SHORT),
}
