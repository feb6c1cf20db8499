"""Adapters of models behind a URL: made without a question to the server, true to the settings."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from tests.serving.servers import MODELS, completion, serving
from trikal.errors import BadInput
from trikal.serving.backends.avatar_command import CommandAvatar
from trikal.serving.backends.avatar_url import UrlAvatar
from trikal.serving.backends.openai_compatible import OpenAICompatibleChat, OpenAICompatibleVision
from trikal.serving.backends.openai_embedding import OpenAICompatibleEmbedder
from trikal.serving.backends.openai_rerank import OpenAICompatibleReranker
from trikal.serving.backends.openai_speech import OpenAICompatibleTranscriber
from trikal.serving.backends.openai_voice import OpenAICompatibleVoice
from trikal.serving.catalog import Backend, load_catalog
from trikal.serving.remote_builders import (
    build_remote,
    known_prefixes,
    known_translator,
    outside_avatar,
    remote_voice,
)
from trikal.serving.roles import Role
from trikal.serving.tasks import Choice
from trikal.settings import Settings

ADAPTERS: dict[Role, Any] = {
    Role.CHAT: OpenAICompatibleChat, Role.VISION: OpenAICompatibleVision,
    Role.ASR: OpenAICompatibleTranscriber, Role.TEXT_EMBEDDING: OpenAICompatibleEmbedder,
    Role.TTS: OpenAICompatibleVoice, Role.RERANK: OpenAICompatibleReranker,
}
NOWHERE = "http://127.0.0.1:9/v1"


def remote(role: Role, url: str = NOWHERE, **more: Any) -> Choice:
    return Choice(role=role, model=f"server ({role})", backend=Backend.OPENAI_COMPATIBLE,
                  why="set", device="server", url=url, **more)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(cache_dir=tmp_path, request_timeout_s=5)


@pytest.mark.parametrize("role", ADAPTERS)
def test_each_role_has_an_adapter_that_asks_nothing_to_be_made(
    role: Role, settings: Settings
) -> None:
    made: Any = build_remote(remote(role, served_as="maker/model"), settings)
    assert isinstance(made, ADAPTERS[role])
    named = made.fingerprint if role is Role.TEXT_EMBEDDING else made.name
    assert named == "maker/model/openai-compatible"


@pytest.mark.parametrize("role", sorted(set(Role) - set(ADAPTERS)))
def test_no_other_role_is_asked_of_a_server(role: Role, settings: Settings) -> None:
    with pytest.raises(KeyError):
        build_remote(remote(role), settings)


def test_a_choice_s_key_goes_to_its_server_and_to_nobody_else(settings: Settings) -> None:
    with serving({"/v1/embeddings": {"data": [{"index": 0, "embedding": [1.0, 0.0]}]},
                  "/v1/models": MODELS}) as served:
        url = f"{served.url}/v1"
        made = build_remote(remote(Role.TEXT_EMBEDDING, url, key=SecretStr("sk-own")), settings)
        assert isinstance(made, OpenAICompatibleEmbedder)
        assert made.dimensions == 2
        assert set(served.keys) == {"Bearer sk-own"}
        assert "sk-own" not in repr(made)


def test_a_chat_model_sends_a_failed_request_once(settings: Settings) -> None:
    with serving({"/v1/chat/completions": completion("no")}, status=503) as served:
        made = build_remote(remote(Role.CHAT, f"{served.url}/v1", served_as="m"), settings)
        assert isinstance(made, OpenAICompatibleChat)
        with pytest.raises(Exception, match="503"):
            made.chat_model().invoke("Say something.")
    assert served.paths == ["/v1/chat/completions"]


@pytest.mark.parametrize("served_as", ["multilingual-e5-small", "intfloat/multilingual-e5-small"])
def test_a_served_model_that_the_catalogue_knows_gets_its_prefixes(served_as: str) -> None:
    assert known_prefixes(served_as) == ("query: ", "passage: ")
    assert known_prefixes(served_as.upper()) == known_prefixes(served_as)


def test_a_served_model_that_nobody_knows_is_given_nothing() -> None:
    assert known_prefixes("maker/never-heard-of") == ("", "")
    assert not known_translator("maker/never-heard-of")
    assert not known_translator("")


def test_who_translates_is_what_the_catalogue_says() -> None:
    for entry in load_catalog().for_role(Role.ASR):
        assert known_translator(f"maker/{entry.name}") is entry.translates
    assert known_translator("openai/whisper-large-v3")
    assert not known_translator("openai/whisper-large-v3-turbo")


def test_a_voice_speaks_the_languages_that_its_entry_names(settings: Settings) -> None:
    named = {entry.name: entry.languages for entry in load_catalog().for_role(Role.TTS)
             if entry.languages != "multilingual"}
    assert named
    for name, languages in named.items():
        assert remote_voice(NOWHERE, None, name, settings).languages == frozenset(languages)
    unknown = remote_voice(NOWHERE, None, None, settings).languages
    assert unknown == remote_voice(NOWHERE, None, "maker/x", settings).languages
    assert {"en", "hi", "ta"} <= unknown


def test_the_avatar_of_the_settings_is_a_url_before_a_command(tmp_path: Path) -> None:
    command = ("moves", "{portrait}", "{sound}", "{out}")
    url = "http://127.0.0.1:9/talk"
    assert outside_avatar(Settings(cache_dir=tmp_path)) is None
    assert isinstance(outside_avatar(Settings(cache_dir=tmp_path, avatar_command=command)),
                      CommandAvatar)
    both = Settings(cache_dir=tmp_path, avatar_command=command, avatar_url=url,
                    avatar_key=SecretStr("sk-face"))
    made = outside_avatar(both)
    assert isinstance(made, UrlAvatar)
    assert "sk-face" not in repr(made)
    with pytest.raises(BadInput, match="out"):
        outside_avatar(Settings(cache_dir=tmp_path, avatar_command=("moves", "{portrait}")))
