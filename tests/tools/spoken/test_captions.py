"""Captions of what is said: every word once, in order, readable, each with its time."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trikal.media.timedtext import read_timed_text
from trikal.serving.roles import Word
from trikal.tools.spoken.captions import (
    LONGEST_CHARACTERS,
    LONGEST_MS,
    PAUSE_MS,
    as_json,
    cues,
    vtt,
)

PLAIN = st.text("abcdefghij.?,।é", min_size=1, max_size=30)


def words(*said: tuple[int, int, str]) -> list[Word]:
    return [Word(start_ms=start, end_ms=end, text=text, probability=1.0)
            for start, end, text in said]


@st.composite
def spoken(draw: st.DrawFn) -> list[Word]:
    at, made = 0, []
    for text, pause, length in draw(st.lists(st.tuples(
            PLAIN, st.integers(0, 900), st.integers(0, 1_200)), max_size=25)):
        made.append((at + pause, at + pause + length, text))
        at += pause + length
    return words(*made)


@given(spoken())
def test_every_word_is_in_one_cue_in_order(said: list[Word]) -> None:
    assert [word for cue in cues(said) for word in cue] == said


@given(spoken())
def test_a_cue_of_several_words_can_be_read_at_once(said: list[Word]) -> None:
    for cue in cues(said):
        if len(cue) > 1:
            assert len(" ".join(each.text for each in cue)) <= LONGEST_CHARACTERS
            assert cue[-1].end_ms - cue[0].start_ms <= LONGEST_MS
            assert all(b.start_ms - a.end_ms <= PAUSE_MS
                       for a, b in zip(cue, cue[1:], strict=False))


@given(spoken())
def test_times_in_a_cue_only_grow_and_stay_inside(said: list[Word]) -> None:
    for block in vtt(said).split("\n\n")[1:]:
        head, _, line = block.strip().partition("\n")
        start, end = head.split(" --> ")
        inner = re.findall(r"<([\d:.]+)>", line)
        assert start < end
        assert inner == sorted(set(inner))
        assert all(start < each < end for each in inner)


@pytest.mark.parametrize(("texts", "starts"), [
    (["One.", "Two."], [0, 1_000]), (["Dr.", "Rao"], [0]), (["One!”", "Two"], [0, 1_000]),
    (["बैठक।", "कल"], [0, 1_000]), (["one,", "two"], [0]),
])
def test_a_sentence_s_end_with_a_breath_ends_the_cue(texts: list[str], starts: list[int]) -> None:
    gap = 50 if texts[0] == "Dr." else 200
    said = words((0, 1_000 - gap, texts[0]), (1_000, 1_500, texts[1]))
    assert [cue[0].start_ms for cue in cues(said)] == starts


def test_a_word_of_no_length_is_still_shown(tmp_path: Path) -> None:
    path = tmp_path / "a.vtt"
    path.write_text(vtt(words((500, 500, "now"))), encoding="utf-8")
    assert [(each.start_ms, each.end_ms, each.text) for each in read_timed_text(path)] == [
        (500, 501, "now")]


@pytest.mark.parametrize("text", ["<b>bold</b>", "a-->b", "&amp;", "1<2", "<00:00:01.000>"])
def test_what_looks_like_markup_is_shown_as_it_is(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.vtt"
    path.write_text(vtt(words((0, 500, "see"), (500, 900, text))), encoding="utf-8")
    (cue,) = read_timed_text(path)
    assert cue.start_ms == 0
    assert cue.end_ms == 900


def test_words_as_json_are_read_back() -> None:
    said = words((0, 10, "बैठक"), (10, 20, 'a "quote"'))
    assert json.loads(as_json(said)) == [
        {"start_ms": 0, "end_ms": 10, "text": "बैठक"},
        {"start_ms": 10, "end_ms": 20, "text": 'a "quote"'}]
    assert json.loads(as_json([])) == []
    assert vtt([]) == "WEBVTT\n"
