"""Memories reach the plan: what people say becomes what the archive calls it."""

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from trikal.graph.build import build_graph
from trikal.graph.context import Context
from trikal.graph.evidence import EvidenceItem
from trikal.graph.memory import Memories
from trikal.graph.nodes.verify import reply_of


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


def test_a_speaker_is_told_by_the_name_that_is_remembered() -> None:
    item = EvidenceItem(n=1, media_id="m", name="a.srt", path="a.srt", track="speech", start_ms=0,
                        end_ms=1_000, text="Houston, we've had a problem.", speaker="CDR", score=0,
                        dense=None, why="")
    state: Any = {"question": "who said it?", "evidence": [item], "support": "", "plan": {
        "fact": "speaker", "query": {}, "steps": []}}
    known = SimpleNamespace(memories=lambda: Memories(speakers={"CDR": "Jim Lovell"}))
    told = reply_of(state, known)  # type: ignore[arg-type]
    assert told["answer"].startswith("Jim Lovell (CDR): “Houston")
    unknown = SimpleNamespace(memories=lambda: Memories())
    assert reply_of(state, unknown)["answer"].startswith("CDR: ")  # type: ignore[arg-type]
    item["speaker"] = None
    assert reply_of(state, known)["found"] is False  # type: ignore[arg-type]
