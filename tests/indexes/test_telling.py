"""The vector of an event told in other words."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from trikal.indexes.telling import telling

_AXES = {"it is warm": 0, "he said it was warm": 1, "the door opens": 2}


class _Counting:
    """Embeds each known text along an axis of its own, passages four axes further on."""

    def __init__(self, shift: int) -> None:
        self.calls: list[list[str]] = []
        self._shift = shift

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.calls.append(list(texts))
        return np.eye(8, dtype=np.float32)[[_AXES[text] + self._shift for text in texts]]


def test_a_told_event_is_searched_by_the_whole_and_by_what_it_reports() -> None:
    (vector,) = telling(_Counting(0), _Counting(4))(["he said it was warm"])
    weights = vector / vector[0]
    assert weights == pytest.approx([1, 1, 0, 0, 0.5, 0.5, 0, 0])
    assert np.linalg.norm(vector) == pytest.approx(1)


def test_what_reports_nothing_is_embedded_once_each_way() -> None:
    queries, passages = _Counting(0), _Counting(4)
    (vector,) = telling(queries, passages)(["the door opens"])
    assert queries.calls == passages.calls == [["the door opens"]]
    assert vector / vector[2] == pytest.approx([0, 0, 1, 0, 0, 0, 0.5, 0])


def test_several_events_take_one_call_each_way_and_keep_their_order() -> None:
    queries, passages = _Counting(0), _Counting(4)
    vectors = telling(queries, passages)(["he said it was warm", "the door opens"])
    assert (len(queries.calls), len(passages.calls)) == (1, 1)
    assert vectors.shape == (2, 8)
    assert vectors.dtype == np.float32
    assert vectors[1].argmax() == 2


def test_a_vector_of_nothing_stays_finite() -> None:
    def nothing(texts: Sequence[str]) -> NDArray[np.float32]:
        return np.zeros((len(texts), 8), dtype=np.float32)

    assert np.isfinite(telling(nothing, nothing)(["the door opens"])).all()
