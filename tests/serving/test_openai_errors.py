"""Errors of servers become two sentences: what is wrong, and what to do."""

from json import JSONDecodeError

import httpx
import openai
import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.exceptions import OutputParserException

from tests.every import every
from trikal.errors import BackendFailed, ModelError
from trikal.serving.backends.openai_errors import failure, map_errors, map_rubbish

URL = "http://gpu-box:8000/v1"
REQUEST = httpx.Request("POST", f"{URL}/chat/completions")


def refused(kind: type[openai.APIStatusError], status: int, message: str = "no") -> Exception:
    return kind(message, response=httpx.Response(status, request=REQUEST), body=None)


def said(exc: Exception, key: str | None = None, url: str | None = URL) -> str:
    return str(failure(exc, "qwen", url, prefix="TRIKAL_VISION", key=key))


@every(("exc", "reason", "remedy"), [
    (openai.APITimeoutError(REQUEST), "did not answer in time", "TRIKAL_REQUEST_TIMEOUT_S"),
    (httpx.ReadTimeout("slow"), "did not answer in time", "TRIKAL_REQUEST_TIMEOUT_S"),
    (openai.APIConnectionError(request=REQUEST), "cannot be reached", "TRIKAL_VISION_URL"),
    (httpx.ReadError("gone"), "broke off the connection", "server's log"),
    (refused(openai.AuthenticationError, 401), "refused the key (HTTP 401)", "TRIKAL_VISION_KEY"),
    (refused(openai.PermissionDeniedError, 403), "refused the key (HTTP 403)",
     "TRIKAL_VISION_KEY"),
    (refused(openai.NotFoundError, 404), "does not know the model", "TRIKAL_VISION_MODEL"),
    (refused(openai.RateLimitError, 429), "is busy or over its limit (429)", "Wait a minute"),
    (refused(openai.InternalServerError, 503), "failed (HTTP 503)", "server's log"),
    (refused(openai.BadRequestError, 400, "bad grammar"), "refused the request (bad grammar)",
     "structured output"),
    (refused(openai.UnprocessableEntityError, 422, "no schema"),
     "refused the request (no schema)", "structured output"),
    (refused(openai.ConflictError, 409), "did not answer as an OpenAI-compatible server does",
     "TRIKAL_VISION_URL"),
    (JSONDecodeError("x", "<html>", 0), "did not answer as", "TRIKAL_VISION_URL"),
    (OutputParserException("x"), "did not answer as", "use another model"),
    (ValueError("the stream held no event"), "did not answer as", "TRIKAL_VISION_URL"),
])
def test_each_error_has_its_reason_and_its_remedy(
    exc: Exception, reason: str, remedy: str
) -> None:
    message = said(exc)
    assert message.startswith(f"qwen at {URL} {reason}")
    assert remedy in message
    assert "{prefix}" not in message
    assert message.endswith(".")
    assert "\n" not in message


@pytest.mark.parametrize("text", [
    "This model's maximum context length is 8192 tokens", "the prompt is too long",
    "exceeds the available context size (4096 tokens)", "Context Window exceeded",
])
def test_a_prompt_that_is_too_long_is_told_whatever_error_brings_it(text: str) -> None:
    for exc in (refused(openai.BadRequestError, 400, text), ValueError(text)):
        message = said(exc)
        assert "has too small a context for this prompt" in message
        assert "Ask something narrower" in message


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=600))
def test_what_a_server_says_is_quoted_in_one_line_and_not_for_ever(text: str) -> None:
    message = said(refused(openai.BadRequestError, 400, text))
    assert len(message.splitlines()) == 1
    assert len(message) < 500


@given(st.text("abc \n", max_size=20), st.text("abc \n", max_size=20))
def test_a_key_is_struck_out_wherever_the_server_repeats_it(before: str, after: str) -> None:
    key = "sk-very-secret"
    message = said(refused(openai.BadRequestError, 400, f"{before} {key} {after}"), key)
    assert key not in message


@pytest.mark.parametrize(("status", "kind"), [
    (401, openai.AuthenticationError), (403, openai.PermissionDeniedError),
    (500, openai.InternalServerError), (404, openai.NotFoundError),
])
def test_what_may_hold_a_key_is_not_quoted_at_all(
    status: int, kind: type[openai.APIStatusError]
) -> None:
    assert "sk-typo" not in said(refused(kind, status, "unknown key sk-typo"))


@pytest.mark.parametrize(("url", "shown"), [
    ("http://h:8000/v1", "http://h:8000/v1"), ("https://joe:pw@h/v1", "https://h/v1"),
    ("https://h/v1?api_key=pw", "https://h/v1"), ("http://pw@h:1/v1?x=pw", "http://h:1/v1"),
])
def test_a_url_is_shown_without_what_is_private_in_it(url: str, shown: str) -> None:
    message = said(openai.APITimeoutError(REQUEST), url=url)
    assert f"qwen at {shown} did not" in message
    assert "pw" not in message


def test_without_a_url_the_model_alone_is_named() -> None:
    assert said(openai.APITimeoutError(REQUEST), url=None).startswith("qwen did not answer")


def test_what_is_mapped_keeps_its_cause_and_is_a_model_error() -> None:
    cause = openai.APITimeoutError(REQUEST)
    with pytest.raises(BackendFailed) as caught, map_errors("qwen", URL):
        raise cause
    assert caught.value.__cause__ is cause
    assert isinstance(caught.value, ModelError)
    assert "TRIKAL_REQUEST_TIMEOUT_S" in str(caught.value)


@pytest.mark.parametrize("bug", [TypeError, KeyError, AttributeError, IndexError, ValueError])
def test_misfits_are_rubbish_only_where_nothing_but_the_server_speaks(
    bug: type[Exception]
) -> None:
    with pytest.raises(bug), map_errors("qwen", URL):
        raise bug("ours")
    with pytest.raises(BackendFailed, match="did not answer as"), map_rubbish(
            "qwen", URL, prefix="TRIKAL_CHAT"):
        raise bug("theirs")


@pytest.mark.parametrize("other", [KeyboardInterrupt, MemoryError, OSError])
def test_what_is_not_the_servers_passes_through(other: type[BaseException]) -> None:
    with pytest.raises(other), map_rubbish("qwen", URL, prefix="TRIKAL_CHAT"):
        raise other


def test_an_error_that_was_mapped_is_not_mapped_again() -> None:
    first = BackendFailed("qwen is down.")
    with pytest.raises(BackendFailed) as caught, map_rubbish("other", URL, prefix="X"):
        raise first
    assert caught.value is first


def test_a_block_without_an_error_gives_what_it_gives() -> None:
    with map_errors("qwen"), map_rubbish("qwen", URL, prefix="X"):
        value = 7
    assert value == 7
