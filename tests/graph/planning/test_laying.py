"""How requests become steps by rules alone, and searches that hang on what was found."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.every import every
from tests.graph.conftest import FILM
from tests.graph.makers import MEDIA, MEMO, item
from trikal.errors import BadInput
from trikal.graph.evidence import event_of
from trikal.graph.planning.laying import MOST_CUT, laid_out, named_span, only_medium, plain_plan
from trikal.graph.planning.linking import linked
from trikal.graph.planning.plans import Find, StepPlan, Take, Use, step_data
from trikal.graph.planning.requests import MOST_STILLS, Request, read_request
from trikal.indexes.temporal import (
    Absolute,
    Ambiguous,
    Anchored,
    Clock,
    Relation,
    Scope,
    TemporalQuery,
)
from trikal.moments import Track
from trikal.tools.composition import Kind
from trikal.tools.export import Format

ONE = {FILM.id: FILM}
STORM = TemporalQuery(target="the storm")
NOTHING = TemporalQuery()


def window(start: int | None = None, end: int | None = None, **more: Any) -> TemporalQuery:
    return TemporalQuery(constraints=(Absolute(start_ms=start, end_ms=end, **more),))


def laid(query: TemporalQuery = STORM, media: Any = ONE, **request: Any) -> list[Any]:
    made = laid_out(Request(about="x", **request), query, media)
    assert StepPlan.model_validate({"steps": made.data()}).data() == made.data()
    return list(made.steps)


def does(steps: list[Any]) -> list[str]:
    return [each.do for each in steps]


@every(("request_", "expected"), [
    ({}, ["find", "answer"]), ({"clip": True}, ["find", "answer", "clip"]),
    ({"aloud": True}, ["find", "answer", "say"]), ({"avatar": True}, ["find", "answer", "show"]),
    ({"kind": Kind.SUMMARY}, ["find", "compose"]),
    ({"export": Format.SRT}, ["find", "answer", "export"]),
    ({"stills": 3}, ["find", "answer", "stills"]),
    ({"observe": "look"}, ["find", "look", "answer"]),
    ({"kind": Kind.BRIEF, "clip": True, "aloud": True}, ["find", "compose", "clip", "say"]),
])
def test_a_request_about_something_is_searched_for_and_made(
    request_: dict[str, Any], expected: list[str]
) -> None:
    assert does(laid(**request_)) == expected


def test_what_is_looked_at_while_something_is_said_is_cited_and_not_what_is_said() -> None:
    find, look, answer = laid(observe="look")
    assert look.after == (find.id,)
    assert answer.after == (look.id,)


def test_a_film_is_looked_at_from_its_beginning_to_its_end_and_what_it_shows_is_read() -> None:
    look, screen, answer = laid(NOTHING, observe="look")
    assert (look.medium, look.start_ms, look.end_ms) == (FILM.id, 0, FILM.duration_ms)
    assert (screen.query.tracks, screen.query.scope.media) == ((Track.SCREEN,), (FILM.id,))
    assert answer.after == (look.id, screen.id)


@every("name", [FILM.name, FILM.name.rpartition(".")[0], FILM.name.upper()])
def test_a_film_that_is_named_is_looked_at_to_its_end_however_it_is_called(name: str) -> None:
    look, *_ = laid(TemporalQuery(scope=Scope(media=(name,))), observe="look")
    assert (look.medium, look.end_ms) == (name, FILM.duration_ms)


@every(("request_", "query", "step"), [
    ({"clip": True}, window(5_000, 9_000),
     {"do": "clip", "medium": FILM.id, "start_ms": 5_000, "end_ms": 9_000}),
    ({"clip": True}, window(None, 9_000), {"do": "clip", "medium": FILM.id, "end_ms": 9_000}),
    ({"clip": True}, window(5_000), {"do": "clip", "medium": FILM.id, "start_ms": 5_000}),
    ({"export": Format.VTT}, NOTHING, {"do": "export", "medium": FILM.id, "format": "vtt"}),
    ({"stills": 2}, NOTHING, {"do": "stills", "medium": FILM.id, "count": 2}),
    ({"stills": 1}, window(5_000, 5_000),
     {"do": "stills", "medium": FILM.id, "start_ms": 5_000, "end_ms": 6_000}),
])
def test_a_stretch_that_is_named_needs_no_search(
    request_: dict[str, Any], query: TemporalQuery, step: dict[str, Any]
) -> None:
    text, made = laid(query, **request_)
    assert text.do == "answer"
    data = step_data(made)
    data.pop("id")
    assert data == step


@pytest.mark.parametrize("query", [
    STORM, TemporalQuery(scope=Scope(speakers=("Anita",))),
    TemporalQuery(constraints=(Anchored(relation=Relation.AFTER, anchor=STORM),)),
    window(5_000, 9_000, clock=Clock.WALL), NOTHING,
])
def test_what_must_be_found_first_is_no_named_stretch(query: TemporalQuery) -> None:
    assert named_span(Request(about="x", clip=True), query, ONE) is None


def test_of_a_time_with_several_readings_the_likeliest_is_cut() -> None:
    readings = (Absolute(start_ms=1_000, end_ms=2_000), Absolute(start_ms=9_000, end_ms=9_500))
    query = TemporalQuery(constraints=(Ambiguous(text="1", readings=readings),))
    made: Any = named_span(Request(about="x", clip=True), query, ONE)
    assert (made.start_ms, made.end_ms) == (1_000, 2_000)


@pytest.mark.parametrize("query", [
    window(30_000, from_end=True), window(-5_000, 5_000),
])
def test_times_that_do_not_count_from_the_beginning_are_asked_for_anew(
    query: TemporalQuery
) -> None:
    with pytest.raises(BadInput, match="from the beginning of the medium"):
        laid(query, clip=True)


@pytest.mark.parametrize(("query", "media", "expected"), [
    (NOTHING, ONE, FILM.id), (TemporalQuery(scope=Scope(media=("memo",))), MEDIA, "memo"),
])
def test_the_one_medium_that_can_be_meant(
    query: TemporalQuery, media: Any, expected: str
) -> None:
    assert only_medium(query, media) == expected


@pytest.mark.parametrize("request_", [
    {"export": Format.SRT}, {"stills": 2}, {"kind": Kind.CHAPTERS}, {"observe": "read"},
])
def test_of_several_media_one_must_be_named(request_: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match=r"Name one of: harbour\.mp4, memo\.wav"):
        laid(NOTHING, MEDIA, **request_)


@pytest.mark.parametrize(("request_", "most"), [
    ({}, 1), ({"many": True}, MOST_CUT), ({"last": True}, MOST_CUT),
])
def test_how_many_moments_are_cut(request_: dict[str, Any], most: int) -> None:
    assert laid(clip=True, **request_)[-1].most == most


@pytest.mark.parametrize(("request_", "language", "translate"), [
    ({}, None, False), ({"language": "hi"}, "hi", True),
])
def test_only_a_language_that_is_named_is_translated_into(
    request_: dict[str, Any], language: str | None, translate: bool
) -> None:
    voice = laid(aloud=True, **request_)[-1]
    assert (voice.language, voice.translate, voice.after) == (language, translate, ("text",))


@pytest.mark.parametrize(("file", "kept"), [("a.wav", "a.wav"), ("A.WAV", "A.WAV"),
                                            ("a.mp4", None), (None, None)])
def test_a_voice_is_written_as_wav_only(file: str | None, kept: str | None) -> None:
    assert laid(aloud=True, file=file)[-1].file == kept


def test_chapters_are_of_a_whole_medium_and_nothing_is_searched_for() -> None:
    (text,) = laid(NOTHING, kind=Kind.CHAPTERS)
    assert (text.do, text.medium) == ("compose", FILM.id)


def test_of_several_searches_those_that_only_lead_are_not_cited() -> None:
    lead = Find(id="s1", query=STORM)
    hung = Find(id="s2", query=STORM, uses=(Use(step="s1", take=Take.SPEAKER),))
    steps = laid_out(Request(about="x"), STORM, ONE, [lead, hung]).steps
    assert steps[-1].after == ("s2",)
    beside = Find(id="s2", query=STORM)
    assert laid_out(Request(about="x"), STORM, ONE, [lead, beside]).steps[-1].after == ("s1", "s2")
    assert plain_plan(STORM).steps[-1].after == ("s1",)


def hung_on(take: Take, evidence: Any, query: TemporalQuery = STORM) -> TemporalQuery:
    return linked(Find(id="s2", query=query, uses=(Use(step="s1", take=take),)),
                  {"s1": evidence})


def test_a_search_takes_the_moment_its_speaker_its_medium_or_its_words() -> None:
    found = [item(speaker="Anita"), item(9_000, "no", speaker="Bo")]
    assert hung_on(Take.SPEAKER, found).scope.speakers == ("Anita",)
    assert hung_on(Take.MEDIUM, found).scope.media == (FILM.id,)
    assert hung_on(Take.TEXT, found).target == "The ferry leaves."
    moment = hung_on(Take.MOMENT, found)
    assert moment.anchored is not None
    assert moment.anchored.relation is Relation.RIGHT_AFTER
    assert moment.anchored.anchor == event_of(found[0])
    assert moment.scope.media == (FILM.id,)


def test_an_event_is_that_moment_and_no_other() -> None:
    event = event_of(item(track="screen"))
    assert (event.target, event.tracks, event.scope.media) == ("", (Track.SCREEN,), (FILM.id,))
    assert event.absolutes == (Absolute(start_ms=5_000, end_ms=9_000),)


@pytest.mark.parametrize(("take", "evidence", "says"), [
    (Take.MOMENT, [], "found nothing"), (Take.MEDIUM, None, "found nothing"),
    (Take.SPEAKER, [item()], "Nothing notes who speaks in harbour.mp4 at 0:05"),
    (Take.SPEAKER, [item(speaker="")], "Nothing notes"),
])
def test_what_was_not_found_cannot_be_started_from(take: Take, evidence: Any, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        hung_on(take, evidence)


def test_a_step_with_eight_conditions_takes_no_ninth() -> None:
    full = TemporalQuery(constraints=(Absolute(start_ms=0),) * 8)
    with pytest.raises(BadInput, match="8 conditions on time already"):
        hung_on(Take.MOMENT, [item()], full)
    assert hung_on(Take.MEDIUM, [item()], full).constraints == full.constraints


def test_long_words_are_cut_to_what_a_search_takes() -> None:
    assert len(hung_on(Take.TEXT, [item(text="word\n" * 500)]).target) <= 300


@given(st.text(max_size=80))
def test_any_words_are_read_as_a_request(text: str) -> None:
    request = read_request(text)
    assert len(request.about) <= len(text)
    assert 0 <= request.stills <= MOST_STILLS


@pytest.mark.parametrize(("count", "stills"), [("3", 3), ("ten", 10), ("99", 20), ("0", 1),
                                               ("two", 2)])
def test_a_number_of_stills_is_kept_in_bounds(count: str, stills: int) -> None:
    assert read_request(f"Save {count} stills of talk.mp4").stills == stills


def test_a_medium_of_the_tests_is_a_recording() -> None:
    assert MEDIA[MEMO.id].kind == "audio"
