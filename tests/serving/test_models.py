import threading
from pathlib import Path

import numpy as np
import pytest

from tests.serving.carrying import carried_model, install, weight_file
from tests.serving.servers import MODELS, completion, serving
from trikal.errors import ModelUnavailable
from trikal.serving import router
from trikal.serving.backends.faster_whisper import FasterWhisper
from trikal.serving.backends.llamacpp import LlamaCpp
from trikal.serving.backends.sentence_transformers import SentenceTransformers
from trikal.serving.catalog import Backend, Catalog
from trikal.serving.models import REPORTED_ROLES, Models
from trikal.serving.roles import Role
from trikal.settings import Settings


@pytest.fixture
def empty(tmp_path: Path) -> Models:
    return Models(Settings(cache_dir=tmp_path), Catalog(model=()))


def test_each_model_is_built_once_for_all_threads() -> None:
    with Models(Settings()) as models:
        found: list[int] = []
        threads = [
            threading.Thread(target=lambda: found.append(id(models.embedder()))) for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == 8
        assert len(set(found)) == 1


def test_every_role_is_reported_even_where_nothing_fills_it(empty: Models) -> None:
    reports = empty.describe_roles()
    assert tuple(report.role for report in reports) == REPORTED_ROLES
    assert all(report.missing and report.model is None for report in reports)


def test_a_filled_role_is_reported_with_its_reason() -> None:
    with Models(Settings(chat_url="http://h", chat_model="m")) as models:
        report = models.describe_roles()[0]
    assert (report.role, report.model) == (Role.CHAT, "m")
    assert report.backend is Backend.OPENAI_COMPATIBLE
    assert report.why == "TRIKAL_CHAT_URL is set"
    assert report.missing is None


def test_a_missing_role_is_an_error_only_when_it_is_asked_for(empty: Models) -> None:
    assert empty.choice_name("chat") == "none"
    with pytest.raises(ModelUnavailable):
        empty.chat()


def test_a_configured_server_is_chat_and_vision(tmp_path: Path) -> None:
    answers = {"/v1/models": MODELS, "/v1/chat/completions": completion("A dog.")}
    with serving(answers) as served:
        settings = Settings(cache_dir=tmp_path, chat_url=served.url, vision_url=served.url)
        with Models(settings) as models:
            assert models.chat().invoke("?").text == "A dog."
            picture = np.zeros((4, 4, 3), dtype=np.uint8)
            assert models.describer().describe(picture) == "A dog."


def test_weights_are_placed_before_a_backend_sees_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    install(tmp_path, "chat-part1", {"chat_part1/a": b"not a GGUF"})
    install(tmp_path, "chat-part2", {"chat_part2/b": b" at all"})
    file = weight_file(
        "m.gguf",
        b"not a GGUF at all",
        ("chat-part1", "chat_part1/a"),
        ("chat-part2", "chat_part2/b"),
    )
    monkeypatch.setattr(router, "find_spec", lambda _: object())
    settings = Settings(cache_dir=tmp_path / "cache")
    with Models(settings, Catalog(model=(carried_model(file),))) as models:
        with pytest.raises(ModelUnavailable, match="tiny cannot be loaded from .*m.gguf"):
            models.chat()
        assert next((tmp_path / "cache").rglob("m.gguf")).read_bytes() == b"not a GGUF at all"


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from trikal.serving.backends import sentence_transformers

    monkeypatch.setattr(sentence_transformers, "find_spec", lambda _: None)
    with pytest.raises(ModelUnavailable, match=r'pip install "trikal\[torch\]"'):
        SentenceTransformers("m", "x/y", dimensions=384).embed_queries(["a"])


def test_a_broken_folder_of_weights_says_what_to_delete(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=str(tmp_path)):
        list(FasterWhisper("w", tmp_path).transcribe(np.zeros(16_000, dtype=np.float32)))


@pytest.mark.models
def test_a_closed_chat_model_gives_its_memory_back_and_loads_again(models: Models) -> None:
    before = _resident_mb()
    with Models(Settings(threads=2)) as own:
        own.chat().invoke("Hi", max_tokens=2)
        loaded = _resident_mb()
    assert loaded - before > 300
    assert _resident_mb() - before < 150


def _resident_mb() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 // 2**20


@pytest.mark.models
def test_only_the_holder_of_the_key_may_use_the_local_server(models: Models) -> None:
    import httpx

    chat = models.chat()
    url = f"{chat.openai_api_base}/chat/completions"  # type: ignore[attr-defined]
    body = {"messages": [{"role": "user", "content": "Hi"}], "max_tokens": 1}
    assert httpx.post(url, json=body, trust_env=False).status_code == 401


@pytest.mark.models
def test_a_prompt_beyond_the_context_is_a_clear_error(models: Models) -> None:
    from trikal.errors import BackendFailed

    with pytest.raises(BackendFailed, match="too small a context"):
        models.chat().invoke("word " * 9_000)


@pytest.mark.models
def test_llamacpp_can_be_closed_twice(models: Models, tmp_path: Path) -> None:
    engine = LlamaCpp("x", tmp_path / "none.gguf")
    engine.close()
    engine.close()
