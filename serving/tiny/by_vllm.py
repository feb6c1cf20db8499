"""Asking vLLM: its registry, and its engine in this process."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from trikal.serving.tiny.asking import RATE, SENTENCE, picture, sound, told
from trikal.serving.tiny.recipe import Ask, Recipe


def listed(architecture: str) -> bool:
    """Whether the registry of the installed vLLM lists an architecture."""
    from vllm.model_executor.models.registry import ModelRegistry

    return architecture in ModelRegistry.get_supported_archs()


def ask(folder: Path, recipe: Recipe) -> str:
    """Load a tiny model into the engine, ask it once, and say what came back."""
    from vllm import LLM

    given = {"max_model_len": 256, "max_num_seqs": 2, "enforce_eager": True, "seed": 0,
             "dtype": "float32", "max_num_batched_tokens": 4096,
             "kv_cache_memory_bytes": 64 << 20, **recipe.engine}
    if recipe.ask in _POOLED:
        given["runner"] = "pooling"
    return _ASKING[recipe.ask](LLM(model=str(folder), **given), recipe)


def _written(outputs: list[Any]) -> str:
    return told(outputs[0].outputs[0].token_ids, "tokens")


def _sampling() -> Any:
    from vllm import SamplingParams

    return SamplingParams(max_tokens=8, temperature=0.0, ignore_eos=True)


def _text(engine: Any, recipe: Recipe) -> str:
    return _written(engine.generate(SENTENCE, _sampling()))


def _image(engine: Any, recipe: Recipe) -> str:
    prompt = {"prompt": f"{recipe.prompt}{SENTENCE}", "multi_modal_data": {"image": picture()}}
    return _written(engine.generate(prompt, _sampling()))


def _speech(engine: Any, recipe: Recipe) -> str:
    prompt = {"prompt": recipe.prompt, "multi_modal_data": {"audio": (sound(), RATE)}}
    return _written(engine.generate(prompt, _sampling()))


def _vector(engine: Any, recipe: Recipe) -> str:
    return told(engine.embed(SENTENCE)[0].outputs.embedding, "dimensions")


def _image_vector(engine: Any, recipe: Recipe) -> str:
    prompt = {"prompt": "", "multi_modal_data": {"image": picture()}}
    seen = told(engine.embed(prompt)[0].outputs.embedding, "dimensions of a picture")
    read = told(engine.embed("a ferry")[0].outputs.embedding, "of a text")
    return f"{seen}, {read}"


def _score(engine: Any, recipe: Recipe) -> str:
    return told(engine.score("When does the ferry leave?", SENTENCE)[0].outputs.score, "score")


_POOLED = frozenset({Ask.VECTOR, Ask.IMAGE_VECTOR, Ask.SCORE, Ask.FILL})
_ASKING: Mapping[Ask, Callable[[Any, Recipe], str]] = MappingProxyType({
    Ask.TEXT: _text,
    Ask.IMAGE: _image,
    Ask.SPEECH: _speech,
    Ask.VECTOR: _vector,
    Ask.IMAGE_VECTOR: _image_vector,
    Ask.SCORE: _score,
    Ask.FILL: _vector,
    Ask.VOICE: _text,
})
