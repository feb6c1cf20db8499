"""Models that look at a picture and write about it."""

import json
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import torch
import transformers as tf

from trikal.serving.tiny.recipe import HEAD, HEADS, HIDDEN, LAYERS, Ask, Recipe
from trikal.serving.tiny.text import DECODER
from trikal.serving.tiny.words import byte_tokenizer, special_ids

SIDE, PATCH = 32, 8
TOWER: dict[str, Any] = {
    "hidden_size": HIDDEN, "intermediate_size": 2 * HIDDEN, "num_hidden_layers": LAYERS,
    "num_attention_heads": HEADS, "image_size": SIDE, "patch_size": PATCH,
}


def _save(folder: Path, model: Any, processor: Any) -> None:
    model.save_pretrained(folder)
    processor.save_pretrained(folder)


def _llava(folder: Path, next_: bool) -> None:
    tokenizer = byte_tokenizer(["<image>"], "<image>")
    config_class, model_class, processor_class, picture_class = (
        (tf.LlavaNextConfig, tf.LlavaNextForConditionalGeneration, tf.LlavaNextProcessor,
         tf.LlavaNextImageProcessor)
        if next_ else
        (tf.LlavaConfig, tf.LlavaForConditionalGeneration, tf.LlavaProcessor,
         tf.CLIPImageProcessor))
    more = {"image_grid_pinpoints": [[SIDE, 2 * SIDE], [2 * SIDE, SIDE], [2 * SIDE, 2 * SIDE]]}
    config = config_class(
        vision_config=tf.CLIPVisionConfig(projection_dim=HIDDEN, **TOWER),
        text_config=tf.LlamaConfig(**DECODER, **special_ids(tokenizer)),
        image_token_index=tokenizer.convert_tokens_to_ids("<image>"),
        vision_feature_select_strategy="default", vision_feature_layer=-2,
        **(more if next_ else {}))
    torch.manual_seed(0)
    pictures = picture_class(size={"shortest_edge": SIDE},
                             crop_size={"height": SIDE, "width": SIDE}, **(more if next_ else {}))
    processor = processor_class(
        image_processor=pictures, tokenizer=tokenizer, patch_size=PATCH,
        vision_feature_select_strategy="default", image_token="<image>",
        num_additional_image_tokens=1)
    _save(folder, model_class(config), processor)


_QWEN_SPECIALS = ["<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>"]
_QWEN_PROMPT = "<|vision_start|><|image_pad|><|vision_end|>"


def _qwen_ids(tokenizer: Any) -> dict[str, int]:
    names = ("vision_start_token_id", "vision_end_token_id", "image_token_id", "video_token_id")
    ids = tokenizer.convert_tokens_to_ids(_QWEN_SPECIALS)
    return dict(zip(names, ids, strict=True))


