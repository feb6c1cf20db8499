"""Settings: one typed place for everything that can be configured.

Sources, strongest first: arguments, environment variables with the prefix ``TRIKAL_`` (nested
with ``__``: ``TRIKAL_MODELS__CHAT``), and a ``trikal.toml`` in the working folder.
"""

import difflib
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import langcodes
import platformdirs
from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from trikal.errors import BadInput

_FOR_TESTS = "test_"  # so begin, behind the prefix, variables of the tests' own


def _http_url(value: str | None) -> str | None:
    if value is not None and not value.startswith(("http://", "https://")):
        raise ValueError("must start with http:// or https://")
    return value.rstrip("/") if value else None


def _language(value: str | None) -> str | None:
    if value and not langcodes.tag_is_valid(value):
        raise ValueError(f"{value!r} is no BCP-47 tag; write one like en, hi or pt-BR")
    return value or None


def _roles(value: dict[str, str]) -> dict[str, str]:
    # A shell takes no hyphen in a variable's name: TRIKAL_MODELS__TEXT_EMBEDDING.
    return {role.replace("_", "-"): model for role, model in value.items()}


Url = Annotated[str | None, AfterValidator(_http_url)]


class Settings(BaseSettings):
    """What can be set from outside.

    Attributes:
        archive: The archive's folder.
        cache_dir: Where weights joined from carriers are kept, and what is made of them once
            (networks made ready, heads of prompts that were read); shared by all archives.
        models: Role → model name of the catalogue, to pin a choice.
        chat_url: An OpenAI-compatible server for the chat role (a running vLLM, above all).
        chat_key: Its API key.
        chat_model: Its model; the server's first model when not set.
        vision_url: An OpenAI-compatible server with a vision model, for captions.
        vision_key: Its API key.
        vision_model: Its model; the server's first model when not set.
        asr_url: An OpenAI-compatible server with a Whisper, for speech.
        asr_key: Its API key.
        asr_model: Its model; the server's first model when not set.
        text_embedding_url: An OpenAI-compatible server with an embedding model.
        text_embedding_key: Its API key.
        text_embedding_model: Its model; the server's first model when not set.
        rerank: Let a cross-encoder, where there is one, order what a search found.
        rerank_url: A server that reranks: vLLM, or one that answers as Jina's or Cohere's does.
        rerank_key: Its API key.
        rerank_model: Its model; the server's first model when not set.
        tts_url: An OpenAI-compatible server that speaks.
        tts_key: Its API key.
        tts_model: Its model; the server's first model when not set.
        tts_voice: Its name for the voice.
        request_timeout_s: How long one answer of a server may take.
        fallback: Leave a model that fails for the next that can do its task.
        triage: Let the larger of several chat models answer only what is hard.
        log_calls: Write a line for every model call into the archive's ``logs/calls.jsonl``.
        metrics_port: Port of this machine's loopback on which Prometheus finds counters.
        metrics_file: File that they are written to when the process ends.
        qdrant_url: A Qdrant server; without it the archive holds the index itself.
        qdrant_key: Its API key.
        output_folders: Further folders that plans and models may write files into; the archive's
            own folder for outputs always is one.
        media_folders: Folders that a server ingests files from without asking; the working folder
            when not set.
        sessions_url: A PostgreSQL server for sessions; without it the archive holds them itself.
        budget_steps: How many steps of a plan may be carried out for one question.
        budget_tokens: How many tokens chat models may read and write for it.
        budget_seconds: How long may be worked on it, in seconds.
        portrait: Picture whose face says answers where an avatar is asked for.
        portrait_is: ``consenting`` where the person on it agreed, ``drawn`` for a drawing; without
            either it is not used.
        avatar_url: A server that makes the film; Trikal's own renderer when neither this nor a
            command is set.
        avatar_key: Its API key.
        avatar_command: A program and its arguments that makes the film, with ``{portrait}``,
            ``{sound}`` and ``{out}`` for its files; a server's URL wins over it.
        language: BCP-47 tag that speech is assumed to be in; detected when not set.
        translate: Let Whisper translate speech in other languages into English too, as a track of
            its own that English questions find; listening to such speech then takes about twice
            as long.
        diarise: Tell voices apart in speech that a model heard, where what does that is installed.
        threads: CPU threads for models; all cores when not set.
        vllm_python: The Python of an environment that has vLLM; Trikal makes one when not set.
    """

    model_config = SettingsConfigDict(
        env_prefix="TRIKAL_", env_nested_delimiter="__", toml_file="trikal.toml", extra="forbid",
        frozen=True,
    )

    archive: Path = Path(".trikal")
    cache_dir: Path = Field(default_factory=lambda: Path(platformdirs.user_cache_dir("trikal")))
    models: Annotated[dict[str, str], AfterValidator(_roles)] = Field(default_factory=dict)
    chat_url: Url = None
    chat_key: SecretStr | None = None
    chat_model: str | None = None
    vision_url: Url = None
    vision_key: SecretStr | None = None
    vision_model: str | None = None
    asr_url: Url = None
    asr_key: SecretStr | None = None
    asr_model: str | None = None
    text_embedding_url: Url = None
    text_embedding_key: SecretStr | None = None
    text_embedding_model: str | None = None
    rerank: bool = True
    rerank_url: Url = None
    rerank_key: SecretStr | None = None
    rerank_model: str | None = None
    tts_url: Url = None
    tts_key: SecretStr | None = None
    tts_model: str | None = None
    tts_voice: str = "alloy"
    request_timeout_s: float = Field(default=60.0, gt=0)
    fallback: bool = True
    triage: bool = True
    log_calls: bool = False
    metrics_port: int | None = Field(default=None, ge=1, le=65535)
    metrics_file: Path | None = None
    qdrant_url: Url = None
    qdrant_key: SecretStr | None = None
    output_folders: tuple[Path, ...] = ()
    media_folders: tuple[Path, ...] = (Path(),)
    sessions_url: SecretStr | None = None
    budget_steps: int = Field(default=12, ge=1)
    budget_tokens: int = Field(default=20_000, ge=1)
    budget_seconds: float = Field(default=300.0, gt=0)
    portrait: Path | None = None
    portrait_is: Literal["consenting", "drawn"] | None = None
    avatar_url: Url = None
    avatar_key: SecretStr | None = None
    avatar_command: tuple[str, ...] = ()
    language: Annotated[str | None, AfterValidator(_language)] = None
    translate: bool = True
    diarise: bool = True
    threads: int | None = Field(default=None, ge=1)
    vllm_python: Path | None = None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order the sources: arguments, environment, ``trikal.toml``."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings(**overrides: object) -> Settings:
    """Read the settings and turn what is wrong with them into one sentence.

    Args:
        **overrides: Values that win over environment and file; ``None`` means not given.

    Raises:
        BadInput: A setting has an impossible value or an unknown name (the message tells the
            nearest one), or ``trikal.toml`` cannot be read.
    """
    _check_names(os.environ)
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as exc:
        problems = "; ".join(
            _unknown(name := str(error["loc"][0]), name) if error["type"] == "extra_forbidden"
            else f"{'.'.join(str(part) for part in error['loc']) or 'settings'}: {error['msg']}"
            for error in exc.errors()
        )
        raise _wrong(problems) from exc
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as exc:
        raise _wrong(f"trikal.toml cannot be read: {exc}") from exc
    except SettingsError as exc:
        raise _wrong(str(exc)) from exc


def _check_names(environment: Mapping[str, str]) -> None:
    """Refuse variables with our prefix that set nothing: a slip of the pen would go unnoticed."""
    for variable in sorted(environment):
        name = variable.lower().removeprefix("trikal_")
        setting, nested, _ = name.partition("__")
        ours = name != variable.lower() and not name.startswith(_FOR_TESTS)
        known = setting in Settings.model_fields and (not nested or setting == "models")
        if ours and not known:
            raise _wrong(_unknown(variable, setting, "TRIKAL_"))


def _unknown(given: str, name: str, prefix: str = "") -> str:
    """Say that nothing is called as given, and what comes nearest to the bare name."""
    near = difflib.get_close_matches(name.lower(), Settings.model_fields, n=1)
    names = [prefix + (each.upper() if prefix else each) for each in near or Settings.model_fields]
    hint = f"did you mean {names[0]}?" if near else f"known: {', '.join(names)}"
    return f"{given} is no setting ({hint})"


def _wrong(problems: str) -> BadInput:
    return BadInput(
        f"The settings are wrong: {problems}. Correct the TRIKAL_ variable or trikal.toml."
    )
