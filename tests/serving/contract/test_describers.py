"""Role vision: one contract for the fake that other tests trust and every real adapter."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from tests import fakes
from tests.serving.contract.opening import at_once, chat_answer, noise, saved, torch
from tests.serving.servers import MODELS, serving
from trikal.errors import BadInput
from trikal.serving.backends.openai_compatible import OpenAICompatibleChat, OpenAICompatibleVision
from trikal.serving.backends.transformers_vision import TransformersVision
from trikal.serving.roles import Closes, Describer


@pytest.fixture
def remote() -> Iterator[Describer]:
    answer = chat_answer("A red picture.")
    with serving({"/v1/models": MODELS, "/v1/chat/completions": answer}) as served:
        opened = OpenAICompatibleVision(OpenAICompatibleChat(
            served.url, key="k", model="first", timeout_s=10.0, prefix="TRIKAL_VISION",
            max_retries=0))
        yield opened
        opened.close()


@pytest.fixture(params=["fake", "openai-compatible", torch("transformers")])
def describer(request: pytest.FixtureRequest) -> Describer:
    makers: dict[str, Callable[[], Any]] = {
        "fake": fakes.FakeDescriber,
        "openai-compatible": lambda: request.getfixturevalue("remote"),
        "transformers": lambda: TransformersVision("tiny", saved("llava"), most_tokens=6),
    }
    return makers[request.param]()


@pytest.mark.parametrize("ask", [None, "What colour is it?"])
def test_a_picture_is_told_in_words(describer: Describer, ask: str | None) -> None:
    told = describer.describe(noise(40, 60, 3), ask=ask)
    assert told == told.strip() != ""


@pytest.mark.parametrize("count", [1, 2, 5])
def test_a_run_of_pictures_is_told_as_one(describer: Describer, count: int) -> None:
    assert describer.describe_run([noise(30, 30 + n, 3) for n in range(count)]).strip()


@pytest.mark.parametrize("shape", [(0, 0, 3), (0, 8, 3), (8, 0, 3), (8, 8), (8, 8, 4)])
def test_what_is_no_picture_is_refused(describer: Describer, shape: tuple[int, ...]) -> None:
    with pytest.raises(BadInput):
        describer.describe(np.zeros(shape, dtype=np.uint8))


def test_no_pictures_are_refused(describer: Describer) -> None:
    with pytest.raises(BadInput):
        describer.describe_run([])


def test_threads_are_told_the_same(describer: Describer) -> None:
    wanted = describer.describe(noise(40, 60, 3))
    assert at_once(lambda: describer.describe(noise(40, 60, 3)), 3) == [wanted] * 3


def test_one_that_was_closed_sees_again(describer: Describer) -> None:
    before = describer.describe(noise(40, 60, 3))
    if isinstance(describer, Closes):
        describer.close()
        describer.close()
    assert describer.describe(noise(40, 60, 3)) == before