def _qwen_vl(folder: Path, family: str) -> None:
    tokenizer = byte_tokenizer(_QWEN_SPECIALS, _QWEN_PROMPT)
    rope = {"rope_type": "default", "mrope_section": [4, 6, 6], "rope_theta": 10000.0}
    towers: dict[str, dict[str, Any]] = {
        "qwen2_vl": {"embed_dim": HIDDEN, "hidden_size": HIDDEN, "depth": LAYERS,
                     "num_heads": HEADS, "mlp_ratio": 2, "patch_size": 14},
        "qwen2_5_vl": {"hidden_size": HIDDEN, "out_hidden_size": HIDDEN, "depth": LAYERS,
                       "num_heads": HEADS, "intermediate_size": 2 * HIDDEN, "patch_size": 14,
                       "window_size": 56, "fullatt_block_indexes": [1]},
        "qwen3_vl": {"hidden_size": HIDDEN, "out_hidden_size": HIDDEN, "depth": LAYERS,
                     "num_heads": HEADS, "intermediate_size": 2 * HIDDEN, "patch_size": 16,
                     "num_position_embeddings": 16, "deepstack_visual_indexes": [0]},
    }
    text = {**DECODER, **special_ids(tokenizer), "rope_parameters": rope}
    if family == "qwen3_vl":
        text |= {"head_dim": HEAD, "rope_parameters": {**rope, "mrope_interleaved": True}}
    config = tf.AutoConfig.for_model(
        family, text_config=text, vision_config=towers[family], **_qwen_ids(tokenizer))
    torch.manual_seed(0)
    patch = towers[family]["patch_size"]
    pixels = {"shortest_edge": (4 * patch) ** 2, "longest_edge": (8 * patch) ** 2}
    pictures = tf.Qwen2VLImageProcessor(size=pixels, patch_size=patch)
    processors = {"qwen2_vl": (tf.Qwen2VLProcessor, tf.Qwen2VLVideoProcessor),
                  "qwen2_5_vl": (tf.Qwen2_5_VLProcessor, tf.Qwen2VLVideoProcessor),
                  "qwen3_vl": (tf.Qwen3VLProcessor, tf.Qwen3VLVideoProcessor)}
    whole, films = processors[family]
    _save(folder, tf.AutoModelForImageTextToText.from_config(config),
          whole(image_processor=pictures, tokenizer=tokenizer,
                video_processor=films(size=pixels, patch_size=patch),
                chat_template=tokenizer.chat_template))


def _instructblip(folder: Path) -> None:
    tokenizer = byte_tokenizer(["<image>"], "<image>")
    config = tf.InstructBlipConfig(
        vision_config=TOWER,
        qformer_config={**TOWER, "encoder_hidden_size": HIDDEN, **special_ids(tokenizer)},
        text_config={"model_type": "llama", **DECODER, **special_ids(tokenizer)},
        num_query_tokens=4, image_token_index=tokenizer.convert_tokens_to_ids("<image>"))
    torch.manual_seed(0)
    processor = tf.InstructBlipProcessor(
        image_processor=tf.BlipImageProcessor(size={"height": SIDE, "width": SIDE}),
        tokenizer=tokenizer, qformer_tokenizer=byte_tokenizer(), num_query_tokens=4)
    _save(folder, tf.InstructBlipForConditionalGeneration(config), processor)


def _gemma3(folder: Path) -> None:
    named = {"image_token": "<image_soft_token>", "boi_token": "<start_of_image>",
             "eoi_token": "<end_of_image>"}
    tokenizer = byte_tokenizer(image="<start_of_image>", named=named)
    tokenizer.add_tokens(["\n" * count for count in (1, 2, 3, 4)])  # vLLM asks for them by name
    ids = tokenizer.convert_tokens_to_ids(list(named.values()))
    config = tf.Gemma3Config(
        text_config={**DECODER, **special_ids(tokenizer), "head_dim": HEAD,
                     "query_pre_attn_scalar": HEAD, "sliding_window": 128},
        vision_config=TOWER, mm_tokens_per_image=4, image_token_index=ids[0],
        boi_token_index=ids[1], eoi_token_index=ids[2])
    torch.manual_seed(0)
    processor = tf.Gemma3Processor(
        image_processor=tf.Gemma3ImageProcessor(size={"height": SIDE, "width": SIDE}),
        tokenizer=tokenizer, image_seq_length=4)
    _save(folder, tf.Gemma3ForConditionalGeneration(config), processor)


