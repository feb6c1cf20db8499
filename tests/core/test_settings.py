from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.every import every
from trikal.errors import BadInput
from trikal.settings import Settings, load_settings


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder without a trikal.toml."""
    monkeypatch.chdir(tmp_path)


def test_everything_has_a_default() -> None:
    settings = load_settings()
    assert settings.archive == Path(".trikal")
    assert settings.models == {}
    assert settings.chat_url is settings.qdrant_url is settings.language is None


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIKAL_ARCHIVE", "/films")
    monkeypatch.setenv("TRIKAL_MODELS__CHAT", "qwen2.5-1.5b")
    monkeypatch.setenv("TRIKAL_THREADS", "3")
    settings = load_settings()
    assert settings.archive == Path("/films")
    assert settings.models == {"chat": "qwen2.5-1.5b"}
    assert settings.threads == 3


def test_a_file_in_the_working_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "trikal.toml").write_text('language = "hi"\n[models]\nasr = "whisper-base"\n')
    settings = load_settings()
    assert (settings.language, settings.models) == ("hi", {"asr": "whisper-base"})


def test_arguments_beat_the_environment_which_beats_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "trikal.toml").write_text('language = "hi"\narchive = "file"\nthreads = 1\n')
    monkeypatch.setenv("TRIKAL_ARCHIVE", "environment")
    monkeypatch.setenv("TRIKAL_LANGUAGE", "ta")
    settings = load_settings(archive=Path("argument"))
    assert (settings.archive, settings.language, settings.threads) == (Path("argument"), "ta", 1)


def test_an_argument_that_was_not_given_overrides_nothing(
    monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIKAL_LANGUAGE", "ta")
    assert load_settings(language=None).language == "ta"


def test_a_url_loses_its_last_slash() -> None:
    assert load_settings(chat_url="http://localhost:8000/v1/").chat_url == (
        "http://localhost:8000/v1")


def _one_sentence(message: str, *parts: str) -> None:
    assert message.startswith("The settings are wrong: ")
    assert "\n" not in message
    assert "trikal.toml" in message
    for part in parts:
        assert part in message


@every(("name", "value", "part"), [
    ("chat_url", "localhost:8000", "http"), ("qdrant_url", "ftp://x", "http"),
    ("threads", 0, "1"), ("threads", "many", "integer"), ("request_timeout_s", -1, "0"),
    ("colour", "red", "colour"),
])
def test_an_impossible_setting_is_one_sentence_that_names_it(
    name: str, value: Any, part: str
) -> None:
    with pytest.raises(BadInput) as wrong:
        load_settings(**{name: value})
    _one_sentence(str(wrong.value), name, part)


def test_an_unknown_name_in_the_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "trikal.toml").write_text('colour = "red"\n')
    with pytest.raises(BadInput) as wrong:
        load_settings()
    _one_sentence(str(wrong.value), "colour")


def test_a_file_that_is_no_toml_is_told(tmp_path: Path) -> None:
    (tmp_path / "trikal.toml").write_text("language = hi\n")
    with pytest.raises(BadInput) as wrong:
        load_settings()
    _one_sentence(str(wrong.value), "line 1")


def test_a_variable_that_cannot_be_parsed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIKAL_MODELS", "qwen")
    with pytest.raises(BadInput) as wrong:
        load_settings()
    _one_sentence(str(wrong.value), "models")


@pytest.mark.parametrize("name", ["chat_key", "vision_key", "qdrant_key"])
def test_secrets_are_in_no_representation(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"TRIKAL_{name.upper()}", "sesame-open")
    settings = load_settings()
    assert getattr(settings, name).get_secret_value() == "sesame-open"
    for shown in (repr(settings), str(settings), settings.model_dump_json()):
        assert "sesame" not in shown


def test_a_secret_is_not_in_the_message_about_another_setting(
    monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIKAL_CHAT_KEY", "sesame-open")
    with pytest.raises(BadInput) as wrong:
        load_settings(threads=0)
    assert "sesame" not in str(wrong.value)


@pytest.mark.parametrize(("variable", "nearest"), [
    ("TRIKAL_CHAT_UR", "TRIKAL_CHAT_URL"), ("TRIKAL_ARCHIV", "TRIKAL_ARCHIVE"),
    ("TRIKAL_CACHEDIR", "TRIKAL_CACHE_DIR"), ("TRIKAL_QDRANT_API_KEY", "TRIKAL_QDRANT_KEY"),
    ("TRIKAL_MODEL__CHAT", "TRIKAL_MODELS"), ("trikal_treads", "TRIKAL_THREADS"),
    ("TRIKAL_ARCHIVE__PATH", "TRIKAL_ARCHIVE"),
])
def test_a_misspelt_variable_is_told_with_the_nearest_setting(
    monkeypatch: pytest.MonkeyPatch, variable: str, nearest: str
) -> None:
    monkeypatch.setenv(variable, "x")
    with pytest.raises(BadInput) as wrong:
        load_settings()
    _one_sentence(str(wrong.value), f"{variable} is no setting", f"did you mean {nearest}?")


def test_a_variable_like_no_setting_brings_all_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIKAL_ZZZ", "x")
    with pytest.raises(BadInput) as wrong:
        load_settings()
    _one_sentence(str(wrong.value), "TRIKAL_ZZZ",
                  *(f"TRIKAL_{name.upper()}" for name in Settings.model_fields))


@pytest.mark.parametrize("variable", [
    "TRIKAL_TEST_QDRANT_URL", "TRIKALX", "MY_TRIKAL_COLOUR", "trikal", "TRIKAL",
])
def test_variables_that_are_not_meant_for_us_are_left_alone(
    monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "x")
    assert load_settings().archive == Path(".trikal")


@given(st.sampled_from(sorted(Settings.model_fields)), st.integers(0, 30))
def test_a_name_that_lacks_a_letter_finds_its_setting(name: str, where: int) -> None:
    where %= len(name)
    misspelt = name[:where] + name[where + 1:]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(f"TRIKAL_{misspelt.upper()}", "x")
        with pytest.raises(BadInput, match=rf"did you mean TRIKAL_{name.upper()}\?"):
            load_settings()


@pytest.mark.parametrize(("line", "nearest"), [
    ('chat_ulr = "http://x"', "chat_url"), ('[model]\nchat = "m"', "models"),
    ('langauge = "hi"', "language"),
])
def test_a_misspelt_key_of_the_file_is_told_with_the_nearest_setting(
    tmp_path: Path, line: str, nearest: str
) -> None:
    (tmp_path / "trikal.toml").write_text(line)
    with pytest.raises(BadInput) as wrong:
        load_settings()
    _one_sentence(str(wrong.value), "is no setting", f"did you mean {nearest}?")


def test_a_file_in_another_encoding_is_told(tmp_path: Path) -> None:
    (tmp_path / "trikal.toml").write_bytes('archive = "Größe"'.encode("latin-1"))
    with pytest.raises(BadInput) as wrong:
        load_settings()
    _one_sentence(str(wrong.value), "trikal.toml cannot be read", "utf-8")


def test_a_forbidden_file_is_told(
    tmp_path: Path, as_nobody: Callable[[], AbstractContextManager[None]]
) -> None:
    (tmp_path / "trikal.toml").write_text('language = "hi"')
    (tmp_path / "trikal.toml").chmod(0)
    with as_nobody(), pytest.raises(BadInput) as wrong:
        load_settings()
    _one_sentence(str(wrong.value), "trikal.toml")


def test_a_role_with_a_hyphen_can_be_pinned_in_the_environment(
    monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIKAL_MODELS__TEXT_EMBEDDING", "all-minilm-l6-v2")
    monkeypatch.setenv("TRIKAL_MODELS__CHAT", "qwen")
    assert load_settings().models == {"text-embedding": "all-minilm-l6-v2", "chat": "qwen"}


@pytest.mark.parametrize("tag", ["en", "hi", "pt-BR", "zh-Hant"])
def test_languages_are_bcp47_tags(tag: str) -> None:
    assert load_settings(language=tag).language == tag


@pytest.mark.parametrize("tag", ["klingon!", "??", "the language of the bees", "xx"])
def test_what_is_no_language_is_told_before_any_model_hears_it(tag: str) -> None:
    with pytest.raises(BadInput) as wrong:
        load_settings(language=tag)
    _one_sentence(str(wrong.value), "language", repr(tag), "pt-BR")


def test_an_empty_language_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIKAL_LANGUAGE", "")
    assert load_settings().language is None


def test_several_wrong_settings_are_told_at_once() -> None:
    with pytest.raises(BadInput) as wrong:
        load_settings(threads=0, request_timeout_s=-1, colour="red")
    _one_sentence(str(wrong.value), "threads", "request_timeout_s", "colour is no setting")


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        load_settings().language = "hi"  # type: ignore[misc]


def test_every_setting_is_documented() -> None:
    for name in Settings.model_fields:
        assert f"        {name}: " in (Settings.__doc__ or "").replace("    Attributes", "Attr")
