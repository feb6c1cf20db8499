"""Which hits of an answer are kept, whatever order the engine gave equals in."""

import random
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from trikal.indexes.bm25 import Words
from trikal.indexes.requests import Found, Request, cut

POINTS = st.lists(st.tuples(st.sampled_from([0.5, 0.25, 0.125]), st.sampled_from("ab"),
                            st.integers(0, 5)), max_size=12, unique_by=lambda row: row[1:])


def found(score: float, media_id: str, start_ms: int) -> Found:
    id_ = f"{media_id}{start_ms}"
    return Found(id_, id_, score, {"media_id": media_id, "start_ms": start_ms})


@given(POINTS, st.integers(1, 12), st.randoms())
def test_the_cut_keeps_the_best_and_of_equals_the_first_in_time(
    rows: list[tuple[float, str, int]], limit: int, chance: random.Random
) -> None:
    points = [found(*row) for row in rows]
    chance.shuffle(points)
    ranked = sorted(points, key=lambda point: -point.score)
    kept = cut(ranked, limit)
    wanted = sorted(points, key=lambda point: (-point.score, point.payload["media_id"],
                                               point.payload["start_ms"]))[:limit]
    assert {point.key for point in kept} == {point.key for point in wanted}
    assert [point.score for point in kept] == [point.score for point in wanted]


def test_only_a_fusion_is_asked_for_more_than_is_wanted() -> None:
    words = Words(indices=(1,), values=(1.0,))
    alone = Request(vector=[1.0], words=None, conditions=None, limit=10)
    both = replace(alone, words=words)
    assert alone.fetched == replace(both, whole=True).fetched == 10
    assert both.fetched > 10
