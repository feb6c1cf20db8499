"""When something is looked at again, what it costs, and what is done where a step failed."""

from typing import Any

import pytest

from tests.every import every
from tests.graph.conftest import FILM
from trikal.catalogue import Medium
from trikal.graph.acts import act
from trikal.graph.costs import seconds_of
from trikal.graph.planning.replanning import has_way_out, instead
from trikal.graph.planning.second_look import second_look, with_second_look
from trikal.graph.reels import spans_of
from trikal.indexes.temporal import Absolute, TemporalQuery
from trikal.moments import Track

MEDIA = {FILM.id: FILM}
SOUND = Medium(id="5" * 64, name="memo.wav", kind="audio", size_bytes=1, duration_ms=3_600_000,
               paths=("/memo.wav",))


def item(**more: Any) -> Any:
    return {"n": 1, "media_id": FILM.id, "name": FILM.name, "path": "", "track": "speech",
            "start_ms": 5_000, "end_ms": 9_000, "text": "The ferry leaves.", "speaker": None,
            "score": 1.0, "dense": 0.8, "why": "", "confidence": 0.9, "language": "en", **more}


def state(query: TemporalQuery, lacking: str, *evidence: Any, **found: Any) -> Any:
    data = query.model_dump(mode="json")
    steps = [{"id": "s1", "do": "find", "query": data},
             {"id": "text", "do": "answer", "after": ["s1"]}]
    made = act("s1", "find", "", lacking=lacking, evidence=list(evidence),
               found={"query": data, "steps": [], **found})
    plan = {"query": data, "problem": "", "fact": "", "steps": steps, "main": "s1"}
    return {"plan": plan, "acts": [made], "question": "What is on the screen at 0:12?"}


ON_SCREEN = TemporalQuery(tracks=(Track.SCREEN,), constraints=(
    Absolute(start_ms=12_000, end_ms=12_000),))


def test_the_screen_is_read_at_the_time_that_was_asked_for() -> None:
    look = second_look(state(ON_SCREEN, "there is nothing at that place"), MEDIA)
    assert look is not None
    assert (look.do, look.medium, look.start_ms, look.end_ms) == ("read", FILM.id, 12_000, 12_001)


def test_the_picture_is_looked_at_where_what_is_seen_is_asked_for() -> None:
    seen = ON_SCREEN.model_copy(update={"tracks": (Track.CAPTION,)})
    look = second_look(state(seen, "there is nothing at that place"), MEDIA)
    assert look is not None
    assert look.do == "look"


def test_the_window_beside_an_event_is_read_in_its_medium() -> None:
    steps = [{"kind": "window", "words": "", "media_id": FILM.id, "intervals": [(8_000, 20_000)]}]
    query = ON_SCREEN.model_copy(update={"constraints": ()})
    look = second_look(state(query, "nothing there", steps=steps), MEDIA)
    assert look is not None
    assert (look.start_ms, look.end_ms) == (8_000, 20_000)


@every(("query", "lacking", "evidence", "media"), [
    (ON_SCREEN, "", [], MEDIA),  # it was found
    (ON_SCREEN, "nothing", [], {SOUND.id: SOUND}),  # no picture
    (ON_SCREEN.model_copy(update={"constraints": ()}), "nothing", [], MEDIA),  # no place
    (TemporalQuery(target="ferry"), "", [item()], MEDIA),  # heard well
    (TemporalQuery(target="ferry"), "", [item(confidence=None)], MEDIA),  # from subtitles
    (TemporalQuery(target="ferry"), "", [item(confidence=0.1, end_ms=50_000)], MEDIA),  # too long
    (TemporalQuery(target="ferry"), "", [item(track="screen", confidence=0.1)], MEDIA),
])
def test_what_could_not_change_is_not_looked_at(
    query: TemporalQuery, lacking: str, evidence: list[Any], media: dict[str, Medium]
) -> None:
    assert second_look(state(query, lacking, *evidence), media) is None


def test_speech_heard_badly_is_heard_again_in_the_language_of_its_neighbours() -> None:
    badly = state(TemporalQuery(target="ferry"), "", item(confidence=0.2, language="cy"),
                  item(), item())
    look = second_look(badly, MEDIA)
    assert look is not None
    assert (look.do, look.after, look.language) == ("listen", ("s1",), "en")
    badly["plan"]["steps"] = with_second_look(badly["plan"]["steps"], {"id": "again"})
    assert second_look(badly, MEDIA) is None  # once is enough


