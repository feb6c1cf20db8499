"""What media are called by: one table, whether one is asked about or set beside another."""

import pytest

from trikal.graph.conversation.called import kinds_called, one_of_kind


@pytest.mark.parametrize(("noun", "kind"), [
    ("film", "video"), ("documentary", "video"), ("memo", "audio"), ("podcast", "audio"),
    ("voice note", "audio"),
])
def test_a_noun_calls_the_same_kind_everywhere(noun: str, kind: str) -> None:
    assert kinds_called(noun) == kinds_called(f"{noun}s") == (kind,)
    assert one_of_kind(kind).fullmatch(f"The whole {noun}")
    assert not one_of_kind("any").fullmatch(f"the {noun}")


def test_a_recording_is_one_of_sound_only_beside_a_film() -> None:
    assert kinds_called("recordings") == ("audio",)
    assert one_of_kind("any").fullmatch("this recording")
    assert not one_of_kind("audio").fullmatch("this recording")


@pytest.mark.parametrize("noun", ["lecture", "film maker", "", "the film"])
def test_what_may_be_either_calls_no_kind(noun: str) -> None:
    assert kinds_called(noun) == ()


@pytest.mark.parametrize("words", ["film", "a film", "the film maker", "no film"])
def test_only_a_certain_one_is_meant(words: str) -> None:
    assert not one_of_kind("video").fullmatch(words)
