"""Moments go from the catalogue into the index: each once, whatever happens on the way."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.fakes import DIMENSIONS, FakeEmbedder
from tests.indexes_lent import lent_index
from trikal.catalogue import Catalogue, Medium
from trikal.errors import BackendFailed
from trikal.indexes.protocol import EVERYTHING, MomentIndex
from trikal.ingest.store import BATCH, store
from trikal.moments import Moment, Track

ONE, TWO = "11" * 32, "22" * 32


@pytest.fixture
def index() -> Iterator[MomentIndex]:
    with lent_index(DIMENSIONS) as index:
        yield index


def fill(catalogue: Catalogue, *texts: str, media_id: str = ONE) -> None:
    catalogue.add_medium(Medium(id=media_id, name="m.srt", kind="text", size_bytes=1,
                                duration_ms=len(texts) * 1_000))
    catalogue.finish_stage(media_id, "listen", source="test", moments=[
        Moment(media_id=media_id, track=Track.SPEECH, start_ms=n * 1_000, end_ms=n * 1_000 + 900,
               text=text, source="test") for n, text in enumerate(texts)])


def texts_in(index: MomentIndex) -> list[str]:
    return sorted(each.text for each in index.in_window(EVERYTHING, 2_000))


def test_everything_that_waits_is_embedded_and_marked(
    catalogue: Catalogue, index: MomentIndex
) -> None:
    fill(catalogue, "a bridge", "a ferry")
    embedder = FakeEmbedder()
    assert store(catalogue, index, embedder) == 2
    assert texts_in(index) == ["a bridge", "a ferry"]
    assert catalogue.count_moments(indexed=False) == 0
    assert sorted(text for call in embedder.calls for text in call) == ["a bridge", "a ferry"]


def test_what_is_stored_is_not_stored_again(catalogue: Catalogue, index: MomentIndex) -> None:
    fill(catalogue, "a bridge")
    embedder = FakeEmbedder()
    store(catalogue, index, embedder)
    assert store(catalogue, index, embedder) == 0
    assert len(embedder.calls) == 1


def test_an_empty_catalogue_asks_no_model(catalogue: Catalogue, index: MomentIndex) -> None:
    embedder = FakeEmbedder()
    assert store(catalogue, index, embedder) == 0
    assert embedder.calls == []


def test_only_the_medium_asked_for_is_stored(catalogue: Catalogue, index: MomentIndex) -> None:
    fill(catalogue, "a bridge", media_id=ONE)
    fill(catalogue, "a ferry", "a storm", media_id=TWO)
    assert store(catalogue, index, FakeEmbedder(), TWO) == 2
    assert texts_in(index) == ["a ferry", "a storm"]
    assert catalogue.count_moments(ONE, indexed=False) == 1


@pytest.mark.parametrize("text", ["", " ", "...", "♪ ♪", "–"])
def test_a_moment_without_words_is_settled_but_never_found(
    catalogue: Catalogue, index: MomentIndex, text: str
) -> None:
    fill(catalogue, text)
    embedder = FakeEmbedder()
    assert store(catalogue, index, embedder) == 1
    assert embedder.calls == []
    assert texts_in(index) == []
    assert catalogue.count_moments(indexed=False) == 0


@pytest.mark.parametrize("text", ["7", "é", "हाँ", "… yes", "今天"])
def test_one_letter_or_digit_of_any_script_is_enough(
    catalogue: Catalogue, index: MomentIndex, text: str
) -> None:
    fill(catalogue, text)
    store(catalogue, index, FakeEmbedder())
    assert texts_in(index) == [text]


def test_many_are_stored_in_batches_and_progress_is_told(
    catalogue: Catalogue, index: MomentIndex
) -> None:
    many = BATCH + 7
    fill(catalogue, *(f"sentence {number}" for number in range(many)))
    told: list[tuple[int, int]] = []
    embedder = FakeEmbedder()
    assert store(catalogue, index, embedder, on_progress=lambda *at: told.append(at)) == many
    assert told == [(BATCH, many), (many, many)]
    assert [len(call) for call in embedder.calls] == [BATCH, 7]


class _FailsLater(FakeEmbedder):
    """Works for one batch, then breaks."""

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if self.calls:
            raise BackendFailed("The embedder broke.")
        return super().embed_passages(texts)


def test_a_run_that_breaks_is_finished_by_the_next_without_loss_or_doubles(
    catalogue: Catalogue, index: MomentIndex
) -> None:
    many = BATCH * 2 + 1
    fill(catalogue, *(f"sentence {number}" for number in range(many)))
    with pytest.raises(BackendFailed):
        store(catalogue, index, _FailsLater())
    assert catalogue.count_moments(indexed=True) == BATCH
    assert store(catalogue, index, FakeEmbedder()) == many - BATCH
    assert len(set(texts_in(index))) == len(texts_in(index)) == many


class _DiesBeforeFlush:
    """An index that is killed after it was given moments and before they are safe."""

    def __init__(self, index: MomentIndex) -> None:
        self._index = index

    def upsert(self, *given: Any) -> None:
        self._index.upsert(*given)

    def flush(self) -> None:
        raise KeyboardInterrupt


def test_what_was_not_flushed_is_stored_again_and_not_twice(
    catalogue: Catalogue, index: MomentIndex
) -> None:
    fill(catalogue, "a bridge", "a ferry")
    with pytest.raises(KeyboardInterrupt):
        store(catalogue, _DiesBeforeFlush(index), FakeEmbedder())  # type: ignore[arg-type]
    assert catalogue.count_moments(indexed=True) == 0
    assert store(catalogue, index, FakeEmbedder()) == 2
    assert texts_in(index) == ["a bridge", "a ferry"]
