"""How scored moments are ordered, and which passage helps an observation."""

import re

from hypothesis import given
from hypothesis import strategies as st

from trikal.indexes.asked import _best_around
from trikal.indexes.intervals import Interval
from trikal.indexes.protocol import Hit
from trikal.indexes.scoring import ASKED, TOLD, best_first, pairs_in, scored
from trikal.moments import Moment, Track

TIMES = st.tuples(st.integers(-20, 20), st.integers(0, 15)).map(lambda t: (t[0], t[0] + t[1]))


def said(start_ms: int, end_ms: int, *, media_id: str = "m", text: str = "x") -> Moment:
    return Moment(media_id=media_id, track=Track.SPEECH, start_ms=start_ms, end_ms=end_ms,
                  text=text, source="test")


def hit(moment: Moment, dense: float | None = None, bm25: float | None = None) -> Hit:
    return Hit(moment=moment, score=0.0, dense=dense, bm25=bm25)


@given(TIMES, st.lists(TIMES, max_size=8))
def test_the_first_passage_that_contains_an_observation_helps_it(
    observation: tuple[int, int], passages: list[tuple[int, int]]
) -> None:
    moment = said(*observation)
    inside = Interval.of(moment)
    ranked = [(Interval(*times), 1.0 / (1 + rank)) for rank, times in enumerate(passages)]
    placed = [(each.start_ms, each.end_ms, each.until_ms, own) for each, own in ranked]
    wanted = next((own for each, own in ranked if each.intersection(inside) == inside), 0)
    assert _best_around(moment, placed) == wanted
    assert all(each.contains(inside) is (each.intersection(inside) == inside)
               for each, _ in ranked)


@given(st.lists(st.tuples(st.sampled_from("abc"), TIMES, st.sampled_from([0.25, 0.5, 1.0])),
                max_size=12), st.randoms())
def test_the_order_is_by_score_and_the_same_however_an_engine_returned_them(
    rows: list[tuple[str, tuple[int, int], float]], random: object
) -> None:
    found = [(hit(said(*times, media_id=media_id)), score) for media_id, times, score in rows]
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    ordered = best_first(found)
    assert ordered == best_first(shuffled)
    assert [score for _, score in ordered] == sorted((score for *_, score in rows), reverse=True)
    places = [(-score, each.moment.media_id, each.moment.start_ms) for each, score in ordered]
    assert places == sorted(places)


def test_a_hit_scores_by_its_distance_to_the_best_in_meaning_and_words() -> None:
    near, far = said(0, 1), said(5, 6)
    (best, top), (other, less) = scored(
        [hit(far, 0.80, 2.0), hit(near, 0.83, 4.0)], ASKED, pairs_in("zebra crossing"))
    assert (best.moment, other.moment) == (near, far)
    assert top == 2.0
    assert abs(less - (2.718281828459045 ** -1 + 0.5)) < 1e-9


def test_a_question_comes_first_where_one_is_told_of_and_nowhere_else() -> None:
    hits = [hit(said(0, 1, text="It is warm."), 0.831), hit(said(5, 6, text="Is it warm?"), 0.83)]
    starts = [[each.moment.start_ms for each, _ in scored(
        hits, weights, pairs_in("zebra crossing"), asks=asks)]
        for weights, asks in ((TOLD, True), (TOLD, False), (ASKED, True))]
    assert starts == [[5, 0], [0, 5], [0, 5]]


def test_hits_without_any_score_are_scored_alike() -> None:
    found = scored([hit(said(3, 4)), hit(said(1, 2))], ASKED, pairs_in(""))
    assert [(each.moment.start_ms, score) for each, score in found] == [(1, 1.0), (3, 1.0)]
    assert scored([], ASKED, pairs_in("x")) == []


@given(st.text(alphabet="ab '", max_size=20), st.text(alphabet="ab '", max_size=20))
def test_the_share_of_pairs_is_as_brute_force_counts_it(query: str, text: str) -> None:
    share = pairs_in(query)
    words, told = (re.findall(r"\w+(?:'\w+)*", each) for each in (query, text))
    has = [any(told[at:at + 2] == words[n:n + 2] for at in range(len(told)))
           for n in range(len(words) - 1)]
    assert share(text) == share(text) == (sum(has) / len(has) if has else 0.0)
