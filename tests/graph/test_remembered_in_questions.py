"""Memories reach the plan: what people say becomes what the archive calls it."""

from collections.abc import Callable
from dataclasses import replace

from trikal.graph.build import build_graph
from trikal.graph.context import Context
from trikal.graph.memory import Memories


def test_an_alias_is_searched_for_by_what_it_means(context: Callable[..., Context]) -> None:
    plain = context().resources
    assert plain is not None
    knowing = replace(plain, memories=lambda: Memories(aliases={"the tempest": "a storm"}))
    reply = build_graph().invoke(
        {"question": "What was said right after the tempest closed the lighthouse?"},
        context=Context(resources=knowing))
    assert "a storm closed the lighthouse" in reply["plan"]["words"]
    assert [each["start_ms"] for each in reply["citations"]] == [15_000]


def test_a_person_s_name_is_the_speaker_of_the_transcript(context: Callable[..., Context]) -> None:
    plain = context().resources
    assert plain is not None
    knowing = replace(plain, memories=lambda: Memories(speakers={"CDR": "Jim Lovell"}))
    reply = build_graph().invoke({"question": "What did Jim Lovell say about the bridge?"},
                                 context=Context(resources=knowing))
    assert reply["plan"]["query"]["scope"]["speakers"] == ["CDR"]
    assert reply["found"] is False
