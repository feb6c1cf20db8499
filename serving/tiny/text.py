"""Language models that read and write text."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import torch
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForSeq2SeqLM

from trikal.serving.tiny.recipe import CONTEXT, HEAD, HEADS, HIDDEN, LAYERS, Ask, Recipe
from trikal.serving.tiny.words import byte_tokenizer, special_ids

DECODER: dict[str, Any] = {
    "hidden_size": HIDDEN,
    "intermediate_size": 2 * HIDDEN,
    "num_hidden_layers": LAYERS,
    "num_attention_heads": HEADS,
    "num_key_value_heads": HEADS,
    "max_position_embeddings": CONTEXT,
}


def _causal(folder: Path, model_type: str, **dimensions: Any) -> None:
    tokenizer = byte_tokenizer()
    config = AutoConfig.for_model(model_type, **dimensions, **special_ids(tokenizer))
    torch.manual_seed(0)
    AutoModelForCausalLM.from_config(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def _seq2seq(folder: Path, model_type: str, **dimensions: Any) -> None:
    tokenizer = byte_tokenizer()
    config = AutoConfig.for_model(
        model_type, decoder_start_token_id=tokenizer.bos_token_id, **dimensions,
        **special_ids(tokenizer))
    torch.manual_seed(0)
    AutoModelForSeq2SeqLM.from_config(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def _minicpm(folder: Path) -> None:
    """Write a configuration only: Transformers has no class for it, vLLM makes up the weights."""
    tokenizer = byte_tokenizer()
    config = {
        "architectures": ["MiniCPMForCausalLM"], "model_type": "minicpm",
        "auto_map": {"AutoConfig": "configuration_minicpm.MiniCPMConfig"},
        **DECODER, **special_ids(tokenizer), "hidden_act": "silu", "rms_norm_eps": 1e-5,
        "rope_theta": 10000.0, "dim_model_base": HIDDEN, "scale_emb": 12, "scale_depth": 1.4,
        "tie_word_embeddings": True, "dtype": "float32",
    }
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "configuration_minicpm.py").write_text(
        "from transformers import PretrainedConfig\n\n\n"
        "class MiniCPMConfig(PretrainedConfig):\n    model_type = \"minicpm\"\n")
    tokenizer.save_pretrained(folder)


def _text(build: Callable[..., None], model_type: str, **dimensions: Any) -> Recipe:
    return Recipe(ask=Ask.TEXT, build=partial(build, model_type=model_type, **dimensions))


_GPT2 = {"n_embd": HIDDEN, "n_layer": LAYERS, "n_head": HEADS, "n_positions": CONTEXT}
_OPT = {"hidden_size": HIDDEN, "ffn_dim": 2 * HIDDEN, "num_hidden_layers": LAYERS,
        "num_attention_heads": HEADS, "word_embed_proj_dim": HIDDEN,
        "max_position_embeddings": CONTEXT}
_T5 = {"d_model": HIDDEN, "d_kv": HEAD, "d_ff": 2 * HIDDEN, "num_layers": LAYERS,
       "num_heads": HEADS}

RECIPES = {
    "Qwen2ForCausalLM": _text(_causal, "qwen2", **DECODER),
    "Qwen3ForCausalLM": _text(_causal, "qwen3", head_dim=HEAD, **DECODER),
    "LlamaForCausalLM": _text(_causal, "llama", **DECODER),
    "MistralForCausalLM": _text(_causal, "mistral", head_dim=HEAD, sliding_window=None, **DECODER),
    "PhiForCausalLM": _text(_causal, "phi", **DECODER),
    "Phi3ForCausalLM": _text(_causal, "phi3", **DECODER),
    "GemmaForCausalLM": _text(_causal, "gemma", head_dim=HEAD, **DECODER),
    "Gemma3ForCausalLM": _text(_causal, "gemma3_text", head_dim=HEAD, query_pre_attn_scalar=HEAD,
                               sliding_window=128, **DECODER),
    "GPT2LMHeadModel": _text(_causal, "gpt2", **_GPT2),
    "OPTForCausalLM": _text(_causal, "opt", **_OPT),
    "T5ForConditionalGeneration": _text(_seq2seq, "t5", **_T5),
    "MiniCPMForCausalLM": Recipe(ask=Ask.TEXT, build=_minicpm, engine={
        "load_format": "dummy", "trust_remote_code": True}),
}
