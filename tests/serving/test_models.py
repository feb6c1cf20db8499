import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import SecretStr

from tests.serving.carrying import carried_model, install, weight_file
from tests.serving.servers import MODELS, completion, serving
from trikal.errors import BackendFailed, BadInput, ModelUnavailable
from trikal.serving import models as models_module
from trikal.serving import readiness
from trikal.serving.backends.faster_whisper import FasterWhisper
from trikal.serving.backends.sentence_transformers import SentenceTransformers
from trikal.serving.calls import Call, reporting
from trikal.serving.catalog import Backend, Catalog, Model
from trikal.serving.models import Models
from trikal.serving.notices import hearing
from trikal.serving.reports import REPORTED_ROLES
from trikal.serving.roles import Role
from trikal.settings import Settings


@pytest.fixture
def empty(tmp_path: Path) -> Models:
    return Models(Settings(cache_dir=tmp_path), Catalog(model=()))


def test_knowing_the_models_imports_nothing_that_decodes_pictures_or_films() -> None:
    told = "import sys, trikal.serving.models; print({'av', 'cv2', 'PIL'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert run.stdout == "set()\n"


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
    monkeypatch.setattr(readiness, "find_spec", lambda _: object())
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


MEMORY = """
from pathlib import Path
from trikal.serving.models import Models
from trikal.serving.notices import hearing
from trikal.settings import Settings

def resident_mb():
    children = [pid for each in Path("/proc/self/task").glob("*/children")
                for pid in each.read_text().split()]
    pages = [int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in ["self", *children]]
    return sum(pages) * 4096 // 2**20

with Models(Settings(threads=2)) as models:
    models.chat().invoke("Hi", max_tokens=2)
    models.close()
    before = resident_mb()
    models.chat().invoke("Hi", max_tokens=2)
    loaded = resident_mb()
print(before, loaded, resident_mb())
"""


@pytest.mark.models
def test_a_closed_chat_model_gives_its_memory_back_and_loads_again() -> None:
    run = subprocess.run([sys.executable, "-c", MEMORY], capture_output=True, text=True, check=True)
    before, loaded, after = map(int, run.stdout.split())
    assert loaded - before > 300
    assert after - before < 150


@pytest.mark.models
def test_only_the_holder_of_the_key_may_use_the_local_server(models: Models) -> None:
    import httpx

    chat: Any = models.chat()
    url = f"{chat.desk.current().openai_api_base}/chat/completions"
    body = {"messages": [{"role": "user", "content": "Hi"}], "max_tokens": 1}
    assert httpx.post(url, json=body, trust_env=False).status_code == 401


@pytest.mark.models
def test_a_prompt_beyond_the_context_is_a_clear_error(models: Models) -> None:
    with pytest.raises(BackendFailed, match="too small a context"):
        models.chat().invoke("word " * 9_000)


def test_what_is_built_is_named_and_loads_no_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "find_spec", lambda _: object())
    monkeypatch.setattr(readiness, "missing_packages", lambda _: ())
    monkeypatch.setattr(models_module, "place_weights", lambda model, cache: tmp_path)
    with Models(Settings(cache_dir=tmp_path)) as models:
        assert models.transcriber().name == "whisper-base/faster-whisper"
        assert models.screen_reader().name.startswith("pp-ocr")
        voice = models.voice("en")
        assert voice.name.endswith("/piper")
        assert any(tag.startswith("en") for tag in voice.languages)
        assert models.voice("en-GB") is voice
        assert models.transcriber("hi") is models.transcriber()


def test_a_pinned_model_of_the_hub_is_given_its_name_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "find_spec", lambda _: object())
    monkeypatch.setattr(readiness, "pulled", lambda _: tmp_path)
    entry = Model.model_validate({
        "name": "e5", "role": "text-embedding", "architecture": "x", "dimensions": 384,
        "backends": ["sentence-transformers"], "languages": "multilingual", "memory_mb": 1,
        "licence": "MIT", "query_prefix": "query: ",
        "weights": {"kind": "hub", "install": "x", "id": "org/e5"}})
    with Models(Settings(cache_dir=tmp_path), Catalog(model=(entry,))) as models:
        embedder = models.embedder()
        assert embedder.fingerprint == "e5/sentence-transformers"
        assert embedder.dimensions == 384
        held: Any = embedder
        inner = vars(held._desk.current())
        assert (inner["_source"], inner["_query_prefix"]) == ("org/e5", "query: ")


def _hearing(name: str, memory_mb: int) -> Model:
    return Model.model_validate({
        "name": name, "role": "asr", "architecture": "x", "backends": ["faster-whisper"],
        "languages": "multilingual", "memory_mb": memory_mb, "licence": "MIT",
        "weights": {"kind": "hub", "install": "x", "id": f"org/{name}"}})


