from collections.abc import Sequence
from itertools import count, pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from trikal.ingest.passages import MAX_GAP_MS, MAX_MS, WORDS, passages
from trikal.moments import Moment, Track, Unit

_SERIAL = count()


def utterance(start_ms: int, end_ms: int, words: int = 10, **fields: Any) -> Moment:
    """An utterance whose words occur in no other."""
    serial = next(_SERIAL)
    text = " ".join(f"w{serial}.{number}" for number in range(words))
    return Moment(start_ms=start_ms, end_ms=end_ms, **{
        "media_id": "m", "track": Track.SPEECH, "source": "test", "text": text, **fields})


@st.composite
def talks(draw: st.DrawFn) -> list[Moment]:
    """Utterances in time order; some overlap, some are long, some silences are too."""
    at, spoken = draw(st.integers(-10_000, 10_000)), []
    for _ in range(draw(st.integers(0, 25))):
        at += draw(st.one_of(st.integers(0, 3_000), st.integers(0, 60_000)))
        length = draw(st.one_of(st.integers(0, 8_000), st.integers(0, 150_000)))
        spoken.append(utterance(at, at + length, draw(st.integers(1, 70))))
    return sorted(spoken, key=lambda each: (each.start_ms, each.end_ms))


def parts_of(passage: Moment, spoken: Sequence[Moment]) -> list[int]:
    """Positions of the utterances that a passage is made of."""
    words = set(passage.text.split())
    return [position for position, each in enumerate(spoken) if set(each.text.split()) <= words]


def within_limits(parts: Sequence[Moment]) -> bool:
    gaps = [later.start_ms - max(each.end_ms for each in parts[:position])
            for position, later in enumerate(parts) if position]
    return (sum(len(each.text.split()) for each in parts) <= WORDS
            and max(each.end_ms for each in parts) - parts[0].start_ms <= MAX_MS
            and max(gaps, default=0) <= MAX_GAP_MS)


@given(talks())
def test_every_passage_is_a_run_of_utterances_within_the_limits(spoken: list[Moment]) -> None:
    for passage in passages(spoken):
        positions = parts_of(passage, spoken)
        parts = [spoken[position] for position in positions]
        assert len(parts) >= 2
        assert positions == list(range(positions[0], positions[-1] + 1))
        assert within_limits(parts)
        assert passage.text == " ".join(each.text for each in parts)
        assert passage.unit is Unit.PASSAGE


@given(talks())
def test_a_passage_spans_exactly_its_utterances(spoken: list[Moment]) -> None:
    for passage in passages(spoken):
        parts = [spoken[position] for position in parts_of(passage, spoken)]
        assert passage.start_ms == min(each.start_ms for each in parts)
        assert passage.end_ms == max(each.end_ms for each in parts)


@given(talks())
def test_passages_come_in_time_order_and_none_lies_inside_another(spoken: list[Moment]) -> None:
    runs = [parts_of(passage, spoken) for passage in passages(spoken)]
    for earlier, later in pairwise(runs):
        assert earlier[0] < later[0]
        assert earlier[-1] < later[-1]


@given(talks())
def test_neighbours_that_fit_together_share_a_passage(spoken: list[Moment]) -> None:
    runs = [set(parts_of(passage, spoken)) for passage in passages(spoken)]
    for position, pair in enumerate(pairwise(spoken)):
        if within_limits(pair):
            assert any({position, position + 1} <= run for run in runs)


def test_passages_overlap_by_about_half() -> None:
    spoken = [utterance(number * 3_000, number * 3_000 + 2_500) for number in range(24)]
    runs = [parts_of(passage, spoken) for passage in passages(spoken)]
    assert all(len(run) == 6 for run in runs[:-1])
    assert [run[0] for run in runs] == list(range(0, 19, 3))


def test_nothing_and_one_utterance_make_no_passage() -> None:
    assert list(passages([])) == []
    assert list(passages([utterance(0, 5_000)])) == []


def test_a_long_silence_parts_two_matters() -> None:
    spoken = [utterance(0, 1_000), utterance(2_000, 3_000),
              utterance(3_001 + MAX_GAP_MS, 30_000), utterance(30_000, 31_000)]
    assert [parts_of(each, spoken) for each in passages(spoken)] == [[0, 1], [2, 3]]


def test_what_all_parts_agree_on_is_kept_and_what_differs_is_left_open() -> None:
    both = [utterance(0, 1_000, speaker="A", language="hi", confidence=0.5),
            utterance(1_000, 2_000, speaker="A", language="en", confidence=1.0)]
    (passage,) = passages(both)
    assert (passage.speaker, passage.language, passage.confidence) == ("A", None, 0.75)
    assert (passage.media_id, passage.track, passage.source) == ("m", Track.SPEECH, "test")


def test_unknown_confidence_does_not_count() -> None:
    (passage,) = passages([utterance(0, 1, confidence=None), utterance(1, 2, confidence=0.5)])
    assert passage.confidence == 0.5
    (unsure,) = passages([utterance(0, 1), utterance(1, 2)])
    assert unsure.confidence is None
