"""What a search tells of itself."""

from hypothesis import given
from hypothesis import strategies as st

from tests.indexes.makers import moment
from trikal.indexes.intervals import EARLIEST_MS, LATEST_MS, Interval
from trikal.indexes.trace import StepKind, Trace, place_words, span_words


@given(st.lists(st.tuples(st.sampled_from("nwa"), st.sampled_from(["one", "two"]),
                          st.integers(0, 2)), max_size=12))
def test_steps_are_told_once_and_in_their_order(told: list[tuple[str, str, int]]) -> None:
    trace = Trace()
    for kind, words, start in told:
        if kind == "n":
            trace.note(words)
        elif kind == "w":
            trace.window(words, "m", [Interval(start, 9)])
        else:
            trace.anchor(words, "m", Interval(start, 9))
    wanted = dict.fromkeys((kind, words, start if kind != "n" else 0)
                           for kind, words, start in told)
    kinds = {"n": StepKind.NOTE, "w": StepKind.WINDOW, "a": StepKind.ANCHOR}
    assert [(each.kind, each.words) for each in trace.steps] == [
        (kinds[kind], words) for kind, words, _ in wanted]
    assert [each.as_data()["intervals"] for each in trace.steps] == [
        [] if kind == "n" else [(start, 9)] for kind, _, start in wanted]


@given(st.text(max_size=200), st.integers(0, 10**8))
def test_a_place_is_one_short_line_with_its_time(text: str, start_ms: int) -> None:
    words = place_words(moment(start_ms, text=text))
    quoted, _, time = words.rpartition(" at ")
    assert words.splitlines() in ([words], [])
    assert len(quoted) <= 62
    assert time[0].isdigit()


@given(st.integers(0, 10**8), st.integers(1, 10**7))
def test_a_span_says_which_of_its_ends_are_open(start: int, length: int) -> None:
    assert span_words(Interval(EARLIEST_MS, LATEST_MS)) == "all the time"
    assert span_words(Interval.at(start)).startswith("the instant ")
    closed = span_words(Interval(start, start + length))
    first, _, last = closed.partition(" to ")
    assert span_words(Interval.since(start)) == f"{first} to the end"
    assert span_words(Interval.until(start + length)) == f"the beginning to {last}"
