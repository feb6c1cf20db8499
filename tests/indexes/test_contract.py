"""What every engine must do alike."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.indexes.makers import DIMENSIONS, moment, vector_of, vectors_of
from trikal.errors import BackendFailed, EmbeddingMismatch
from trikal.indexes.intervals import EARLIEST_MS, LATEST_MS, Interval
from trikal.indexes.protocol import Hit, MomentFilter, MomentIndex, MomentQuery
from trikal.moments import Moment, Track, Unit

DAY_MS = 86_400_000


def fill(index: MomentIndex, *moments: Moment) -> list[Moment]:
    index.upsert(list(moments), vectors_of(list(moments)))
    return list(moments)


def starts(moments: list[Moment]) -> list[int]:
    return [each.start_ms for each in moments]


def seen_through(index: MomentIndex, wanted: MomentFilter) -> set[str]:
    """The ids that pass a filter, checked to be the same by every way of asking."""
    queries = [
        MomentQuery(vector=vector_of("x"), filter=wanted, limit=100),
        MomentQuery(vector=vector_of("x"), text="nothing alike", filter=wanted, limit=100),
    ]
    ways = [{hit.moment.id for hit in hits} for hits in index.search(queries)]
    ways.append({each.id for each in index.in_window(wanted, 100)})
    assert all(way == ways[0] for way in ways)
    assert index.count(wanted) == len(ways[0])
    return ways[0]


def found_in(index: MomentIndex, *windows: Interval) -> list[int]:
    ids = seen_through(index, MomentFilter(windows=windows))
    return sorted(starts(index.get(list(ids))))


def search_one(index: MomentIndex, query: MomentQuery) -> list[Hit]:
    return index.search([query])[0]


def test_empty_index_finds_nothing(index: MomentIndex) -> None:
    query = MomentQuery(vector=vector_of("x"), text="word")
    assert index.search([query, query]) == [[], []]
    assert index.search([]) == []
    assert index.count() == 0
    assert index.in_window(MomentFilter(), 5) == []
    assert index.previous(moment(5), 3) == index.following(moment(5), 3) == []
    assert index.get(["6f0f6e5c-2b43-5d3a-9a53-7472696b616c"]) == []
    index.delete_media("unknown")


def test_moment_comes_back_whole(index: MomentIndex) -> None:
    stored = moment(
        -3_500, 2, unit=Unit.PASSAGE, track=Track.SCREEN, text="बजट “2024” 🏏", language="hi-IN",
        speaker="A. Rao", confidence=0.25, recorded_at="2026-01-02T03:04:05+05:30",
    )
    fill(index, stored)
    assert index.get([stored.id]) == [stored]
    assert search_one(index, MomentQuery(vector=vector_of("x")))[0].moment == stored


def test_get_keeps_the_order_of_the_ids(index: MomentIndex) -> None:
    a, b = fill(index, moment(0), moment(10))
    unknown = moment(20).id
    assert index.get([b.id, unknown, a.id]) == [b, a]


@pytest.mark.parametrize("rubbish", ["", "nobody", "7", "{6f0f6e5c-2b43-5d3a-9a53-7472696b616c}"])
def test_what_is_no_id_of_any_moment_is_unknown_too(index: MomentIndex, rubbish: str) -> None:
    (stored,) = fill(index, moment(0))
    strange = [rubbish, stored.id.upper(), stored.id.replace("-", "")]
    assert index.get([*strange, stored.id]) == [stored]
    index.delete(strange)
    assert index.count() == 1


def test_moment_across_a_boundary_is_found_from_both_sides(index: MomentIndex) -> None:
    fill(index, moment(5_000, 15_000))
    assert found_in(index, Interval(0, 10_000)) == [5_000]
    assert found_in(index, Interval(10_000, 20_000)) == [5_000]
    assert found_in(index, Interval(7_000, 8_000)) == [5_000]
    assert found_in(index, Interval(0, 5_000)) == []
    assert found_in(index, Interval(15_000, 20_000)) == []


def test_instants_are_found_where_they_stand(index: MomentIndex) -> None:
    fill(index, moment(1_000, 1_000), moment(2_000, 3_000))
    assert found_in(index, Interval(1_000, 1_500)) == [1_000]
    assert found_in(index, Interval(0, 1_000)) == []
    assert found_in(index, Interval.at(2_000)) == [2_000]
    assert found_in(index, Interval.at(3_000)) == []
    assert found_in(index, Interval.at(1_000)) == [1_000]


def test_several_windows_mean_any_of_them(index: MomentIndex) -> None:
    fill(index, *(moment(start, start + 500) for start in range(0, 10_000, 1_000)))
    assert found_in(index, Interval(900, 1_100), Interval(8_100, 20_000)) == [1_000, 8_000, 9_000]


def test_only_what_starts_in_a_stretch_may_be_asked_for(index: MomentIndex) -> None:
    fill(index, moment(0, 30_000), moment(5_000), moment(10_000), moment(10_000, 10_000))
    stretches = (Interval(4_000, 10_000), Interval.at(10_000))
    ids = seen_through(index, MomentFilter(starts=stretches))
    assert sorted(starts(index.get(list(ids)))) == [5_000, 10_000, 10_000]


@pytest.mark.parametrize("start", [-60_001, -60_000, -1, 0, 59_999, 60_000, 7 * DAY_MS])
@pytest.mark.parametrize("length", [0, 1, 59_999, 60_001, 3_600_000, DAY_MS])
def test_a_stretch_of_a_medium_ends_where_it_says(
    index: MomentIndex, start: int, length: int
) -> None:
    stretch = Interval(start, start + length)
    inside = fill(index, moment(start), moment(stretch.until_ms - 1, source="other"))
    fill(index, moment(start - 1), moment(stretch.until_ms), moment(start, media_id="medium-b"))
    wanted = MomentFilter(media_ids=("medium-a",), starts=(stretch,))
    assert seen_through(index, wanted) == {each.id for each in inside}


def test_alternatives_are_joined_by_or_and_with_the_rest_by_and(index: MomentIndex) -> None:
    early, late, other, shown = fill(
        index, moment(0), moment(50_000), moment(0, media_id="medium-b"),
        moment(0, track=Track.SCREEN))
    places = (MomentFilter(media_ids=("medium-a",), windows=(Interval(0, 1_000),)),
              MomentFilter(media_ids=("medium-b",)))
    assert seen_through(index, MomentFilter(any_of=places)) == {early.id, other.id, shown.id}
    spoken = MomentFilter(any_of=places, tracks=(Track.SPEECH,))
    assert seen_through(index, spoken) == {early.id, other.id}
    whole = MomentFilter(any_of=(*places, MomentFilter()))
    assert seen_through(index, whole) == {early.id, late.id, other.id, shown.id}


def test_windows_may_be_open_and_times_negative_or_beyond_a_day(index: MomentIndex) -> None:
    fill(index, moment(-9_000), moment(0), moment(3 * DAY_MS))
    assert found_in(index, Interval.until(0)) == [-9_000]
    assert found_in(index, Interval.since(500)) == [0, 3 * DAY_MS]
    assert found_in(index, Interval(3 * DAY_MS, 3 * DAY_MS + 1)) == [3 * DAY_MS]
    assert found_in(index, Interval(EARLIEST_MS, LATEST_MS)) == [-9_000, 0, 3 * DAY_MS]


@settings(max_examples=12, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(-30, 30), st.integers(0, 20)), max_size=12),
       st.lists(st.tuples(st.integers(-35, 35), st.integers(0, 25)), min_size=1, max_size=3))
def test_overlap_agrees_with_brute_force(
    index: MomentIndex, spans: list[tuple[int, int]], windows: list[tuple[int, int]]
) -> None:
    index.delete_media("medium-a")
    moments = fill(index, *(moment(start, start + length) for start, length in spans))
    wanted = tuple(Interval(start, start + length) for start, length in windows)
    expected = {
        each.id for each in moments if any(Interval.of(each).overlaps(one) for one in wanted)
    }
    assert seen_through(index, MomentFilter(windows=wanted)) == expected


VARIED = {
    "plain": moment(0),
    "other medium": moment(0, media_id="medium-b"),
    "screen": moment(0, track=Track.SCREEN),
    "passage": moment(0, unit=Unit.PASSAGE),
    "hindi": moment(0, language="hi"),
    "asha": moment(0, speaker="Asha"),
    "late": moment(60_000),
    "all": moment(60_000, media_id="medium-b", track=Track.SCREEN, unit=Unit.PASSAGE,
                  language="hi", speaker="Asha"),
}


@pytest.mark.parametrize(("wanted", "expected"), [
    (MomentFilter(media_ids=("medium-b",)), {"other medium", "all"}),
    (MomentFilter(media_ids=("medium-a", "medium-b")), set(VARIED)),
    (MomentFilter(tracks=(Track.SCREEN,)), {"screen", "all"}),
    (MomentFilter(units=(Unit.PASSAGE,)), {"passage", "all"}),
    (MomentFilter(languages=("hi", "ta")), {"hindi", "all"}),
    (MomentFilter(speakers=("Asha",)), {"asha", "all"}),
    (MomentFilter(windows=(Interval(60_500, 61_000),)), {"late", "all"}),
    (MomentFilter(speakers=("nobody",)), set()),
    (MomentFilter(media_ids=("medium-b",), tracks=(Track.SCREEN,), units=(Unit.PASSAGE,),
                  languages=("hi",), speakers=("Asha",), windows=(Interval.since(60_000),)),
     {"all"}),
    (MomentFilter(media_ids=("medium-b",), windows=(Interval.until(60_000),)), {"other medium"}),
])
def test_filters_alone_and_together(
    index: MomentIndex, wanted: MomentFilter, expected: set[str]
) -> None:
    fill(index, *VARIED.values())
    assert seen_through(index, wanted) == {VARIED[name].id for name in expected}


def test_filter_is_applied_before_the_search(index: MomentIndex) -> None:
    like = [moment(start, text="the goal", media_id="crowd") for start in range(300)]
    lone = moment(7_000, text="something else")
    fill(index, *like, lone)
    for query in (
        MomentQuery(vector=vector_of("the goal"), filter=MomentFilter(media_ids=("medium-a",))),
        MomentQuery(vector=vector_of("the goal"), text="goal", limit=1,
                    filter=MomentFilter(windows=(Interval(7_500, 7_600),))),
    ):
        assert [hit.moment for hit in search_one(index, query)] == [lone]


def test_equal_texts_in_several_media_stay_apart(index: MomentIndex) -> None:
    fill(index, *(moment(0, media_id=name, text="welcome back") for name in ("a", "b", "c")))
    hits = search_one(index, MomentQuery(vector=vector_of("welcome back"), text="welcome"))
    assert {hit.moment.media_id for hit in hits} == {"a", "b", "c"}


def test_storing_twice_changes_nothing(index: MomentIndex) -> None:
    moments = [moment(start) for start in range(5)]
    fill(index, *moments)
    query = MomentQuery(vector=vector_of("at 3"), text="at 3")
    once = search_one(index, query)
    fill(index, *moments, *moments)
    assert index.count() == 5
    assert [hit.moment for hit in search_one(index, query)] == [hit.moment for hit in once]


def test_deleting_a_medium_leaves_the_rest(index: MomentIndex) -> None:
    fill(index, moment(0), moment(1), moment(0, media_id="medium-b"))
    index.delete_media("medium-a")
    assert [each.media_id for each in index.in_window(MomentFilter(), 9)] == ["medium-b"]


def test_dense_search_orders_by_cosine(index: MomentIndex) -> None:
    moments = fill(index, *(moment(start) for start in range(20)))
    query = vector_of("at 7")
    hits = search_one(index, MomentQuery(vector=query, limit=4))
    expected = sorted((float(vector_of(each.text) @ query) for each in moments), reverse=True)[:4]
    assert hits[0].moment == moments[7]
    assert [hit.dense for hit in hits] == pytest.approx(expected, abs=1e-5)
    assert [hit.score for hit in hits] == [hit.dense for hit in hits]
    assert {hit.bm25 for hit in hits} == {None}


def test_word_search_finds_only_shared_words_and_weighs_rare_ones(index: MomentIndex) -> None:
    rare = moment(9, text="the keeper saves the penalty")
    fill(index, *(moment(n, text=f"a goal by player {n}") for n in range(5)), rare, moment(
        10, text="weather"))
    hits = search_one(index, MomentQuery(text="goal penalty"))
    assert hits[0].moment == rare
    assert len(hits) == 6
    assert all(hit.bm25 == hit.score > 0 and hit.dense is None for hit in hits)


def test_words_of_other_scripts_are_found(index: MomentIndex) -> None:
    hindi, tamil, _ = fill(index, moment(0, text="आज सदन में बजट पारित हुआ।"),
                           moment(1, text="தமிழ் நாடு அரசு"), moment(2, text="the budget"))
    hits = index.search([MomentQuery(text="बजट कब पारित"), MomentQuery(text="தமிழ்")])
    assert [[hit.moment for hit in each] for each in hits] == [[hindi], [tamil]]


@pytest.mark.parametrize("text", ["", "?!", "the of"])
def test_text_without_words_finds_nothing_alone_and_does_no_harm_beside_a_vector(
    index: MomentIndex, text: str
) -> None:
    stored, _ = fill(index, moment(0), moment(1))
    alone, both = index.search([
        MomentQuery(text=text), MomentQuery(vector=vector_of("at 0"), text=text)
    ])
    assert alone == []
    assert both[0].moment == stored
    assert both[0].bm25 is None


def test_hybrid_search_keeps_the_best_of_both_and_says_why(index: MomentIndex) -> None:
    by_meaning, by_words = moment(0, text="alpha"), moment(1, text="omega")
    others = [moment(n, text=f"filler {n}") for n in range(2, 40)]
    fill(index, *others, by_meaning, by_words)
    dense, words, both = index.search([
        MomentQuery(vector=vector_of("alpha"), limit=40), MomentQuery(text="omega", limit=40),
        MomentQuery(vector=vector_of("alpha"), text="omega", limit=40),
    ])
    assert {by_meaning, by_words} <= {hit.moment for hit in both[:3]}
    assert {hit.moment.id: hit.dense for hit in both} == pytest.approx(
        {hit.moment.id: hit.dense for hit in dense}, abs=1e-5)
    assert {hit.moment.id: hit.bm25 for hit in both if hit.bm25 is not None} == pytest.approx(
        {hit.moment.id: hit.bm25 for hit in words}, rel=1e-5)
    assert [hit.score for hit in both] == sorted((hit.score for hit in both), reverse=True)


def test_equals_are_cut_alike_every_time_and_in_time_order(index: MomentIndex) -> None:
    # Each rank is held by one moment by vector alone and by another by words alone, fused alike.
    near = [moment(2 * n, text="sea") for n in range(60)]
    said = [moment(2 * n + 1, text=f"budget {'sky ' * n}") for n in range(20)]
    axes = np.eye(DIMENSIONS, dtype=np.float32)
    index.upsert(near, np.array([axes[0] + n / 50 * axes[1] for n in range(60)], np.float32))
    index.upsert(said, np.array([-axes[0]] * 20, np.float32))
    query = MomentQuery(vector=axes[0], text="budget", limit=9)
    for _ in range(10):
        assert sorted(starts([hit.moment for hit in search_one(index, query)])) == list(range(9))


def test_batch_equals_single_queries(index: MomentIndex) -> None:
    fill(index, *(moment(n, text=f"word{n % 3} at {n}") for n in range(30)))
    queries = [
        MomentQuery(vector=vector_of("word1 at 4"), limit=3),
        MomentQuery(text="word2", limit=5, filter=MomentFilter(windows=(Interval(0, 15),))),
        MomentQuery(text="the"),
        MomentQuery(vector=vector_of("x"), text="word0", limit=2),
    ]
    singles = [search_one(index, query) for query in queries]
    batch = index.search(queries)
    assert [len(hits) for hits in batch] == [3, 5, 0, 2]
    for together, alone in zip(batch, singles, strict=True):
        assert [hit.score for hit in together] == pytest.approx([hit.score for hit in alone])
        assert [hit.dense for hit in together] == pytest.approx([hit.dense for hit in alone])


def test_neighbours_go_both_ways(index: MomentIndex) -> None:
    moments = fill(index, *(moment(n * 1_000) for n in range(10)))
    fill(index, moment(4_500, media_id="medium-b"), moment(4_500, track=Track.SCREEN),
         moment(4_500, unit=Unit.PASSAGE))
    assert index.previous(moments[5], 3) == moments[2:5]
    assert index.following(moments[5], 3) == moments[6:9]
    assert index.previous(moments[1], 3) == moments[:1]
    assert index.following(moments[9], 3) == index.previous(moments[0], 3) == []
    assert index.previous(moments[5], 0) == index.following(moments[5], 0) == []


def test_neighbours_with_equal_starts_are_neither_lost_nor_repeated(index: MomentIndex) -> None:
    moments = fill(index, *(moment(n // 4 * 100, text=f"voice {n}") for n in range(16)))
    ordered = sorted(moments, key=lambda each: (each.start_ms, each.end_ms, each.id))
    for place, each in enumerate(ordered):
        assert index.following(each, 5) == ordered[place + 1:place + 6]
        assert index.previous(each, 5) == ordered[max(0, place - 5):place]


def test_neighbours_obey_a_filter(index: MomentIndex) -> None:
    voices = [moment(n, speaker="AB"[n % 2]) for n in range(8)]
    fill(index, *voices)
    only_a = MomentFilter(speakers=("A",))
    assert starts(index.following(voices[1], 2, filter=only_a)) == [2, 4]
    assert starts(index.previous(voices[5], 2, filter=only_a)) == [2, 4]


def test_window_is_read_in_time_order_up_to_a_limit(index: MomentIndex) -> None:
    moments = [moment(n // 2 * -100, n // 2 * -100 + 40, text=f"voice {n}") for n in range(12)]
    fill(index, *moments)
    ordered = sorted(moments, key=lambda each: (each.start_ms, each.end_ms, each.id))
    assert index.in_window(MomentFilter(), 5) == ordered[:5]
    assert index.in_window(MomentFilter(windows=(Interval.since(-50),)), 50) == ordered[-2:]


def test_limit_is_kept(index: MomentIndex) -> None:
    fill(index, *(moment(n, text="same words") for n in range(80)))
    for query in (MomentQuery(vector=vector_of("x"), limit=7), MomentQuery(text="words", limit=7),
                  MomentQuery(vector=vector_of("x"), text="words", limit=7)):
        assert len(search_one(index, query)) == 7


def test_more_moments_than_a_batch_are_stored(index: MomentIndex) -> None:
    fill(index, *(moment(n) for n in range(1_203)))
    assert index.count() == 1_203
    assert index.count(MomentFilter(windows=(Interval(1_200, 1_201),))) == 1_000


def test_vectors_of_another_length_are_refused(index: MomentIndex) -> None:
    wrong = np.ones((1, DIMENSIONS + 1), np.float32)
    with pytest.raises(EmbeddingMismatch, match="trikal reindex"):
        index.upsert([moment()], wrong)
    with pytest.raises(EmbeddingMismatch, match=str(DIMENSIONS)):
        index.search([MomentQuery(vector=wrong[0])])


@pytest.mark.parametrize("vectors", [
    np.ones((2, DIMENSIONS), np.float32), np.full((1, DIMENSIONS), np.nan, np.float32)
])
def test_rubbish_vectors_are_refused(index: MomentIndex, vectors: np.ndarray) -> None:
    with pytest.raises(BackendFailed, match="Nothing was stored"):
        index.upsert([moment()], vectors)
    assert index.count() == 0


@pytest.mark.parametrize("given", [
    {}, {"text": "x", "limit": 0}, {"text": "x", "image": np.ones(3, np.float32)},
])
def test_impossible_query_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="query"):
        MomentQuery(**given)  # type: ignore[arg-type]


def test_phrases_are_found_as_whole_words_in_their_order(index: MomentIndex) -> None:
    fill(index,
         moment(0, text="Houston, we've had a PROBLEM."), moment(10, text="A problem we had"),
         moment(20, text="we had no problems"), moment(30, text="“नमस्ते दुनिया”, 10:04"))

    def saying(phrase: str) -> list[int]:
        return starts(index.in_window(MomentFilter(phrase=phrase), 10))

    assert saying("we’ve had a problem") == [0]
    assert saying("a problem") == [0, 10]
    assert saying("problem") == [0, 10]
    assert saying("had we") == []
    assert saying("नमस्ते दुनिया") == [30]
    assert saying("10:04") == [30]
    assert seen_through(index, MomentFilter(phrase="problem", windows=(Interval(5, 50),)))


def test_a_phrase_without_a_word_is_in_no_moment(index: MomentIndex) -> None:
    fill(index, moment(0, text="Okay."))
    assert index.in_window(MomentFilter(phrase="…!"), 10) == []
    assert index.count(MomentFilter(phrase="?")) == 0


FRAME_DIMENSIONS = 16


def frame(start_ms: int, **fields: object) -> Moment:
    return moment(start_ms, text="", track=Track.FRAME, **fields)


def looks_of(*numbers: int) -> np.ndarray:
    """A direction of its own for each number, and neighbours a little alike."""
    rows = np.zeros((len(numbers), FRAME_DIMENSIONS), np.float32)
    for row, number in zip(rows, numbers, strict=True):
        row[number], row[number + 1] = 1.0, 0.3
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def show(index: MomentIndex, *frames: Moment) -> list[Moment]:
    index.make_image_room(FRAME_DIMENSIONS)
    index.upsert_frames(list(frames), looks_of(*range(len(frames))))
    return list(frames)


def test_a_frame_is_found_by_what_it_looks_like(index: MomentIndex) -> None:
    frames = show(index, *(frame(start) for start in range(0, 10_000, 1_000)))
    (hits,) = index.search([MomentQuery(image=looks_of(4)[0], limit=3)])
    assert hits[0].moment == frames[4]
    assert hits[0].score == pytest.approx(1.0, abs=1e-3)
    assert {hit.moment for hit in hits[1:]} == {frames[3], frames[5]}
    assert {(hit.dense, hit.bm25) for hit in hits} == {(None, None)}


def test_frames_and_words_are_found_apart(index: MomentIndex) -> None:
    (spoken,) = fill(index, moment(0, text="a red car"))
    (shown,) = show(index, frame(0))
    by_look, by_meaning, by_words, by_both = index.search([
        MomentQuery(image=looks_of(0)[0]), MomentQuery(vector=vector_of("x")),
        MomentQuery(text="car"), MomentQuery(vector=vector_of("x"), text="car"),
    ])
    assert [hit.moment for hit in by_look] == [shown]
    for hits in (by_meaning, by_words, by_both):
        assert [hit.moment for hit in hits] == [spoken]


@pytest.mark.parametrize("wanted", [
    MomentFilter(media_ids=("medium-b",)),
    MomentFilter(windows=(Interval(60_500, 61_000),)),
    MomentFilter(tracks=(Track.FRAME,), windows=(Interval.since(60_000),)),
])
def test_frames_obey_the_same_filters(index: MomentIndex, wanted: MomentFilter) -> None:
    _, late = show(index, frame(0), frame(60_000, media_id="medium-b"))
    (hits,) = index.search([MomentQuery(image=looks_of(0)[0], filter=wanted)])
    assert [hit.moment for hit in hits] == [late]


def test_what_is_deleted_is_not_found_again(index: MomentIndex) -> None:
    first, second = show(index, frame(0), frame(1_000))
    (spoken,) = fill(index, moment(0))
    index.delete([first.id, spoken.id, moment(77).id])
    index.delete([])
    assert index.in_window(MomentFilter(), 9) == [second]


def test_image_vectors_of_another_length_are_refused(index: MomentIndex) -> None:
    show(index, frame(0))
    index.make_image_room(FRAME_DIMENSIONS)
    with pytest.raises(EmbeddingMismatch, match="trikal reindex"):
        index.make_image_room(FRAME_DIMENSIONS + 1)
    with pytest.raises(EmbeddingMismatch, match="image-embedding"):
        index.upsert_frames([frame(1)], np.ones((1, 3), np.float32))
    with pytest.raises(EmbeddingMismatch, match=str(FRAME_DIMENSIONS)):
        index.search([MomentQuery(image=np.ones(3, np.float32))])
    with pytest.raises(BackendFailed, match="Nothing was stored"):
        index.upsert_frames([frame(1)], np.full((1, FRAME_DIMENSIONS), np.nan, np.float32))


def test_whole_query_scores_all_that_passes_by_both(index: MomentIndex) -> None:
    inside = fill(index, *(moment(start, text=text) for start, text in enumerate(
        ("red dome", "blue dome", "silence"))), moment(9_000, text="red"))[:3]
    scope = MomentFilter(starts=(Interval(0, 5_000),))
    query = MomentQuery(vector=vector_of("red dome"), text="red dome", filter=scope, whole=True)
    hits = search_one(index, query)
    assert {hit.moment for hit in hits} == set(inside)
    assert [hit.dense for hit in hits] == sorted((hit.dense for hit in hits), reverse=True)
    assert all(hit.score == hit.dense == pytest.approx(
        float(vector_of("red dome") @ vector_of(hit.moment.text)), abs=1e-5) for hit in hits)
    by_words = {hit.moment.text: hit.bm25
                for hit in search_one(index, replace(query, vector=None, whole=False))}
    assert {hit.moment.text: hit.bm25 for hit in hits if hit.bm25} == by_words


@pytest.mark.parametrize("limit", [1, 2])
def test_whole_query_beyond_its_limit_keeps_the_nearest(index: MomentIndex, limit: int) -> None:
    fill(index, moment(0, text="red dome"), moment(1, text="blue dome"), moment(2, text="dome"))
    query = MomentQuery(vector=vector_of("dome"), text="dome", limit=limit, whole=True)
    by_vector = search_one(index, replace(query, text=None, whole=False))
    hits = search_one(index, query)
    assert [hit.moment for hit in hits] == [hit.moment for hit in by_vector]
    assert hits[0].bm25


def test_whole_query_of_empty_words_still_scores_by_meaning(index: MomentIndex) -> None:
    stored = fill(index, moment(0, text="red dome"))
    query = MomentQuery(vector=vector_of("x"), text="the", whole=True)
    assert [(hit.moment, hit.bm25) for hit in search_one(index, query)] == [(stored[0], None)]


def test_whole_query_needs_a_vector_and_a_text() -> None:
    with pytest.raises(ValueError, match="both a vector and a text"):
        MomentQuery(text="x", whole=True)


def test_passages_alone_are_found_as_by_scanning_all(index: MomentIndex) -> None:
    passages = [moment(start, text=f"dome {start}", unit=Unit.PASSAGE) for start in range(9)]
    fill(index, *passages, *(moment(start, text=f"dome {start}") for start in range(9)))
    wanted = vector_of("dome 4")
    query = MomentQuery(vector=wanted, filter=MomentFilter(units=(Unit.PASSAGE,)), limit=9)
    nearest = sorted(passages, key=lambda each: -float(wanted @ vector_of(each.text)))
    assert [hit.moment for hit in search_one(index, query)] == nearest
    fused = search_one(index, replace(query, text="dome 4"))
    assert {hit.moment for hit in fused} == set(passages)
    assert fused[0].moment.text == "dome 4"
    assert fused[0].dense == pytest.approx(1.0, abs=1e-5)