def _smolvlm(folder: Path) -> None:
    specials = ["<fake_token_around_image>", "<global-img>", "<image>", "<end_of_utterance>"]
    tokenizer = byte_tokenizer(specials, "<image>")
    config = tf.SmolVLMConfig(
        vision_config=TOWER, scale_factor=2,
        text_config={"model_type": "llama", **DECODER, **special_ids(tokenizer)},
        image_token_id=tokenizer.convert_tokens_to_ids("<image>"),
        pad_token_id=tokenizer.pad_token_id)
    torch.manual_seed(0)
    pictures = tf.SmolVLMImageProcessor(
        size={"longest_edge": SIDE}, max_image_size={"longest_edge": SIDE},
        do_image_splitting=False)
    films = tf.SmolVLMVideoProcessor(
        size={"longest_edge": SIDE}, max_image_size={"longest_edge": SIDE})
    processor = tf.SmolVLMProcessor(
        image_processor=pictures, tokenizer=tokenizer, video_processor=films, image_seq_len=4,
        chat_template=tokenizer.chat_template)
    _save(folder, tf.SmolVLMForConditionalGeneration(config), processor)


def _minicpmv(folder: Path) -> None:
    """Write what a checkpoint has but its own code: that comes from the hub, and vLLM asks for it.

    vLLM makes up the weights; the image processor is left to it.
    """
    specials = ["<image>", "</image>", "<slice>", "</slice>"]
    tokenizer = byte_tokenizer(specials, "(<image>./</image>)")
    config = {
        "architectures": ["MiniCPMV"], "model_type": "minicpmv", "version": 4.5,
        "auto_map": {"AutoConfig": "configuration_minicpmv.MiniCPMVConfig"}, **DECODER,
        **special_ids(tokenizer), "head_dim": HEAD, "query_num": 4, "image_size": SIDE,
        "drop_vision_last_layer": False, "batch_vision_input": True, "use_image_id": True,
        "vision_config": {"model_type": "siglip_vision_model", **TOWER}, "dtype": "float32",
    }
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "configuration_minicpmv.py").write_text(
        "from transformers import Qwen3Config, SiglipVisionConfig\n\n\n"
        "class MiniCPMVConfig(Qwen3Config):\n"
        "    model_type = \"minicpmv\"\n\n"
        "    def __init__(self, vision_config=None, **given):\n"
        "        self.vision_config = SiglipVisionConfig(**(vision_config or {}))\n"
        "        super().__init__(**given)\n")
    tf.SiglipImageProcessor(size={"height": SIDE, "width": SIDE}).save_pretrained(folder)
    tokenizer.save_pretrained(folder)


# Transformers 5 saves their towers under other names than the checkpoints of the hub have.
_MADE_UP = MappingProxyType({"load_format": "dummy"})

RECIPES = {
    "LlavaForConditionalGeneration": Recipe(
        ask=Ask.IMAGE, build=partial(_llava, next_=False), prompt="<image>", engine=_MADE_UP),
    "LlavaNextForConditionalGeneration": Recipe(
        ask=Ask.IMAGE, build=partial(_llava, next_=True), prompt="<image>", engine=_MADE_UP),
    "Qwen2VLForConditionalGeneration": Recipe(
        ask=Ask.IMAGE, build=partial(_qwen_vl, family="qwen2_vl"), prompt=_QWEN_PROMPT),
    "Qwen2_5_VLForConditionalGeneration": Recipe(
        ask=Ask.IMAGE, build=partial(_qwen_vl, family="qwen2_5_vl"), prompt=_QWEN_PROMPT),
    "Qwen3VLForConditionalGeneration": Recipe(
        ask=Ask.IMAGE, build=partial(_qwen_vl, family="qwen3_vl"), prompt=_QWEN_PROMPT),
    "MiniCPMV": Recipe(
        ask=Ask.IMAGE, build=_minicpmv, prompt="(<image>./</image>)",
        engine={"load_format": "dummy", "trust_remote_code": True}),
    "InstructBlipForConditionalGeneration": Recipe(ask=Ask.IMAGE, build=_instructblip),
    "Gemma3ForConditionalGeneration": Recipe(
        ask=Ask.IMAGE, build=_gemma3, prompt="<start_of_image>"),
    "SmolVLMForConditionalGeneration": Recipe(ask=Ask.IMAGE, build=_smolvlm, prompt="<image>"),
}