@pytest.mark.parametrize(("settings", "keener"), [
    ({}, "large/faster-whisper"), ({"models": {"asr": "small"}}, None),
    ({"asr_url": "http://localhost:1/v1", "models": {}}, None),
])
def test_the_larger_model_that_is_ready_hears_better_unless_one_is_set(
    settings: dict[str, Any], keener: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "find_spec", lambda _: object())
    monkeypatch.setattr(readiness, "pulled", lambda _: tmp_path)
    catalog = Catalog(model=(_hearing("small", 1), _hearing("large", 2)))
    with Models(Settings(**settings), catalog) as models:
        found = models.keener_transcriber()
        assert (found and found.name) == keener


def test_a_closed_set_of_models_builds_anew() -> None:
    models = Models(Settings())
    first = models.embedder()
    models.close()
    models.close()
    assert models.embedder() is not first
    models.close()


def test_what_fills_a_role_is_told_without_loading(empty: Models) -> None:
    with Models(Settings()) as models:
        assert models.choice(Role.TEXT_EMBEDDING).backend is Backend.ONNX
        assert models.choice_name(Role.TEXT_EMBEDDING) == models.choice_name("text-embedding")
    assert empty.choice_name("text-embedding") == "none"
    with pytest.raises(ModelUnavailable):
        empty.choice(Role.TEXT_EMBEDDING)


@pytest.mark.parametrize("ask", [
    Models.chat, Models.embedder, Models.transcriber, Models.screen_reader, Models.voice,
    Models.describer,
])
def test_each_missing_role_is_named(empty: Models, ask: Any) -> None:
    with pytest.raises(ModelUnavailable, match="model for "):
        ask(empty)


def test_a_server_for_pictures_is_told_by_its_own_settings(tmp_path: Path) -> None:
    with serving({}) as served:
        gone = served.url
    settings = Settings(cache_dir=tmp_path, vision_url=gone, vision_model="v",
                        fallback=False)  # else tags would stand in where they are installed
    with Models(settings) as models, pytest.raises(BackendFailed, match="TRIKAL_VISION_URL"):
        models.describer().describe(np.zeros((4, 4, 3), dtype=np.uint8))


def test_a_server_keeps_its_secrets(tmp_path: Path) -> None:
    answers = {"/v1/models": MODELS, "/v1/chat/completions": completion("Hi.")}
    with serving(answers) as served:
        settings = Settings(cache_dir=tmp_path, chat_url=served.url,
                            chat_key=SecretStr("sk-chat"))
        with Models(settings) as models:
            models.chat().invoke("?")
    assert set(served.keys) == {"Bearer sk-chat"}


@pytest.mark.parametrize(("served", "hindi", "french"), [
    ("meta-llama/Llama-3.1-8B-Instruct", True, True), ("Qwen/Qwen2.5-7B-Instruct", False, True),
    ("qwen3-8b", True, True), ("somebody/unheard-of", True, True),
])
def test_the_catalogue_tells_what_a_chat_model_writes_and_the_unknown_may_be_asked(
    tmp_path: Path, served: str, hindi: bool, french: bool
) -> None:
    settings = Settings(cache_dir=tmp_path, chat_url="http://127.0.0.1:9/v1", chat_model=served)
    with Models(settings) as models:
        assert (models.writes("hi-IN"), models.writes("fr")) == (hindi, french)


def test_without_a_chat_model_nothing_is_written(empty: Models) -> None:
    assert empty.writes("en") is False


def _reranking(name: str, **more: Any) -> Model:
    return Model.model_validate({
        "name": name, "role": "rerank", "architecture": "x", "languages": "multilingual",
        "backends": ["sentence-transformers"], "memory_mb": 1, "licence": "MIT",
        "weights": {"kind": "hub", "install": "x", "id": f"org/{name}"}, **more})


RERANKERS = Catalog(model=(_reranking("english", languages=["en"]), _reranking("any")))


def test_without_a_reranker_there_is_none_and_nothing_is_asked_or_loaded(empty: Models) -> None:
    assert empty.reranker() is None
    assert empty.reranker("hi") is None


NO_COST = """
import socket, sys
from pathlib import Path

def refused(*_):
    raise AssertionError("the network was asked")

socket.socket.connect = socket.getaddrinfo = refused
from trikal.serving.models import Models
from trikal.serving.notices import hearing
from trikal.settings import Settings
with Models(Settings(cache_dir=Path(sys.argv[1]))) as models:
    assert models.reranker("en") is None
print(sorted({"torch", "transformers", "sentence_transformers", "openai"} & set(sys.modules)))
"""


