"""Chapters as text: no title escapes its line, and every time is its own."""

import re
from collections.abc import Callable, Sequence
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trikal.tools.chapter_text import ffmetadata, podlove, youtube
from trikal.tools.results import Chapter

NASTY = "a=b;c#d\\e\n[CHAPTER]\nSTART=0\x00\u2028end"
TITLES = st.text(min_size=1, max_size=40)


def titled(*titles: str, first: int = 0, step: int = 61_000) -> list[Chapter]:
    return [Chapter(media_id="m", name="talk.mp4", start_ms=first + n * step,
                    end_ms=first + (n + 1) * step, title=title) for n, title in enumerate(titles)]


def unescaped(line: str) -> str:
    return re.sub(r"\\(.)", r"\1", line)


def test_ffmetadata_has_a_block_a_chapter_in_milliseconds() -> None:
    assert ffmetadata(titled("One", "Two")) == (
        ";FFMETADATA1\n"
        "[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=61000\ntitle=One\n"
        "[CHAPTER]\nTIMEBASE=1/1000\nSTART=61000\nEND=122000\ntitle=Two\n")


@given(st.lists(TITLES, min_size=1, max_size=4))
def test_a_title_is_one_line_of_ffmetadata_and_reads_back(titles: list[str]) -> None:
    text = ffmetadata(titled(*titles))
    lines = text.split("\n")
    assert lines.count("[CHAPTER]") == len(titles)
    read = [unescaped(line.removeprefix("title=")) for line in lines if line.startswith("title=")]
    assert [each.split() for each in read] == [
        "".join(c if c.isprintable() else " " for c in title).split() for title in titles]


@given(st.lists(TITLES, min_size=1, max_size=4))
def test_podlove_reads_back_from_any_title(titles: list[str]) -> None:
    try:
        "".join(titles).encode()
    except UnicodeEncodeError:
        return
    root = ElementTree.fromstring(podlove(titled(*titles)).encode())
    assert root.tag == "{http://podlove.org/simple-chapters}chapters"
    assert [each.get("start") for each in root] == [
        "00:00:00.000", "00:01:01.000", "00:02:02.000", "00:03:03.000"][:len(titles)]


@given(st.lists(TITLES, min_size=1, max_size=4))
def test_youtube_has_a_line_a_chapter_and_begins_at_zero(titles: list[str]) -> None:
    lines = youtube(titled(*titles, first=-5_000)).removesuffix("\n").split("\n")
    assert len(lines) == len(titles)
    assert lines[0].startswith("0:00 ")


@pytest.mark.parametrize("write", [ffmetadata, youtube, podlove])
def test_a_title_begins_no_line_of_its_own(write: Callable[[Sequence[Chapter]], str]) -> None:
    text = write(titled(NASTY, "Two"))
    lines = text.split("\n")
    assert lines.count("[CHAPTER]") in (0, 2)
    assert lines.count("START=0") in (0, 1)
    assert "\x00" not in text
    assert "\u2028" not in text


@pytest.mark.parametrize(("start", "npt", "line"), [
    (3_599_999, "00:59:59.999", "59:59"), (3_600_000, "01:00:00.000", "1:00:00"),
    (86_400_000, "24:00:00.000", "24:00:00"), (360_000_001, "100:00:00.001", "100:00:00"),
])
def test_long_recordings_have_hours_of_any_number(start: int, npt: str, line: str) -> None:
    chapters = titled("One", "Two", step=start)
    assert f'start="{npt}"' in podlove(chapters)
    assert youtube(chapters).splitlines()[1] == f"{line} Two"


def test_no_chapters_are_an_empty_file_of_its_kind() -> None:
    assert ffmetadata([]) == ";FFMETADATA1\n"
    assert youtube([]).strip() == ""
    assert len(ElementTree.fromstring(podlove([]))) == 0