def test_a_second_look_becomes_the_first_evidence_of_the_text() -> None:
    steps = [{"id": "s1", "do": "find"}, {"id": "text", "do": "answer", "after": ["s1"]}]
    assert with_second_look(steps, {"id": "again", "do": "read"}) == [
        steps[0], {"id": "again", "do": "read"},
        {"id": "text", "do": "answer", "after": ["again", "s1"]}]


@every(("step", "least", "most"), [
    ({"do": "listen", "medium": "memo.wav"}, 600, 1_200),
    ({"do": "read", "medium": FILM.id, "start_ms": 5, "end_ms": None}, 1, 60),
    ({"do": "clip"}, 0.1, 2), ({"do": "find"}, 0, 0.2), ({"do": "compose", "kind": "quiz"}, 1, 3),
    ({"do": "compose", "kind": "chapters", "medium": "memo.wav"}, 0, 0),
])
def test_costs_grow_with_what_is_worked_on(step: dict[str, Any], least: float, most: float) -> None:
    assert least <= seconds_of(step, [item()], {**MEDIA, SOUND.id: SOUND}) <= most


def failed(step: str, do: str) -> Any:
    return act(step, do, "", status="failed", why="it broke")


@pytest.mark.parametrize(("step", "becomes"), [
    ({"id": "x", "do": "show", "language": "hi"}, {"id": "x", "do": "say", "language": "hi"}),
    ({"id": "x", "do": "say", "language": "hi"},
     {"id": "x", "do": "say", "language": "en", "translate": False}),
    ({"id": "x", "do": "listen", "medium": "m", "model": "large"},
     {"id": "x", "do": "listen", "medium": "m"}),
    ({"id": "x", "do": "find", "uses": [{"step": "s1", "take": "speaker"}]},
     {"id": "x", "do": "find", "uses": [{"step": "s1", "take": "medium"}]}),
])
def test_a_step_that_failed_has_a_way_out(step: dict[str, Any], becomes: dict[str, Any]) -> None:
    first = {"id": "s1", "do": "find"}
    assert has_way_out([first, step], failed("x", step["do"]))
    change = instead([first, step, {"id": "text", "do": "answer", "after": ["x"]}],
                     [failed("x", step["do"])])
    assert change.steps[1] == becomes
    assert change.undone == ("x", "text")
    assert len(change.words) == 1


@pytest.mark.parametrize("do", ["clip", "read", "look", "find"])
def test_what_has_no_way_out_is_left_as_it_failed(do: str) -> None:
    step = {"id": "x", "do": do}
    assert not has_way_out([step], failed("x", do))
    assert instead([step], [failed("x", do)]).steps == [step]


def test_a_reel_joins_what_touches_and_keeps_the_order() -> None:
    given = [item(start_ms=10_000, end_ms=14_000), item(start_ms=0, end_ms=200),
             item(start_ms=14_100, end_ms=16_000), item(media_id="gone")]
    spans = spans_of(given, {}, MEDIA, most=9)
    assert [(each.start_ms, each.end_ms) for each in spans] == [(9_750, 16_250), (0, 1_000)]
    assert len(spans_of(given, {}, MEDIA, most=1)) == 1


def test_a_reel_passes_over_texts_and_what_is_far_behind() -> None:
    told = Medium(id="7" * 64, name="told.jsonl", kind="text", size_bytes=1, duration_ms=9_000,
                  paths=("/told.jsonl",))
    media = {**MEDIA, told.id: told}
    text = item(media_id=told.id, start_ms=1_000, end_ms=2_000)
    far = item(start_ms=30_000, end_ms=34_000, score=0.1)
    spans = spans_of([text, item(), far], {"question": "The ferry"}, media, most=9)
    assert [(each.medium, each.start_ms) for each in spans] == [(FILM.id, 4_750)]
    assert len(spans_of([text], {}, media, most=1)) == 1  # the tool says why it cannot


def test_a_reel_of_a_part_shows_all_of_it() -> None:
    part: Any = {"media_id": FILM.id, "name": "", "start_ms": 20_000, "end_ms": 40_000, "score": 1}
    (span,) = spans_of([item()], {"parts": [part]}, MEDIA, most=1)
    assert (span.start_ms, span.end_ms) == (19_750, 40_250)