def test_where_none_is_configured_no_library_is_imported_and_no_network_asked(
    tmp_path: Path
) -> None:
    environment = {**os.environ, "HF_HUB_CACHE": str(tmp_path / "hub")}
    run = subprocess.run([sys.executable, "-c", NO_COST, str(tmp_path)], capture_output=True,
                         text=True, check=False, env=environment)
    assert (run.stdout, run.returncode) == ("[]\n", 0), run.stderr


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let every model of the hub lie in a folder of this machine."""
    monkeypatch.setattr(readiness, "find_spec", lambda _: object())
    monkeypatch.setattr(readiness, "pulled", lambda _: tmp_path)
    monkeypatch.setattr(models_module, "pulled", lambda _: tmp_path)
    return tmp_path


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(("language", "name"), [
    (None, "english"), ("en", "english"), ("en-GB", "english"), ("hi", "any"), ("ta", "any"),
])
def test_the_reranker_reads_the_question_s_language(language: str | None, name: str) -> None:
    with Models(Settings(), RERANKERS) as models:
        found = models.reranker(language)
        assert found is not None
        assert found.name == f"{name}/sentence-transformers"
        assert found.languages == (frozenset({"en"}) if name == "english" else None)
        assert models.reranker(language) is found


def test_its_weights_are_read_from_their_folder_without_asking_the_hub(here: Path) -> None:
    with Models(Settings(threads=3), RERANKERS) as models:
        held: Any = models.reranker("en")
        inner = vars(held._desk.current()._model)
        assert (inner["_source"], inner["_threads"]) == (str(here), 3)


@pytest.mark.usefixtures("here")
def test_it_can_be_pinned_and_switched_off() -> None:
    with Models(Settings(models={"rerank": "any"}), RERANKERS) as models:
        found = models.reranker("en")
        assert found is not None
        assert found.name == "any/sentence-transformers"
    off = Settings(rerank=False, rerank_url="http://127.0.0.1:9")
    with Models(off, RERANKERS) as models:
        assert models.reranker("en") is None
        (told,) = [each for each in models.describe_roles() if each.role is Role.RERANK]
        assert told.model is None
        assert "TRIKAL_RERANK is off" in str(told.missing)
    with Models(Settings(models={"rerank": "eny"}), RERANKERS) as models, pytest.raises(
            BadInput, match="Nearest: any"):
        models.reranker("en")


def test_a_pinned_one_that_is_not_here_is_told_and_the_question_goes_on(
    monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "find_spec", lambda _: object())
    monkeypatch.setattr(readiness, "pulled", lambda _: None)
    with Models(Settings(models={"rerank": "any"}), RERANKERS) as models, hearing() as notices:
        assert models.reranker("en") is None
        assert models.reranker("en") is None
    (told,) = notices
    assert "pin any for rerank" in told
    assert "trikal models pull any" in told


def test_a_server_that_failed_is_not_asked_before_its_rest_is_over(tmp_path: Path) -> None:
    with serving({}) as served:
        gone = served.url
    settings = Settings(cache_dir=tmp_path, rerank_url=gone, rerank_model="m", fallback=False)
    with Models(settings, Catalog(model=())) as models:
        found = models.reranker("en")
        assert found is not None
        with pytest.raises(BackendFailed, match="TRIKAL_RERANK_URL"):
            found.score("q", ["a", "b"])
        assert models.reranker("en") is None


@pytest.mark.usefixtures("no_server_here")
def test_a_server_reranks_with_its_own_key_and_what_it_does_is_counted(tmp_path: Path) -> None:
    def answer(body: dict[str, Any]) -> Any:
        return {"results": [{"index": n, "relevance_score": 0.5}
                            for n in range(len(body["documents"]))]}

    seen: list[Call] = []
    with serving({"/v1/models": MODELS, "/v1/rerank": answer}) as served, reporting(
            sink=seen.append):
        settings = Settings(cache_dir=tmp_path, rerank_url=served.url,
                            rerank_key=SecretStr("sk-rank"))
        with Models(settings) as models:
            found = models.reranker("en")
            assert found is not None
            assert served.paths == []
            assert found.score("q", ["a", "b"]).tolist() == [0.5, 0.5]
            (told,) = [each for each in models.describe_roles() if each.role is Role.RERANK]
    assert (told.device, told.why) == ("server", "TRIKAL_RERANK_URL is set")
    assert set(served.keys) == {"Bearer sk-rank"}
    assert [(each.role, each.does, each.items) for each in seen] == [(Role.RERANK, "score", 2)]
