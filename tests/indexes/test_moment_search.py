"""Search by text: utterances come back, helped by the passage that they stand in."""


import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.indexes.makers import embed
from trikal.indexes.intervals import Interval
from trikal.indexes.moment_search import MomentSearch, TextQuery
from trikal.indexes.protocol import EVERYTHING, MomentFilter, MomentIndex
from trikal.indexes.scoring import pairs_in
from trikal.indexes.spans import Span, surprising
from trikal.moments import Moment, Track, Unit


def said(start_s: int, text: str, *, media_id: str = "talk", speaker: str | None = None,
         track: Track = Track.SPEECH) -> Moment:
    return Moment(media_id=media_id, track=track, start_ms=start_s * 1000,
                  end_ms=start_s * 1000 + 4000, text=text, speaker=speaker, source="test")


def passage(*parts: Moment) -> Moment:
    return Moment(media_id=parts[0].media_id, track=parts[0].track, unit=Unit.PASSAGE,
                  start_ms=parts[0].start_ms, end_ms=parts[-1].end_ms, source="test",
                  text=" ".join(part.text for part in parts))


class Archive:
    def __init__(self, index: MomentIndex) -> None:
        self.index = index
        self.search = MomentSearch(index, embed)

    def hold(self, *moments: Moment) -> None:
        self.index.upsert(moments, embed([moment.text for moment in moments]))

    def spans(self, query: str, scope: MomentFilter = EVERYTHING, limit: int = 5) -> list[Span]:
        return surprising(self.search.scored(query, (scope,)), limit)

    def texts(self, query: str, *scopes: MomentFilter, limit: int = 10) -> list[str]:
        (found,) = self.search.search([TextQuery(text=query, scopes=scopes or (EVERYTHING,))],
                                      limit)
        return [evidence.moment.text for evidence in found]


@pytest.fixture
def archive(index: MomentIndex) -> Archive:
    return Archive(index)


def test_only_observations_are_returned(archive: Archive) -> None:
    parts = said(0, "the red boat left"), said(5, "nobody saw it again")
    archive.hold(*parts, passage(*parts))
    assert set(archive.texts("red boat")) == {part.text for part in parts}


def test_the_passage_around_an_utterance_helps_it(archive: Archive) -> None:
    near = said(0, "we are losing pressure in the oxygen tank"), said(5, "it is a gas of some sort")
    far = said(100, "the weather is fine"), said(105, "it is a gas of some sort or other")
    archive.hold(*near, *far, passage(*near), passage(*far))
    found = archive.texts("gas from the oxygen tank")
    assert found.index(near[1].text) < found.index(far[1].text)


def test_an_utterance_too_short_to_be_found_is_found_through_its_passage(archive: Archive) -> None:
    crowd = [said(100 + 5 * n, f"the pump and valve number {n} are fine") for n in range(60)]
    parts = said(0, "look at the pump"), said(5, "oh dear")
    archive.hold(*crowd, *parts, passage(*parts, ))
    assert "oh dear" in archive.texts("look at the pump oh dear", limit=70)


def test_a_quotation_beats_the_same_words_in_other_places(archive: Archive) -> None:
    archive.hold(said(0, "a problem we had, that Houston problem was a ground problem"),
                 said(10, "Houston, we've had a problem"))
    assert archive.texts("Houston, we've had a problem")[0] == "Houston, we've had a problem"


def test_several_scopes_are_searched_as_one(archive: Archive) -> None:
    archive.hold(said(0, "green bridge", media_id="a"), said(0, "green", media_id="b"),
                 said(0, "green bridge", media_id="c"))
    scopes = [MomentFilter(media_ids=(media_id,)) for media_id in ("b", "a")]
    assert archive.texts("green bridge", *scopes) == ["green bridge", "green"]


def test_a_passage_that_reaches_out_of_the_window_opens_nothing_outside(archive: Archive) -> None:
    parts = said(0, "green bridge inside"), said(10, "green bridge outside")
    archive.hold(*parts, passage(*parts))
    window = MomentFilter(windows=(Interval(0, 5_000),))
    assert archive.texts("green bridge", window) == ["green bridge inside"]


