from collections.abc import Callable
from typing import Any

import pytest

from tests.tools.conftest import WordEmbedder, moment
from trikal.indexes.media_facts import MediumFacts
from trikal.indexes.moment_search import Evidence
from trikal.indexes.protocol import MomentFilter, MomentIndex
from trikal.indexes.rules import read_question
from trikal.moments import Moment, Track, Unit
from trikal.tools.find import Finder

Fill = Callable[..., Finder]


@pytest.fixture
def fill(index: MomentIndex, embedder: WordEmbedder) -> Fill:
    def filled(*moments: Moment) -> Finder:
        index.upsert(moments, embedder.embed_passages([each.text for each in moments]))
        return Finder(index, embedder, {each: MediumFacts(duration_ms=60_000) for each in "mn"})
    return filled


@pytest.fixture
def finder(fill: Fill) -> Finder:
    return fill(
        moment(0, "the harbour of Trieste was built in stone"),
        moment(10_000, "the price of bread rose again"),
        moment(20_000, "children play at the harbour wall"),
        moment(30_000, "bread is baked before dawn", media_id="n"),
    )


def texts(found: list[Evidence]) -> list[str]:
    return [each.moment.text for each in found]


def shape(found: list[Evidence]) -> list[tuple[str, Any]]:
    return [(each.moment.id, pytest.approx(each.score)) for each in found]


def test_the_moment_that_says_it_comes_first(finder: Finder) -> None:
    ((first, *_),) = finder.search(["who built the harbour of Trieste"])
    assert first.moment.text == "the harbour of Trieste was built in stone"
    assert first.dense is not None
    assert first.dense > 0.5
    assert first.bm25 is not None


def test_a_batch_answers_as_its_texts_do_one_by_one(finder: Finder) -> None:
    asked = ["harbour of Trieste", "price of bread", "children at the wall", "price of bread"]
    batch = finder.search(asked, limit=2)
    assert [shape(found) for found in batch] == [
        shape(finder.search([text], limit=2)[0]) for text in asked]
    assert all(len(found) <= 2 for found in batch)


def test_nothing_asked_finds_nothing(finder: Finder) -> None:
    assert finder.search([]) == []


def test_only_the_scope_is_searched(finder: Finder) -> None:
    (found,) = finder.search(["price of bread"], scope=MomentFilter(media_ids=("n",)))
    assert texts(found) == ["bread is baked before dawn"]


def test_a_passage_and_its_utterances_leave_room_for_other_evidence(fill: Fill) -> None:
    parts = [moment(start, f"bread and butter {start}") for start in (0, 5_000, 10_000)]
    passage = moment(0, " ".join(part.text for part in parts), end_ms=15_000, unit=Unit.PASSAGE)
    finder = fill(*parts, passage, moment(40_000, "bread and cheese"))
    (found,) = finder.search(["bread and butter"], limit=4)
    units = [each.moment.unit for each in found if each.moment.start_ms < 15_000]
    assert units == [Unit.PASSAGE] or Unit.PASSAGE not in units
    assert 40_000 in [each.moment.start_ms for each in found]


def test_a_temporal_query_is_answered_with_the_media_lengths(finder: Finder) -> None:
    found = finder.find(read_question("What is said in the last 45 seconds?").query)
    assert texts(list(found.evidence)) == ["children play at the harbour wall",
                                           "bread is baked before dawn"]


def test_a_temporal_query_obeys_its_limit_and_scope(finder: Finder) -> None:
    query = read_question("What happened after the harbour of Trieste was built?").query
    found = finder.find(query, scope=MomentFilter(media_ids=("m",)), limit=1)
    assert texts(list(found.evidence)) == ["the price of bread rose again"]


def test_a_word_is_the_rarer_the_fewer_moments_have_it_and_what_none_has_counts_nothing(
    finder: Finder
) -> None:
    often, seldom, never = (each or 0.0 for each in finder.rarity(["harbours", "stone", "goalie"]))
    assert never < often < seldom
    assert finder.rarity(["goalie", "the", "stone"])[:2] == [0.0, None]
    assert finder.rarity(["stone"], MomentFilter(media_ids=("n",))) == [0.0]
    assert finder.rarity([]) == []


def test_neighbours_come_in_time_order_and_only_as_asked(finder: Finder) -> None:
    middle = moment(10_000, "the price of bread rose again")
    before, after = finder.neighbours(middle, before=2, after=2)
    assert texts_of(before) == ["the harbour of Trieste was built in stone"]
    assert texts_of(after) == ["children play at the harbour wall"]
    assert finder.neighbours(middle) == ([], [])


def texts_of(moments: list[Moment]) -> list[str]:
    return [each.text for each in moments]


def test_a_translation_is_found_with_the_words_that_were_said(fill: Fill) -> None:
    finder = fill(
        moment(0, "पुल हरा है", language="hi"), moment(5_000, "वह नया है", language="hi"),
        moment(0, "The bridge is green", track=Track.TRANSLATION, end_ms=10_000),
        moment(20_000, "बाद में", language="hi"))
    ((first, *rest),) = finder.search(["which colour has the green bridge"])
    assert (first.moment.track, first.original) == (Track.TRANSLATION, "पुल हरा है वह नया है")
    assert {each.original for each in rest} == {None}


@pytest.mark.parametrize(("question", "found"), [
    ("what is said about the green bridge", Track.TRANSLATION),
    ('who says "the bridge is green"', None),
    ("how many times is the green bridge mentioned", Track.SPEECH),
])
def test_a_translation_is_what_is_said_but_no_words_and_no_second_time(
    fill: Fill, question: str, found: Track | None
) -> None:
    finder = fill(
        moment(0, "the green bridge पुल", language="hi"),
        moment(0, "The bridge is green", track=Track.TRANSLATION, end_ms=10_000))
    got = finder.find(read_question(question).query)
    tracks = {each.moment.track for each in got.evidence}
    assert found in tracks if found else Track.TRANSLATION not in tracks
    assert got.value in (None, 1)
