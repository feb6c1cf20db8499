"""Chapters by code: they follow each other without gap, and divide where the words change."""

from hypothesis import given
from hypothesis import strategies as st

from tests.tools.conftest import moment
from trikal.catalogue import Medium
from trikal.moments import Track
from trikal.tools.chapters import SHORTEST_MS, chapters

BREAD = ["Bread is baked before dawn.", "The dough of rye bread rests.", "Flour and yeast rise.",
         "An oven of stone bakes bread.", "The baker sells rye bread.", "Dough wants flour."]
SHIPS = ["The ferry crosses the harbour.", "A ship waits at the pier.", "Sailors paint the ship.",
         "The harbour master counts ships.", "A ferry leaves the pier.", "Ropes hold the ferry."]


def medium(duration_ms: int) -> Medium:
    return Medium(id="m", name="talk.mp4", kind="video", size_bytes=1, duration_ms=duration_ms)


def test_a_border_lies_where_the_words_change() -> None:
    told = [moment(n * 15_000, text) for n, text in enumerate([*BREAD, *SHIPS])]
    first, second = chapters(medium(180_000), told)
    assert (first.start_ms, first.end_ms, second.end_ms) == (0, second.start_ms, 180_000)
    assert second.start_ms == 90_000
    assert first.title.rstrip(" …") in " ".join(BREAD)
    assert second.title.rstrip(" …") in " ".join(SHIPS)


def test_a_long_silence_divides() -> None:
    told = [moment(start, "The same words again.") for start in (0, 10_000, 20_000, 70_000, 80_000)]
    assert [each.start_ms for each in chapters(medium(100_000), told)] == [0, 70_000]


def test_a_slide_s_heading_is_the_title() -> None:
    told = [moment(n * 15_000, text) for n, text in enumerate([*BREAD, *SHIPS])]
    slides = [moment(0, "Baking\nby hand", track=Track.SCREEN, end_ms=90_000),
              moment(90_000, "Sailing", track=Track.SCREEN, end_ms=180_000)]
    assert [each.title for each in chapters(medium(180_000), [*told, *slides])] == [
        "Baking", "Sailing"]


def test_a_misread_speck_is_no_title() -> None:
    speck = moment(0, "油", track=Track.SCREEN, end_ms=60_000)
    (only,) = chapters(medium(15_000), [moment(0, "Bread is baked before dawn."), speck])
    assert only.title == "Bread is baked before dawn"


def test_a_silent_film_is_divided_by_what_is_shown() -> None:
    slides = [moment(start, text, track=Track.SCREEN, end_ms=start + 60_000)
              for start, text in ((0, "Part one"), (60_000, "Part two"), (120_000, "Three"))]
    found = chapters(medium(180_000), slides)
    assert found[0].title == "Part one"
    assert found[-1].end_ms == 180_000


def test_where_nothing_was_said_or_shown_there_are_none() -> None:
    assert chapters(medium(60_000), []) == ()


@given(st.lists(st.tuples(st.integers(-50_000, 5_000_000), st.integers(0, 60_000),
                          st.text(max_size=40)), min_size=1, max_size=40),
       st.integers(0, 5_000_000))
def test_chapters_always_follow_each_other(
    given_: list[tuple[int, int, str]], duration_ms: int
) -> None:
    told = [moment(start, text, end_ms=start + length) for start, length, text in sorted(given_)]
    found = chapters(medium(duration_ms), told)
    assert bool(found) is any(text.strip() for _, _, text in given_)
    for one, other in zip(found, found[1:], strict=False):
        assert one.end_ms == other.start_ms
        assert one.end_ms - one.start_ms >= SHORTEST_MS
    assert all(each.title for each in found)