def test_equal_words_on_two_tracks_and_by_two_speakers_all_stay(archive: Archive) -> None:
    archive.hold(said(0, "yes", speaker="A"), said(0, "yes", speaker="B"),
                 said(0, "yes", track=Track.SCREEN))
    assert archive.texts("yes") == ["yes"] * 3


def test_many_queries_at_once_answer_like_one_by_one(archive: Archive) -> None:
    archive.hold(said(0, "green bridge"), said(5, "red ferry"), said(9, "blue lighthouse"))
    queries = [TextQuery(text=text, scopes=(EVERYTHING,)) for text in ("red ferry", "blue")]
    together = archive.search.search(queries, 2)
    assert together == [archive.search.search([query], 2)[0] for query in queries]


def test_nothing_asked_or_nothing_there_gives_nothing(archive: Archive) -> None:
    assert archive.search.search([], 5) == []
    assert archive.texts("anything") == []


def test_utterances_in_one_opened_passage_do_not_crowd_out_those_in_another(
    archive: Archive
) -> None:
    crowd = [said(100 + 5 * n, f"pump {n}") for n in range(100)]
    parts = said(0, "oh dear"), said(5, "dear me")
    loose = [passage(*crowd[:50]), passage(*crowd[50:])]
    best = passage(*parts).model_copy(update={"text": "look at the pump"})
    archive.hold(*crowd, *parts, *loose, best, said(1_000, "look at the pump"))
    assert {"oh dear", "dear me"} < set(archive.texts("look at the pump", limit=10))


def test_the_best_passages_of_several_media_and_tracks_are_all_opened(archive: Archive) -> None:
    crowd = [said(100 + 5 * n, f"pump {n}", media_id="c") for n in range(100)]
    archive.hold(*crowd, said(1_000, "look at the pump", media_id="c"))
    for media_id, track, text in (("a", Track.SPEECH, "oh dear"), ("b", Track.SCREEN, "dear me"),
                                  ("b", Track.SPEECH, "hm")):
        part = said(0, text, media_id=media_id, track=track)
        archive.hold(part, passage(part).model_copy(update={"text": "look at the pump"}))
    assert {"oh dear", "dear me", "hm"} < set(archive.texts("look at the pump", limit=10))


def test_the_part_about_something_has_a_start_and_an_end(archive: Archive) -> None:
    before = [said(10 * n, f"nothing of note {n}") for n in range(30)]
    part = [said(300 + 10 * n, f"the red boat leaves {n}") for n in range(6)]
    after = [said(360 + 10 * n, f"nothing of note {n + 30}") for n in range(30)]
    archive.hold(*before, *part, *after, passage(*part[:3]), passage(*part[3:]))
    best = archive.spans("red boat leaves")[0]
    assert (best.media_id, best.track) == ("talk", Track.SPEECH)
    assert best.interval == Interval(300_000, 354_000)
    assert sorted(best.moments, key=lambda each: each.start_ms) == part


def test_spans_stay_within_their_windows_and_join_no_two(archive: Archive) -> None:
    archive.hold(*[said(5 * n, f"the red boat {n}") for n in range(20)])
    windows = (Interval(10_000, 32_000), Interval(61_000, 80_000))
    found = archive.spans("red boat", MomentFilter(windows=windows))
    assert {window for window in windows for span in found
            if window.contains(span.interval)} == set(windows)
    assert all(any(window.contains(span.interval) for window in windows) for span in found)


def test_spans_honour_the_limit(archive: Archive) -> None:
    archive.hold(*[said(10_000 * n, f"the red boat {n}", media_id=str(n)) for n in range(8)])
    assert len(archive.spans("red boat", limit=3)) == 3
    found = archive.spans("red boat", limit=8)
    assert {span.interval.duration_ms for span in found} == {4_000}


def test_spans_of_an_empty_archive_are_none(archive: Archive) -> None:
    assert archive.spans("anything") == []


@given(st.lists(st.sampled_from(["a", "b", "c"]), max_size=6))
def test_a_text_shares_all_pairs_with_itself(words: list[str]) -> None:
    text = " ".join(words)
    assert pairs_in(text)(f"before {text} after") == (1.0 if len(words) > 1 else 0.0)
